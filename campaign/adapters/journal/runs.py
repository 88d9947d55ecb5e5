"""What every side of the journal asks about runs: the row, its number, its tally."""

import json
import sqlite3
from decimal import Decimal

from campaign.adapters.journal.sources import sources_of
from campaign.adapters.journal.store import from_us
from campaign.errors import InputError, JournalError
from campaign.model import Fate, RunId, RunInfo, RunState, Tally

MICRO = 1_000_000
"""Money is stored in millionths of the currency."""

_COLUMNS = (
    "run_id,digest,state,created_us,source_name,heading,gateway,gateway_url,account,settings,"
    "row_count,chunk_count,reason"
)


def to_micro(amount: Decimal | None) -> int | None:
    """Exact for up to six decimals, which no gateway exceeds."""
    return None if amount is None else int((amount * MICRO).to_integral_value())


def from_micro(amount: int | None) -> Decimal | None:
    """Back to the decimal that the gateway named, two places at least."""
    if amount is None:
        return None
    money = Decimal(amount) / MICRO
    return money.quantize(Decimal("0.01")) if money == money.quantize(Decimal("0.01")) else money


def run_number(connection: sqlite3.Connection, run: RunId) -> int:
    """The key under which the journal keeps a run.

    Raises:
        InputError: There is no such run.
    """
    row = connection.execute("SELECT run_no FROM run WHERE run_id=?", (run,)).fetchone()
    if row is None:
        raise InputError(f"there is no run {run}", hint="campaign runs", code="run_unknown")
    return int(row[0])


def run_info(connection: sqlite3.Connection, column: str, value: str) -> RunInfo | None:
    """The run whose `run_id` or `digest` is that value."""
    if column not in {"run_id", "digest"}:
        raise AssertionError(column)
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM run WHERE {column}=?",  # noqa: S608  # a closed set of columns
        (value,),
    ).fetchone()
    return None if row is None else _to_info(connection, row)


def all_runs(connection: sqlite3.Connection) -> tuple[RunInfo, ...]:
    """Every run, latest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM run ORDER BY run_no DESC")  # noqa: S608
    return tuple(_to_info(connection, row) for row in rows.fetchall())


def _to_info(connection: sqlite3.Connection, row: tuple[object, ...]) -> RunInfo:
    created_at = from_us(int(str(row[3])))
    if created_at is None:
        raise JournalError("a run without a date")
    return RunInfo(
        run=RunId(str(row[0])),
        digest=str(row[1]),
        state=RunState(str(row[2])),
        created_at=created_at,
        source_name=str(row[4]),
        heading=tuple(json.loads(str(row[5]))),
        gateway=str(row[6]),
        gateway_url=str(row[7]),
        account=str(row[8]),
        settings=json.loads(str(row[9])),
        row_count=int(str(row[10])),
        chunk_count=int(str(row[11])),
        reason=str(row[12]),
        sources=sources_of(connection, str(row[0])),
    )


def _count_armed_as_unknown(
    connection: sqlite3.Connection, run_no: int, fates: dict[Fate, int]
) -> None:
    """Until an outcome is stored, people of an armed attempt may have been told."""
    (armed,) = connection.execute(
        "SELECT coalesce(sum(member_count),0) FROM attempt "
        "WHERE run_no=? AND state IN('in_doubt','replied')",
        (run_no,),
    ).fetchone()
    if armed:
        fates[Fate.UNKNOWN] = fates.get(Fate.UNKNOWN, 0) + armed
        fates[Fate.PENDING] = fates.get(Fate.PENDING, 0) - armed
        if not fates[Fate.PENDING]:
            del fates[Fate.PENDING]


def tally(connection: sqlite3.Connection, run: RunId) -> Tally:
    """Count fates, attempts, money and parts in one consistent view."""
    run_no = run_number(connection, run)
    state, rows = connection.execute(
        "SELECT state,row_count FROM run WHERE run_no=?", (run_no,)
    ).fetchone()
    fates: dict[Fate, int] = {}
    for fate, count in connection.execute(
        "SELECT fate,count(*) FROM source_row WHERE run_no=? AND fate IS NOT NULL GROUP BY fate "
        "UNION ALL SELECT state,count(*) FROM message WHERE run_no=? GROUP BY state",
        (run_no, run_no),
    ):
        fates[Fate(fate)] = fates.get(Fate(fate), 0) + count
    _count_armed_as_unknown(connection, run_no, fates)
    attempts = dict(
        connection.execute(
            "SELECT CASE WHEN state='unknown' AND settled_us IS NOT NULL THEN 'settled' "
            "ELSE state END, count(*) FROM attempt "
            "WHERE run_no=? AND state NOT IN('prepared','in_doubt','replied') GROUP BY 1",
            (run_no,),
        ).fetchall()
    )
    estimated, billed, cost = connection.execute(
        "SELECT coalesce(sum(segments),0),coalesce(sum(sms_count),0),sum(cost_micro) "
        "FROM message WHERE run_no=?",
        (run_no,),
    ).fetchone()
    money = from_micro(cost)
    return Tally(
        run=run,
        state=RunState(state),
        rows=rows,
        fates={fate: fates[fate] for fate in Fate if fate in fates},
        attempts=attempts,
        cost={} if money is None else {"RUB": money},
        segments_estimated=estimated,
        segments_billed=billed,
    )
