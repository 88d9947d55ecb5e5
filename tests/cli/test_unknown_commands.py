"""Recipients whose status is unknown and a journal to examine, from the command line."""

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from campaign.journal.sqlite.connection import Store
from campaign.sandbox.options import SandboxOptions
from campaign.sandbox.server import SandboxServer
from tests.cli.shell import Shell
from tests.fault.stub_server import Talk, answering, http, serving

BAD_GATEWAY = """
[[rules]]
call = "send"
nth = [2]
when = "before"
fault = "status"
code = 502
"""
WHY = "the cabinet shows 5 messages"


def write(shell: Shell, statement: str) -> None:
    """Change the journal as far as its triggers allow."""
    store = Store(shell.journal)
    store.write(lambda connection: connection.execute(statement))
    store.close()


def make_old(shell: Shell) -> None:
    write(shell, "UPDATE attempt SET committed_us=committed_us-16*60*1000000 WHERE state='unknown'")


def add_evidence(shell: Shell) -> None:
    write(shell, "INSERT INTO smsc(run_no,smsc_id,attempt_id,source,first_us) VALUES(1,'9',2,'queue',1)")


def actions(shell: Shell) -> list[tuple[object, ...]]:
    return shell.query("SELECT action,why FROM operator_action")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run of two requests, the second of which had no answer; nothing of it was taken."""
    shell = Shell(tmp_path_factory.mktemp("ended"))
    shell.many(205)
    faults = shell.write("faults.toml", BAD_GATEWAY)
    found = shell.json(
        "run", "people.csv", "--text", "Hi", "--wait", "1s", CAMPAIGN_SANDBOX_FAULTS=str(faults)
    )
    return shell.folder, found


@pytest.fixture
def unsettled(ended: tuple[Path, dict[str, Any]], tmp_path: Path) -> Shell:
    """A copy of its journal, for this test alone."""
    return Shell(Path(shutil.copytree(ended[0], tmp_path / "copy")))


def codes(findings: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(one["level"], one["code"]) for one in findings}


def test_unknowns_from_the_exit_code_to_the_last_delivery(
    unsettled: Shell, ended: tuple[Path, dict[str, Any]]
) -> None:
    """Nothing was taken; an operator says so, and everybody has it once."""
    shell, found = unsettled, ended[1]
    run = found["run"]

    assert found["exit"] == 8
    assert found["statuses"]["unknown"] == 5
    assert found["next"] == f"campaign unknown {run} --store journal.db"

    unknown = shell.json("unknown", run)
    (entry,) = unknown["unknown"]
    assert unknown["runs"] == [
        {"run": run, "recipients": 5, "by_evidence": 0, "by_operator": 0, "resent": 0, "left": 5}
    ]
    assert entry.pop("committed_at").startswith("20")
    assert entry["evidence"].pop("queue_answers") >= 1
    assert entry["evidence"].pop("balance_before")
    assert entry == {
        "run": run, "attempt": 2, "chunk": 2, "try": 1, "recipients": 5, "unknown": 5,
        "code": "http_status", "reply_text": entry["reply_text"],
        "evidence": {"ids_in_queue": 0, "queue_losses": 0, "balance_after": ""},
    }  # fmt: skip
    shown = shell.type("unknown").stdout
    assert f"campaign resolve {run} --attempt 2 --as sent|not-sent" in shown
    assert shown.count("--store journal.db") == 1
    assert "+79000000200" not in shown

    examined = shell.type("doctor", "--json")
    assert (examined.code, codes(examined.json)) == (0, {("warning", "I28")})

    held = shell.json("resume", run, "--wait", "0s")
    assert (held["exit"], held["statuses"]["unknown"]) == (8, 5)
    fresh = shell.type("resume", run, "--wait", "0s", "--on-unknown", "resend")
    assert fresh.code == 8
    assert "no recipient qualifies; 5 recipients too fresh until 20" in fresh.stderr

    put_back = shell.json("resolve", run, "--attempt", "2", "--as", "not-sent", "--why", WHY)
    assert (put_back["exit"], put_back["state"]) == (7, "paused")  # five are not sent yet
    assert put_back["statuses"]["pending"] == 5
    assert put_back["next"] == f"campaign resume {run} --store journal.db"
    assert ("not-sent", WHY) in actions(shell)

    done = shell.json("resume")
    assert (done["exit"], done["statuses"]) == (0, {"delivered": 205})
    assert done["attempts"]["answered"] == 2
    assert shell.json("doctor") == []
    after = shell.json("unknown")
    assert after["unknown"] == []
    assert [(one["by_operator"], one["left"]) for one in after["runs"]] == [(5, 0)]
    assert "5 by an operator" in shell.type("unknown").stdout
    assert "no status is unknown" in shell.type("unknown").stdout


STANDS_STILL = """
import sys
from pathlib import Path
from campaign.journal.sqlite.connection import Store
def work(connection):
    print("writing", flush=True)
    sys.stdin.readline()
Store(Path(sys.argv[1])).write(work)
"""


def test_reading_waits_for_no_writer(unsettled: Shell) -> None:
    """A frozen process holds the journal: commands that only read end at once."""
    holder = subprocess.Popen(
        [sys.executable, "-c", STANDS_STILL, "journal.db"],
        cwd=unsettled.folder, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "writing\n"
        verbs = (["runs"], ["unknown"], ["status", "--offline"], ["report", "--offline"])
        begun_s = time.monotonic()
        ends = [unsettled.type(*verb) for verb in verbs]
        took_s = time.monotonic() - begun_s
    finally:
        holder.communicate("\n", timeout=30)

    assert [end.code for end in ends] == [0, 8, 8, 8]
    assert not any("waiting for" in end.stderr for end in ends)
    assert took_s < 50


def test_resolve_is_refused_without_a_reason_an_unknown_or_against_evidence(
    unsettled: Shell, ended: tuple[Path, dict[str, Any]]
) -> None:
    shell, run = unsettled, ended[1]["run"]
    add_evidence(shell)
    make_old(shell)
    (entry,) = shell.json("unknown")["unknown"]
    assert entry["evidence"]["ids_in_queue"] == 1

    def resolve(as_: str, attempt: str = "2", why: str = WHY) -> Any:  # noqa: ANN401
        return shell.json("resolve", run, "--attempt", attempt, "--as", as_, "--why", why)

    empty, other, against = resolve("sent", why="  "), resolve("sent", "1"), resolve("not-sent")
    assert [(one["exit"], one["error"]["code"]) for one in (empty, other, against)] == [
        (4, "why_missing"), (4, "attempt_unknown"), (5, "evidence"),
    ]  # fmt: skip
    resent = shell.type("resume", run, "--wait", "0s", "--on-unknown", "resend")
    assert resent.code == 8
    shown = "no recipient qualifies; 5 recipients in a request of which the gateway took"
    assert shown in resent.stderr
    assert "too fresh" not in resent.stderr
    assert actions(shell) == []

    assert "unknown" not in resolve("sent")["statuses"]
    assert actions(shell) == [("sent", WHY)]


def test_resend_sends_an_old_unknown_once_more_and_says_how_many(
    unsettled: Shell, ended: tuple[Path, dict[str, Any]]
) -> None:
    shell, run = unsettled, ended[1]["run"]
    make_old(shell)

    done = shell.type("resume", run, "--on-unknown", "resend")

    assert done.code == 0
    assert "5 recipients are sent again; up to 5 of them may get the message twice" in done.stderr
    assert shell.json("status", run, "--offline")["statuses"] == {"delivered": 205}
    assert ("resend", "on-unknown") in actions(shell)
    assert shell.json("doctor") == []


def test_a_run_that_is_not_there_is_one_clear_sentence(unsettled: Shell, tmp_path: Path) -> None:
    """A mistyped run is bad input (4); where nothing was ever sent is nothing to do (9)."""
    (tmp_path / "elsewhere").mkdir()
    for verb in ("resolve", "unknown", "resume", "report", "status"):
        more = ("--attempt", "1", "--as", "sent", "--why", WHY) if verb == "resolve" else ()
        mistyped = unsettled.type(verb, "nobody", *more)
        elsewhere = Shell(tmp_path / "elsewhere").type(verb, "nobody", *more)

        assert (mistyped.code, elsewhere.code) == (4, 9)
        assert "Error [run_unknown]" in mistyped.stderr
        assert "Hint: campaign runs" in mistyped.stderr
        assert "Error [no_journal]" in elsewhere.stderr
        assert "--store" in elsewhere.stderr


# --- doctor ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("--online",)])
def test_a_missing_journal_ends_as_in_other_commands_and_is_not_made(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    done = shell.type("doctor", "--json", *arguments)

    assert done.code == shell.type("status").code == 9
    assert codes(done.json) == {("error", "no_journal")}
    assert not shell.journal.exists()


def test_a_finding_is_a_sentence_and_an_exit_code(shell: Shell) -> None:
    Store(shell.journal).close()
    good = shell.type("doctor", "--online")
    shell.journal.chmod(0o644)
    bad = shell.type("doctor")

    assert (good.code, good.stdout) == (0, "nothing is wrong\n")
    assert bad.code == 74
    assert "error rights: " in bad.stdout
    assert "chmod go-rwx" in bad.stdout


def online(shell: Shell, url: str, password: str) -> list[dict[str, str]]:
    Store(shell.journal).close()
    done = shell.type(
        "doctor", "--online", "--json", "--gateway", "prostor", "--gateway-url", url,
        CAMPAIGN_LOGIN="sandbox", CAMPAIGN_PASSWORD=password,
    )  # fmt: skip
    found: list[dict[str, str]] = done.json
    assert done.code == (74 if any(one["level"] == "error" for one in found) else 0)
    assert password not in done.stdout.replace("sandbox", "") + done.stderr
    return found


def test_a_wrong_password_is_found(shell: Shell) -> None:
    with SandboxServer(SandboxOptions(state=shell.folder / "s.db")) as server:
        url = server.base_url()
        assert codes(online(shell, url, "wrong-6f1c")) == {("error", "login")}
        assert online(shell, url, "sandbox") == []


SENDERS = b'{"status":"ok","senders":[{"sender":"TEST","status":"active","info":""}]}'
BALANCE = b'{"status":"ok","balance":[{"type":"RUB","balance":"0.00","credit":"0.00"}]}'


@pytest.mark.parametrize(
    ("skew", "senders", "expected"),
    [
        (timedelta(), SENDERS, {("warning", "balance")}),
        (timedelta(days=-1), SENDERS, {("warning", "balance"), ("error", "clock")}),
        (timedelta(minutes=3), SENDERS, {("warning", "balance"), ("error", "clock")}),
        (timedelta(), SENDERS.replace(b"active", b"blocked"),
         {("warning", "balance"), ("error", "senders")}),
        (timedelta(), b"<html>", {("error", "gateway")}),
    ],
)  # fmt: skip
def test_clock_senders_and_money_are_examined(
    shell: Shell, skew: timedelta, senders: bytes, expected: set[tuple[str, str]]
) -> None:
    date = f"Date: {format_datetime(datetime.now(UTC) + skew, usegmt=True)}"

    def answer(talk: Talk) -> bytes:
        return http(BALANCE if b"balance.json" in talk.head else senders, "200 OK", date)

    with serving(answering(answer)) as server:
        assert codes(online(shell, server.url(), "any-7c2e")) == expected


def test_a_gateway_that_is_not_there_is_a_finding(shell: Shell) -> None:
    begun_s = time.monotonic()

    assert codes(online(shell, "http://127.0.0.1:9/v2/", "any-7c2e")) == {("error", "gateway")}
    assert time.monotonic() - begun_s < 60
