"""What every side of the journal asks about runs: the row, its number, its tally."""

import json
import sqlite3
from collections.abc import Sequence
from decimal import Decimal

from campaign.clock import Clock
from campaign.domain import (
    Layout,
    Role,
    RunId,
    RunInfo,
    RunState,
    Source,
    Status,
    TableInfo,
    Tally,
)
from campaign.errors import (
    InputError,
    JournalError,
    PauseRequested,
)
from campaign.journal.sqlite.connection import (
    Store,
    from_us,
    to_us,
)
from campaign.text import from_json, to_json

_SOURCE_COLUMNS = (
    "source_no,name,path,sha256,format,sheet,encoding,delimiter,heading_row_no,heading,roles,notes"
)


def insert_sources(connection: sqlite3.Connection, run_no: int, sources: Sequence[Source]) -> None:
    """Part of the commit that plans a run."""
    connection.executemany(
        f"INSERT INTO source(run_no,{_SOURCE_COLUMNS}) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [(run_no, *_values(source)) for source in sources],
    )


def sources_of(connection: sqlite3.Connection, run_id: str) -> tuple[Source, ...]:
    """The files of a run, in order."""
    rows = connection.execute(
        f"SELECT {_SOURCE_COLUMNS} FROM source "  # noqa: S608  # a constant
        "WHERE run_no=(SELECT run_no FROM run WHERE run_id=?) ORDER BY source_no",
        (run_id,),
    )
    return tuple(map(_source, rows))


def _values(source: Source) -> tuple[object, ...]:
    info, layout = source.info, source.layout
    roles = {role.value: index for role, index in layout.roles.items()}
    return (
        source.no, source.name, source.path, source.sha256, info.format, info.sheet, info.encoding,
        info.delimiter, layout.heading_row_no, _json(layout.heading), _json(roles),
        _json(list(map(to_json, info.notes))),
    )  # fmt: skip


def _source(row: tuple[object, ...]) -> Source:
    info = TableInfo(
        format=str(row[4]),
        sheet=_optional(row[5]),
        encoding=_optional(row[6]),
        delimiter=_optional(row[7]),
        notes=tuple(map(from_json, json.loads(str(row[11])))),
    )
    roles = {Role(name): int(index) for name, index in json.loads(str(row[10])).items()}
    layout = Layout(int(str(row[8])), tuple(json.loads(str(row[9]))), roles)
    return Source(int(str(row[0])), str(row[1]), str(row[2]), str(row[3]), info, layout)


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
    connection: sqlite3.Connection, run_no: int, statuses: dict[Status, int]
) -> None:
    """Until an outcome is stored, people of an armed attempt may have been told."""
    (armed,) = connection.execute(
        "SELECT coalesce(sum(member_count),0) FROM attempt "
        "WHERE run_no=? AND state IN('in_flight','replied')",
        (run_no,),
    ).fetchone()
    if armed:
        statuses[Status.UNKNOWN] = statuses.get(Status.UNKNOWN, 0) + armed
        statuses[Status.PENDING] = statuses.get(Status.PENDING, 0) - armed
        if not statuses[Status.PENDING]:
            del statuses[Status.PENDING]


def tally(connection: sqlite3.Connection, run: RunId) -> Tally:
    """Count fates, attempts, money and parts in one consistent view."""
    run_no = run_number(connection, run)
    state, rows = connection.execute(
        "SELECT state,row_count FROM run WHERE run_no=?", (run_no,)
    ).fetchone()
    statuses: dict[Status, int] = {}
    for status, count in connection.execute(
        "SELECT fate,count(*) FROM source_row WHERE run_no=? AND fate IS NOT NULL GROUP BY fate "
        "UNION ALL SELECT state,count(*) FROM message WHERE run_no=? GROUP BY state",
        (run_no, run_no),
    ):
        statuses[Status(status)] = statuses.get(Status(status), 0) + count
    _count_armed_as_unknown(connection, run_no, statuses)
    attempts = dict(
        connection.execute(
            "SELECT CASE WHEN state='unknown' AND settled_us IS NOT NULL THEN 'settled' "
            "ELSE state END, count(*) FROM attempt "
            "WHERE run_no=? AND state NOT IN('prepared','in_flight','replied') GROUP BY 1",
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
        statuses={status: statuses[status] for status in Status if status in statuses},
        attempts=attempts,
        cost={} if money is None else {"RUB": money},
        segments_estimated=estimated,
        segments_billed=billed,
    )


class PauseBook:
    """Words of people that stop runs."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def ask_pause(self, run: RunId, *, who: str) -> None:
        """Ask whoever drives the run to stop after the chunk in hand."""
        now_us = to_us(self._clock.now())

        def ask(connection: sqlite3.Connection) -> None:
            run_no = run_number(connection, run)
            _record(connection, now_us, who, "pause", run_no, "asked to pause")
            connection.execute("UPDATE run SET pause_by=? WHERE run_no=?", (who, run_no))

        self._store.write(ask)

    def last_pause(self, run: RunId) -> int:
        """Number of the last word that asked for a pause, 0 if there is none."""
        with self._store.read() as connection:
            (action_id,) = connection.execute(
                "SELECT coalesce(max(action_id),0) FROM operator_action WHERE run_no=? "
                "AND action='pause'",
                (run_number(connection, run),),
            ).fetchone()
        return int(action_id)

    def clear_pause(self, run: RunId, *, up_to: int) -> None:
        """The run is driven again, which is the later word; a pause asked for since then stays."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET pause_by='' WHERE run_id=? AND pause_by<>'' AND NOT EXISTS("
                "SELECT 1 FROM operator_action o WHERE o.run_no=run.run_no "
                "AND o.action='pause' AND o.action_id>?)",
                (run, up_to),
            )
        )

    def pause_idle(self, run: RunId, *, who: str) -> None:
        """Mark a run that was killed while sending as paused; nobody may be driving it."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET state='paused',reason=? WHERE run_id=? AND state='sending'",
                (f"paused by {who}", run),
            )
        )

    def cancel(self, run: RunId, *, who: str, why: str) -> int:
        """Make everybody who is pending `cancelled`, for good, and the run with them.

        Returns:
            How many people.

        Raises:
            AttemptTaken: The run is finished, or an attempt of it is open.
        """
        now_us = to_us(self._clock.now())

        def act(connection: sqlite3.Connection) -> int:
            run_no = run_number(connection, run)
            _record(connection, now_us, who, "cancel", run_no, why)
            recipients = cancel_pending(connection, run_no, now_us=now_us)
            # A run that was killed is `sending` although nobody sends.
            connection.execute(
                "UPDATE run SET state='paused' WHERE run_no=? AND state='sending'", (run_no,)
            )
            connection.execute(
                "UPDATE run SET state='cancelled',reason=?,pause_by='' WHERE run_no=?",
                (f"cancelled by {who}", run_no),
            )
            return recipients

        return self._store.write(act)


def cancel_pending(connection: sqlite3.Connection, run_no: int, *, now_us: int) -> int:
    """Everybody who is pending will never be sent; returns how many."""
    return connection.execute(
        "UPDATE message SET state='cancelled',code='cancelled',final_us=? "
        "WHERE run_no=? AND state='pending'",
        (now_us, run_no),
    ).rowcount


def refuse_if_paused(connection: sqlite3.Connection, run: RunId) -> None:
    """Part of INTENT's commit.

    Raises:
        PauseAsked: Somebody asked the run to pause.
    """
    (who,) = connection.execute("SELECT pause_by FROM run WHERE run_id=?", (run,)).fetchone()
    if who:
        raise PauseRequested(f"paused by {who}", hint=f"To go on: campaign resume {run}")


def _record(  # noqa: PLR0913, PLR0917  # one row
    connection: sqlite3.Connection, now_us: int, who: str, action: str, run_no: int, why: str
) -> None:
    connection.execute(
        "INSERT INTO operator_action(at_us,operator,action,run_no,why) VALUES(?,?,?,?,?)",
        (now_us, who, action, run_no, why),
    )
