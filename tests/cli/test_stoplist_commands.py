"""`campaign stoplist`, `pause` and `cancel` as a user meets them."""

import csv
import sqlite3
import subprocess
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest

from campaign.app import App
from campaign.app.context import AppContext
from campaign.app.send import drive
from campaign.cli.output.console import PlainUi
from campaign.config import Settings
from campaign.domain import Status
from campaign.errors import GuardRefused
from tests.cli.shell import Shell, phone, wait_for
from tests.invariants import broken


def listed(shell: Shell) -> list[str]:
    return [one["phone"] for one in shell.json("stoplist", "list")]


# --- the list ------------------------------------------------------------------------------------


def test_numbers_are_added_listed_removed_and_remembered(shell: Shell) -> None:
    added = shell.json("stoplist", "add", "8 900 000 00 01", "+7 495 123-45-67", "--why", "asked")
    removed = shell.json("stoplist", "remove", "+79000000001", "--why", "changed her mind")

    assert (added["changed"], added["listed"]) == (2, 2)
    assert (removed["changed"], removed["listed"]) == (1, 1)
    assert listed(shell) == ["+74951234567"]
    assert shell.value("SELECT count(*) FROM stop_event WHERE operator<>'' AND why<>''") == 3
    assert "asked" in shell.type("stoplist", "list").stdout


def test_what_cannot_be_done_changes_nothing_and_has_its_exit_code(shell: Shell) -> None:
    """The whole list goes only with a yes."""
    shell.type("stoplist", "add", phone(5), "--why", "asked")

    for code, *words in (
        (4, "add", "+79000000001"),  # no reason
        (4, "add", "12", "--why", "x"),
        (2, "add", "--why", "x"),
        (9, "remove", "+79000000009", "--why", "x"),
        (2, "remove", "--why", "x"),
        (2, "remove", "--all", "+79000000001", "--why", "x"),
        (5, "remove", "--all", "--why", "x"),
        (4, "import", "nowhere.csv"),
    ):
        done = shell.type("stoplist", *map(str, words))

        assert done.code == code, (words, done.stderr)
        assert listed(shell) == [phone(5)]
    assert shell.json("stoplist", "remove", "--all", "--yes", "--why", "new list")["listed"] == 0


@pytest.mark.parametrize(("typed", "left"), [("2", 0), ("yes", 2), ("", 2)])
def test_the_whole_list_goes_only_when_its_number_is_typed(tmp_path: Path, typed: str, left: int) -> None:
    asked: list[str] = []

    def answer(question: str, _hidden: bool) -> str:  # noqa: FBT001  # the shape of Ask
        asked.append(question)
        return typed

    ui = PlainUi(quiet=True, verbose=False, lang="en")
    settings = Settings({"store": str(tmp_path / "journal.db")})
    app = App(AppContext(settings, ui, {}, ask=answer))
    app.stops.add([phone(1), phone(2)], why="asked")
    with pytest.raises(GuardRefused) if left else nullcontext():
        app.stops.remove_all(why="new list")

    assert "(2)" in asked[0]
    with app.stops.entries() as entries:
        assert len(list(entries)) == left


# --- import and export ---------------------------------------------------------------------------


def test_a_file_is_imported_once_however_often_it_is_read(shell: Shell) -> None:
    shell.lines("stops.csv", "Имя;Телефон", "Анна;8 (900) 000-00-01", "Пётр;+44 20 7946 0018",
              "Анна;+79000000001")  # fmt: skip

    first, again = (shell.json("stoplist", "import", "stops.csv") for _ in range(2))

    assert (first["changed"], first["unchanged"], first["listed"]) == (2, 0, 2)
    assert (again["changed"], again["unchanged"], again["listed"]) == (0, 2, 2)
    assert listed(shell) == ["+442079460018", "+79000000001"]


def test_a_number_that_cannot_be_read_stops_the_import_unless_it_is_left_out(shell: Shell) -> None:
    shell.lines("stops.csv", "phone", phone(1), "12", phone(2), "нет")

    refused = shell.type("stoplist", "import", "stops.csv")
    assert refused.code == 4
    assert "row 3" in refused.stderr
    assert "row 5" in refused.stderr
    assert listed(shell) == []

    done = shell.json("stoplist", "import", "stops.csv", "--skip-bad")
    assert (done["changed"], done["bad"], done["exit"]) == (2, 2, 3)


def test_a_list_without_a_number_is_never_taken_for_nobody_refused(shell: Shell) -> None:
    for content in ("", "phone\n", "Имя;Город\nАнна;Омск\n", "phone\nнет\n12\n", "\n\n"):
        shell.write("stops.csv", content)
        for more in ((), ("--skip-bad",)):
            done = shell.type("stoplist", "import", "stops.csv", *more)

            assert done.code == 4, (content, done.stdout)
    assert listed(shell) == []


def test_what_is_exported_is_imported_again_number_by_number(shell: Shell) -> None:
    numbers = [phone(1), "+74951234567", "+442079460018", "+12025550143", "+3725123456"]
    shell.type("stoplist", "add", *numbers, "--why", "=HYPERLINK(0)")
    before = listed(shell)

    assert shell.type("stoplist", "export", "-o", "out.csv").code == 0
    written = (shell.folder / "out.csv").read_text(encoding="utf-8-sig")
    reasons = {row[3] for row in csv.reader(written.splitlines(), delimiter=";")}
    assert reasons == {"why", "'=HYPERLINK(0)"}
    shell.type("stoplist", "remove", "--all", "--yes", "--why", "test")
    shell.type("stoplist", "import", "out.csv")

    assert listed(shell) == before
    assert len(before) == len(numbers)


def test_an_import_that_is_killed_has_changed_nothing_or_all(shell: Shell) -> None:
    """Half a list would be taken for a whole one."""
    numbers = 60_000
    shell.lines("stops.csv", "phone", *(phone(number) for number in range(numbers)))
    shell.type("stoplist", "add", "+74951234567", "--why", "asked")
    log = shell.journal.with_name("journal.db-wal")
    seen = []

    for written in (1, 1_000_000, 3_000_000):  # bytes of the import that have reached the disk
        process = shell.start("stoplist", "import", "stops.csv")
        wait_for(partial(_has_written, process, log, written))
        process.kill()
        process.wait()
        seen.append(shell.value("SELECT count(*) FROM stop"))
        assert broken(shell.journal) == []

    assert set(seen) <= {1, numbers + 1}
    assert seen[0] == 1  # else no kill has hit the middle
    assert shell.json("stoplist", "import", "stops.csv")["listed"] == numbers + 1


def _has_written(process: "subprocess.Popen[bytes]", log: Path, size: int) -> bool:
    return process.poll() is not None or (log.exists() and log.stat().st_size >= size)


# --- runs ----------------------------------------------------------------------------------------


def test_recipients_on_the_list_show_in_the_report_with_their_reason(shell: Shell) -> None:
    shell.type("stoplist", "add", phone(1), "--why", "asked")

    found = shell.json("run", shell.many(3), "--text", "Hi", "--format", "jsonl", "--wait", "0s")

    assert found["statuses"]["stopped"] == 1
    assert found["exit"] == 3
    row = next(row for row in shell.report(*found["reports"]) if row["row"] == 3)
    assert (row["status"], row["reason"]) == ("stopped", "stopped")
    assert shell.json("check", shell.many(3), "--text", "Hi")["recipients"] == 2


def test_a_list_named_for_one_run_counts_next_to_the_stored_one(shell: Shell) -> None:
    """By the option, or in the campaign file."""
    shell.type("stoplist", "add", phone(0), "--why", "asked")
    shell.lines("own.csv", phone(2))
    words = ("run", shell.many(4), "--text", "Hi", "--wait", "0s", "--stop-list", "own.csv")
    shell.lines("spring.toml", 'recipients = "people.csv"', 'text = "Hi"', 'stop_list = "own.csv"')

    found, again, of_file = (
        shell.json(*typed) for typed in (words, words, ("plan", "spring.toml", "--again", "x"))
    )

    assert found["statuses"]["stopped"] == of_file["statuses"]["stopped"] == 2
    assert again["run"] == found["run"]  # the same list, the same run
    assert listed(shell) == [phone(0)]


def test_a_run_whose_own_list_cannot_be_read_whole_is_refused(shell: Shell) -> None:
    """An unreadable list is not "nobody refused"."""
    for lines in (None, ("phone",), ("phone", "12", "+79000000001")):
        if lines is not None:
            shell.lines("own.csv", *lines)

        done = shell.type("run", shell.many(2), "--text", "Hi", "--stop-list", "own.csv")

        assert done.code == 4
        assert "own.csv" in done.stderr
        assert shell.value("SELECT count(*) FROM run") == 0


def begun(shell: Shell) -> bool:
    """The first request of the run has its answer."""
    try:
        return bool(shell.value("SELECT count(*) FROM attempt WHERE state='answered'"))
    except sqlite3.OperationalError:
        return False


def test_a_run_is_paused_from_another_window_and_resumed_without_those_stopped_meanwhile(
    shell: Shell,
) -> None:
    driver = shell.start("run", shell.many(450), "--text", "Hi", "--rate", "120", "--wait", "0s")
    wait_for(lambda: begun(shell))
    name = shell.value("SELECT run_id FROM run")

    asked = shell.type("pause", name)
    busy = shell.type("cancel", name, "--yes")
    driver.wait(60)

    assert asked.code == 0, asked.stderr
    assert "after the current chunk" in asked.stdout
    assert busy.code == 11
    assert f"campaign pause {name}" in busy.stderr
    assert driver.returncode == 7
    assert "paused by" in (shell.folder / "output.txt").read_text(encoding="utf-8")
    paused = shell.json("status", name, "--offline")
    assert paused["state"] == "paused"
    assert paused["statuses"]["pending"] == 250

    shell.type("stoplist", "add", phone(449), "--why", "asked meanwhile")
    done = shell.json("resume", name, "--wait", "10s")
    assert done["statuses"] == {"stopped": 1, "delivered": 449}
    assert broken(shell.journal, at_rest=True) == []


def test_a_run_that_nobody_sends_cannot_be_paused(shell: Shell) -> None:
    found = shell.json("run", shell.many(2), "--text", "Hi", "--wait", "0s")

    done = shell.type("pause", found["run"])

    assert done.code == 9
    assert "nothing to pause" in done.stderr


@pytest.fixture
def killed(shell: Shell) -> str:
    """A run to 450 recipients whose driver died after the first request; its name."""
    driver = shell.start("run", shell.many(450), "--text", "Hi", "--rate", "30", "--wait", "0s")
    wait_for(lambda: begun(shell))
    driver.kill()
    driver.wait()
    return str(shell.value("SELECT run_id FROM run"))


def test_a_killed_run_is_paused_where_it_stands(shell: Shell, killed: str) -> None:
    done = shell.json("pause", killed)

    assert done["state"] == "paused"
    assert done["next"].startswith("campaign resume")


def test_a_cancelled_run_sends_nobody_more_and_is_still_followed(shell: Shell, killed: str) -> None:
    refused = shell.type("cancel", killed)
    assert refused.code == 5
    assert "--yes" in refused.stderr

    done = shell.json("cancel", killed, "--yes", "--why", "wrong text")
    assert done["state"] == "cancelled"
    assert done["statuses"]["cancelled"] == 250
    assert shell.value("SELECT why FROM operator_action WHERE action='cancel'") == "wrong text"

    followed = shell.json("report", killed, "--wait", "10s")
    assert followed["state"] == "cancelled"
    assert followed["statuses"] == {"cancelled": 250, "delivered": 200}
    assert followed["next"] == ""

    for words in (("resume", killed), ("run", "people.csv", "--text", "Hi", "--rate", "30")):
        again = shell.json(*words)
        assert again["exit"] == 9
        assert again["statuses"] == followed["statuses"]
        assert "--skip-sent" in again["error"]["hint"]
    assert shell.type("cancel", killed, "--yes").code == 9
    assert shell.type("resume").code == 9
    assert broken(shell.journal, at_rest=True) == []

    rest = shell.json("run", "people.csv", "--text", "Hi", "--skip-sent", "--wait", "10s")
    assert rest["statuses"] == {"already_sent": 200, "delivered": 250}


def test_a_run_that_is_cancelled_while_somebody_is_about_to_resume_it_stays_cancelled(shell: Shell) -> None:
    """What was read before the lock was taken must not decide."""
    settings = Settings({"store": str(shell.journal), "text": "Hi", "output": str(shell.folder)})
    ui = PlainUi(quiet=True, verbose=False, lang="en")
    context = AppContext(settings, ui, {}, assume_yes=True)
    App(context).plan((shell.folder / shell.many(2),))
    with context.journal() as journal:
        read_before = journal.runs.all()[0]
        journal.runs.cancel(read_before.run, operator="anna", why="wrong text")
        ended = drive(context, journal, read_before)

    assert ended.error is not None
    assert ended.error.code == "cancelled"
    assert ended.tally.statuses == {Status.CANCELLED: 2}
