"""Disks fill up, files are torn, processes die: the journal stays whole or is refused."""

import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest

from campaign.domain import Status
from campaign.errors import Exit, JournalError
from campaign.journal.sqlite.connection import Store, open_store
from campaign.journal.sqlite.lock import Patience
from campaign.journal.sqlite.runs import SqliteRuns
from tests.fakes import RUN, FakeClock, World, chunked, recipients
from tests.invariants import broken

ROOT = Path(__file__).resolve().parents[2]
KILOBYTE = 1024
LOCKS_ARE_SHOWN = Path("/proc/locks").is_file()


def run_python(script: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from campaign.errors import JournalError
from tests.fakes import RUN, World
path, ledger, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
world = World(path)
def disk_is_full():
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with world.process() as books:
        disk_is_full()
        ending = world.drive(books)
    print("code", ending.error.exit_code if ending.error else 0)
except JournalError as error:
    print("code", int(error.exit_code))
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    print("taken", *(line.client_id for line in world.gateway.ledger))
"""


@pytest.mark.parametrize("kilobytes", [0, 8, 20, 36, 52, 80, 120])
def test_a_disk_that_fills_up_stops_sending_and_forgets_nobody(tmp_path: Path, kilobytes: int) -> None:
    """The limit bites at another write each time; what was armed is on disk before it leaves."""
    world = World(tmp_path / "journal.db")
    world.plan(chunked(recipients(12), 2))
    process = run_python(FULL_DISK, world.path, tmp_path / "ledger", kilobytes * KILOBYTE or 1)
    output, errors = process.communicate(timeout=60)
    lines = dict(line.partition(" ")[::2] for line in output.splitlines())

    assert lines.get("code") in {"74", "0"}, (output, errors)
    taken = set(lines["taken"].split())
    assert len(lines["taken"].split()) == len(taken)
    if lines["code"] == "74":
        assert len(taken) < 12
    assert broken(world.path) == []

    world.resume()
    statuses = world.statuses()
    again = set(world.gateway.times_taken())
    assert taken & again == set()
    assert {one for one, status in statuses.items() if status is Status.PENDING} == set()
    assert taken | again | {one for one, status in statuses.items() if status is Status.UNKNOWN} == set(
        statuses
    )


OPEN = """
import sys, time
from pathlib import Path
from campaign.journal.sqlite.connection import Store
store = Store(Path(sys.argv[1]))
"""

WRITER = f"""{OPEN}
number = 0
while True:
    number += 1
    store.write(lambda connection: connection.execute(
        "INSERT INTO alarm(run_no,at_us,code,details) VALUES(1,?,'x','{{}}')", (number,)))
    print(number, flush=True)
"""


def test_what_a_killed_process_has_stored_is_there(tmp_path: Path) -> None:
    """A commit that returned survives; the next process opens the file without a message."""
    world = World(tmp_path / "journal.db")
    world.plan(recipients(1))
    for _ in range(3):
        process = run_python(WRITER, world.path)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.communicate()
        last = max(int(line) for line in lines if line.endswith("\n"))

        with world.process() as journal, journal.store.read() as connection:
            (stored,) = connection.execute("SELECT max(at_us) FROM alarm").fetchone()
            (check,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert stored >= last
        assert check == "ok"
    assert broken(world.path) == []


def test_a_frozen_writer_is_waited_for_and_a_dead_one_is_not(tmp_path: Path) -> None:
    """The write lock is freed by the kernel: no stale lock after a kill."""
    world = World(tmp_path / "journal.db")
    world.plan(recipients(1))
    process = run_python(WRITER, world.path)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGSTOP)
    process.kill()
    process.communicate()

    begun_s = time.monotonic()
    world.resume()
    assert time.monotonic() - begun_s < 20
    assert set(world.statuses().values()) == {Status.DELIVERED}


HOLDER = f"""{OPEN}
def work(connection):
    connection.execute("INSERT INTO alarm(run_no,at_us,code,details) VALUES(1,1,'x','{{}}')")
    print("writing", flush=True)
    sys.stdin.readline()
store.write(work)
"""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Path, "subprocess.Popen[str]"]]:
    """A journal inside whose commit another process stands still; it ends when it may."""
    world = World(tmp_path / "journal.db")
    world.plan(recipients(1))
    process = run_python(HOLDER, world.path)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    yield world.path, process
    process.send_signal(signal.SIGCONT)
    process.communicate("\n", timeout=30)
    assert broken(world.path) == []


def test_a_long_wait_for_another_writer_is_reported_once_and_names_the_process(
    held: tuple[Path, "subprocess.Popen[str]"],
) -> None:
    """Silence looks like a hang, and the user cannot know what to end."""
    path, process = held
    reported: list[str] = []

    def end_it() -> None:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()

    def hear(text: str) -> None:
        reported.append(text)
        if len(reported) == 1:
            Timer(0.5, end_it).start()  # several slices of waiting later

    patience = Patience(report_after_s=0.2, idle_s=60.0, slice_s=0.1)
    Store(path, hear, patience).close()

    (line,) = reported
    assert line.startswith("waiting for ")
    assert line.endswith(", which is writing to the journal")
    if LOCKS_ARE_SHOWN:
        assert f"process {process.pid} (-c " in line


def test_a_writer_that_stands_still_is_not_waited_for_for_ever(
    held: tuple[Path, "subprocess.Popen[str]"],
) -> None:
    """Exit 74 with what to do; what was stored stays."""
    path, process = held
    process.send_signal(signal.SIGSTOP)
    time.sleep(0.05)  # until the system says so, too
    patience = Patience(report_after_s=0.1, idle_s=0.5, slice_s=0.1)
    with pytest.raises(JournalError) as refused:
        Store(path, patience=patience)

    assert refused.value.exit_code is Exit.JOURNAL
    assert refused.value.code == "journal_busy"
    if LOCKS_ARE_SHOWN:
        assert f"process {process.pid}" in refused.value.message
        assert "is stopped" in refused.value.message
        assert f"kill -CONT {process.pid}" in refused.value.hint


def test_a_writer_that_writes_on_is_waited_for(tmp_path: Path) -> None:
    """Planning a million rows is one long commit; its WAL grows all the time."""
    world = World(tmp_path / "journal.db")
    world.plan(recipients(1))
    process = run_python(LONG_COMMIT, world.path)
    assert process.stdout is not None
    process.stdout.readline()
    begun_s = time.monotonic()
    Store(world.path, patience=Patience(report_after_s=0.1, idle_s=0.8, slice_s=0.1)).close()

    assert time.monotonic() - begun_s > 1.0
    process.communicate(timeout=30)
    assert process.returncode == 0


LONG_COMMIT = f"""{OPEN}
def work(connection):
    connection.execute("PRAGMA cache_size=5")
    print("writing", flush=True)
    for _ in range(15):
        for number in range(40):
            connection.execute("INSERT INTO alarm(run_no,at_us,code,details) VALUES(1,1,?,'{{}}')", ("x"*4000,))
        time.sleep(0.1)
store.write(work)
"""


def test_a_reader_waits_for_no_writer(held: tuple[Path, "subprocess.Popen[str]"]) -> None:
    """`runs`, `unknown`, `status --offline`, `report --offline`."""
    path, _ = held
    reported: list[str] = []
    begun_s = time.monotonic()
    store = open_store(path, reported.append, reading=True)
    try:
        assert [one.run for one in SqliteRuns(store, FakeClock()).all()] == [RUN]
        with pytest.raises(JournalError, match="reading only"):
            store.write(lambda connection: connection.execute("DELETE FROM alarm"))
    finally:
        store.close()

    assert time.monotonic() - begun_s < 5
    assert reported == []


def test_a_journal_that_is_not_there_yet_is_made_also_for_reading(tmp_path: Path) -> None:
    store = open_store(tmp_path / "new" / "journal.db", print, reading=True)

    assert SqliteRuns(store, FakeClock()).all() == ()
    store.close()


@pytest.mark.parametrize("kept", [0, 100, 4096, 10_000])
def test_a_torn_file_is_never_taken_for_an_empty_journal(tmp_path: Path, kept: int) -> None:
    """A cut copy: an empty file is new, anything else is refused or read whole, never guessed."""
    world = World(tmp_path / "journal.db")
    world.plan(recipients(300))
    whole = world.path.read_bytes()
    world.path.write_bytes(whole[:kept])
    if not kept:
        with world.process() as journal:
            assert journal.runs.all() == ()
        return

    with pytest.raises(JournalError):
        world.statuses()


def test_a_refused_journal_leaves_no_open_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    World(path).plan(recipients(1))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(10):
        with pytest.raises(JournalError):
            Store(path)

    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
