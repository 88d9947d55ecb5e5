"""Planning: rows, texts and chunks frozen in one commit."""

import json
import marshal
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Generic, NamedTuple, Self, TypeAlias, TypeVar

from campaign.clock import Clock
from campaign.domain import (
    CHUNK_SIZE,
    CheckedRow,
    Message,
    Rejection,
    RunId,
    RunInfo,
    RunPlan,
)
from campaign.errors import JournalError, NothingToDo
from campaign.journal.sqlite.connection import (
    Store,
    to_us,
)
from campaign.journal.sqlite.runs import insert_sources, run_info

_MOST = 200


class KnownShape(NamedTuple):
    """What was confirmed for files of one shape."""

    shape: str
    mapping: Mapping[str, str]
    run: str


class ColumnMapBook:
    """Remembers `--map` for files of the same shape."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def known(self) -> tuple[KnownShape, ...]:
        """What was confirmed, latest first."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT shape,mapping,run_id FROM mapping ORDER BY at_us DESC LIMIT ?", (_MOST,)
            ).fetchall()
        return tuple(KnownShape(shape, json.loads(mapping), run) for shape, mapping, run in rows)

    def remember(self, shape: str, mapping: Mapping[str, str], run: RunId) -> None:
        """Keep a mapping; a later one for the same shape replaces it."""
        values = (shape, json.dumps(dict(mapping), ensure_ascii=False), run)
        now_us = to_us(self._clock.now())
        self._store.write(
            lambda connection: connection.execute(
                "INSERT INTO mapping(shape,mapping,run_id,at_us) VALUES(?,?,?,?) "
                "ON CONFLICT(shape) DO UPDATE SET mapping=excluded.mapping,"
                "run_id=excluded.run_id,at_us=excluded.at_us",
                (*values, now_us),
            )
        )

    def forget(self, shape: str) -> None:
        """Drop what was kept for a shape."""
        self._store.write(
            lambda connection: connection.execute("DELETE FROM mapping WHERE shape=?", (shape,))
        )


T = TypeVar("T")

_LENGTH_BYTES = 8


class RowBuffer(Generic[T]):
    """Batches of plain values (tuples of str, int, None), written once, read back in order.

    It is gone when the block ends, or when the process dies.

    Args:
        folder: Where there is room: the journal's, which must hold the same rows soon after.

    Raises:
        JournalError: There is no room, or no right to write there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        try:
            # No name at all on Linux (O_TMPFILE), unlinked at once on other systems of that
            # family, deleted by the last close on Windows; readable by its owner only.
            self._file: IO[bytes] = tempfile.TemporaryFile(  # noqa: SIM115  # closed by __exit__
                dir=folder, prefix=".campaign-", suffix=".spool"
            )
        except OSError as error:
            raise _no_room(folder, error) from error

    def __enter__(self) -> Self:
        """The spool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing of it is left."""
        self._file.close()

    def write(self, batch: list[T]) -> None:
        """Put a batch at the end.

        Raises:
            JournalError: There is no room.
        """
        # `marshal.dump` and `load` would ask the file for every single value.
        data = marshal.dumps(batch)
        try:
            self._file.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
        except OSError as error:
            raise _no_room(self._folder, error) from error
        self._count += 1

    def batches(self) -> Iterator[list[T]]:
        """Every batch again, in order; may be called again."""
        try:
            self._file.seek(0)  # writes what is still in the buffer, too
        except OSError as error:
            raise _no_room(self._folder, error) from error
        for _ in range(self._count):
            length = int.from_bytes(self._file.read(_LENGTH_BYTES), "big")
            # Written by this process a moment ago into a file that nobody else can open.
            batch: list[T] = marshal.loads(self._file.read(length))  # noqa: S302
            yield batch


def _no_room(folder: Path, error: OSError) -> JournalError:
    return JournalError(
        f"the rows cannot be kept in {folder} until they are checked: {error}",
        hint="Check the free space and the rights of that folder; nothing was planned.",
    )


def batches_of(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most that size."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


_BATCH = 2000

_PLANNING_CACHE_KB = 64 << 10

_USUAL_CACHE_KB = 2000
"""SQLite's own default."""

_Values: TypeAlias = tuple[str | int | None, ...]

_Waiting: TypeAlias = tuple[_Values, _Values | None]

_INSERT_ROW = (
    "INSERT INTO source_row(run_no,position,source_no,row_no,cells,fate,field,code,details) "
    "VALUES(?,?,?,?,?,?,?,?,?)"
)

_INSERT_MESSAGE = (
    "INSERT INTO message(run_no,position,chunk_no,client_id,phone,text,sender,flash,wapurl,"
    "segments,send_at_us) VALUES(?,?,?,?,?,?,?,?,?,?,?)"
)


@dataclass(slots=True)
class _Chunks:
    """Deals messages into chunks of at most 200 with one send time each, as they come."""

    count: int = 0
    open: dict[datetime | None, tuple[int, int]] = field(default_factory=dict)

    def place(self, send_at: datetime | None) -> int:
        chunk_no, size = self.open.get(send_at, (0, CHUNK_SIZE))
        if size == CHUNK_SIZE:
            self.count += 1
            chunk_no, size = self.count, 0
        self.open[send_at] = (chunk_no, size + 1)
        return chunk_no


class PlanBook:
    """The planning side of the journal (`ports.PlanJournal`)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def find_run(self, digest: str) -> RunInfo | None:
        """The run that was planned from the same file and settings, if any."""
        with self._store.read() as connection:
            return run_info(connection, "digest", digest)

    def name_account(self, run: RunId, account: str) -> None:
        """Say whose account a run is sent from that was planned before anybody knew."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET account=? WHERE run_id=? AND state='planned'", (account, run)
            )
        )

    def plan(self, plan: RunPlan, rows: Iterable[CheckedRow]) -> RunInfo:
        """Freeze rows, texts and chunks in one commit; the file is never read again.

        The rows are taken first, without holding the journal: others can write meanwhile.

        Raises:
            NothingToDo: The file has a heading but no data row.
        """
        with RowBuffer[_Waiting](self._store.path.parent) as waiting:
            counts = _fill(waiting, rows)
            if not counts[0]:
                raise NothingToDo(
                    f"{plan.source_name} has a heading but no data rows: nothing to send",
                    hint="Is it the right sheet? --sheet NAME",
                )
            return self._store.write(lambda db: self._freeze(db, plan, waiting, counts))

    def _freeze(
        self,
        connection: sqlite3.Connection,
        plan: RunPlan,
        waiting: RowBuffer[_Waiting],
        counts: tuple[int, int],
    ) -> RunInfo:
        run_no = connection.execute(
            "INSERT INTO run(run_id,digest,state,created_us,source_name,source_sha256,heading,"
            "gateway,gateway_url,account,settings,row_count,chunk_count) "
            "VALUES(?,?,'planned',?,?,?,?,?,?,?,?,?,?)",
            (
                plan.run, plan.digest, to_us(self._clock.now()), plan.source_name,
                plan.source_sha256, _json(plan.heading), plan.gateway, plan.gateway_url,
                plan.account, _json(plan.settings), *counts,
            ),
        ).lastrowid  # fmt: skip
        if run_no is None:
            raise AssertionError("an INSERT without a rowid")
        insert_sources(connection, run_no, plan.sources)
        # The index of clientIds is filled in no order: with the usual 2 MB its pages would be
        # written and read again and again, while everybody else waits for the journal.
        connection.execute(f"PRAGMA cache_size=-{_PLANNING_CACHE_KB}")
        try:
            _insert(connection, run_no, waiting)
        finally:
            connection.execute(f"PRAGMA cache_size=-{_USUAL_CACHE_KB}")
        info = run_info(connection, "run_id", plan.run)
        if info is None:
            raise AssertionError("a run that was just inserted")
        return info


def _insert(connection: sqlite3.Connection, run_no: int, waiting: RowBuffer[_Waiting]) -> None:
    for batch in waiting.batches():
        connection.executemany(_INSERT_ROW, [(run_no, *row) for row, _ in batch])
        connection.executemany(
            _INSERT_MESSAGE, [(run_no, *message) for _, message in batch if message is not None]
        )


def _fill(waiting: RowBuffer[_Waiting], rows: Iterable[CheckedRow]) -> tuple[int, int]:
    """Put rows and messages into the spool; returns how many rows and chunks."""
    chunks = _Chunks()
    count = 0
    for batch in batches_of(rows, _BATCH):
        waiting.write(
            [
                (_row(order, checked), _message(order, checked.outcome, chunks))
                for order, checked in enumerate(batch, count + 1)
            ]
        )
        count += len(batch)
    return count, chunks.count


def _row(order: int, checked: CheckedRow) -> _Values:
    row, outcome = checked.row, checked.outcome
    place = (order, checked.source_no, row.row_no, _json(row.cells))
    if isinstance(outcome, Message):
        return (*place, None, "", "", "{}")
    details = _json(dict(outcome.details))
    return (*place, outcome.status.value, outcome.field, outcome.code, details)


def _message(order: int, message: Message | Rejection, chunks: _Chunks) -> _Values | None:
    if not isinstance(message, Message):
        return None
    return (
        order, chunks.place(message.send_at), message.client_id, message.phone,
        message.text, message.sender, int(message.flash), message.wapurl, message.segments,
        None if message.send_at is None else to_us(message.send_at),
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
