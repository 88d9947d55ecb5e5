"""Sending: INTENT, ARM, RAW, APPLY, and what a crash left between them."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256

from campaign.adapters.journal.ledger import refuse_if_sent_elsewhere, write_down
from campaign.adapters.journal.runs import run_info, run_number, tally, to_micro
from campaign.adapters.journal.spill import Spill
from campaign.adapters.journal.store import Store, from_us, to_us
from campaign.errors import AttemptTaken, InputError, JournalError
from campaign.model import (
    Attempt,
    Chunk,
    ClientId,
    Fate,
    Judgement,
    Member,
    PersonOutcome,
    Phone,
    Reply,
    RunId,
    RunInfo,
    RunState,
    Tally,
    Verdict,
)
from campaign.ports import Clock

_CLOSED_BY = {
    Verdict.ANSWERED: "answered",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_SENT: "not_sent",
    Verdict.REFUSED: "refused",
}
_MEMBER = "ord,client_id,phone,text,sender,flash,wapurl"


class SendBook:
    """The sending side of the journal (`ports.SendJournal`)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._epochs: dict[RunId, int] = {}

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
            return _chunk(connection, run, chunk_no)

    def begin(
        self, chunk: Chunk, *, queue_name: str, request_digest: Callable[[Attempt], str]
    ) -> Attempt:
        """INTENT: record the attempt and who is in it.

        Raises:
            AttemptTaken: Somebody in it is not pending, or another attempt is open.
            GuardRefused: Another run sent one of these texts to the same phone meanwhile.
        """
        now_us = to_us(self._clock.now())
        members = json.dumps([member.ord for member in chunk.members], separators=(",", ":"))

        def insert(connection: sqlite3.Connection) -> Attempt:
            run_no = run_number(connection, chunk.run)
            (try_no,) = connection.execute(
                "SELECT coalesce(max(try_no),0)+1 FROM attempt WHERE run_no=? AND chunk_no=?",
                (run_no, chunk.chunk_no),
            ).fetchone()
            refuse_if_sent_elsewhere(connection, run_no, chunk.members, now_us=now_us)
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

        return self._store.write(insert)

    def arm(self, attempt: Attempt) -> None:
        """ARM: from here on the request may have been taken.

        Raises:
            AttemptTaken: Another driver has taken over.
            GuardRefused: Another run sent one of these texts to the same phone meanwhile.
        """
        now_us = to_us(self._clock.now())

        def mark(connection: sqlite3.Connection) -> None:
            run_no, members = run_number(connection, attempt.chunk.run), attempt.chunk.members
            # Once more: two drivers of two runs may have begun at the same moment.
            refuse_if_sent_elsewhere(connection, run_no, members, now_us=now_us)
            _update_attempt(connection, attempt.attempt_id, state="in_doubt", armed_us=now_us)
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
        self._move(attempt, "not_sent", code=code, words=words, closed_us=to_us(self._clock.now()))

    def store_reply(self, attempt: Attempt, reply: Reply) -> None:
        """RAW: the reply exactly as it came.

        An answer to a request whose last byte never left closes nothing here: `apply` does.

        Raises:
            JournalError: It could not be stored; it was saved beside the journal if there was any
                place for it, and the next `recover` stores it.
        """
        values = _reply_values(reply, to_us(self._clock.now()))
        try:
            self._move(attempt, "replied" if reply.last_byte_sent else None, **values)
        except JournalError as error:
            kept = self._spill().save(attempt.attempt_id, reply) if reply.last_byte_sent else None
            raise JournalError(
                f"{error.message}; the answer in hand "
                + ("could not be saved either" if kept is None else f"is kept in {kept}"),
                hint=error.hint,
            ) from error

    def apply(self, attempt: Attempt, judgement: Judgement) -> None:
        """APPLY: one outcome per person; the attempt closes in the same commit."""
        now_us = to_us(self._clock.now())

        def record(connection: sqlite3.Connection) -> None:
            run_no = run_number(connection, attempt.chunk.run)
            people, alarms = _without_taken_ids(
                connection, run_no, attempt.attempt_id, judgement.people
            )
            _record_people(connection, run_no, attempt.attempt_id, people, now_us)
            connection.executemany(
                "INSERT INTO alarm(run_no,attempt_id,at_us,text) VALUES(?,?,?,?)",
                [
                    (run_no, attempt.attempt_id, now_us, text)
                    for text in (*judgement.alarms, *alarms)
                ],
            )
            _update_attempt(
                connection,
                attempt.attempt_id,
                state=_CLOSED_BY[judgement.verdict],
                code=judgement.code,
                words=judgement.words,
                closed_us=now_us,
                balance=", ".join(f"{line.amount} {line.kind}" for line in judgement.balance),
            )

        self._store.write(record)

    def replied(self, run: RunId) -> tuple[tuple[Attempt, Reply], ...]:
        """Attempts whose reply is stored but not applied."""
        with self._store.read() as connection:
            run_no = run_number(connection, run)
            rows = connection.execute(
                "SELECT attempt_id,chunk_no,try_no,queue_name,members,http_status,reply,"
                "reply_complete,reply_error,retry_after_s FROM attempt "
                "WHERE run_no=? AND state='replied' ORDER BY attempt_id",
                (run_no,),
            ).fetchall()
            return tuple(
                (
                    Attempt(row[0], _members(connection, run, row[1], row[4]), row[2], row[3]),
                    Reply(
                        http_status=row[5],
                        body=zlib.decompress(row[6]),
                        complete=bool(row[7]),
                        error=row[8],
                        retry_after_s=row[9],
                    ),
                )
                for row in rows
            )

    def prepare_room(self) -> None:
        """Keep room for answers in hand, for the day when the disk is full."""
        self._spill().prepare()

    def _spill(self) -> Spill:
        # By the path alone: when it is needed most, the journal cannot be read.
        return Spill(
            self._store.path, sha256(str(self._store.path.absolute()).encode()).hexdigest()
        )

    def _take_in_spilled(self, run: RunId) -> None:
        """Store answers that a full disk kept out of the journal."""
        for path, attempt_id, reply in self._spill().kept():
            values = _reply_values(reply, to_us(self._clock.now()))

            def take_in(
                connection: sqlite3.Connection,
                attempt_id: int = attempt_id,
                values: dict[str, object] = values,
            ) -> bool:
                row = connection.execute(
                    "SELECT run_no=?,state FROM attempt WHERE attempt_id=?",
                    (run_number(connection, run), attempt_id),
                ).fetchone()
                if row is None or not row[0]:
                    return False
                if row[1] == "in_doubt":
                    _update_attempt(connection, attempt_id, state="replied", **values)
                return True

            if self._store.write(take_in):
                path.unlink(missing_ok=True)

    def recover(self, run: RunId) -> None:
        """Take the run over: prepared -> not sent; in doubt -> unknown.

        The epoch moves in the same commit: a driver that was frozen and wakes up can begin what
        it likes, but the database lets it arm nothing more.
        """
        now_us = to_us(self._clock.now())

        def close(connection: sqlite3.Connection) -> None:
            run_no = run_number(connection, run)
            connection.execute("UPDATE run SET epoch=epoch+1 WHERE run_no=?", (run_no,))
            (epoch,) = connection.execute(
                "SELECT epoch FROM run WHERE run_no=?", (run_no,)
            ).fetchone()
            self._epochs[run] = epoch
            for attempt_id, members in connection.execute(
                "SELECT attempt_id,members FROM attempt WHERE run_no=? AND state='in_doubt'",
                (run_no,),
            ).fetchall():
                connection.executemany(
                    "UPDATE message SET state='unknown',code='killed',attempt_id=? "
                    "WHERE run_no=? AND ord=? AND state='pending'",
                    [(attempt_id, run_no, order) for order in json.loads(members)],
                )
                _update_attempt(
                    connection, attempt_id, state="unknown", code="killed", closed_us=now_us
                )
            connection.execute(
                "UPDATE attempt SET state='not_sent',code='killed_before_sending',closed_us=? "
                "WHERE run_no=? AND state='prepared'",
                (now_us, run_no),
            )

        self._take_in_spilled(run)
        self._store.write(close)

    def retry_refused(self, run: RunId, *, codes: Sequence[str], who: str, why: str) -> int:
        """Put people back whom the gateway refused by name for a reason that is mended now.

        The operator's word is recorded first; the database demands it. Returns how many people.
        """
        now_us = to_us(self._clock.now())
        marks = ",".join("?" * len(codes))

        def put_back(connection: sqlite3.Connection) -> int:
            run_no = run_number(connection, run)
            where = f"run_no=? AND state='refused' AND code IN({marks})"
            connection.execute(  # only question marks are put into the statement
                "INSERT INTO operator_action(at_us,who,action,run_no,attempt_id,ord,why) "  # noqa: S608
                f"SELECT ?,?,'retry',run_no,attempt_id,ord,? FROM message WHERE {where}",
                (now_us, who, why, run_no, *codes),
            )
            return connection.execute(
                f"UPDATE message SET state='pending',code='pending',word='' WHERE {where}",  # noqa: S608  # only question marks are put in
                (run_no, *codes),
            ).rowcount

        return self._store.write(put_back)

    def _move(self, attempt: Attempt, state: str | None, **values: object) -> None:
        if state is not None:
            values["state"] = state
        self._store.write(
            lambda connection: _update_attempt(connection, attempt.attempt_id, **values)
        )


def _reply_values(reply: Reply, now_us: int) -> dict[str, object]:
    return {
        "replied_us": now_us,
        "http_status": reply.http_status,
        "reply": zlib.compress(reply.body, 1),
        "reply_complete": int(reply.complete),
        "reply_error": reply.error,
        "retry_after_s": reply.retry_after_s,
    }


def _update_attempt(connection: sqlite3.Connection, attempt_id: int, **values: object) -> None:
    columns = ",".join(f"{name}=?" for name in values)
    changed = connection.execute(
        f"UPDATE attempt SET {columns} WHERE attempt_id=?",  # noqa: S608  # names are ours
        (*values.values(), attempt_id),
    ).rowcount
    if changed != 1:
        raise AttemptTaken(f"attempt {attempt_id} is not in the journal")


def _without_taken_ids(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, people: Sequence[PersonOutcome]
) -> tuple[Sequence[PersonOutcome], Sequence[str]]:
    """An id that is another person's already proves nothing about this one."""
    ids = json.dumps([smsc_id for person in people for smsc_id in person.smsc_ids])
    owners = dict(
        connection.execute(
            "SELECT smsc_id,coalesce(ord,0) FROM smsc "
            "WHERE run_no=? AND smsc_id IN(SELECT value FROM json_each(?)) AND attempt_id<>?",
            (run_no, ids, attempt_id),
        ).fetchall()
    )
    if not owners:
        return people, ()
    checked, alarms = [], []
    for person in people:
        taken = [one for one in person.smsc_ids if owners.get(one, person.ord) != person.ord]
        if taken:
            alarms.append(f"the gateway gave the message id {taken[0]} to two people")
            checked.append(
                replace(person, fate=Fate.UNKNOWN, code="id_repeated", smsc_ids=(), cost=None)
            )
        else:
            checked.append(person)
    return checked, alarms


def _record_people(
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int,
    people: Sequence[PersonOutcome],
    now_us: int,
) -> None:
    connection.executemany(
        "INSERT INTO smsc(run_no,smsc_id,attempt_id,ord,source,first_us) "
        "VALUES(?,?,?,?,'reply',?) ON CONFLICT(run_no,smsc_id) DO NOTHING",
        [
            (run_no, smsc_id, attempt_id, person.ord, now_us)
            for person in people
            for smsc_id in person.smsc_ids
        ],
    )
    connection.executemany(
        "UPDATE message SET state=?,code=?,word=?,smsc_id=?,sms_count=?,cost_micro=?,attempt_id=?,"
        "handed_over_us=? WHERE run_no=? AND ord=?",
        [
            (
                person.fate.value, person.code, person.word,
                person.smsc_ids[0] if person.smsc_ids else None,
                person.sms_count, to_micro(person.cost), attempt_id,
                now_us if person.fate == "accepted" else None, run_no, person.ord,
            )
            for person in people
        ],
    )  # fmt: skip


def _chunk(connection: sqlite3.Connection, run: RunId, chunk_no: int) -> Chunk:
    rows = connection.execute(
        f"SELECT {_MEMBER},send_at_us FROM message "  # noqa: S608  # a constant list of columns
        "WHERE run_no=? AND chunk_no=? AND state='pending' ORDER BY ord",
        (run_number(connection, run), chunk_no),
    ).fetchall()
    return _to_chunk(run, chunk_no, rows)


def _members(connection: sqlite3.Connection, run: RunId, chunk_no: int, members: str) -> Chunk:
    rows = connection.execute(
        f"SELECT {_MEMBER},send_at_us FROM message "  # noqa: S608  # a constant list of columns
        "WHERE run_no=? AND ord IN(SELECT value FROM json_each(?)) ORDER BY ord",
        (run_number(connection, run), members),
    ).fetchall()
    return _to_chunk(run, chunk_no, rows)


def _to_chunk(run: RunId, chunk_no: int, rows: list[tuple[object, ...]]) -> Chunk:
    members = tuple(
        Member(
            ord=int(str(row[0])),
            client_id=ClientId(str(row[1])),
            phone=Phone(str(row[2])),
            text=str(row[3]),
            sender=None if row[4] is None else str(row[4]),
            flash=bool(row[5]),
            wapurl=None if row[6] is None else str(row[6]),
        )
        for row in rows
    )
    send_at_us = rows[0][7] if rows else None
    return Chunk(
        run, chunk_no, from_us(None if send_at_us is None else int(str(send_at_us))), members
    )
