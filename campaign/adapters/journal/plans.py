"""Planning: rows, texts and chunks frozen in one commit."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from campaign.adapters.journal.runs import run_info
from campaign.adapters.journal.store import Store, to_us
from campaign.errors import NothingToDo
from campaign.model import CHUNK_SIZE, CheckedRow, Message, RunInfo, RunPlan
from campaign.ports import Clock

_BATCH = 2000
_INSERT_ROW = (
    "INSERT INTO source_row(run_no,ord,row_no,cells,fate,field,code,details) "
    "VALUES(?,?,?,?,?,?,?,?)"
)
_INSERT_MESSAGE = (
    "INSERT INTO message(run_no,ord,chunk_no,client_id,phone,text,sender,flash,wapurl,"
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

    def plan(self, plan: RunPlan, rows: Iterable[CheckedRow]) -> RunInfo:
        """Freeze rows, texts and chunks in one commit; the file is never read again.

        Raises:
            NothingToDo: The file has a heading but no data row.
        """
        created_us = to_us(self._clock.now())

        def freeze(connection: sqlite3.Connection) -> RunInfo:
            run_no = connection.execute(
                "INSERT INTO run(run_id,digest,state,created_us,source_name,source_sha256,heading,"
                "gateway,gateway_url,account,settings) VALUES(?,?,'planned',?,?,?,?,?,?,?,?)",
                (
                    plan.run, plan.digest, created_us, plan.source_name, plan.source_sha256,
                    _json(plan.heading), plan.gateway, plan.gateway_url, plan.account,
                    _json(plan.settings),
                ),
            ).lastrowid  # fmt: skip
            if run_no is None:
                raise AssertionError("an INSERT without a rowid")
            row_count, chunk_count = _insert(connection, run_no, rows)
            connection.execute(
                "UPDATE run SET row_count=?, chunk_count=? WHERE run_no=?",
                (row_count, chunk_count, run_no),
            )
            if not row_count:
                raise NothingToDo(
                    f"{plan.source_name} has a heading but no data rows: nothing to send",
                    hint="Is it the right sheet? --sheet NAME",
                )
            info = run_info(connection, "run_id", plan.run)
            if info is None:
                raise AssertionError("a run that was just inserted")
            return info

        return self._store.write(freeze)


def _insert(
    connection: sqlite3.Connection, run_no: int, rows: Iterable[CheckedRow]
) -> tuple[int, int]:
    """Insert rows and messages batch by batch; returns how many rows and chunks."""
    chunks = _Chunks()
    numbered = enumerate(rows, start=1)
    count = 0
    while batch := list(islice(numbered, _BATCH)):
        connection.executemany(_INSERT_ROW, _rows(run_no, batch))
        connection.executemany(_INSERT_MESSAGE, _messages(run_no, batch, chunks))
        count += len(batch)
    return count, chunks.count


def _rows(run_no: int, batch: list[tuple[int, CheckedRow]]) -> Iterator[tuple[object, ...]]:
    for order, checked in batch:
        row, outcome = checked.row, checked.outcome
        if isinstance(outcome, Message):
            fate, where, code, details = None, "", "", "{}"
        else:
            fate, where, code = outcome.fate.value, outcome.field, outcome.code
            details = _json(dict(outcome.details))
        yield run_no, order, row.row_no, _json(row.cells), fate, where, code, details


def _messages(
    run_no: int, batch: list[tuple[int, CheckedRow]], chunks: _Chunks
) -> Iterator[tuple[object, ...]]:
    for order, checked in batch:
        message = checked.outcome
        if not isinstance(message, Message):
            continue
        yield (
            run_no, order, chunks.place(message.send_at), message.client_id, message.phone,
            message.text, message.sender, int(message.flash), message.wapurl, message.segments,
            None if message.send_at is None else to_us(message.send_at),
        )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
