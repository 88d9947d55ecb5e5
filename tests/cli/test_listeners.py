"""A reader of our output who leaves, or a closed terminal, changes nothing of a run."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product

import pytest

from campaign.cli.signals import NothingBegun, ending_at_once, stoppable
from tests.cli.shell import Shell, phone, wait_for

ENDING = 20


@contextmanager
def nobody_reads() -> Iterator[int]:
    """A pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        yield writer
    finally:
        os.close(writer)


def recipients(shell: Shell, count: int) -> None:
    rows = (f"{phone(number)},N{number}" for number in range(count))
    shell.lines("in.csv", "phone,name", *rows, "12,Bad")


def statuses(shell: Shell) -> dict[str, int]:
    found: dict[str, int] = shell.json("status", "--offline")["statuses"]
    return found


IN_CI = {("stdout", "--json"), ("both", "--verbose")}


@pytest.mark.parametrize(
    ("gone", "talk"),
    [
        pytest.param(*case, marks=() if case in IN_CI else pytest.mark.sweep)
        for case in product(("stdout", "stderr", "both"), ("--json", "--verbose"))
    ],
)
def test_the_exit_code_is_that_of_the_run(shell: Shell, gone: str, talk: str) -> None:
    """0 would mean that everybody has it; one row was rejected."""
    recipients(shell, 3)

    with nobody_reads() as nowhere:
        run = shell.start("run", "in.csv", "--text", "Hi", "--wait", "5s", talk,
            stdout=nowhere if gone != "stderr" else None,
            stderr=nowhere if gone != "stdout" else None,
        )  # fmt: skip
        code = run.wait(ENDING)

    assert code == 3
    assert statuses(shell) == {"invalid": 1, "delivered": 3}


def test_an_error_before_the_run_keeps_its_code_too(shell: Shell) -> None:
    with nobody_reads() as nowhere:
        run = shell.start("check", "none.csv", "--json", stdout=nowhere, stderr=nowhere)

        assert run.wait(ENDING) == 4


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_pauses_the_run_although_nobody_reads_its_output(
    shell: Shell, number: signal.Signals
) -> None:
    """A closed terminal, and `2>&1 | tee` with Ctrl-C, which ends `tee` as well."""
    recipients(shell, 1000)
    with nobody_reads() as nowhere:
        run = shell.start("run", "in.csv", "--text", "Hi", "--wait", "0", "--rate", "100",
            "--concurrency", "1", stdout=nowhere, stderr=nowhere,
        )  # fmt: skip
        wait_for(lambda: _is_sending(shell), ENDING)
        for _ in range(3 if number == signal.SIGHUP else 1):
            run.send_signal(number)
            time.sleep(0.05)

        assert run.wait(ENDING) == 130

    found = statuses(shell)
    assert found["pending"] > 0
    assert "unknown" not in found


def _is_sending(shell: Shell) -> bool:
    with suppress(sqlite3.Error):
        return shell.journal.exists() and bool(
            shell.value("SELECT count(*) FROM message WHERE state='accepted'")
        )
    return False


@pytest.mark.parametrize("verb", ["check", "run", "plan"])
def test_a_pipe_is_refused_and_not_waited_for(shell: Shell, verb: str) -> None:
    """It has no end before somebody writes to it, and can be read only once."""
    os.mkfifo(shell.folder / "in.csv")

    run = shell.start(verb, "in.csv", "--text", "Hi")

    assert run.wait(ENDING) == 4
    assert not shell.journal.exists()


class Clock:
    """Counts who asked."""

    asked = 0

    def ask_stop(self) -> None:
        self.asked += 1


def test_where_nothing_is_in_hand_a_signal_ends_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()

    with stoppable(clock):
        with pytest.raises(NothingBegun), ending_at_once():
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)

    assert clock.asked == 1
    assert "stopping after the current requests" in capsys.readouterr().err


def _send_once_it_is_heard() -> None:
    until = time.monotonic() + ENDING
    while signal.getsignal(signal.SIGTERM) is signal.SIG_IGN and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("verb", ["check", "plan", "run"])
def test_a_signal_while_rows_are_read_leaves_nothing(shell: Shell, verb: str) -> None:
    recipients(shell, 60_000)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)  # should the command end too early
    sender = threading.Thread(target=_send_once_it_is_heard)
    sender.start()
    try:
        done = shell.type(verb, "in.csv", "--text", "Hi {name}")
        sender.join()
    finally:
        signal.signal(signal.SIGTERM, before)

    assert done.code == 130
    assert done.stderr.endswith("Interrupted; nothing was planned or sent.\n")
    if verb != "check":
        assert shell.value("SELECT count(*) FROM run") == 0
