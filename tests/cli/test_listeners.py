"""Who reads our output, or closes the terminal, changes nothing of what a run does or ends with."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from campaign.cli.errors import guarded
from campaign.cli.main import root
from campaign.cli.signals import (
    NothingBegun,
    ending_at_once,
    stoppable,
)

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


def recipients(folder: Path, count: int) -> None:
    rows = "".join(f"+7900{number:07d},N{number}\n" for number in range(count))
    (folder / "in.csv").write_text(f"phone,name\n{rows}12,Bad\n", encoding="utf-8")


def start(
    folder: Path, *words: str, stdout: int | None = None, stderr: int | None = None
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "campaign", *words, "--store", "journal.db"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if stdout is None else stdout,
        stderr=subprocess.DEVNULL if stderr is None else stderr,
    )


def statuses(folder: Path) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "campaign", "status", "--offline", "--json",
         "--store", "journal.db"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    found: dict[str, int] = json.loads(done.stdout)["statuses"]
    return found


@pytest.mark.parametrize(
    ("gone", "talk"),
    [
        ("stdout", "--json"),
        ("both", "--verbose"),
        pytest.param("stderr", "--json", marks=pytest.mark.sweep),
        pytest.param("both", "--json", marks=pytest.mark.sweep),
        pytest.param("stdout", "--verbose", marks=pytest.mark.sweep),
        pytest.param("stderr", "--verbose", marks=pytest.mark.sweep),
    ],
)
def test_the_exit_code_is_that_of_the_run(tmp_path: Path, gone: str, talk: str) -> None:
    """0 would say that everybody was told; one row was rejected."""
    recipients(tmp_path, 3)

    with nobody_reads() as nowhere:
        run = start(
            tmp_path, "run", "in.csv", "--text", "Hi", "--wait", "5s", talk,
            stdout=nowhere if gone != "stderr" else None,
            stderr=nowhere if gone != "stdout" else None,
        )  # fmt: skip
        code = run.wait(ENDING)

    assert code == 3
    assert statuses(tmp_path) == {"invalid": 1, "delivered": 3}


def test_an_error_before_the_run_keeps_its_code_too(tmp_path: Path) -> None:
    with nobody_reads() as nowhere:
        run = start(tmp_path, "check", "none.csv", "--json", stdout=nowhere, stderr=nowhere)

        assert run.wait(ENDING) == 4


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_pauses_the_run_although_nobody_reads_what_it_says(
    tmp_path: Path, number: signal.Signals
) -> None:
    """A closed terminal, and `2>&1 | tee` with Ctrl-C, which ends `tee` as well."""
    recipients(tmp_path, 1000)
    with nobody_reads() as nowhere:
        run = start(
            tmp_path, "run", "in.csv", "--text", "Hi", "--wait", "0", "--rate", "100",
            "--lanes", "1", stdout=nowhere, stderr=nowhere,
        )  # fmt: skip
        _until_something_is_sent(tmp_path / "journal.db")
        for _ in range(3 if number == signal.SIGHUP else 1):
            run.send_signal(number)
            time.sleep(0.05)

        assert run.wait(ENDING) == 130

    found = statuses(tmp_path)
    assert found["pending"] > 0
    assert "unknown" not in found


def _until_something_is_sent(journal: Path) -> None:
    until = time.monotonic() + ENDING
    while time.monotonic() < until:
        time.sleep(0.02)
        if not journal.exists():
            continue
        with closing(sqlite3.connect(journal)) as database:
            try:
                query = "SELECT count(*) FROM message WHERE state='accepted'"
                if database.execute(query).fetchone()[0]:
                    return
            except sqlite3.Error:
                continue
    pytest.fail("nothing was sent")


@pytest.mark.parametrize("verb", ["check", "run", "plan"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, verb: str) -> None:
    """It has no end before somebody writes to it, and can be read only once."""
    os.mkfifo(tmp_path / "in.csv")

    run = start(tmp_path, verb, "in.csv", "--text", "Hi")

    assert run.wait(ENDING) == 4
    assert not (tmp_path / "journal.db").exists()


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
    assert "stopping after the chunks in hand" in capsys.readouterr().err


def _send_once_it_is_heard() -> None:
    until = time.monotonic() + ENDING
    while signal.getsignal(signal.SIGTERM) is signal.SIG_IGN and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("verb", ["check", "plan", "run"])
def test_a_signal_while_rows_are_read_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    recipients(tmp_path, 60_000)
    words = [verb, "in.csv", "--text", "Hi {name}", "--store", "journal.db"]
    monkeypatch.setattr(sys, "argv", ["campaign", *words])
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)  # should the command end too early
    sender = threading.Thread(target=_send_once_it_is_heard)
    sender.start()
    try:
        code = guarded(root)
        sender.join()
    finally:
        signal.signal(signal.SIGTERM, before)

    assert code == 130
    assert capsys.readouterr().err.endswith("Interrupted; nothing was planned or sent.\n")
    if verb != "check":
        with closing(sqlite3.connect("journal.db")) as database:
            assert database.execute("SELECT count(*) FROM run").fetchone() == (0,)
