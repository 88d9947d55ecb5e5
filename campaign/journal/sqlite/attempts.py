"""Sending: INTENT, commit point, RAW, APPLY, and what a crash left between them."""

import sqlite3
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from campaign.clock import Clock
from campaign.domain import Attempt, Chunk, ClientId, Member, Phone, Reply, ReplyVerdict, RunId, Status
from campaign.domain.polling import HORIZON
from campaign.domain.schedule import MIN_AHEAD
from campaign.errors import JournalError, NothingToDo, NotSent
from campaign.journal.sqlite.budget import SqliteBudget
from campaign.journal.sqlite.connection import Store, from_us, to_us
from campaign.journal.sqlite.evidence import MAY_CHANGE
from campaign.journal.sqlite.part import Part, number, run_number
from campaign.journal.sqlite.replies import (
    ReplyCommit,
    is_closed_as_unknown,
    keep_late_reply,
    put_refused_back,
    reply_values,
    take_in,
    take_over,
    update_attempt,
)
from campaign.journal.sqlite.reply_fallback import ReplyFallback
from campaign.journal.sqlite.runs import OPEN, as_json, refuse_if_paused
from campaign.journal.sqlite.sent_before import refuse_if_sent_elsewhere, remember_sent
from campaign.journal.sqlite.stop_list import leave_out, refuse_if_stopped, stops_seen, without_stopped
from campaign.text import tr


def is_over(send_at: datetime | None, now: datetime) -> bool:
    """Whether a message that begins its way now may reach the gateway after its send time."""
    return send_at is not None and send_at - now < MIN_AHEAD


def without_expired(connection: sqlite3.Connection, run_no: int, chunk: Chunk, *, now_us: int) -> Chunk:
    """Let all recipients of a chunk expire, instead of INTENT; part of one commit."""
    return leave_out(connection, run_no, chunk, chunk.members, status=Status.EXPIRED, now_us=now_us)


def refuse_if_over(send_at: datetime | None, now: datetime) -> None:
    """Check again right before the last byte: a slow connection may have used the time up.

    Raises NotSent when half of the time that must be left at INTENT is gone.
    """
    if send_at is not None and send_at - now < MIN_AHEAD / 2:
        failure = NotSent(tr("the planned send time came while the request was under way"))
        failure.code = "schedule_over"
        raise failure


class SqliteAttempts(Part):
    """`journal.base.Attempts`."""

    def __init__(self, store: Store, clock: Clock, budget: SqliteBudget) -> None:
        super().__init__(store, clock)
        self._budget = budget
        self._epochs: dict[RunId, int] = {}
        self._fallback = ReplyFallback(store.path)

    def may_change(self, run: RunId) -> int:
        since_us = to_us(self._clock.now() - HORIZON)
        with self._read(run) as (connection, run_no):
            return number(connection, MAY_CHANGE, run_no, since_us)

    def pending_chunks(self, run: RunId) -> tuple[int, ...]:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                "SELECT DISTINCT chunk_no FROM message INDEXED BY message_pending "  # noqa: S608  # a constant
                "WHERE run_no=? AND state='pending' AND chunk_no NOT IN("
                f"SELECT chunk_no FROM attempt WHERE run_no=? AND {OPEN}) ORDER BY chunk_no",
                (run_no, run_no),
            )
            return tuple(row[0] for row in rows)

    def chunk(self, run: RunId, chunk_no: int) -> Chunk:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                f"SELECT {_MEMBER} FROM message "  # noqa: S608  # a constant list of columns
                "WHERE run_no=? AND chunk_no=? AND state='pending' ORDER BY position",
                (run_no, chunk_no),
            )
            return _to_chunk(run, chunk_no, rows.fetchall())

    def begin(self, chunk: Chunk, *, queue_name: str, request_digest: Callable[[Attempt], str]) -> Attempt:
        now, planned = self._clock.now(), chunk
        now_us, over, budget = to_us(now), is_over(chunk.send_at, now), self._budget.of(chunk.run)

        def insert(connection: sqlite3.Connection, run_no: int) -> Attempt | None:
            refuse_if_paused(connection, planned.run)
            without = without_expired if over else without_stopped
            chunk = budget.watch(
                connection, run_no, planned, lambda: without(connection, run_no, planned, now_us=now_us)
            )
            if not chunk.members:
                return None
            members = as_json([member.position for member in chunk.members])
            try_no = number(
                connection,
                "SELECT coalesce(max(try_no),0)+1 FROM attempt WHERE run_no=? AND chunk_no=?",
                run_no,
                chunk.chunk_no,
            )
            refuse_if_sent_elsewhere(connection, run_no, chunk.members, now_us=now_us)
            budget.refuse_if_over(connection, planned.run, run_no)
            attempt = Attempt(0, chunk, try_no, queue_name)
            attempt_id = connection.execute(
                "INSERT INTO attempt(run_no,chunk_no,try_no,epoch,queue_name,state,members,"
                "member_count,request_sha256,prepared_us) VALUES(?,?,?,?,?,'prepared',?,?,?,?)",
                (
                    run_no, chunk.chunk_no, try_no, self._epochs.get(chunk.run, 0), queue_name,
                    members, len(chunk.members), request_digest(attempt), now_us,
                ),
            ).lastrowid  # fmt: skip
            return replace(attempt, attempt_id=attempt_id or 0)

        attempt = self._write(planned.run, insert)
        if over:
            raise NothingToDo(
                tr("chunk {chunk_no}: its send time is over", chunk_no=chunk.chunk_no), code="expired"
            )
        if attempt is None:
            raise NothingToDo(
                tr("chunk {chunk_no}: all its recipients are on the stop-list", chunk_no=chunk.chunk_no)
            )
        return attempt

    def commit_point(self, attempt: Attempt) -> None:
        now = self._clock.now()
        now_us = to_us(now)

        def mark(connection: sqlite3.Connection, run_no: int) -> None:
            members = attempt.chunk.members
            # Again: two processes may have begun two runs at the same moment.
            refuse_if_sent_elsewhere(connection, run_no, members, now_us=now_us)
            refuse_if_stopped(connection, members)
            refuse_if_over(attempt.chunk.send_at, now)
            update_attempt(
                connection,
                attempt.attempt_id,
                state="in_flight",
                committed_us=now_us,
                stops_seen=stops_seen(connection),
            )
            remember_sent(connection, run_no, attempt.attempt_id, members, now_us=now_us)

        self._write(attempt.chunk.run, mark)

    def close_not_sent(self, attempt: Attempt, *, code: str, reply_text: str) -> None:
        now_us = self._now_us()
        self._store.write(
            lambda connection: update_attempt(
                connection,
                attempt.attempt_id,
                state="not_sent",
                code=code,
                reply_text=reply_text,
                closed_us=now_us,
            )
        )

    def store_reply(self, attempt: Attempt, reply: Reply) -> None:
        values = reply_values(reply, self._now_us())

        def store(connection: sqlite3.Connection) -> None:
            if is_closed_as_unknown(connection, attempt.attempt_id):
                keep_late_reply(connection, attempt.attempt_id, values)
            else:
                state = {"state": "replied"} if reply.last_byte_sent else {}
                update_attempt(connection, attempt.attempt_id, **state, **values)

        try:
            self._store.write(store)
        except JournalError as error:
            path, message = None, error.message
            if reply.last_byte_sent:
                path = self._fallback.save(attempt.attempt_id, reply, queue_name=attempt.queue_name)
            if path is None:
                text = tr("{message}; the reply could not be saved either", message=message)
            else:
                text = tr("{message}; the reply is saved in {path}", message=message, path=path)
            raise JournalError(text, hint=error.hint) from error

    def apply(self, attempt: Attempt, verdict: ReplyVerdict) -> int:
        now_us, budget = self._now_us(), self._budget.of(attempt.chunk.run)
        return self._write(
            attempt.chunk.run,
            lambda connection, run_no: budget.watch(
                connection,
                run_no,
                attempt.chunk,
                lambda: ReplyCommit(connection, run_no, attempt, now_us).apply(verdict),
            ),
        )

    def replied(self, run: RunId) -> tuple[tuple[Attempt, Reply], ...]:
        with self._read(run) as (connection, run_no):
            rows = connection.execute(
                "SELECT attempt_id,chunk_no,try_no,queue_name,members,http_status,reply,"
                "reply_complete,reply_error,retry_after_s FROM attempt "
                "WHERE run_no=? AND (state='replied' OR (state='unknown' AND code='killed' "
                "AND reply IS NOT NULL)) ORDER BY attempt_id",
                (run_no,),
            ).fetchall()
            return tuple(
                (
                    Attempt(
                        attempt_id, _members_of(connection, run, chunk_no, members), try_no, queue
                    ),
                    Reply(status, zlib.decompress(body), bool(complete), error, wait_s),
                )
                for attempt_id, chunk_no, try_no, queue, members, status, body, complete, error,
                wait_s in rows
            )  # fmt: skip

    def prepare_room(self) -> None:
        self._fallback.prepare()

    def recover(self, run: RunId) -> None:
        now_us = self._now_us()
        self._take_in_fallback(run, now_us)
        self._budget.forget(run)
        self._epochs[run] = self._write(run, lambda connection, run_no: take_over(connection, run_no, now_us))

    def _take_in_fallback(self, run: RunId, now_us: int) -> None:
        for path, attempt_id, queue_name, reply in self._fallback.saved():
            values = reply_values(reply, now_us)
            work = partial(take_in, attempt_id=attempt_id, queue_name=queue_name, values=values)
            if self._write(run, work):
                path.unlink(missing_ok=True)

    def retry_refused(self, run: RunId, *, codes: Sequence[str], operator: str, why: str) -> int:
        work = partial(put_refused_back, codes=codes, operator=operator, why=why, now_us=self._now_us())
        return self._write(run, work)


_MEMBER = "position,client_id,phone,text,sender,flash,wapurl,send_at_us"


def _members_of(connection: sqlite3.Connection, run: RunId, chunk_no: int, members: str) -> Chunk:
    """All recipients in an attempt, whatever became of them."""
    rows = connection.execute(
        f"SELECT {_MEMBER} FROM message "  # noqa: S608  # a constant list of columns
        "WHERE run_no=? AND position IN(SELECT value FROM json_each(?)) ORDER BY position",
        (run_number(connection, run), members),
    ).fetchall()
    return _to_chunk(run, chunk_no, rows)


def _to_chunk(run: RunId, chunk_no: int, rows: Sequence[Sequence[Any]]) -> Chunk:
    members = tuple(
        Member(position, ClientId(client_id), Phone(phone), text, sender, flash=bool(flash), wapurl=wapurl)
        for position, client_id, phone, text, sender, flash, wapurl, _ in rows
    )
    return Chunk(run, chunk_no, from_us(rows[0][7]) if rows else None, members)
