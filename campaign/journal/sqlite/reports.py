"""Reading for reports: one consistent view, never a change."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from campaign.domain import (
    HANDED_OVER,
    Alarm,
    CheckedRow,
    ClientId,
    HistoryLine,
    Message,
    Phone,
    RawRow,
    ReportRow,
    ReportView,
    RunId,
    Status,
    Tally,
    UnmatchedId,
)
from campaign.journal.base import FailedMessage
from campaign.journal.sqlite.budget import price_of
from campaign.journal.sqlite.connection import from_us, moment
from campaign.journal.sqlite.part import Part, run_number
from campaign.journal.sqlite.runs import from_micro, run_info, tally

_IN_FLIGHT = (
    "m.state='pending' AND m.position IN(SELECT j.value FROM attempt o "
    "CROSS JOIN json_each(o.members) j WHERE o.run_no=:run AND o.state IN('in_flight','replied'))"
)
"""May have been taken, and no outcome is stored yet."""

STATUS_OF_ROW = f"coalesce(r.status,CASE WHEN {_IN_FLIGHT} THEN 'unknown' ELSE m.state END)"

_CODE = f"coalesce(nullif(r.code,''),CASE WHEN {_IN_FLIGHT} THEN 'in_flight' ELSE m.code END)"

_ROWS = (
    f"SELECT r.row_no,r.cells,m.client_id,m.phone,m.text,{STATUS_OF_ROW},r.field,{_CODE},"  # noqa: S608
    "r.details,m.status_text,m.smsc_id,m.segments,m.sms_count,"
    "m.cost_micro,m.send_at_us,m.handed_over_us,m.final_us,a.http_status,a.reply_text,r.source_no,"
    "m.sender,m.attempt_id "
    "FROM source_row r LEFT JOIN message m ON m.run_no=r.run_no AND m.position=r.position "
    "LEFT JOIN attempt a ON a.attempt_id=m.attempt_id "
    "WHERE r.run_no=:run ORDER BY r.position"
)

_TAKEN = ",".join(f"'{status}'" for status in sorted(HANDED_OVER))

_QUARTER_S = 900
"""Months begin at such moments in every time zone that is in use."""

_LINES = (
    "SELECT CASE WHEN m.position IS NULL THEN NULL ELSE coalesce(m.sender,'') END,"  # noqa: S608  # a constant
    f"coalesce(m.handed_over_us,u.created_us)/{_QUARTER_S * 1_000_000},"
    f"{STATUS_OF_ROW},count(*),coalesce(sum(m.segments),0),coalesce(sum(m.sms_count),0),"
    "sum(m.cost_micro),count(*)-count(m.cost_micro),"
    "coalesce(sum(CASE WHEN m.cost_micro IS NULL THEN m.segments END),0) "
    "FROM run u CROSS JOIN source_row r ON r.run_no=u.run_no "
    "LEFT JOIN message m ON m.run_no=r.run_no AND m.position=r.position "
    "WHERE u.run_no=:run GROUP BY 1,2,3 ORDER BY 2,1,3"
)

_FAILED = (
    # Whoever was ever reported delivered may have got it, whatever was reported later; and, in a
    # cancelled run, whoever was put back from an attempt of which the gateway took a part.
    "SELECT r.position,r.source_no,r.row_no,r.cells,m.client_id,m.phone,m.text,m.segments,m.sender,"
    "m.flash,m.wapurl,m.code,a.http_status,a.reply_text,EXISTS("
    "SELECT 1 FROM smsc s JOIN status_event e ON e.run_no=s.run_no AND e.smsc_id=s.smsc_id "
    "WHERE s.attempt_id=m.attempt_id AND s.run_no=m.run_no AND s.position=m.position "
    "AND e.delivery='delivered') OR (m.state='cancelled' AND EXISTS("
    "SELECT 1 FROM smsc s JOIN attempt b ON b.attempt_id=s.attempt_id "
    "WHERE s.attempt_id=m.attempt_id AND s.run_no=m.run_no "
    "AND (s.position=m.position OR s.position IS NULL) AND b.state IN('answered','unknown'))) "
    "FROM message m JOIN source_row r ON r.run_no=m.run_no AND r.position=m.position "
    "LEFT JOIN attempt a ON a.attempt_id=m.attempt_id WHERE m.run_no=? "
    "AND m.state IN(SELECT value FROM json_each(?)) ORDER BY m.position"
)

_RETRIES = "SELECT run_no,run_id FROM run WHERE json_extract(settings,'$.retry_of[0]')=? ORDER BY run_no DESC"


class SqliteReports(Part):
    """`journal.base.Reports`."""

    def price(self, gateway: str) -> Decimal | None:
        with self._store.read() as connection:
            return price_of(connection, gateway)

    def unpriced(self, run: RunId) -> tuple[int, int]:
        with self._read(run) as (connection, run_no):
            messages, segments = connection.execute(
                "SELECT count(*),coalesce(sum(segments),0) FROM message "  # noqa: S608  # statuses
                f"WHERE run_no=? AND state IN({_TAKEN}) AND cost_micro IS NULL",
                (run_no,),
            ).fetchone()
        return int(messages), int(segments)

    def first_text(self, run: RunId) -> str:
        with self._read(run) as (connection, run_no):
            row = connection.execute(
                "SELECT text FROM message WHERE run_no=? ORDER BY position LIMIT 1", (run_no,)
            ).fetchone()
        return "" if row is None else str(row[0])

    def send_times(self, run: RunId) -> dict[datetime | None, int]:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                "SELECT send_at_us,count(*) FROM message WHERE run_no=? AND state='pending' "
                "GROUP BY send_at_us ORDER BY send_at_us",
                (run_no,),
            )
            return {from_us(send_at_us): count for send_at_us, count in rows}

    def alarms(self, run: RunId) -> tuple[Alarm, ...]:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                "SELECT code,details,attempt_id,at_us FROM alarm WHERE run_no=? ORDER BY alarm_id", (run_no,)
            )
            return tuple(
                Alarm(code, json.loads(details), attempt_id, moment(at_us))
                for code, details, attempt_id, at_us in rows
            )

    def unmatched_ids(self, run: RunId) -> tuple[UnmatchedId, ...]:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                "SELECT smsc_id,attempt_id,source,status_text,first_us FROM smsc "
                "WHERE run_no=?1 AND position IS NULL UNION ALL "
                "SELECT smsc_id,attempt_id,'status',status_text,first_us FROM unmatched_id "
                "WHERE run_no=?1 AND attempt_id IS NULL ORDER BY 5,1",
                (run_no,),
            )
            return tuple(
                UnmatchedId(smsc_id, attempt_id, source, status_text, moment(first_us))
                for smsc_id, attempt_id, source, status_text, first_us in rows
            )

    @contextmanager
    def view(self, run: RunId) -> Iterator[ReportView]:
        with self._read(run) as (connection, run_no):
            info = run_info(connection, run)
            cursors: list[sqlite3.Cursor] = []

            def rows() -> Iterator[ReportRow]:
                cursors.append(connection.execute(_ROWS, {"run": run_no}))
                return map(_report_row, cursors[-1])

            try:
                yield ReportView(info, tally(connection, run), rows)
            finally:
                # A report that broke off leaves a statement that a traceback still holds; it would
                # keep its view of the journal, and the writer could not fold the WAL.
                for cursor in cursors:
                    cursor.close()

    def history(self, runs: Sequence[RunId]) -> tuple[tuple[Tally, tuple[HistoryLine, ...]], ...]:
        with self._store.read() as connection:
            return tuple((tally(connection, run), _lines(connection, run)) for run in runs)

    def failed(self, run: RunId, statuses: Sequence[Status]) -> Iterator[FailedMessage]:
        wanted = json.dumps([status.value for status in statuses])
        with (
            self._read(run) as (connection, run_no),
            closing(connection.execute(_FAILED, (run_no, wanted))) as rows,
        ):
            yield from map(_failed, rows)

    def retries(self, run: RunId) -> tuple[RunId, ...]:
        with self._store.read() as connection:
            return tuple(RunId(name) for _, name in connection.execute(_RETRIES, (run,)))

    def retried(self, run: RunId) -> frozenset[str]:
        found: set[str] = set()
        with self._store.read() as connection:
            for run_no, _ in connection.execute(_RETRIES, (run,)).fetchall():
                found.update(
                    str(name).lower()
                    for (name,) in connection.execute(
                        "SELECT client_id FROM message WHERE run_no=?1 UNION ALL "
                        "SELECT json_extract(details,'$.client_id') FROM source_row "
                        "WHERE run_no=?1 AND status IS NOT NULL",
                        (run_no,),
                    )
                )
        return frozenset(found)


def _report_row(row: Sequence[Any]) -> ReportRow:
    (row_no, cells, client_id, phone, text, status, field, code, details, status_text, smsc_id,
     segments, sms_count, cost, send_at, handed_over, final, http_status, reply_text, source_no,
     sender, attempt_id) = row  # fmt: skip
    return ReportRow(
        row_no=row_no,
        cells=tuple(json.loads(cells)),
        client_id=client_id or "",
        phone=phone or "",
        text=text or "",
        status=Status(status),
        field=field,
        code=code or "",
        details={**_of_reply(http_status, reply_text), **json.loads(details)},
        status_text=status_text or "",
        smsc_id=smsc_id or "",
        segments=segments,
        sms_count=sms_count,
        cost=from_micro(cost),
        send_at=from_us(send_at),
        handed_over_at=from_us(handed_over),
        final_at=from_us(final),
        source_no=source_no,
        sender=sender or "",
        attempt_id=attempt_id,
    )


def _of_reply(http_status: int | None, reply_text: str | None) -> dict[str, str]:
    """What the reply to the attempt adds to the text of a reason."""
    found = {} if http_status is None else {"status": str(http_status)}
    return {**found, "description": reply_text} if reply_text else found


def _lines(connection: sqlite3.Connection, run: RunId) -> tuple[HistoryLine, ...]:
    rows = connection.execute(_LINES, {"run": run_number(connection, run)})
    return tuple(
        HistoryLine(
            run,
            sender,
            datetime.fromtimestamp(quarter * _QUARTER_S, UTC),
            Status(status),
            count,
            parts,
            billed,
            from_micro(cost),
            *(unpriced if status in HANDED_OVER else (0, 0)),
        )
        for sender, quarter, status, count, parts, billed, cost, *unpriced in rows
    )


def _failed(row: Sequence[Any]) -> FailedMessage:
    (position, source_no, row_no, cells, client_id, phone, text, segments, sender, flash, wapurl,
     code, http_status, reply_text, contradicted) = row  # fmt: skip
    message = Message(
        row_no=row_no,
        client_id=ClientId(client_id),
        phone=Phone(phone),
        text=text,
        segments=segments,
        sender=sender,
        flash=bool(flash),
        wapurl=wapurl,
    )
    return FailedMessage(
        position,
        CheckedRow(RawRow(row_no, tuple(json.loads(cells))), message, source_no),
        message,
        code,
        tuple(_of_reply(http_status, reply_text).items()),
        contradicted=bool(contradicted),
    )
