"""Reading for reports: one consistent view, never a change."""

import hmac
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from campaign.domain import (
    HANDED_OVER,
    CheckedRow,
    ClientId,
    HistoryLine,
    Message,
    Phone,
    RawRow,
    ReportRow,
    ReportView,
    RunId,
    RunInfo,
    Status,
    Tally,
    UnmatchedId,
)
from campaign.journal.sqlite.connection import (
    Store,
    from_us,
)
from campaign.journal.sqlite.runs import (
    all_runs,
    from_micro,
    run_info,
    run_number,
    tally,
)

_ARMED = (
    "m.state='pending' AND m.position IN(SELECT j.value FROM attempt o "
    "CROSS JOIN json_each(o.members) j WHERE o.run_no=:run AND o.state IN('in_flight','replied'))"
)
"""May have been taken, and no outcome is stored yet."""

STATUS_OF_ROW = f"coalesce(r.fate,CASE WHEN {_ARMED} THEN 'unknown' ELSE m.state END)"

_CODE = f"coalesce(nullif(r.code,''),CASE WHEN {_ARMED} THEN 'in_flight' ELSE m.code END)"

_ROWS = (
    f"SELECT r.row_no,r.cells,m.client_id,m.phone,m.text,{STATUS_OF_ROW},r.field,{_CODE},"  # noqa: S608
    "r.details,m.status_text,m.smsc_id,m.segments,m.sms_count,"
    "m.cost_micro,m.send_at_us,m.handed_over_us,m.final_us,a.http_status,a.words,r.source_no,"
    "m.sender,m.attempt_id "
    "FROM source_row r LEFT JOIN message m ON m.run_no=r.run_no AND m.position=r.position "
    "LEFT JOIN attempt a ON a.attempt_id=m.attempt_id "
    "WHERE r.run_no=:run ORDER BY r.position"
)

_TAKEN = ",".join(f"'{status}'" for status in sorted(HANDED_OVER))


class ReportBook:
    """The reading side of the journal (`ports.ReportJournal`)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def runs(self) -> tuple[RunInfo, ...]:
        """All runs, latest first."""
        with self._store.read() as connection:
            return all_runs(connection)

    def tally(self, run: RunId) -> Tally:
        """Count fates, attempts, money and parts."""
        with self._store.read() as connection:
            return tally(connection, run)

    def price(self, gateway: str) -> Decimal | None:
        """Money for one part, from the latest run at that gateway for which it named costs."""
        with self._store.read() as connection:
            row = connection.execute(
                "SELECT sum(m.cost_micro),sum(m.sms_count) FROM message m WHERE m.run_no=("
                "SELECT run_no FROM run WHERE gateway=? AND state<>'planned' AND EXISTS("
                "SELECT 1 FROM message WHERE run_no=run.run_no AND cost_micro IS NOT NULL "
                "AND sms_count>0) ORDER BY run_no DESC LIMIT 1) "
                "AND m.cost_micro IS NOT NULL AND m.sms_count>0",
                (gateway,),
            ).fetchone()
        cost, parts = from_micro(row[0]), row[1]
        return None if cost is None or not parts else (cost / parts).quantize(Decimal("0.0001"))

    def unpriced(self, run: RunId) -> tuple[int, int]:
        """Messages that the gateway took without naming their price, and their estimated SMS."""
        with self._store.read() as connection:
            messages, segments = connection.execute(
                "SELECT count(*),coalesce(sum(segments),0) FROM message "  # noqa: S608  # fates
                f"WHERE run_no=? AND state IN({_TAKEN}) AND cost_micro IS NULL",
                (run_number(connection, run),),
            ).fetchone()
        return int(messages), int(segments)

    def account(self, gateway: str, login: str) -> str:
        """A keyed digest of gateway and login: tells accounts apart without naming them."""
        with self._store.read() as connection:
            (key,) = connection.execute("SELECT value FROM meta WHERE key='secret'").fetchone()
        return hmac.digest(str(key).encode(), f"{gateway}\0{login}".encode(), "sha256").hex()[:32]

    def first_text(self, run: RunId) -> str:
        """The first text that goes out."""
        with self._store.read() as connection:
            row = connection.execute(
                "SELECT text FROM message WHERE run_no=? ORDER BY position LIMIT 1",
                (run_number(connection, run),),
            ).fetchone()
        return "" if row is None else str(row[0])

    def send_times(self, run: RunId) -> dict[datetime | None, int]:
        """Planned send time to people still pending for it."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT send_at_us,count(*) FROM message WHERE run_no=? AND state='pending' "
                "GROUP BY send_at_us ORDER BY send_at_us",
                (run_number(connection, run),),
            )
            return {from_us(moment): count for moment, count in rows}

    def alarms(self, run: RunId) -> tuple[str, ...]:
        """What the gateway said against its own protocol, in order."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT text FROM alarm WHERE run_no=? ORDER BY alarm_id",
                (run_number(connection, run),),
            )
            return tuple(row[0] for row in rows)

    def unmatched_ids(self, run: RunId) -> tuple[UnmatchedId, ...]:
        """Ids that the gateway named and nobody is paired with, oldest first."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT smsc_id,attempt_id,source,status_text,first_us FROM smsc "
                "WHERE run_no=?1 AND position IS NULL UNION ALL "
                "SELECT smsc_id,attempt_id,'status',status_text,first_us FROM unmatched_id "
                "WHERE run_no=?1 AND attempt_id IS NULL ORDER BY 5,1",
                (run_number(connection, run),),
            )
            return tuple(
                UnmatchedId(str(smsc_id), attempt, str(source), str(word), _moment(first_us))
                for smsc_id, attempt, source, word, first_us in rows
            )

    @contextmanager
    def view(self, run: RunId) -> Iterator[ReportView]:
        """One consistent view: the run, its tally, and its rows as often as they are asked for."""
        with self._store.read() as connection:
            run_no = run_number(connection, run)
            info = run_info(connection, "run_id", run)
            if info is None:
                raise AssertionError("a run that has a number")

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


def _report_row(row: tuple[object, ...]) -> ReportRow:
    details = {str(key): str(value) for key, value in json.loads(str(row[8])).items()}
    if row[17] is not None:
        details.setdefault("status", str(row[17]))
    if row[18]:
        details.setdefault("description", str(row[18]))
    return ReportRow(
        row_no=_number(row[0]) or 0,
        cells=tuple(json.loads(str(row[1]))),
        client_id=_text(row[2]),
        phone=_text(row[3]),
        text=_text(row[4]),
        status=Status(str(row[5])),
        field=_text(row[6]),
        code=_text(row[7]),
        details=details,
        word=_text(row[9]),
        smsc_id=_text(row[10]),
        segments=_number(row[11]),
        sms_count=_number(row[12]),
        cost=from_micro(_number(row[13])),
        send_at=from_us(_number(row[14])),
        handed_over_at=from_us(_number(row[15])),
        final_at=from_us(_number(row[16])),
        source_no=_number(row[19]) or 1,
        sender=_text(row[20]),
        attempt_id=_number(row[21]),
    )


def _moment(us: int) -> datetime:
    moment = from_us(us)
    if moment is None:
        raise AssertionError("a column that is never NULL")
    return moment


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, int) else None


def _text(value: object) -> str:
    return "" if value is None else str(value)


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
    # Whoever the gateway ever called delivered may have got it, whatever it said later; and of a
    # cancelled run, whoever was put back from an attempt of which it took at least a part.
    "SELECT r.position,r.source_no,r.row_no,r.cells,m.client_id,m.phone,m.text,m.segments,m.sender,"
    "m.flash,m.wapurl,m.state,m.code,a.http_status,a.words,EXISTS("
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

_RETRIES = (
    "SELECT run_no,run_id FROM run WHERE json_extract(settings,'$.retry_of[0]')=? "
    "ORDER BY run_no DESC"
)


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that did not reach its person.

    Attributes:
        order: Its place in its run.
        row: As it was planned.
        status: What became of it.
        code: Reason code, with what fills its sentence.
        contradicted: The gateway once called it delivered.
    """

    order: int
    row: CheckedRow
    message: Message
    status: Status
    code: str
    values: tuple[tuple[str, str], ...]
    contradicted: bool


class HistoryBook:
    """The side of the journal that looks over several runs; it changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lines(self, runs: Sequence[RunId]) -> tuple[tuple[Tally, tuple[HistoryLine, ...]], ...]:
        """The tally of each run and what it is made of, all in one consistent view."""
        with self._store.read() as connection:
            return tuple((tally(connection, run), _lines(connection, run)) for run in runs)

    def failed(self, run: RunId, statuses: Sequence[Status]) -> Iterator[Failed]:
        """Messages of a run with one of these fates, in file order; a stream from one view."""
        wanted = json.dumps([status.value for status in statuses])
        with self._store.read() as connection:
            rows = connection.execute(_FAILED, (run_number(connection, run), wanted))
            with closing(rows):
                yield from map(_failed, rows)

    def retries(self, run: RunId) -> tuple[RunId, ...]:
        """Runs that were planned to retry this one, latest first."""
        with self._store.read() as connection:
            return tuple(RunId(name) for _, name in connection.execute(_RETRIES, (run,)))

    def retried(self, run: RunId) -> frozenset[str]:
        """ClientIds under which people of this run were taken over into another one, lower case.

        Also of people who were left out there, because they are stopped or got the text meanwhile.
        """
        found: set[str] = set()
        with self._store.read() as connection:
            for run_no, _ in connection.execute(_RETRIES, (run,)).fetchall():
                found.update(
                    str(name).lower()
                    for (name,) in connection.execute(
                        "SELECT client_id FROM message WHERE run_no=?1 UNION ALL "
                        "SELECT json_extract(details,'$.client_id') FROM source_row "
                        "WHERE run_no=?1 AND fate IS NOT NULL",
                        (run_no,),
                    )
                )
        return frozenset(found)


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


def _failed(row: tuple[object, ...]) -> Failed:
    order, source_no, row_no, parts, flash = (int(str(row[at])) for at in (0, 1, 2, 7, 9))
    raw = RawRow(row_no, tuple(json.loads(str(row[3]))))
    message = Message(
        row_no=row_no,
        client_id=ClientId(str(row[4])),
        phone=Phone(str(row[5])),
        text=str(row[6]),
        segments=parts,
        sender=None if row[8] is None else str(row[8]),
        flash=bool(flash),
        wapurl=None if row[10] is None else str(row[10]),
    )
    status, words = row[13], row[14]
    values = {"status": str(status)} if status is not None else {}
    if words:
        values["description"] = str(words)
    return Failed(
        order,
        CheckedRow(raw, message, source_no),
        message,
        Status(str(row[11])),
        str(row[12]),
        tuple(values.items()),
        contradicted=bool(row[15]),
    )
