"""Sending: INTENT, ARM, RAW, APPLY, and what a crash left between them."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from campaign.adapters.journal.attempts import (
    pending_chunk,
    reply_values,
    unapplied_replies,
    update_attempt,
)
from campaign.adapters.journal.budget import Budgets
from campaign.adapters.journal.expiry import is_over, leave_out_all, refuse_if_over
from campaign.adapters.journal.halts import refuse_if_paused
from campaign.adapters.journal.late import is_closed_as_unknown, keep_late_answer
from campaign.adapters.journal.ledger import refuse_if_sent_elsewhere, write_down
from campaign.adapters.journal.outcomes import close_by_answer
from campaign.adapters.journal.recovery import put_refused_back, take_in, take_over
from campaign.adapters.journal.runs import run_info, run_number, tally
from campaign.adapters.journal.second_thoughts import worth_a_look
from campaign.adapters.journal.spill import Spill
from campaign.adapters.journal.stops import refuse_if_stopped, stops_seen, without_stopped
from campaign.adapters.journal.store import Store, to_us
from campaign.errors import InputError, JournalError, NothingToDo
from campaign.model import Attempt, Chunk, Judgement, Reply, RunId, RunInfo, RunState, Tally
from campaign.ports import Clock
from campaign.rules.looks import HORIZON


class SendBook:
    """The sending side of the journal (`ports.SendJournal`)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._epochs: dict[RunId, int] = {}
        self.budgets = Budgets(store)

    def run_info(self, run: RunId) -> RunInfo:
        """The run's settings and state."""
        with self._store.read() as connection:
            info = run_info(connection, "run_id", run)
        if info is None:
            raise InputError(f"there is no run {run}", hint="campaign runs", code="run_unknown")
        return info

    def tally(self, run: RunId) -> Tally:
        """Count fates, attempts, money and parts."""
        with self._store.read() as connection:
            return tally(connection, run)

    def set_state(self, run: RunId, state: RunState, *, reason: str = "") -> None:
        """Move the run; refused by the database when the move is not allowed."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET state=?, reason=? WHERE run_id=?", (state.value, reason, run)
            )
        )

    def worth_a_look(self, run: RunId) -> int:
        """People whom no count shows as open, and of whom evidence may still come."""
        since_us = to_us(self._clock.now() - HORIZON)
        with self._store.read() as connection:
            return worth_a_look(connection, run_number(connection, run), since_us)

    def pending_chunks(self, run: RunId) -> tuple[int, ...]:
        """Chunks with pending people and no open attempt, in order."""
        with self._store.read() as connection:
            run_no = run_number(connection, run)
            rows = connection.execute(
                "SELECT DISTINCT chunk_no FROM message INDEXED BY message_pending "
                "WHERE run_no=? AND state='pending' AND chunk_no NOT IN("
                "SELECT chunk_no FROM attempt WHERE run_no=? "
                "AND state IN('prepared','in_doubt','replied')) ORDER BY chunk_no",
                (run_no, run_no),
            )
            return tuple(row[0] for row in rows)

    def chunk(self, run: RunId, chunk_no: int) -> Chunk:
        """The pending people of a chunk, read fresh."""
        with self._store.read() as connection:
            return pending_chunk(connection, run, chunk_no)

    def begin(
        self, chunk: Chunk, *, queue_name: str, request_digest: Callable[[Attempt], str]
    ) -> Attempt:
        """INTENT: record the attempt and who is in it.

        Raises:
            AttemptTaken: Somebody in it is not pending, or another attempt is open.
            GuardRefused: Another run sent one of these texts to the same phone meanwhile, or the
                rest of the run would cost more than `--max-cost` allows.
            NothingToDo: Everybody in it is left out for good: on the stop-list by now, or with a
                send time that is over (code `expired`).
            PauseAsked: Somebody asked the run to pause.

        Returns:
            The attempt; its chunk lacks whoever is on the stop-list by now.
        """
        now, planned = self._clock.now(), chunk
        now_us, over, budget = to_us(now), is_over(chunk.send_at, now), self.budgets.of(chunk.run)

        def insert(connection: sqlite3.Connection) -> Attempt | None:
            run_no = run_number(connection, planned.run)
            refuse_if_paused(connection, planned.run)
            if over:
                budget.watch(
                    connection,
                    run_no,
                    planned,
                    lambda: leave_out_all(connection, run_no, planned, now_us=now_us),
                )
                return None
            chunk = budget.watch(
                connection,
                run_no,
                planned,
                lambda: without_stopped(connection, run_no, planned, now_us=now_us),
            )
            if not chunk.members:
                return None
            members = json.dumps([member.ord for member in chunk.members], separators=(",", ":"))
            (try_no,) = connection.execute(
                "SELECT coalesce(max(try_no),0)+1 FROM attempt WHERE run_no=? AND chunk_no=?",
                (run_no, chunk.chunk_no),
            ).fetchone()
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
            return Attempt(attempt_id or 0, chunk, try_no, queue_name)

        attempt = self._store.write(insert)
        if over:
            raise NothingToDo(f"chunk {chunk.chunk_no}: its send time is over", code="expired")
        if attempt is None:
            raise NothingToDo(f"chunk {chunk.chunk_no}: everybody is on the stop-list")
        return attempt

    def arm(self, attempt: Attempt) -> None:
        """ARM: from here on the request may have been taken.

        Raises:
            AttemptTaken: Another driver has taken over.
            GuardRefused: Another run sent one of these texts to the same phone meanwhile.
            NotSent: Somebody in it was put on the stop-list meanwhile, or its send time came.
        """
        now = self._clock.now()
        now_us = to_us(now)

        def mark(connection: sqlite3.Connection) -> None:
            run_no, members = run_number(connection, attempt.chunk.run), attempt.chunk.members
            # Once more: two drivers of two runs may have begun at the same moment.
            refuse_if_sent_elsewhere(connection, run_no, members, now_us=now_us)
            refuse_if_stopped(connection, members)
            refuse_if_over(attempt.chunk.send_at, now)
            update_attempt(
                connection,
                attempt.attempt_id,
                state="in_doubt",
                armed_us=now_us,
                stops_seen=stops_seen(connection),
            )
            write_down(
                connection,
                run_no=run_no,
                attempt_id=attempt.attempt_id,
                members=members,
                now_us=now_us,
            )

        self._store.write(mark)

    def close_not_sent(self, attempt: Attempt, *, code: str, words: str) -> None:
        """The last byte did not leave; the people stay pending."""
        now_us = to_us(self._clock.now())
        self._store.write(
            lambda connection: update_attempt(
                connection,
                attempt.attempt_id,
                state="not_sent",
                code=code,
                words=words,
                closed_us=now_us,
            )
        )

    def store_reply(self, attempt: Attempt, reply: Reply) -> None:
        """RAW: the reply exactly as it came.

        An answer to a request whose last byte never left closes nothing here: `apply` does. Where
        another driver has closed the attempt meanwhile, the answer is kept as evidence.

        Raises:
            JournalError: It could not be stored; it was saved beside the journal if there was any
                place for it, and the next `recover` stores it.
        """
        values = reply_values(reply, to_us(self._clock.now()))

        def store(connection: sqlite3.Connection) -> None:
            if is_closed_as_unknown(connection, attempt.attempt_id):
                keep_late_answer(connection, attempt.attempt_id, values)
            else:
                state = {"state": "replied"} if reply.last_byte_sent else {}
                update_attempt(connection, attempt.attempt_id, **state, **values)

        try:
            self._store.write(store)
        except JournalError as error:
            kept = self._save(attempt, reply) if reply.last_byte_sent else None
            raise JournalError(
                f"{error.message}; the answer in hand "
                + ("could not be saved either" if kept is None else f"is kept in {kept}"),
                hint=error.hint,
            ) from error

    def _save(self, attempt: Attempt, reply: Reply) -> Path | None:
        return self._spill().save(attempt.attempt_id, reply, queue_name=attempt.queue_name)

    def apply(self, attempt: Attempt, judgement: Judgement) -> int:
        """APPLY: one outcome per person; the attempt closes in the same commit.

        Returns:
            How many of its people are unknown.
        """
        now_us, budget = to_us(self._clock.now()), self.budgets.of(attempt.chunk.run)
        return self._store.write(
            lambda connection: budget.watch(
                connection,
                run_number(connection, attempt.chunk.run),
                attempt.chunk,
                lambda: close_by_answer(connection, attempt, judgement, now_us),
            )
        )

    def replied(self, run: RunId) -> tuple[tuple[Attempt, Reply], ...]:
        """Attempts whose reply is stored but not applied."""
        with self._store.read() as connection:
            return unapplied_replies(connection, run)

    def prepare_room(self) -> None:
        """Keep room for answers in hand, for the day when the disk is full."""
        self._spill().prepare()

    def _spill(self) -> Spill:
        # By the path alone: when it is needed most, the journal cannot be read.
        return Spill(
            self._store.path, sha256(str(self._store.path.absolute()).encode()).hexdigest()
        )

    def recover(self, run: RunId) -> None:
        """Take the run over: prepared -> not sent; in doubt -> unknown."""
        now_us = to_us(self._clock.now())
        self._take_in_spilled(run, now_us)
        self.budgets.forget(run)
        self._epochs[run] = self._store.write(
            lambda connection: take_over(connection, run_number(connection, run), now_us)
        )

    def _take_in_spilled(self, run: RunId, now_us: int) -> None:
        """Store answers that a full disk kept out of the journal."""
        spill = self._spill()
        for path, attempt_id, reply in spill.kept():
            work = partial(
                take_in, run=run, attempt_id=attempt_id, reply=reply,
                queue_name=spill.queue_name(path), now_us=now_us,
            )  # fmt: skip

            if self._store.write(work):
                path.unlink(missing_ok=True)

    def retry_refused(self, run: RunId, *, codes: Sequence[str], who: str, why: str) -> int:
        """Put people back whom the gateway refused by name for a reason that is mended now.

        The operator's word is recorded first; the database demands it. Returns how many people.
        """
        now_us = to_us(self._clock.now())
        return self._store.write(
            lambda connection: put_refused_back(
                connection, run_number(connection, run), codes, who=who, why=why, now_us=now_us
            )
        )
