"""Runs: their rows, numbers, tallies and states; and the operators' wish to pause or cancel."""

import hmac
import json
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from campaign.domain import Alarm, Layout, Role, RunId, RunInfo, RunState, Source, Status, TableInfo, Tally
from campaign.errors import PauseRequested
from campaign.journal.sqlite.connection import moment
from campaign.journal.sqlite.part import Part, no_run, number, run_number
from campaign.journal.sqlite.sent_before import ledger_key
from campaign.text import from_json, to_json, tr

_SOURCE_COLUMNS = (
    "source_no,name,path,sha256,format,sheet,encoding,delimiter,heading_row_no,heading,roles,notes"
)

_COLUMNS = (
    "run_no,run_id,digest,state,created_us,source_name,heading,gateway,gateway_url,account,"
    "settings,row_count,chunk_count,reason"
)

MICRO = 1_000_000
"""Money is stored in millionths of the currency."""

OPEN = "state IN('prepared','in_flight','replied')"
"""Of an attempt that is under way."""


def as_json(value: object) -> str:
    """Compact, with every letter as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_micro(amount: Decimal | None) -> int | None:
    """Exact for up to six decimals, which no gateway exceeds."""
    return None if amount is None else int((amount * MICRO).to_integral_value())


def from_micro(amount: int | None) -> Decimal | None:
    """Back to the decimal that the gateway named, two places at least."""
    if amount is None:
        return None
    money = Decimal(amount) / MICRO
    return money.quantize(Decimal("0.01")) if money == money.quantize(Decimal("0.01")) else money


def insert_sources(connection: sqlite3.Connection, run_no: int, sources: Sequence[Source]) -> None:
    """Part of the commit that plans a run."""
    connection.executemany(
        f"INSERT INTO source(run_no,{_SOURCE_COLUMNS}) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [(run_no, *_source_values(source)) for source in sources],
    )


def _source_values(source: Source) -> tuple[object, ...]:
    info, layout = source.info, source.layout
    roles = {role.value: index for role, index in layout.roles.items()}
    return (
        source.no, source.name, source.path, source.sha256, info.format, info.sheet, info.encoding,
        info.delimiter, layout.heading_row_no, as_json(layout.heading), as_json(roles),
        as_json(list(info.notes)),
    )  # fmt: skip


def _source(row: Sequence[str]) -> Source:
    no, name, path, sha256, kind, sheet, encoding, delimiter, row_no, heading, roles, notes = row
    return Source(
        int(no),
        name,
        path,
        sha256,
        TableInfo(
            format=kind, sheet=sheet, encoding=encoding, delimiter=delimiter, notes=tuple(json.loads(notes))
        ),
        Layout(
            int(row_no),
            tuple(json.loads(heading)),
            {Role(role): int(index) for role, index in json.loads(roles).items()},
        ),
    )


def run_info(connection: sqlite3.Connection, run: RunId) -> RunInfo:
    """One run; InputError when there is no such run."""
    found = find_run(connection, "run_id", run)
    if found is None:
        raise no_run(run)
    return found


def find_run(connection: sqlite3.Connection, column: str, value: str) -> RunInfo | None:
    """The run whose `run_id` or `digest` is that value."""
    if column not in {"run_id", "digest"}:
        raise AssertionError(column)
    return next(iter(_infos(connection, f"WHERE {column}=?", (value,))), None)


def _infos(
    connection: sqlite3.Connection, where: str = "", values: tuple[str, ...] = ()
) -> tuple[RunInfo, ...]:
    """Runs, latest first; two queries, however many there are."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM run {where} ORDER BY run_no DESC",  # noqa: S608  # ours
        values,
    ).fetchall()
    sources = connection.execute(
        f"SELECT run_no,{_SOURCE_COLUMNS} FROM source "  # noqa: S608  # ours
        f"WHERE run_no IN(SELECT run_no FROM run {where}) ORDER BY run_no,source_no",
        values,
    ).fetchall()
    of_run = {
        run_no: tuple(_source(row[1:]) for row in group)
        for run_no, group in groupby(sources, key=itemgetter(0))
    }
    return tuple(_to_info(row, of_run.get(row[0], ())) for row in rows)


def _to_info(row: Sequence[str], sources: tuple[Source, ...]) -> RunInfo:
    (_, run, digest, state, created_us, source_name, heading, gateway, url, account, settings, rows,
     chunks, reason) = row  # fmt: skip
    return RunInfo(
        run=RunId(run),
        digest=digest,
        state=RunState(state),
        created_at=moment(int(created_us)),
        source_name=source_name,
        heading=tuple(json.loads(heading)),
        gateway=gateway,
        gateway_url=url,
        account=account,
        settings=json.loads(settings),
        row_count=int(rows),
        chunk_count=int(chunks),
        reason=from_json(reason),
        sources=sources,
    )


def tally(connection: sqlite3.Connection, run: RunId) -> Tally:
    """Count statuses, attempts, money and parts in one consistent view."""
    run_no = run_number(connection, run)
    state, rows = connection.execute("SELECT state,row_count FROM run WHERE run_no=?", (run_no,)).fetchone()
    statuses = dict.fromkeys(Status, 0)
    for status, count in connection.execute(
        "SELECT status,count(*) FROM source_row WHERE run_no=?1 AND status IS NOT NULL "
        "GROUP BY status UNION ALL SELECT state,count(*) FROM message WHERE run_no=?1 "
        "GROUP BY state",
        (run_no,),
    ):
        statuses[Status(status)] += count
    # Past the commit point, and no outcome is stored yet: they may have been taken.
    in_flight = number(
        connection,
        "SELECT coalesce(sum(member_count),0) FROM attempt "
        "WHERE run_no=? AND state IN('in_flight','replied')",
        run_no,
    )
    statuses[Status.UNKNOWN] += in_flight
    statuses[Status.PENDING] -= in_flight
    attempts = dict(
        connection.execute(
            "SELECT CASE WHEN state='unknown' AND settled_us IS NOT NULL THEN 'settled' "  # noqa: S608  # a constant
            "ELSE state END, count(*) FROM attempt "
            f"WHERE run_no=? AND NOT {OPEN} GROUP BY 1",  # a constant
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
        statuses={status: count for status, count in statuses.items() if count},
        attempts=attempts,
        cost={} if money is None else {"RUB": money},
        segments_estimated=estimated,
        segments_billed=billed,
    )


class SqliteRuns(Part):
    """`journal.base.Runs`."""

    def all(self) -> tuple[RunInfo, ...]:
        with self._store.read() as connection:
            return _infos(connection)

    def info(self, run: RunId) -> RunInfo:
        with self._store.read() as connection:
            return run_info(connection, run)

    def tally(self, run: RunId) -> Tally:
        with self._store.read() as connection:
            return tally(connection, run)

    def set_state(self, run: RunId, state: RunState, *, reason: str = "") -> None:
        self._change("UPDATE run SET state=?,reason=? WHERE run_id=?", state.value, to_json(reason), run)

    def account(self, gateway: str, login: str) -> str:
        with self._store.read() as connection:
            key = ledger_key(connection)
        return hmac.digest(key, f"{gateway}\0{login}".encode(), "sha256").hex()[:32]

    def ask_pause(self, run: RunId, *, operator: str) -> None:
        now_us = self._now_us()

        def ask(connection: sqlite3.Connection, run_no: int) -> None:
            record_action(connection, run_no, "pause", now_us=now_us, operator=operator, why="asked to pause")
            connection.execute("UPDATE run SET pause_by=? WHERE run_no=?", (operator, run_no))

        self._write(run, ask)

    def last_pause(self, run: RunId) -> int:
        with self._read(run) as (connection, run_no):
            return number(
                connection,
                "SELECT coalesce(max(action_id),0) FROM operator_action WHERE run_no=? AND action='pause'",
                run_no,
            )

    def clear_pause(self, run: RunId, *, up_to: int) -> None:
        self._change(
            "UPDATE run SET pause_by='' WHERE run_id=? AND pause_by<>'' AND NOT EXISTS("
            "SELECT 1 FROM operator_action o WHERE o.run_no=run.run_no "
            "AND o.action='pause' AND o.action_id>?)",
            run,
            up_to,
        )

    def pause_idle(self, run: RunId, *, operator: str) -> None:
        self._change(
            "UPDATE run SET state='paused',reason=? WHERE run_id=? AND state='sending'",
            to_json(tr("paused by {operator}", operator=operator)),
            run,
        )

    def cancel(self, run: RunId, *, operator: str, why: str) -> int:
        now_us = self._now_us()

        def act(connection: sqlite3.Connection, run_no: int) -> int:
            record_action(connection, run_no, "cancel", now_us=now_us, operator=operator, why=why)
            recipients = cancel_pending(connection, run_no, now_us=now_us)
            # A run that was killed is `sending` although no process sends it.
            connection.execute("UPDATE run SET state='paused' WHERE run_no=? AND state='sending'", (run_no,))
            connection.execute(
                "UPDATE run SET state='cancelled',reason=?,pause_by='' WHERE run_no=?",
                (to_json(tr("cancelled by {operator}", operator=operator)), run_no),
            )
            return recipients

        return self._write(run, act)


def cancel_pending(connection: sqlite3.Connection, run_no: int, *, now_us: int) -> int:
    """No pending recipient will ever be sent; returns how many."""
    return connection.execute(
        "UPDATE message SET state='cancelled',code='cancelled',final_us=? WHERE run_no=? AND state='pending'",
        (now_us, run_no),
    ).rowcount


def refuse_if_paused(connection: sqlite3.Connection, run: RunId) -> None:
    """Part of INTENT's commit; raises PauseRequested when an operator asked for it."""
    (operator,) = connection.execute("SELECT pause_by FROM run WHERE run_id=?", (run,)).fetchone()
    if operator:
        raise PauseRequested(
            tr("paused by {operator}", operator=operator),
            hint=tr("To go on: {command}", command=f"campaign resume {run}"),
        )


def record_action(  # noqa: PLR0913  # one row
    connection: sqlite3.Connection,
    run_no: int,
    action: str,
    *,
    now_us: int,
    operator: str,
    why: str,
    attempt_id: int | None = None,
    recipients: int = 1,
) -> None:
    """Write down what an operator decided; never changed afterwards."""
    connection.execute(
        "INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,recipients,why) "
        "VALUES(?,?,?,?,?,?,?)",
        (now_us, operator, action, run_no, attempt_id, recipients, why),
    )


def store_alarms(
    connection: sqlite3.Connection, run_no: int, attempt_id: int | None, now_us: int, alarms: Iterable[Alarm]
) -> None:
    """Write down where the gateway broke its own protocol."""
    connection.executemany(
        "INSERT INTO alarm(run_no,attempt_id,at_us,code,details) VALUES(?,?,?,?,?)",
        [(run_no, attempt_id, now_us, one.code, as_json(dict(one.details))) for one in alarms],
    )
