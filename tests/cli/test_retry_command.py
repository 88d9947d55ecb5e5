"""`campaign retry`: recipients whom a run did not reach get the text once more, nobody else."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaign import api
from campaign.journal.sqlite.connection import Store
from tests.cli.shell import Shell
from tests.invariants import broken

TEXT = "Hello, {name}!"
REFUSED, FAILED, BLOCKED, OPEN, FINE = "0990", "0991", "0992", "0993", "0001"
NEVER = ("unknown", "accepted", "no_final_status", "delivered", "pending", "stopped", "invalid")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run to five recipients: one of each end that the sandbox has."""
    shell = Shell(tmp_path_factory.mktemp("ended"))
    shell.recipients("people.csv", REFUSED, FAILED, BLOCKED, OPEN, FINE)
    found = shell.json("run", "people.csv", "--text", TEXT, "--wait", "4s")
    assert found["statuses"] == {"refused": 1, "accepted": 1, "delivered": 1, "undelivered": 2}
    return shell.folder, str(found["run"])


@pytest.fixture
def run(ended: tuple[Path, str]) -> str:
    return ended[1]


@pytest.fixture
def shell(ended: tuple[Path, str], tmp_path: Path) -> Iterator[Shell]:
    """That journal, for this test alone."""
    made = Shell(Path(shutil.copytree(ended[0], tmp_path / "copy")))
    yield made
    assert broken(made.journal) == []


def learned(shell: Shell, statement: str) -> None:
    """Let the journal learn something that came late."""
    store = Store(shell.journal)
    store.write(lambda connection: connection.execute(statement))
    store.close()


def retried(shell: Shell, run: str, only: str, wait: str = "0") -> Any:  # noqa: ANN401  # what was printed
    done = shell.type("retry", run, "--only", only, "--wait", wait, "--json")
    assert done.error is None, done.error
    return done.json


def names(shell: Shell, run: str) -> list[tuple[Any, ...]]:
    return shell.query(
        "SELECT m.phone,m.client_id,m.text FROM message m JOIN run USING(run_no) "  # noqa: S608
        f"WHERE run_id='{run}' ORDER BY position"
    )


def test_only_those_whom_it_did_not_reach_get_it_once_more(shell: Shell, run: str) -> None:
    before = names(shell, run)

    again = retried(shell, run, "undelivered")

    assert again["run"] != run
    assert again["rows"] == 2
    assert names(shell, again["run"]) == [(phone, f"{name}r1", text) for phone, name, text in before[1:3]]
    assert names(shell, run) == before
    assert shell.json("status", run, "--offline")["statuses"]["undelivered"] == 2


def test_recipients_who_may_have_it_are_never_retried(shell: Shell, run: str) -> None:
    for status in NEVER:
        done = shell.type("retry", run, "--only", f"undelivered,{status}")

        assert done.code == 4
        assert done.failure.code == "retry_fate"
        assert status in done.failure.message
    done = shell.type("retry", run, "--only", "failed")
    assert done.code == 4
    assert "refused,undelivered,expired,cancelled" in done.failure.hint
    assert shell.query("SELECT count(*) FROM run") == [(1,)]


def test_typed_twice_it_is_the_same_run(shell: Shell, run: str) -> None:
    first = retried(shell, run, "refused,undelivered")

    second = shell.type("retry", run, "--only", "undelivered,refused", "--json")
    part = shell.type("retry", run, "--only", "undelivered")

    assert second.code == 9
    assert second.json["run"] == first["run"]
    assert "campaign retry" in second.json["error"]["hint"]
    assert shell.query("SELECT count(*) FROM run") == [(2,)]
    assert part.code == 9
    assert first["run"] in part.failure.hint  # nobody is left: named is the run that has them


def test_who_stands_in_a_retry_is_not_taken_into_another_one(shell: Shell, run: str) -> None:
    first = retried(shell, run, "undelivered")

    other = retried(shell, run, "refused,undelivered")

    assert (first["rows"], other["rows"]) == (2, 1)
    assert names(shell, other["run"])[0][0].endswith(REFUSED)


def test_a_retry_can_be_retried(shell: Shell, run: str) -> None:
    first = retried(shell, run, "undelivered", wait="3s")

    second = retried(shell, first["run"], "undelivered")

    assert second["rows"] == 2
    assert [name[-2:] for _, name, _ in names(shell, second["run"])] == ["r2", "r2"]
    assert second["attempts"]["answered"] == 1


def test_a_run_that_is_not_finished_must_be_finished_first(shell: Shell) -> None:
    planned = shell.json("plan", "people.csv", "--text", "Other")["run"]

    done = shell.type("retry", planned, "--only", "refused")

    assert done.code == 5
    assert "campaign resume" in done.failure.hint


@pytest.mark.parametrize("wait", ["0", "4s"], ids=["accepted", "failed"])
def test_a_recipient_of_another_run_is_left_out(shell: Shell, run: str, wait: str) -> None:
    """The ledger forgives the one message that failed, not another one, even if that failed too."""
    shell.recipients("one.csv", FAILED)
    shell.type("run", "one.csv", "--text", TEXT, "--again", "x", "--wait", wait)

    again = retried(shell, run, "undelivered")
    twice = shell.type("retry", run, "--only", "undelivered", "--json")

    assert again["statuses"]["already_sent"] == 1
    assert again["rows"] == 2
    assert twice.json["run"] == again["run"]


def test_only_a_retry_overlooks_what_failed(shell: Shell) -> None:
    """Another file with the same recipient stays a repetition, which nobody has asked for."""
    shell.recipients("one.csv", FAILED)

    done = shell.type("run", "one.csv", "--text", TEXT)

    assert done.code == 5
    assert done.failure.code == "already_sent"


def test_recipients_of_a_cancelled_retry_can_be_retried_from_there(shell: Shell, run: str) -> None:
    with api.open(store=shell.journal) as python:
        first = python.run(run).retry("undelivered")
    shell.type("cancel", first.name, "--yes")

    typed = shell.type("retry", run, "--only", "undelivered", "--json")
    second = retried(shell, first.name, "cancelled")

    assert typed.code == 9
    assert f"{first.name} --only cancelled" in typed.json["error"]["hint"]
    assert second["rows"] == 2
    assert second["attempts"]["answered"] == 1


def test_an_unfinished_retry_is_continued(shell: Shell, run: str) -> None:
    with api.open(store=shell.journal) as python:
        first = python.run(run).retry("undelivered")

    found = shell.json("retry", run, "--only", "undelivered", "--dry-run")
    again = retried(shell, run, "undelivered")

    assert found["found"] == again["run"] == first.name


def test_what_was_asked_and_by_whom_is_stored(shell: Shell, run: str) -> None:
    again = retried(shell, run, "undelivered")

    [(settings,)] = shell.query("SELECT settings FROM run WHERE run_no=2")
    stored = json.loads(settings)
    assert stored["retry_of"] == [run]
    assert stored["retry_only"] == ["undelivered"]
    assert stored["retry_by"]
    assert shell.json("runs", "--match", again["run"])[0]["retry_of"] == run


def test_a_recipient_who_is_on_the_stop_list_by_now_is_left_out(shell: Shell, run: str) -> None:
    assert shell.type("stoplist", "add", f"+7916000{FAILED}", "--why", "asked").code == 0

    with api.open(store=shell.journal) as python:
        again = python.run(run).retry("undelivered")

    assert again.tally().to_dict() == {"stopped": 1, "pending": 1}


def test_a_status_that_came_after_planning_stops_the_sending(shell: Shell, run: str) -> None:
    """Planned while it was undelivered, delivered before it was sent: INTENT looks again."""
    with api.open(store=shell.journal) as python:
        again = python.run(run).retry("undelivered")
        learned(shell, "UPDATE message SET state='delivered' WHERE run_no=1 AND state='undelivered'")

        with pytest.raises(api.GuardRefused) as refused:
            again.send()

        assert refused.value.code == "already_sent"
        assert again.tally().to_dict() == {"pending": 2}
    assert shell.query("SELECT count(*) FROM attempt WHERE run_no=2") == [(0,)]


def test_a_recipient_who_was_ever_reported_delivered_is_left_out(shell: Shell, run: str) -> None:
    learned(
        shell,
        "INSERT INTO status_event(run_no,smsc_id,status_text,delivery,exchange_id,seen_us) "  # noqa: S608
        "SELECT e.run_no,e.smsc_id,'delivered','delivered',e.exchange_id,e.seen_us+1 "
        "FROM status_event e JOIN smsc s USING(run_no,smsc_id) JOIN message m "
        f"ON m.run_no=s.run_no AND m.position=s.position WHERE m.phone LIKE '%{FAILED}' LIMIT 1",
    )

    found = shell.json("retry", run, "--only", "undelivered", "--dry-run")

    assert (found["recipients"], found["contradicted"]) == (1, 1)
    assert retried(shell, run, "undelivered")["rows"] == 1


def test_a_retry_of_what_was_sent_again_on_purpose_does_not_stumble_over_the_first(shell: Shell) -> None:
    done = shell.type("run", "people.csv", "--text", TEXT, "--again", "may", "--wait", "4s", "--json")
    learned(shell, "UPDATE message SET state='delivered' WHERE run_no=1 AND state='undelivered'")

    again = retried(shell, done.json["run"], "undelivered")

    assert again["rows"] == 2
    assert again["attempts"]["answered"] == 1
    assert "already_sent" not in again["statuses"]


def test_a_dry_run_and_one_over_its_bound_plan_nothing(shell: Shell, run: str) -> None:
    found = shell.json("retry", run, "--only", "undelivered", "--dry-run")

    assert found == {
        "schema": 1, "retry_of": run, "only": ["undelivered"], "recipients": 2, "segments": 2,
        "taken": 0, "contradicted": 0, "found": None,
    }  # fmt: skip
    bounded = shell.type("retry", run, "--only", "undelivered", "--max-recipients", "1")
    assert bounded.code == 5
    assert shell.query("SELECT count(*) FROM run") == [(1,)]


def test_they_can_be_written_as_a_file_to_fix(shell: Shell, run: str) -> None:
    done = shell.type("retry", run, "--only", "undelivered", "-o", "again.csv", "--json")

    assert done.json["files"] == ["again.csv"]
    assert shell.query("SELECT count(*) FROM run") == [(1,)]
    lines = (shell.folder / "again.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1].strip('"') for line in lines[1:]] == ["Имя0991", "Имя0992"]
    sent = shell.type("check", "again.csv", "--text", TEXT, "--json")
    assert sent.json["recipients"] == 2


def test_a_test_to_oneself_is_not_retried(shell: Shell) -> None:
    made = shell.type("test", "people.csv", "--to", "+79160000991", "--text", TEXT, "--wait", "0", "--json")

    done = shell.type("retry", made.json["run"], "--only", "undelivered")

    assert done.code == 4
    assert done.failure.code == "retry_test"
