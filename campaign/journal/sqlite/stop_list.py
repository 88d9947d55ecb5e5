"""The stop-list: numbers that no run may text, and every change that was ever made to it.

Only changes are written; the list follows from them by trigger, so the two cannot differ. The list
is looked up three times: when a run is planned, in the commit that begins an attempt, and at its
commit point, where the database refuses as well.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from campaign.domain import Chunk, Member, Phone, Status, StopEntry
from campaign.errors import AttemptTaken, NotSent
from campaign.journal.sqlite.connection import moment
from campaign.journal.sqlite.part import Part, number
from campaign.text import tr

_BATCH = 5000

_CHANGE = (
    "INSERT INTO stop_event(phone,action,at_us,operator,why) SELECT value,?,?,?,? FROM json_each(?) "
    "WHERE {}EXISTS(SELECT 1 FROM stop WHERE phone=value)"
)
_ADD, _REMOVE = _CHANGE.format("NOT "), _CHANGE.format("")


class SqliteStopList(Part):
    """`journal.base.StopList`."""

    def stopped(self, phones: Sequence[Phone]) -> frozenset[Phone]:
        with self._store.read() as connection:
            return frozenset(_listed(connection, phones))

    def count(self) -> int:
        with self._store.read() as connection:
            return number(connection, "SELECT count(*) FROM stop")

    def add(self, phones: Iterable[Phone], *, operator: str, why: str) -> int:
        event = ("add", self._now_us(), operator, why)
        return self._store.write(lambda connection: _change(connection, _ADD, event, phones))

    def remove(self, phones: Iterable[Phone], *, operator: str, why: str) -> int:
        event = ("remove", self._now_us(), operator, why)
        return self._store.write(lambda connection: _change(connection, _REMOVE, event, phones))

    def remove_all(self, *, operator: str, why: str) -> int:
        event = ("remove", self._now_us(), operator, why)

        def empty(connection: sqlite3.Connection) -> int:
            phones = [row[0] for row in connection.execute("SELECT phone FROM stop")]
            _change(connection, _REMOVE, event, phones)
            return len(phones)

        return self._store.write(empty)

    @contextmanager
    def entries(self) -> Iterator[Iterator[StopEntry]]:
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT s.phone,e.at_us,e.operator,e.why FROM stop s "
                "CROSS JOIN stop_event e ON e.event_id=s.event_id ORDER BY s.phone"
            )
            try:
                yield (
                    StopEntry(Phone(phone), moment(at_us), operator, why)
                    for phone, at_us, operator, why in rows
                )
            finally:
                rows.close()


def _change(
    connection: sqlite3.Connection, statement: str, event: tuple[str, int, str, str], phones: Iterable[str]
) -> int:
    rest, count = iter(phones), 0
    while batch := list(dict.fromkeys(islice(rest, _BATCH))):
        count += connection.execute(statement, (*event, json.dumps(batch))).rowcount
    return count


def _listed(connection: sqlite3.Connection, phones: Sequence[str]) -> set[Phone]:
    rows = connection.execute(
        "SELECT phone FROM stop WHERE phone IN(SELECT value FROM json_each(?))", (json.dumps(phones),)
    )
    return {Phone(row[0]) for row in rows}


def without_stopped(connection: sqlite3.Connection, run_no: int, chunk: Chunk, *, now_us: int) -> Chunk:
    """Leave out, for good, whoever of a chunk is on the stop-list now; part of INTENT's commit."""
    listed = _listed(connection, [member.phone for member in chunk.members])
    stopped = [member for member in chunk.members if member.phone in listed]
    return leave_out(connection, run_no, chunk, stopped, status=Status.STOPPED, now_us=now_us)


def leave_out(  # noqa: PLR0913  # which recipients, and as what
    connection: sqlite3.Connection,
    run_no: int,
    chunk: Chunk,
    members: Sequence[Member],
    *,
    status: Status,
    now_us: int,
) -> Chunk:
    """End pending recipients of a chunk as stopped or expired; returns the others.

    Raises AttemptTaken when one is not pending: another attempt of the chunk is open.
    """
    if not members:
        return chunk
    positions = [member.position for member in members]
    left_out = connection.execute(
        "UPDATE message SET state=?1,code=?1,final_us=?2 "
        "WHERE run_no=?3 AND position IN(SELECT value FROM json_each(?4)) AND state='pending'",
        (status.value, now_us, run_no, json.dumps(positions)),
    ).rowcount
    if left_out != len(members):
        raise AttemptTaken(
            tr("chunk {chunk_no}: a recipient in it is no longer pending", chunk_no=chunk.chunk_no)
        )
    return replace(chunk, members=tuple(one for one in chunk.members if one.position not in positions))


def refuse_if_stopped(connection: sqlite3.Connection, members: Sequence[Member]) -> None:
    """Check again right before the last byte; part of the commit point.

    Raises NotSent when a recipient is on the list by now: the next try goes without them.
    """
    if _listed(connection, [member.phone for member in members]):
        failure = NotSent(tr("a recipient in the request was put on the stop-list in the meantime"))
        failure.code = "stopped_meanwhile"
        raise failure


def stops_seen(connection: sqlite3.Connection) -> int:
    """The last change of the list, for the record of an attempt at its commit point."""
    return number(connection, "SELECT coalesce(max(event_id),0) FROM stop_event")
