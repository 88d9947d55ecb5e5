"""`campaign retry`: whom a run did not reach gets the text once more, and nobody else does."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from campaign import api
from campaign.journal.sqlite.connection import Store
from tests.cli.desk import Desk
from tests.invariants import broken

TEXT = "Hello, {name}!"
REFUSED, FAILED, BLOCKED, OPEN, FINE = "0990", "0991", "0992", "0993", "0001"
NEVER = ("unknown", "accepted", "no_final_status", "delivered", "pending", "stopped", "invalid")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run of five people: one of each end that the practice gateway knows."""
    with pytest.MonkeyPatch.context() as patch:
        desk = Desk(tmp_path_factory.mktemp("ended"), patch)
        desk.people("people.csv", REFUSED, FAILED, BLOCKED, OPEN, FINE)
        done = desk.type("run", "people.csv", "--text", TEXT, "--wait", "4s", "--json")
        assert done.json["fates"] == {
            "refused": 1, "accepted": 1, "delivered": 1, "undelivered": 2,
        }  # fmt: skip
        return desk.folder, str(done.json["run"])


@pytest.fixture
def run(ended: tuple[Path, str]) -> str:
    return ended[1]


@pytest.fixture
def desk(
    ended: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """That journal, for this test alone."""
    made = Desk(Path(shutil.copytree(ended[0], tmp_path / "desk")), monkeypatch)
    yield made
    assert broken(made.folder / "journal.db") == []


def asked(desk: Desk, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(desk.folder / "journal.db")) as connection:
        return connection.execute(sql).fetchall()


def told(desk: Desk, statement: str) -> None:
    """Let the journal learn something that came late."""
    store = Store(desk.folder / "journal.db")
    store.write(lambda connection: connection.execute(statement))
    store.close()


def retried(desk: Desk, run: str, only: str, wait: str = "0") -> Any:  # noqa: ANN401  # what was printed
    done = desk.type("retry", run, "--only", only, "--wait", wait, "--json")
    assert done.error is None, done.error
    return done.json


def names(desk: Desk, run: str) -> list[tuple[Any, ...]]:
    return asked(
        desk,
        "SELECT m.phone,m.client_id,m.text FROM message m JOIN run USING(run_no) "  # noqa: S608
        f"WHERE run_id='{run}' ORDER BY ord",
    )


def test_only_those_whom_it_did_not_reach_get_it_once_more(desk: Desk, run: str) -> None:
    before = names(desk, run)

    again = retried(desk, run, "undelivered")

    assert again["run"] != run
    assert again["rows"] == 2
    assert names(desk, again["run"]) == [
        (phone, f"{name}r1", text) for phone, name, text in before[1:3]
    ]
    assert names(desk, run) == before
    assert desk.type("status", run, "--offline", "--json").json["fates"]["undelivered"] == 2


@pytest.mark.parametrize("fate", NEVER)
def test_people_who_may_have_been_told_are_never_retried(desk: Desk, run: str, fate: str) -> None:
    done = desk.type("retry", run, "--only", f"undelivered,{fate}")

    assert done.code == 4
    assert done.error is not None
    assert done.error.code == "retry_fate"
    assert fate in done.error.message
    assert asked(desk, "SELECT count(*) FROM run") == [(1,)]


def test_what_is_no_fate_is_named(desk: Desk, run: str) -> None:
    done = desk.type("retry", run, "--only", "failed")

    assert done.code == 4
    assert done.error is not None
    assert "refused,undelivered,expired,cancelled" in done.error.hint


def test_typed_twice_it_is_the_same_run(desk: Desk, run: str) -> None:
    first = retried(desk, run, "refused,undelivered")

    second = desk.type("retry", run, "--only", "undelivered,refused", "--json")

    assert second.code == 9
    assert second.json["run"] == first["run"]
    assert "campaign retry" in second.json["error"]["hint"]
    assert asked(desk, "SELECT count(*) FROM run") == [(2,)]


def test_who_stands_in_a_retry_is_not_taken_into_another_one(desk: Desk, run: str) -> None:
    first = retried(desk, run, "undelivered")

    other = retried(desk, run, "refused,undelivered")

    assert (first["rows"], other["rows"]) == (2, 1)
    assert names(desk, other["run"])[0][0].endswith(REFUSED)


def test_nobody_left_names_the_run_that_has_them(desk: Desk, run: str) -> None:
    first = retried(desk, run, "refused,undelivered")

    done = desk.type("retry", run, "--only", "undelivered")

    assert done.code == 9
    assert done.error is not None
    assert first["run"] in done.error.hint


def test_a_retry_can_be_retried(desk: Desk, run: str) -> None:
    first = retried(desk, run, "undelivered", wait="3s")

    second = retried(desk, first["run"], "undelivered")

    assert second["rows"] == 2
    assert [name[-2:] for _, name, _ in names(desk, second["run"])] == ["r2", "r2"]
    assert second["attempts"]["answered"] == 1


def test_a_run_that_is_not_finished_must_be_finished_first(desk: Desk) -> None:
    planned = desk.type("plan", "people.csv", "--text", "Other", "--json").json["run"]

    done = desk.type("retry", planned, "--only", "refused")

    assert done.code == 5
    assert done.error is not None
    assert "campaign resume" in done.error.hint


def test_who_got_it_from_another_run_is_left_out_and_said(desk: Desk, run: str) -> None:
    """The ledger forgives the one message that failed, not another one that did not."""
    desk.people("one.csv", FAILED)
    desk.type("run", "one.csv", "--text", TEXT, "--again", "x", "--wait", "0")

    again = retried(desk, run, "undelivered")
    twice = desk.type("retry", run, "--only", "undelivered", "--json")

    assert again["fates"]["already_sent"] == 1
    assert again["rows"] == 2
    assert twice.json["run"] == again["run"]


def test_only_a_retry_overlooks_what_failed(desk: Desk) -> None:
    """Another file with the same person stays a repetition: nobody said that it is on purpose."""
    desk.people("one.csv", FAILED)

    done = desk.type("run", "one.csv", "--text", TEXT)

    assert done.code == 5
    assert done.error is not None
    assert done.error.code == "already_sent"


def test_what_failed_in_a_run_that_is_not_retried_still_counts(desk: Desk, run: str) -> None:
    desk.people("one.csv", FAILED)
    desk.type("run", "one.csv", "--text", TEXT, "--again", "x", "--wait", "4s")

    again = retried(desk, run, "undelivered")

    assert again["fates"]["already_sent"] == 1


def test_people_of_a_cancelled_retry_can_be_retried_from_there(desk: Desk, run: str) -> None:
    with api.open(store=desk.folder / "journal.db") as python:
        first = python.run(run).retry("undelivered")
    desk.type("cancel", first.name, "--yes")

    typed = desk.type("retry", run, "--only", "undelivered", "--json")
    second = retried(desk, first.name, "cancelled")

    assert typed.code == 9
    assert f"{first.name} --only cancelled" in typed.json["error"]["hint"]
    assert second["rows"] == 2
    assert second["attempts"]["answered"] == 1


def test_an_unfinished_retry_is_gone_on_with(desk: Desk, run: str) -> None:
    with api.open(store=desk.folder / "journal.db") as python:
        first = python.run(run).retry("undelivered")

    found = desk.type("retry", run, "--only", "undelivered", "--dry-run", "--json").json
    again = retried(desk, run, "undelivered")

    assert found["found"] == again["run"] == first.name


def test_the_word_of_whoever_asked_is_kept(desk: Desk, run: str) -> None:
    again = retried(desk, run, "undelivered")

    [(settings,)] = asked(desk, "SELECT settings FROM run WHERE run_no=2")
    kept = json.loads(settings)
    assert kept["retry_of"] == [run]
    assert kept["retry_only"] == ["undelivered"]
    assert kept["retry_by"]
    assert desk.type("runs", "--json", "--match", again["run"]).json[0]["retry_of"] == run


def test_who_is_on_the_stop_list_by_now_is_left_out(desk: Desk, run: str) -> None:
    assert desk.type("stoplist", "add", f"+7916000{FAILED}", "--why", "asked").code == 0

    with api.open(store=desk.folder / "journal.db") as python:
        again = python.run(run).retry("undelivered")

    assert again.tally().to_dict() == {"stopped": 1, "pending": 1}


def test_a_word_that_came_after_planning_stops_the_sending(desk: Desk, run: str) -> None:
    """Planned while it was undelivered, delivered before it was sent: INTENT looks again."""
    with api.open(store=desk.folder / "journal.db") as python:
        again = python.run(run).retry("undelivered")
        told(desk, "UPDATE message SET state='delivered' WHERE run_no=1 AND state='undelivered'")

        with pytest.raises(api.GuardRefused) as refused:
            again.send()

        assert refused.value.code == "already_sent"
        assert again.tally().to_dict() == {"pending": 2}
    assert asked(desk, "SELECT count(*) FROM attempt WHERE run_no=2") == [(0,)]


def test_who_was_ever_called_delivered_is_left_out(desk: Desk, run: str) -> None:
    told(
        desk,
        "INSERT INTO status_event(run_no,smsc_id,word,delivery,exchange_id,seen_us) "  # noqa: S608
        "SELECT e.run_no,e.smsc_id,'delivered','delivered',e.exchange_id,e.seen_us+1 "
        "FROM status_event e JOIN smsc s USING(run_no,smsc_id) JOIN message m "
        f"ON m.run_no=s.run_no AND m.ord=s.ord WHERE m.phone LIKE '%{FAILED}' LIMIT 1",
    )

    found = desk.type("retry", run, "--only", "undelivered", "--dry-run", "--json").json

    assert (found["people"], found["contradicted"]) == (1, 1)
    assert retried(desk, run, "undelivered")["rows"] == 1


def test_a_retry_of_what_was_sent_again_on_purpose_does_not_stumble_over_the_first(
    desk: Desk,
) -> None:
    done = desk.type(
        "run", "people.csv", "--text", TEXT, "--again", "may", "--wait", "4s", "--json"
    )
    told(desk, "UPDATE message SET state='delivered' WHERE run_no=1 AND state='undelivered'")

    again = retried(desk, done.json["run"], "undelivered")

    assert again["rows"] == 2
    assert again["attempts"]["answered"] == 1
    assert "already_sent" not in again["fates"]


def test_a_dry_run_counts_and_plans_nothing(desk: Desk, run: str) -> None:
    found = desk.type("retry", run, "--only", "undelivered", "--dry-run", "--json").json

    assert found == {
        "schema": 1, "retry_of": run, "only": ["undelivered"], "people": 2, "segments": 2,
        "taken": 0, "contradicted": 0, "found": None,
    }  # fmt: skip
    assert asked(desk, "SELECT count(*) FROM run") == [(1,)]


def test_they_can_be_written_as_a_file_to_mend(desk: Desk, run: str) -> None:
    done = desk.type("retry", run, "--only", "undelivered", "-o", "again.csv", "--json")

    assert done.json["files"] == ["again.csv"]
    assert asked(desk, "SELECT count(*) FROM run") == [(1,)]
    lines = (desk.folder / "again.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1].strip('"') for line in lines[1:]] == ["Имя0991", "Имя0992"]
    sent = desk.type("check", "again.csv", "--text", TEXT, "--json")
    assert sent.json["people"] == 2


def test_bounds_hold_for_a_retry_too(desk: Desk, run: str) -> None:
    done = desk.type("retry", run, "--only", "undelivered", "--max-recipients", "1")

    assert done.code == 5
    assert asked(desk, "SELECT count(*) FROM run") == [(1,)]


def test_a_test_to_oneself_is_not_retried(desk: Desk) -> None:
    made = desk.type(
        "test", "people.csv", "--to", "+79160000991", "--text", TEXT, "--wait", "0", "--json"
    )

    done = desk.type("retry", made.json["run"], "--only", "undelivered")

    assert done.code == 4
    assert done.error is not None
    assert done.error.code == "retry_test"
