"""The stop-list: numbers that no run may text, and every word that was ever said about them.

Only words are written; the list follows from them by trigger, so the two cannot differ. The list is
looked up three times: when a run is planned, in the commit that begins an attempt, and in the one
that arms it, where the database refuses as well.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from campaign.clock import Clock
from campaign.domain import (
    Chunk,
    Member,
    Phone,
    StopEntry,
)
from campaign.errors import (
    AttemptTaken,
    JournalError,
    NotSent,
)
from campaign.journal.sqlite.connection import (
    Store,
    from_us,
    to_us,
)

_BATCH = 5000

_SAY = (
    "INSERT INTO stop_event(phone,action,at_us,operator,why) SELECT value,?,?,?,? FROM json_each(?) "
    "WHERE {}EXISTS(SELECT 1 FROM stop WHERE phone=value)"
)
_ADD, _REMOVE = _SAY.format("NOT "), _SAY.format("")


class StopBook:
    """The stop-list of the journal (`ports.StopList`)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def stopped(self, phones: Sequence[Phone]) -> frozenset[Phone]:
        """Which of these numbers are on the list."""
        with self._store.read() as connection:
            return frozenset(_listed(connection, phones))

    def count(self) -> int:
        """How many numbers are on the list."""
        with self._store.read() as connection:
            return int(connection.execute("SELECT count(*) FROM stop").fetchone()[0])

    def add(self, phones: Iterable[Phone], *, who: str, why: str) -> int:
        """Put numbers on the list, all in one commit; returns how many were not on it before."""
        return self._say(_ADD, "add", phones, who, why)

    def remove(self, phones: Iterable[Phone], *, who: str, why: str) -> int:
        """Take numbers off the list, all in one commit; returns how many were on it."""
        return self._say(_REMOVE, "remove", phones, who, why)

    def remove_all(self, *, who: str, why: str) -> int:
        """Take every number off the list; returns how many."""
        now_us = to_us(self._clock.now())

        def empty(connection: sqlite3.Connection) -> int:
            phones = [row[0] for row in connection.execute("SELECT phone FROM stop")]
            _say(connection, _REMOVE, ("remove", now_us, who, why), phones)
            return len(phones)

        return self._store.write(empty)

    @contextmanager
    def entries(self) -> Iterator[Iterator[StopEntry]]:
        """The whole list by number, in one consistent view while the block runs."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT s.phone,e.at_us,e.operator,e.why FROM stop s "
                "CROSS JOIN stop_event e ON e.event_id=s.event_id ORDER BY s.phone"
            )
            try:
                yield map(_entry, rows)
            finally:
                rows.close()

    def _say(self, statement: str, action: str, phones: Iterable[Phone], who: str, why: str) -> int:
        now_us = to_us(self._clock.now())
        return self._store.write(
            lambda connection: _say(connection, statement, (action, now_us, who, why), phones)
        )


def _say(
    connection: sqlite3.Connection,
    statement: str,
    word: tuple[str, int, str, str],
    phones: Iterable[str],
) -> int:
    rest, count = iter(phones), 0
    while batch := list(dict.fromkeys(islice(rest, _BATCH))):
        count += connection.execute(statement, (*word, json.dumps(batch))).rowcount
    return count


def _entry(row: tuple[str, int, str, str]) -> StopEntry:
    added_at = from_us(row[1])
    if added_at is None:
        raise JournalError("a word about a number without a date")
    return StopEntry(Phone(row[0]), added_at, row[2], row[3])


def _listed(connection: sqlite3.Connection, phones: Sequence[str]) -> set[Phone]:
    rows = connection.execute(
        "SELECT phone FROM stop WHERE phone IN(SELECT value FROM json_each(?))",
        (json.dumps(phones),),
    )
    return {Phone(row[0]) for row in rows}


def without_stopped(
    connection: sqlite3.Connection, run_no: int, chunk: Chunk, *, now_us: int
) -> Chunk:
    """Leave out, for good, whoever of a chunk is on the stop-list now; part of INTENT's commit.

    Raises:
        AttemptTaken: Another attempt of the chunk is open: nobody in it may be left out.
    """
    listed = _listed(connection, [member.phone for member in chunk.members])
    if not listed:
        return chunk
    stopped = [member.position for member in chunk.members if member.phone in listed]
    left_out = connection.execute(
        "UPDATE message SET state='stopped',code='stopped',final_us=? "
        "WHERE run_no=? AND position IN(SELECT value FROM json_each(?)) AND state='pending'",
        (now_us, run_no, json.dumps(stopped)),
    ).rowcount
    if left_out != len(stopped):
        raise AttemptTaken(f"chunk {chunk.chunk_no}: somebody in it is not pending")
    return replace(chunk, members=tuple(one for one in chunk.members if one.phone not in listed))


def refuse_if_stopped(connection: sqlite3.Connection, members: Sequence[Member]) -> None:
    """Look once more right before the last byte; part of ARM's commit.

    Raises:
        NotSent: Somebody is on the list by now; the next try goes without them.
    """
    if _listed(connection, [member.phone for member in members]):
        failure = NotSent("somebody in the request was put on the stop-list meanwhile")
        failure.code = "stopped_meanwhile"
        raise failure


def stops_seen(connection: sqlite3.Connection) -> int:
    """The last word about any number, for the record of an attempt that is being armed."""
    (event_id,) = connection.execute("SELECT coalesce(max(event_id),0) FROM stop_event").fetchone()
    return int(event_id)
