"""A journal that is deleted, moved or replaced while it is open: sending stops at once."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from campaign.app.paths import paths_of
from campaign.config import Layer, resolve
from campaign.domain import Attempt, Reply, Status
from campaign.errors import Exit, JournalError
from campaign.journal.sqlite.connection import Store
from campaign.journal.sqlite.reply_fallback import ReplyFallback
from tests.fakes import Crash, Fault, World, chunked, recipients
from tests.invariants import broken

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows refuses to move an open file")


def deleted(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink()


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def replaced(path: Path) -> None:
    """As a tool that synchronises folders does."""
    copy = path.with_name("older.db")
    shutil.copy(path, copy)
    copy.replace(path)


def wal_deleted(path: Path) -> None:
    Path(f"{path}-wal").unlink()


def remade(path: Path) -> None:
    """No new file gets the inode of a deleted one that is still open."""
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        content = name.read_bytes()
        name.unlink()
        name.write_bytes(content)


@pytest.mark.parametrize("spoil", [deleted, moved, replaced, wal_deleted, remade])
def test_a_journal_that_nobody_will_find_again_stops_the_sending(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """Commits into it return, so nothing else would notice: everybody would be sent again later."""
    world = World(tmp_path / "journal.db")
    world.plan(chunked(recipients(6), 2))

    def before_send(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no == 2:
            spoil(world.path)

    world.gateway.before_send = before_send
    with world.process() as journal, pytest.raises(JournalError) as stopped:
        world.drive(journal)

    assert stopped.value.code == "journal_moved"
    assert stopped.value.exit_code is Exit.JOURNAL
    assert {line.client_id for line in world.gateway.ledger} == {"c1", "c2"}
    if spoil is moved:  # put back as it was, it can be continued
        (tmp_path / "elsewhere.db").rename(world.path)
        world.gateway.before_send = lambda _: None
        world.resume()

        assert set(world.statuses().values()) == {Status.DELIVERED}
        assert max(world.gateway.times_taken().values()) == 1
        assert broken(world.path) == []


def test_two_connections_may_come_and_go_while_one_writes(tmp_path: Path) -> None:
    """The WAL stays the same file as long as anybody has the journal open."""
    store = Store(tmp_path / "journal.db")
    for _ in range(3):
        other = Store(tmp_path / "journal.db")
        other.write(lambda connection: connection.execute("SELECT 1"))
        other.close()
        with closing(sqlite3.connect(tmp_path / "journal.db")) as reader:
            reader.execute("SELECT count(*) FROM run").fetchone()
            reader.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        store.write(lambda connection: connection.execute("INSERT INTO meta SELECT count(*),'' FROM meta"))
    store.close()


def test_a_journal_behind_a_link_has_one_path(tmp_path: Path) -> None:
    """Else each name would have locks and a WAL of its own."""
    (tmp_path / "link.db").symlink_to("journal.db")
    (tmp_path / "folder").symlink_to(tmp_path)

    def place(name: str) -> Path:
        return paths_of(resolve(Layer("here", {"store": str(tmp_path / name)}))).journal

    assert place("link.db") == place("folder/link.db") == place("journal.db")


def test_an_answer_saved_for_a_journal_that_is_gone_is_not_taken_for_another_one(tmp_path: Path) -> None:
    """Attempts are numbered from 1 in each journal; the name of the queue distinguishes them."""
    world = World(tmp_path / "journal.db")
    world.plan(recipients(2))
    accepted = [{"clientId": f"c{n}", "smscId": f"{n}", "status": "accepted"} for n in (1, 2)]
    body = json.dumps({"status": "ok", "messages": accepted}).encode()
    saved = ReplyFallback(world.path).save(1, Reply(200, body), queue_name="of-another-one-1")
    world.gateway.faults = [Fault.CRASH_UNTAKEN]
    with pytest.raises(Crash):
        world.resume()
    world.resume()

    assert set(world.statuses().values()) == {Status.UNKNOWN}
    assert saved is not None
    assert saved.exists()
