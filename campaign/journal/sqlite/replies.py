"""APPLY: what a reply proves, one outcome a recipient, in the commit that closes the attempt."""

import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from campaign.domain import Alarm, Attempt, RecipientOutcome, Reply, ReplyVerdict, Status, Verdict
from campaign.errors import AttemptTaken
from campaign.journal.sqlite.evidence import count_unknown
from campaign.journal.sqlite.part import number
from campaign.journal.sqlite.runs import OPEN, store_alarms, to_micro
from campaign.text import tr


def reply_values(reply: Reply, now_us: int) -> dict[str, object]:
    """Columns of a stored reply."""
    return {
        "replied_us": now_us,
        "http_status": reply.http_status,
        "reply": zlib.compress(reply.body, 1),
        "reply_complete": int(reply.complete),
        "reply_error": reply.error,
        "retry_after_s": reply.retry_after_s,
    }


def update_attempt(connection: sqlite3.Connection, attempt_id: int, **values: object) -> None:
    """Set columns of one attempt; the database refuses what must not be."""
    columns = ",".join(f"{name}=?" for name in values)
    changed = connection.execute(
        f"UPDATE attempt SET {columns} WHERE attempt_id=?",  # noqa: S608  # names are ours
        (*values.values(), attempt_id),
    ).rowcount
    if changed != 1:
        raise AttemptTaken(tr("attempt {attempt_id} is not in the journal", attempt_id=attempt_id))


def is_closed_as_unknown(connection: sqlite3.Connection, attempt_id: int) -> bool:
    """Whether another process has closed this attempt without its reply."""
    row = connection.execute(
        "SELECT state='unknown' FROM attempt WHERE attempt_id=?", (attempt_id,)
    ).fetchone()
    return row is not None and bool(row[0])


def keep_late_reply(connection: sqlite3.Connection, attempt_id: int, values: Mapping[str, object]) -> None:
    """Store a reply with its closed attempt, once; it is applied afterwards."""
    columns = ",".join(f"{name}=?" for name in values)
    connection.execute(
        f"UPDATE attempt SET {columns} "  # noqa: S608  # names are ours
        "WHERE attempt_id=? AND state='unknown' AND reply IS NULL",
        (*values.values(), attempt_id),
    )


_CLOSED_BY = {
    Verdict.ANSWERED: "answered",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_SENT: "not_sent",
    Verdict.REFUSED: "refused",
}


@dataclass(slots=True)
class ReplyCommit:
    """Applies the verdict on a reply, all inside one transaction."""

    connection: sqlite3.Connection
    run_no: int
    attempt: Attempt
    now_us: int

    def apply(self, verdict: ReplyVerdict) -> int:
        """As `journal.base.Attempts.apply`.

        An attempt that another process has closed as unknown meanwhile stays closed; its reply is
        evidence.
        """
        attempt_id = self.attempt.attempt_id
        recipients, alarms = self._without_taken_ids(verdict.recipients)
        if is_closed_as_unknown(self.connection, attempt_id):
            alarms = (*alarms, *self._apply_late(recipients))
            closing: dict[str, object] = {}
        else:
            self._keep_ids(recipients)
            self._record(recipients, self.now_us)
            closing = {
                "state": _CLOSED_BY[verdict.verdict],
                "closed_us": self.now_us,
                "unknown_count": sum(recipient.status is Status.UNKNOWN for recipient in recipients),
            }
        alarms = (*verdict.alarms, *alarms)
        store_alarms(self.connection, self.run_no, attempt_id, self.now_us, alarms)
        update_attempt(
            self.connection,
            attempt_id,
            code=verdict.code,
            reply_text=verdict.reply_text,
            balance=", ".join(f"{line.amount} {line.kind}" for line in verdict.balance),
            **closing,
        )
        return count_unknown(self.connection, self.run_no, attempt_id)

    def _apply_late(self, recipients: Sequence[RecipientOutcome]) -> tuple[Alarm, ...]:
        """Give recipients who are still unknown the outcome that the reply names; returns alarms.

        A recipient whom an operator put back meanwhile, and who turns out to be taken, is not sent
        again as long as nothing is under way; else an alarm is all that is left to do.
        """
        states = {
            position: (state, owner == self.attempt.attempt_id)
            for position, state, owner in self.connection.execute(
                "SELECT position,state,attempt_id FROM message WHERE run_no=? AND position IN("
                "SELECT j.value FROM attempt a CROSS JOIN json_each(a.members) j "
                "WHERE a.attempt_id=?)",
                (self.run_no, self.attempt.attempt_id),
            ).fetchall()
        }
        under_way = number(
            self.connection,
            f"SELECT EXISTS(SELECT 1 FROM attempt WHERE run_no=? AND chunk_no=? AND {OPEN})",  # noqa: S608  # a constant
            self.run_no,
            self.attempt.chunk.chunk_no,
        )
        committed_us = number(
            self.connection, "SELECT committed_us FROM attempt WHERE attempt_id=?", self.attempt.attempt_id
        )
        self._keep_ids(recipients)
        alarms = []
        for recipient in recipients:
            state, ours = states[recipient.position]
            taken = recipient.status is Status.ACCEPTED
            may_stop = taken and state == "pending" and not under_way
            if ours and (state == "unknown" or may_stop):
                self._record([recipient], committed_us)
            elif taken and (state == "pending" or not ours):
                alarms.append(Alarm("late_taken", {"position": str(recipient.position)}))
            elif taken:
                self._complete(recipient)
            elif recipient.status is Status.REFUSED and ours and state != "pending":
                alarms.append(Alarm("late_refused", {"position": str(recipient.position)}))
        self.connection.execute(
            "UPDATE attempt SET settled_us=?,settled_by='late_answer' "
            "WHERE attempt_id=? AND settled_us IS NULL AND NOT EXISTS(SELECT 1 FROM message m "
            "WHERE m.run_no=attempt.run_no AND m.state='unknown' AND m.attempt_id=attempt.attempt_id)",
            (self.now_us, self.attempt.attempt_id),
        )
        return tuple(alarms)

    def _keep_ids(self, recipients: Sequence[RecipientOutcome]) -> None:
        """Of a late reply the queue may have shown the same ids before, without their recipients."""
        self.connection.executemany(
            "INSERT INTO smsc(run_no,smsc_id,attempt_id,position,source,first_us) "
            "VALUES(?,?,?,?,'reply',?) ON CONFLICT(run_no,smsc_id) DO UPDATE "
            "SET position=excluded.position,source='reply' "
            "WHERE smsc.position IS NULL AND smsc.attempt_id=excluded.attempt_id",
            [
                (self.run_no, smsc_id, self.attempt.attempt_id, recipient.position, self.now_us)
                for recipient in recipients
                for smsc_id in recipient.smsc_ids
            ],
        )

    def _record(self, recipients: Sequence[RecipientOutcome], handed_over_us: int) -> None:
        self.connection.executemany(
            "UPDATE message SET state=?,code=?,status_text=?,smsc_id=?,sms_count=?,cost_micro=?,"
            "attempt_id=?,handed_over_us=? WHERE run_no=? AND position=?",
            [
                (
                    recipient.status.value, recipient.code, recipient.status_text,
                    recipient.smsc_ids[0] if recipient.smsc_ids else None,
                    recipient.sms_count, to_micro(recipient.cost), self.attempt.attempt_id,
                    handed_over_us if recipient.status is Status.ACCEPTED else None,
                    self.run_no, recipient.position,
                )
                for recipient in recipients
            ],
        )  # fmt: skip

    def _complete(self, recipient: RecipientOutcome) -> None:
        """The queue had settled them: now it is known which id and price are theirs."""
        self.connection.execute(
            "UPDATE message SET smsc_id=coalesce(smsc_id,?),sms_count=coalesce(sms_count,?),"
            "cost_micro=coalesce(cost_micro,?) WHERE run_no=? AND position=?",
            (
                recipient.smsc_ids[0] if recipient.smsc_ids else None,
                recipient.sms_count, to_micro(recipient.cost), self.run_no, recipient.position,
            ),
        )  # fmt: skip

    def _without_taken_ids(
        self, recipients: Sequence[RecipientOutcome]
    ) -> tuple[Sequence[RecipientOutcome], Sequence[Alarm]]:
        """An id that belongs to another recipient already proves nothing about this one."""
        ids = json.dumps([smsc_id for recipient in recipients for smsc_id in recipient.smsc_ids])
        owners = dict(
            self.connection.execute(
                "SELECT smsc_id,coalesce(position,0) FROM smsc "
                "WHERE run_no=? AND smsc_id IN(SELECT value FROM json_each(?)) "
                "AND (attempt_id<>? OR position IS NOT NULL)",
                (self.run_no, ids, self.attempt.attempt_id),
            ).fetchall()
        )
        if not owners:
            return recipients, ()
        checked, alarms = [], []
        for recipient in recipients:
            taken = [
                one for one in recipient.smsc_ids if owners.get(one, recipient.position) != recipient.position
            ]
            if taken and recipient.status is Status.REFUSED:
                # A gateway that gives one id to everybody it refuses: the status is plain enough.
                free = tuple(one for one in recipient.smsc_ids if one not in taken)
                checked.append(replace(recipient, smsc_ids=free))
            elif taken:
                alarms.append(Alarm("id_of_two", {"smsc_id": taken[0]}))
                checked.append(
                    replace(recipient, status=Status.UNKNOWN, code="id_repeated", smsc_ids=(), cost=None)
                )
            else:
                checked.append(recipient)
        return checked, alarms


def take_over(connection: sqlite3.Connection, run_no: int, now_us: int) -> int:
    """Close what the last process left open; returns the epoch of the new one.

    The epoch moves in the same commit: a process that was frozen and wakes up begins no attempt
    and passes no commit point, the database refuses it.
    """
    connection.execute("UPDATE run SET epoch=epoch+1 WHERE run_no=?", (run_no,))
    for attempt_id, members in connection.execute(
        "SELECT attempt_id,members FROM attempt WHERE run_no=? AND state='in_flight'", (run_no,)
    ).fetchall():
        unknown = json.loads(members)
        connection.executemany(
            "UPDATE message SET state='unknown',code='killed',attempt_id=? "
            "WHERE run_no=? AND position=? AND state='pending'",
            [(attempt_id, run_no, position) for position in unknown],
        )
        update_attempt(
            connection,
            attempt_id,
            state="unknown",
            code="killed",
            closed_us=now_us,
            unknown_count=len(unknown),
        )
    connection.execute(
        "UPDATE attempt SET state='not_sent',code='killed_before_sending',closed_us=? "
        "WHERE run_no=? AND state='prepared'",
        (now_us, run_no),
    )
    return number(connection, "SELECT epoch FROM run WHERE run_no=?", run_no)


def take_in(
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int,
    queue_name: str,
    values: Mapping[str, object],
) -> bool:
    """Store a reply that a full disk kept out of the journal; False when it is another run's.

    Attempts of an earlier journal at this path had the same numbers: the queue name tells them
    apart ("" when the file does not say).
    """
    row = connection.execute(
        "SELECT run_no=? AND ? IN('',queue_name),state FROM attempt WHERE attempt_id=?",
        (run_no, queue_name, attempt_id),
    ).fetchone()
    if row is None or not row[0]:
        return False
    if row[1] == "in_flight":
        update_attempt(connection, attempt_id, state="replied", **values)
    else:
        keep_late_reply(connection, attempt_id, values)
    return True


NAMED_AS_TAKEN: Final = (
    "SELECT 1 FROM smsc s WHERE s.run_no=message.run_no AND s.attempt_id=message.attempt_id "
    "AND s.position=message.position AND (s.delivery='on_its_way' OR EXISTS(SELECT 1 FROM status_event e "
    "WHERE e.run_no=s.run_no AND e.smsc_id=s.smsc_id AND e.delivery='delivered'))"
)
"""Whether the gateway reported a message as taken after it had refused that recipient."""


def put_refused_back(  # noqa: PLR0913  # who may be sent again, and who decided it
    connection: sqlite3.Connection, run_no: int, codes: Sequence[str], *, operator: str, why: str, now_us: int
) -> int:
    """Record the operator's decision, which the database demands, and act on it.

    Whoever has a message that the gateway reported delivered, or on its way, stays refused: the
    refusal was no proof, and they might get the text twice.
    """
    where = (
        f"run_no=? AND state='refused' AND code IN({','.join('?' * len(codes))}) "
        f"AND NOT EXISTS({NAMED_AS_TAKEN})"
    )
    connection.execute(  # only question marks are put into the statement
        "INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,position,why) "  # noqa: S608
        f"SELECT ?,?,'retry',run_no,attempt_id,position,? FROM message WHERE {where}",
        (now_us, operator, why, run_no, *codes),
    )
    return connection.execute(
        f"UPDATE message SET state='pending',code='pending',status_text='' WHERE {where}",  # noqa: S608  # only question marks are put in
        (run_no, *codes),
    ).rowcount
