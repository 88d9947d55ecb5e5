"""Sending: INTENT, ARM, RAW, APPLY, and what a crash left between them."""

import base64
import glob
import json
import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from campaign.clock import Clock
from campaign.domain import (
    Attempt,
    Chunk,
    Reply,
    ReplyVerdict,
    RunId,
    RunInfo,
    RunState,
    Tally,
)
from campaign.domain.polling import HORIZON
from campaign.domain.schedule import MIN_AHEAD
from campaign.errors import (
    AttemptTaken,
    InputError,
    JournalError,
    NothingToDo,
    NotSent,
)
from campaign.journal.sqlite.attempt_rows import (
    pending_chunk,
    reply_values,
    unapplied_replies,
    update_attempt,
)
from campaign.journal.sqlite.budget import Budgets
from campaign.journal.sqlite.connection import (
    Store,
    to_us,
)
from campaign.journal.sqlite.evidence import worth_a_look
from campaign.journal.sqlite.replies import (
    close_by_answer,
    is_closed_as_unknown,
    keep_late_answer,
    put_refused_back,
    take_in,
    take_over,
)
from campaign.journal.sqlite.runs import (
    refuse_if_paused,
    run_info,
    run_number,
    tally,
)
from campaign.journal.sqlite.sent_before import (
    refuse_if_sent_elsewhere,
    write_down,
)
from campaign.journal.sqlite.stop_list import (
    refuse_if_stopped,
    stops_seen,
    without_stopped,
)


def is_over(send_at: datetime | None, now: datetime) -> bool:
    """Whether a message that begins its way now may reach the gateway after its send time."""
    return send_at is not None and send_at - now < MIN_AHEAD


def leave_out_all(
    connection: sqlite3.Connection, run_no: int, chunk: Chunk, *, now_us: int
) -> None:
    """Let everybody of a chunk expire, instead of INTENT; part of one commit.

    Raises:
        AttemptTaken: Somebody in it is not pending.
    """
    expired = connection.execute(
        "UPDATE message SET state='expired',code='expired',final_us=? "
        "WHERE run_no=? AND position IN(SELECT value FROM json_each(?)) AND state='pending'",
        (now_us, run_no, json.dumps([member.position for member in chunk.members])),
    ).rowcount
    if expired != len(chunk.members):
        raise AttemptTaken(f"chunk {chunk.chunk_no}: somebody in it is not pending")


def refuse_if_over(send_at: datetime | None, now: datetime) -> None:
    """Look once more right before the last byte: a slow connection may have used the time up.

    Raises:
        NotSent: Half of the time that must be left at INTENT is gone; the next try tells.
    """
    if send_at is not None and send_at - now < MIN_AHEAD / 2:
        failure = NotSent("the planned send time came while the request was under way")
        failure.code = "schedule_over"
        raise failure


BALLAST_BYTES = 8 * 1024 * 1024
"""Room for the answers of 32 workers at their largest honest size, many times over."""

_SUFFIX = ".answer.json"


class ReplyFallback:
    """The spill files of one journal.

    Args:
        store: Path of the journal.
        key: Tells this journal's files from those of others in a shared folder.
    """

    def __init__(self, store: Path, key: str) -> None:
        self._ballast = store.with_name(f"{store.name}.ballast")
        self._folders = (store.parent, Path(tempfile.gettempdir()))
        self._prefix = f"{store.name}.{key[:16]}."

    def prepare(self) -> None:
        """Make the ballast; a disk without room for it has no room for a run either."""
        if self._ballast.exists() and self._ballast.stat().st_size == BALLAST_BYTES:
            return
        with suppress(OSError):
            descriptor = os.open(self._ballast, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            try:
                os.write(descriptor, os.urandom(BALLAST_BYTES))  # no file system compresses that
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def save(self, attempt_id: int, reply: Reply, *, queue_name: str = "") -> Path | None:
        """Keep an answer outside the journal; None when no place was left."""
        with suppress(OSError):
            self._ballast.unlink()
        content = json.dumps({
            "attempt": attempt_id,
            "queue": queue_name,
            "http_status": reply.http_status,
            "body": base64.b64encode(reply.body).decode("ascii"),
            "complete": reply.complete,
            "error": reply.error,
            "retry_after_s": reply.retry_after_s,
        }).encode()  # fmt: skip
        for folder in self._folders:
            path = folder / f"{self._prefix}{attempt_id}{_SUFFIX}"
            with suppress(OSError):
                _write_whole(path, content)
                return path
        return None

    @staticmethod
    def queue_name(path: Path) -> str:
        """The status queue of the attempt that such a file answers, "" when it does not say."""
        with suppress(OSError, ValueError, AttributeError, RecursionError):
            return str(json.loads(path.read_bytes()).get("queue", ""))
        return ""

    def kept(self) -> Iterator[tuple[Path, int, Reply]]:
        """Answers that wait to be stored: file, attempt, answer. Broken files are left alone."""
        for folder in self._folders:
            for path in sorted(folder.glob(f"{glob.escape(self._prefix)}*{_SUFFIX}")):
                with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                    if _is_ours(path):
                        yield (path, *_read(path))


def _is_ours(path: Path) -> bool:
    """In a folder for everybody, anybody may put an answer that never came."""
    state = path.lstat()
    return stat.S_ISREG(state.st_mode) and (os.name != "posix" or state.st_uid == os.getuid())


def _read(path: Path) -> tuple[int, Reply]:
    content = json.loads(path.read_bytes())
    attempt_id = int(content["attempt"])
    status, wait_s = content["http_status"], content["retry_after_s"]
    if not 0 < attempt_id < 2**63:
        raise ValueError(attempt_id)
    reply = Reply(
        http_status=None if status is None else int(status),
        body=base64.b64decode(content["body"], validate=True),
        complete=bool(content["complete"]),
        error=str(content["error"]),
        retry_after_s=None if wait_s is None else float(wait_s),
    )
    return attempt_id, reply


def _write_whole(path: Path, content: bytes) -> None:
    """Write, flush and name the file in one go: half an answer would be worse than none."""
    draft = path.with_suffix(".part")
    descriptor = os.open(
        draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


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
                "AND state IN('prepared','in_flight','replied')) ORDER BY chunk_no",
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
            members = json.dumps(
                [member.position for member in chunk.members], separators=(",", ":")
            )
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
                state="in_flight",
                committed_us=now_us,
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
        return self._reply_fallback().save(attempt.attempt_id, reply, queue_name=attempt.queue_name)

    def apply(self, attempt: Attempt, reply_verdict: ReplyVerdict) -> int:
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
                lambda: close_by_answer(connection, attempt, reply_verdict, now_us),
            )
        )

    def replied(self, run: RunId) -> tuple[tuple[Attempt, Reply], ...]:
        """Attempts whose reply is stored but not applied."""
        with self._store.read() as connection:
            return unapplied_replies(connection, run)

    def prepare_room(self) -> None:
        """Keep room for answers in hand, for the day when the disk is full."""
        self._reply_fallback().prepare()

    def _reply_fallback(self) -> ReplyFallback:
        # By the path alone: when it is needed most, the journal cannot be read.
        return ReplyFallback(
            self._store.path, sha256(str(self._store.path.absolute()).encode()).hexdigest()
        )

    def recover(self, run: RunId) -> None:
        """Take the run over: prepared -> not sent; in doubt -> unknown."""
        now_us = to_us(self._clock.now())
        self._take_in_fallback(run, now_us)
        self.budgets.forget(run)
        self._epochs[run] = self._store.write(
            lambda connection: take_over(connection, run_number(connection, run), now_us)
        )

    def _take_in_fallback(self, run: RunId, now_us: int) -> None:
        """Store answers that a full disk kept out of the journal."""
        reply_fallback = self._reply_fallback()
        for path, attempt_id, reply in reply_fallback.kept():
            work = partial(
                take_in, run=run, attempt_id=attempt_id, reply=reply,
                queue_name=reply_fallback.queue_name(path), now_us=now_us,
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
