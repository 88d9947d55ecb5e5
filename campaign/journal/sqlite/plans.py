"""Planning: rows, texts and chunks frozen in one commit."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from campaign.domain import CHUNK_SIZE, CheckedRow, Message, Rejection, RunId, RunInfo, RunPlan
from campaign.errors import NothingToDo
from campaign.journal.base import SavedColumnMap
from campaign.journal.row_buffer import RowBuffer, batches_of
from campaign.journal.sqlite.connection import to_us
from campaign.journal.sqlite.part import Part
from campaign.journal.sqlite.runs import as_json, find_run, insert_sources, run_info
from campaign.text import tr

_MAX_KNOWN = 200


class SqliteColumnMaps(Part):
    """`journal.base.ColumnMaps`."""

    def known(self) -> tuple[SavedColumnMap, ...]:
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT shape,mapping,run_id FROM mapping ORDER BY at_us DESC LIMIT ?", (_MAX_KNOWN,)
            ).fetchall()
        return tuple(SavedColumnMap(shape, json.loads(mapping), run) for shape, mapping, run in rows)

    def remember(self, shape: str, mapping: Mapping[str, str], run: RunId) -> None:
        self._change(
            "INSERT INTO mapping(shape,mapping,run_id,at_us) VALUES(?,?,?,?) "
            "ON CONFLICT(shape) DO UPDATE SET mapping=excluded.mapping,"
            "run_id=excluded.run_id,at_us=excluded.at_us",
            shape, json.dumps(dict(mapping), ensure_ascii=False), run, self._now_us(),
        )  # fmt: skip

    def forget(self, shape: str) -> None:
        self._change("DELETE FROM mapping WHERE shape=?", shape)


_BATCH = 2000

_PLANNING_CACHE_KB = 64 << 10

_USUAL_CACHE_KB = 2000
"""SQLite's own default."""

_Values: TypeAlias = tuple[str | int | None, ...]

_Waiting: TypeAlias = tuple[_Values, _Values | None]

_INSERT_ROW = (
    "INSERT INTO source_row(run_no,position,source_no,row_no,cells,status,field,code,details) "
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

    def assign(self, send_at: datetime | None) -> int:
        chunk_no, size = self.open.get(send_at, (0, CHUNK_SIZE))
        if size == CHUNK_SIZE:
            self.count += 1
            chunk_no, size = self.count, 0
        self.open[send_at] = (chunk_no, size + 1)
        return chunk_no


class SqlitePlans(Part):
    """`journal.base.Plans`."""

    def find_run(self, digest: str) -> RunInfo | None:
        with self._store.read() as connection:
            return find_run(connection, "digest", digest)

    def name_account(self, run: RunId, account: str) -> None:
        self._change("UPDATE run SET account=? WHERE run_id=? AND state='planned'", account, run)

    def plan(self, plan: RunPlan, rows: Iterable[CheckedRow]) -> RunInfo:
        with RowBuffer[_Waiting](self._store.path.parent) as waiting:
            counts = _fill(waiting, rows)
            if not counts[0]:
                raise NothingToDo(
                    tr(
                        "{source_name} has a heading but no data rows: nothing to send",
                        source_name=plan.source_name,
                    ),
                    hint=tr("Is it the right sheet? --sheet NAME"),
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
                plan.run, plan.digest, self._now_us(), plan.source_name,
                plan.source_sha256, as_json(plan.heading), plan.gateway, plan.gateway_url,
                plan.account, as_json(plan.settings), *counts,
            ),
        ).lastrowid  # fmt: skip
        if run_no is None:
            raise AssertionError("an INSERT without a rowid")
        insert_sources(connection, run_no, plan.sources)
        # The index of clientIds is filled in no order: with the usual 2 MB its pages would be
        # written and read again and again, while every other process waits for the journal.
        connection.execute(f"PRAGMA cache_size=-{_PLANNING_CACHE_KB}")
        try:
            _insert(connection, run_no, waiting)
        finally:
            connection.execute(f"PRAGMA cache_size=-{_USUAL_CACHE_KB}")
        return run_info(connection, plan.run)


def _insert(connection: sqlite3.Connection, run_no: int, waiting: RowBuffer[_Waiting]) -> None:
    for batch in waiting.batches():
        connection.executemany(_INSERT_ROW, [(run_no, *row) for row, _ in batch])
        connection.executemany(
            _INSERT_MESSAGE, [(run_no, *message) for _, message in batch if message is not None]
        )


def _fill(waiting: RowBuffer[_Waiting], rows: Iterable[CheckedRow]) -> tuple[int, int]:
    """Put rows and messages into the buffer; returns how many rows and chunks."""
    chunks = _Chunks()
    count = 0
    for batch in batches_of(rows, _BATCH):
        waiting.write(
            [
                (_row(position, checked), _message(position, checked.outcome, chunks))
                for position, checked in enumerate(batch, count + 1)
            ]
        )
        count += len(batch)
    return count, chunks.count


def _row(position: int, checked: CheckedRow) -> _Values:
    row, outcome = checked.row, checked.outcome
    head = (position, checked.source_no, row.row_no, as_json(row.cells))
    if isinstance(outcome, Message):
        return (*head, None, "", "", "{}")
    details = as_json(dict(outcome.details))
    return (*head, outcome.status.value, outcome.field, outcome.code, details)


def _message(position: int, message: Message | Rejection, chunks: _Chunks) -> _Values | None:
    if not isinstance(message, Message):
        return None
    return (
        position, chunks.assign(message.send_at), message.client_id, message.phone,
        message.text, message.sender, int(message.flash), message.wapurl, message.segments,
        None if message.send_at is None else to_us(message.send_at),
    )  # fmt: skip
