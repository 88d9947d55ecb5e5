"""Delivery statuses: raw answers first, then what they say; states only move forward."""

import json
import sqlite3
import zlib
from collections.abc import Collection, Sequence
from datetime import datetime

from campaign.domain import OpenQueue, Reply, RunId, StatusRow, Tracked, UnmatchedId
from campaign.domain.polling import HORIZON
from campaign.journal.sqlite.connection import moment, to_us
from campaign.journal.sqlite.evidence import (
    ENDED_EARLY,
    OPEN_QUEUES,
    settle_whole_attempts,
    spread_common_end,
)
from campaign.journal.sqlite.part import Part
from campaign.journal.sqlite.status_updates import StatusUpdater


class SqliteStatuses(Part):
    """`journal.base.Statuses`."""

    def open_queues(self, run: RunId) -> tuple[OpenQueue, ...]:
        # Also of recipients of whom evidence may still come: put back from an unknown attempt and
        # not sent again yet, which counts as unknown here, or no longer tracked too early.
        since_us = to_us(self._clock.now() - HORIZON)
        with self._read(run) as (connection, run_no):
            rows = connection.execute(OPEN_QUEUES, (run_no, since_us)).fetchall()
        return tuple(map(_open_queue, rows))

    def open_messages(self, run: RunId, *, attempts: Collection[int] | None = None) -> tuple[Tracked, ...]:
        wanted = None if attempts is None else json.dumps(sorted(attempts))
        since_us = to_us(self._clock.now() - HORIZON)
        with self._read(run) as (connection, run_no):
            # CROSS: SQLite's planner would begin with `message` and read all ids for each recipient.
            rows = connection.execute(
                "SELECT s.smsc_id,m.client_id FROM smsc s "  # noqa: S608  # constants
                "CROSS JOIN message m ON m.run_no=s.run_no AND m.position=s.position "
                f"WHERE s.run_no=?1 AND (m.state IN('accepted','unknown') OR {ENDED_EARLY}) "
                "AND (?2 IS NULL OR m.attempt_id IN(SELECT value FROM json_each(?2))) "
                "ORDER BY m.position,s.smsc_id",
                (run_no, wanted, since_us),
            )
            return tuple(Tracked(smsc_id, client_id) for smsc_id, client_id in rows)

    def unmatched_ids(self, run: RunId) -> tuple[UnmatchedId, ...]:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                "SELECT smsc_id,attempt_id,status_text,first_us FROM unmatched_id WHERE run_no=? "
                "ORDER BY first_us,smsc_id",
                (run_no,),
            )
            return tuple(
                UnmatchedId(
                    smsc_id, attempt_id, "status" if attempt_id is None else "queue", status_text,
                    moment(first_us),
                )
                for smsc_id, attempt_id, status_text, first_us in rows
            )  # fmt: skip

    def unidentified(self, run: RunId) -> tuple[Tracked, ...]:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                "SELECT smsc_id FROM smsc WHERE run_no=?1 AND position IS NULL AND EXISTS("
                "SELECT 1 FROM attempt a CROSS JOIN json_each(a.members) AS member "
                "CROSS JOIN message m ON m.run_no=?1 AND m.position=member.value "
                "WHERE a.attempt_id=smsc.attempt_id AND m.state IN('accepted','unknown')) "
                "ORDER BY first_us,smsc_id",
                (run_no,),
            )
            return tuple(Tracked(row[0], "") for row in rows)

    def open_exchange(self, run: RunId, *, kind: str, attempt_id: int | None, limit: int) -> int:
        now_us = self._now_us()

        def insert(connection: sqlite3.Connection, run_no: int) -> int:
            exchange_id = connection.execute(
                "INSERT INTO exchange(run_no,attempt_id,kind,row_limit,state,asked_us) "
                "VALUES(?,?,?,?,'asked',?)",
                (run_no, attempt_id, kind, limit, now_us),
            ).lastrowid
            return exchange_id or 0

        return self._write(run, insert)

    def store_exchange(self, exchange_id: int, reply: Reply) -> None:
        self._change(
            "UPDATE exchange SET state='stored',stored_us=?,http_status=?,body=?,complete=?,"
            "error=? WHERE exchange_id=?",
            self._now_us(), reply.http_status, zlib.compress(reply.body, 1), int(reply.complete),
            reply.error, exchange_id,
        )  # fmt: skip

    def close_exchange(self, exchange_id: int, *, error: str) -> None:
        self._change("UPDATE exchange SET state='lost',error=? WHERE exchange_id=?", error, exchange_id)

    def unapplied_exchanges(self, run: RunId) -> tuple[tuple[int, int | None, Reply], ...]:
        def close_lost(connection: sqlite3.Connection, run_no: int) -> int:
            connection.execute(
                "UPDATE exchange SET state='lost',error='killed' WHERE run_no=? AND state='asked'", (run_no,)
            )
            return run_no

        run_no = self._write(run, close_lost)
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT exchange_id,attempt_id,http_status,body,complete,error FROM exchange "
                "WHERE run_no=? AND state='stored' ORDER BY exchange_id",
                (run_no,),
            ).fetchall()
        return tuple(
            (exchange_id, attempt_id, Reply(status, zlib.decompress(body), bool(complete), error))
            for exchange_id, attempt_id, status, body, complete, error in rows
        )

    def apply_statuses(self, exchange_id: int, rows: Sequence[StatusRow]) -> int:
        now_us = self._now_us()

        def record(connection: sqlite3.Connection) -> int:
            run_no, attempt_id = connection.execute(
                "SELECT run_no,attempt_id FROM exchange WHERE exchange_id=?", (exchange_id,)
            ).fetchone()
            new = StatusUpdater(connection, run_no, attempt_id, exchange_id, now_us).apply(rows)
            connection.execute("UPDATE exchange SET state='applied' WHERE exchange_id=?", (exchange_id,))
            return new

        return self._store.write(record)

    def settle_unknown(self, run: RunId) -> int:
        now_us = self._now_us()

        def settle(connection: sqlite3.Connection, run_no: int) -> int:
            settled = settle_whole_attempts(connection, run_no)
            spread_common_end(connection, run_no, now_us)
            connection.execute(
                "UPDATE attempt SET settled_us=?, settled_by='evidence' "
                "WHERE run_no=? AND state='unknown' AND settled_us IS NULL AND NOT EXISTS("
                "SELECT 1 FROM message m WHERE m.run_no=attempt.run_no AND m.state='unknown' "
                "AND m.attempt_id=attempt.attempt_id)",
                (now_us, run_no),
            )
            return settled

        return self._write(run, settle)

    def expire_tracking(self, run: RunId, *, before: datetime) -> int:
        now_us, before_us = self._now_us(), to_us(before)

        def end(connection: sqlite3.Connection, run_no: int) -> int:
            return connection.execute(
                "UPDATE message SET state='no_final_status',code='no_final_status',final_us=? "
                "WHERE run_no=? AND state='accepted' "
                "AND max(handed_over_us,coalesce(send_at_us,0))<=?",
                (now_us, run_no, before_us),
            ).rowcount

        return self._write(run, end)


def _open_queue(row: tuple[int, str, int, int, int, int, int, int]) -> OpenQueue:
    attempt_id, queue_name, unknown, members, open_count, waited_for, committed_us, born_us = row
    return OpenQueue(
        attempt_id=attempt_id,
        queue_name=queue_name,
        unknown=unknown > 0,
        member_count=members,
        open_count=open_count,
        waited_for=waited_for,
        committed_at=moment(committed_us),
        born_at=moment(born_us),
    )
