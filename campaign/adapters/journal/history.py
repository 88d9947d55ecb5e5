"""Reading across runs: what each came to by sender and month, and who of a run may be retried."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from campaign.adapters.journal.reports import FATE_OF_ROW
from campaign.adapters.journal.runs import from_micro, run_number, tally
from campaign.adapters.journal.store import Store
from campaign.model import (
    HANDED_OVER,
    CheckedRow,
    ClientId,
    Fate,
    HistoryLine,
    Message,
    Phone,
    RawRow,
    RunId,
    Tally,
)

_QUARTER_S = 900
"""Months begin at such moments in every time zone that is in use."""

_LINES = (
    "SELECT CASE WHEN m.ord IS NULL THEN NULL ELSE coalesce(m.sender,'') END,"  # noqa: S608  # a constant
    f"coalesce(m.handed_over_us,u.created_us)/{_QUARTER_S * 1_000_000},"
    f"{FATE_OF_ROW},count(*),coalesce(sum(m.segments),0),coalesce(sum(m.sms_count),0),"
    "sum(m.cost_micro),count(*)-count(m.cost_micro),"
    "coalesce(sum(CASE WHEN m.cost_micro IS NULL THEN m.segments END),0) "
    "FROM run u CROSS JOIN source_row r ON r.run_no=u.run_no "
    "LEFT JOIN message m ON m.run_no=r.run_no AND m.ord=r.ord "
    "WHERE u.run_no=:run GROUP BY 1,2,3 ORDER BY 2,1,3"
)

_FAILED = (
    # Whoever the gateway ever called delivered may have got it, whatever it said later; and of a
    # cancelled run, whoever was put back from an attempt of which it took at least a part.
    "SELECT r.ord,r.source_no,r.row_no,r.cells,m.client_id,m.phone,m.text,m.segments,m.sender,"
    "m.flash,m.wapurl,m.state,m.code,a.http_status,a.words,EXISTS("
    "SELECT 1 FROM smsc s JOIN status_event e ON e.run_no=s.run_no AND e.smsc_id=s.smsc_id "
    "WHERE s.attempt_id=m.attempt_id AND s.run_no=m.run_no AND s.ord=m.ord "
    "AND e.delivery='delivered') OR (m.state='cancelled' AND EXISTS("
    "SELECT 1 FROM smsc s JOIN attempt b ON b.attempt_id=s.attempt_id "
    "WHERE s.attempt_id=m.attempt_id AND s.run_no=m.run_no "
    "AND (s.ord=m.ord OR s.ord IS NULL) AND b.state IN('answered','unknown'))) "
    "FROM message m JOIN source_row r ON r.run_no=m.run_no AND r.ord=m.ord "
    "LEFT JOIN attempt a ON a.attempt_id=m.attempt_id WHERE m.run_no=? "
    "AND m.state IN(SELECT value FROM json_each(?)) ORDER BY m.ord"
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
        fate: What became of it.
        code: Reason code, with what fills its sentence.
        contradicted: The gateway once called it delivered.
    """

    order: int
    row: CheckedRow
    message: Message
    fate: Fate
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

    def failed(self, run: RunId, fates: Sequence[Fate]) -> Iterator[Failed]:
        """Messages of a run with one of these fates, in file order; a stream from one view."""
        wanted = json.dumps([fate.value for fate in fates])
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
            Fate(fate),
            count,
            parts,
            billed,
            from_micro(cost),
            *(unpriced if fate in HANDED_OVER else (0, 0)),
        )
        for sender, quarter, fate, count, parts, billed, cost, *unpriced in rows
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
        Fate(str(row[11])),
        str(row[12]),
        tuple(values.items()),
        contradicted=bool(row[15]),
    )
