"""Reading for reports: one consistent view, never a change."""

import hmac
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from campaign.adapters.journal.runs import all_runs, from_micro, run_info, run_number, tally
from campaign.adapters.journal.store import Store, from_us
from campaign.model import HANDED_OVER, Fate, ReportRow, ReportView, RunId, RunInfo, Stranger, Tally

_ARMED = (
    "m.state='pending' AND m.ord IN(SELECT j.value FROM attempt o "
    "CROSS JOIN json_each(o.members) j WHERE o.run_no=:run AND o.state IN('in_doubt','replied'))"
)
"""May have been taken, and no outcome is stored yet."""

FATE_OF_ROW = f"coalesce(r.fate,CASE WHEN {_ARMED} THEN 'unknown' ELSE m.state END)"
_CODE = f"coalesce(nullif(r.code,''),CASE WHEN {_ARMED} THEN 'in_flight' ELSE m.code END)"
_ROWS = (
    f"SELECT r.row_no,r.cells,m.client_id,m.phone,m.text,{FATE_OF_ROW},r.field,{_CODE},"  # noqa: S608
    "r.details,m.word,m.smsc_id,m.segments,m.sms_count,"
    "m.cost_micro,m.send_at_us,m.handed_over_us,m.final_us,a.http_status,a.words,r.source_no,"
    "m.sender,m.attempt_id "
    "FROM source_row r LEFT JOIN message m ON m.run_no=r.run_no AND m.ord=r.ord "
    "LEFT JOIN attempt a ON a.attempt_id=m.attempt_id "
    "WHERE r.run_no=:run ORDER BY r.ord"
)


_TAKEN = ",".join(f"'{fate}'" for fate in sorted(HANDED_OVER))


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

    def reasons(self, run: RunId) -> tuple[tuple[Fate, str, int], ...]:
        """(fate, reason code, count), most frequent first."""
        with self._store.read() as connection:
            run_no = run_number(connection, run)
            rows = connection.execute(
                "SELECT fate,code,count(*) AS n FROM source_row "
                "WHERE run_no=? AND fate IS NOT NULL GROUP BY fate,code UNION ALL "
                "SELECT state,code,count(*) FROM message WHERE run_no=? GROUP BY state,code "
                "ORDER BY n DESC",
                (run_no, run_no),
            )
            return tuple((Fate(fate), code, count) for fate, code, count in rows)

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
                "SELECT text FROM message WHERE run_no=? ORDER BY ord LIMIT 1",
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

    def strangers(self, run: RunId) -> tuple[Stranger, ...]:
        """Ids that the gateway named and nobody is paired with, oldest first."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT smsc_id,attempt_id,source,word,first_us FROM smsc "
                "WHERE run_no=?1 AND ord IS NULL UNION ALL "
                "SELECT smsc_id,attempt_id,'status',word,first_us FROM stranger "
                "WHERE run_no=?1 AND attempt_id IS NULL ORDER BY 5,1",
                (run_number(connection, run),),
            )
            return tuple(
                Stranger(str(smsc_id), attempt, str(source), str(word), _moment(first_us))
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
        fate=Fate(str(row[5])),
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
