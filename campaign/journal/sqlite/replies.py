"""APPLY: what an answer proves, one outcome a person, in the commit that closes the attempt."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from campaign.domain import (
    Attempt,
    RecipientOutcome,
    Reply,
    ReplyVerdict,
    RunId,
    Status,
    Verdict,
)
from campaign.journal.sqlite.attempt_rows import (
    reply_values,
    update_attempt,
)
from campaign.journal.sqlite.runs import (
    run_number,
    to_micro,
)


def is_closed_as_unknown(connection: sqlite3.Connection, attempt_id: int) -> bool:
    """Whether somebody else has given the answer of this attempt up."""
    row = connection.execute(
        "SELECT state='unknown' FROM attempt WHERE attempt_id=?", (attempt_id,)
    ).fetchone()
    return row is not None and bool(row[0])


def keep_late_answer(
    connection: sqlite3.Connection, attempt_id: int, values: Mapping[str, object]
) -> None:
    """Store an answer beside its closed attempt, once; it is understood afterwards."""
    columns = ",".join(f"{name}=?" for name in values)
    connection.execute(
        f"UPDATE attempt SET {columns} "  # noqa: S608  # names are ours
        "WHERE attempt_id=? AND state='unknown' AND reply IS NULL",
        (*values.values(), attempt_id),
    )


def learn_from_late_answer(
    connection: sqlite3.Connection,
    run_no: int,
    attempt: Attempt,
    recipients: Sequence[RecipientOutcome],
    *,
    now_us: int,
) -> tuple[str, ...]:
    """Give people who are still unknown the outcome that the answer names; returns alarms.

    Somebody whom an operator put back meanwhile, and who turns out to be taken, is not sent
    again as long as nothing is under way; else an alarm is all that is left to do.
    """
    states = {
        order: (state, owner == attempt.attempt_id)
        for order, state, owner in connection.execute(
            "SELECT position,state,attempt_id FROM message WHERE run_no=? AND position IN("
            "SELECT j.value FROM attempt a CROSS JOIN json_each(a.members) j "
            "WHERE a.attempt_id=?)",
            (run_no, attempt.attempt_id),
        ).fetchall()
    }
    (under_way,) = connection.execute(
        "SELECT EXISTS(SELECT 1 FROM attempt WHERE run_no=? AND chunk_no=? "
        "AND state IN('prepared','in_flight','replied'))",
        (run_no, attempt.chunk.chunk_no),
    ).fetchone()
    alarms = []
    for recipient in recipients:
        state, ours = states[recipient.position]
        _keep_ids(connection, run_no, attempt.attempt_id, recipient, now_us)
        taken = recipient.status is Status.ACCEPTED
        may_stop = taken and state == "pending" and not under_way
        if ours and (state == "unknown" or may_stop):
            _tell(connection, run_no, attempt.attempt_id, recipient)
        elif taken and (state == "pending" or not ours):
            alarms.append(
                f"a late answer says that the gateway took person {recipient.position}, who was put back "
                "as not sent: they may get the message twice"
            )
        elif taken:
            _complete(connection, run_no, recipient)
        elif recipient.status is Status.REFUSED and ours and state != "pending":
            alarms.append(
                f"a late answer refuses person {recipient.position}, whom the queue shows as taken"
            )
    connection.execute(
        "UPDATE attempt SET settled_us=?,settled_by='late_answer' "
        "WHERE attempt_id=? AND settled_us IS NULL AND NOT EXISTS(SELECT 1 FROM message m "
        "WHERE m.run_no=attempt.run_no AND m.state='unknown' AND m.attempt_id=attempt.attempt_id)",
        (now_us, attempt.attempt_id),
    )
    return tuple(alarms)


def _keep_ids(
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int,
    recipient: RecipientOutcome,
    now_us: int,
) -> None:
    """The queue may have told the same ids before, without saying whose they are."""
    connection.executemany(
        "INSERT INTO smsc(run_no,smsc_id,attempt_id,position,source,first_us) "
        "VALUES(?,?,?,?,'reply',?) ON CONFLICT(run_no,smsc_id) DO UPDATE "
        "SET position=excluded.position,source='reply' "
        "WHERE smsc.position IS NULL AND smsc.attempt_id=excluded.attempt_id",
        [
            (run_no, smsc_id, attempt_id, recipient.position, now_us)
            for smsc_id in recipient.smsc_ids
        ],
    )


def _tell(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, recipient: RecipientOutcome
) -> None:
    connection.execute(
        "UPDATE message SET state=?,code=?,status_text=?,smsc_id=?,sms_count=?,cost_micro=?,"
        "handed_over_us=CASE WHEN ?='accepted' "
        "THEN (SELECT committed_us FROM attempt WHERE attempt_id=?) END WHERE run_no=? AND position=?",
        (
            recipient.status.value, recipient.code, recipient.status_text,
            recipient.smsc_ids[0] if recipient.smsc_ids else None,
            recipient.sms_count, to_micro(recipient.cost), recipient.status.value, attempt_id,
            run_no, recipient.position,
        ),
    )  # fmt: skip


def _complete(connection: sqlite3.Connection, run_no: int, recipient: RecipientOutcome) -> None:
    """The evidence of the queue had settled them: now it is known which id and price are theirs."""
    connection.execute(
        "UPDATE message SET smsc_id=coalesce(smsc_id,?),sms_count=coalesce(sms_count,?),"
        "cost_micro=coalesce(cost_micro,?) WHERE run_no=? AND position=?",
        (
            recipient.smsc_ids[0] if recipient.smsc_ids else None,
            recipient.sms_count, to_micro(recipient.cost), run_no, recipient.position,
        ),
    )  # fmt: skip


def without_taken_ids(
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int,
    recipients: Sequence[RecipientOutcome],
) -> tuple[Sequence[RecipientOutcome], Sequence[str]]:
    """An id that is another person's already proves nothing about this one."""
    ids = json.dumps([smsc_id for recipient in recipients for smsc_id in recipient.smsc_ids])
    owners = dict(
        connection.execute(
            "SELECT smsc_id,coalesce(position,0) FROM smsc "
            "WHERE run_no=? AND smsc_id IN(SELECT value FROM json_each(?)) "
            "AND (attempt_id<>? OR position IS NOT NULL)",
            (run_no, ids, attempt_id),
        ).fetchall()
    )
    if not owners:
        return recipients, ()
    checked, alarms = [], []
    for recipient in recipients:
        taken = [
            one
            for one in recipient.smsc_ids
            if owners.get(one, recipient.position) != recipient.position
        ]
        if taken and recipient.status is Status.REFUSED:
            # A gateway that gives one id to everybody whom it refuses: the word is plain enough.
            free = tuple(one for one in recipient.smsc_ids if one not in taken)
            checked.append(replace(recipient, smsc_ids=free))
        elif taken:
            alarms.append(f"the gateway gave the message id {taken[0]} to two people")
            checked.append(
                replace(
                    recipient, status=Status.UNKNOWN, code="id_repeated", smsc_ids=(), cost=None
                )
            )
        else:
            checked.append(recipient)
    return checked, alarms


_CLOSED_BY = {
    Verdict.ANSWERED: "answered",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_SENT: "not_sent",
    Verdict.REFUSED: "refused",
}


def close_by_answer(
    connection: sqlite3.Connection, attempt: Attempt, reply_verdict: ReplyVerdict, now_us: int
) -> int:
    """Write down one outcome a person and close the attempt.

    An attempt that somebody else has closed as unknown meanwhile stays closed; its answer is
    evidence (`late`).

    Returns:
        How many of its people are unknown now: the journal may doubt somebody of whom the answer
        alone was sure.
    """
    run_no = run_number(connection, attempt.chunk.run)
    recipients, alarms = without_taken_ids(
        connection, run_no, attempt.attempt_id, reply_verdict.recipients
    )
    if is_closed_as_unknown(connection, attempt.attempt_id):
        alarms = (
            *alarms,
            *learn_from_late_answer(connection, run_no, attempt, recipients, now_us=now_us),
        )
        closing: dict[str, object] = {}
    else:
        _record_recipients(connection, run_no, attempt.attempt_id, recipients, now_us)
        closing = {
            "state": _CLOSED_BY[reply_verdict.verdict],
            "closed_us": now_us,
            "unknown_count": sum(recipient.status is Status.UNKNOWN for recipient in recipients),
        }
    connection.executemany(
        "INSERT INTO alarm(run_no,attempt_id,at_us,text) VALUES(?,?,?,?)",
        [(run_no, attempt.attempt_id, now_us, text) for text in (*reply_verdict.alarms, *alarms)],
    )
    update_attempt(
        connection,
        attempt.attempt_id,
        code=reply_verdict.code,
        words=reply_verdict.words,
        balance=", ".join(f"{line.amount} {line.kind}" for line in reply_verdict.balance),
        **closing,
    )
    (unknown,) = connection.execute(
        "SELECT count(*) FROM message WHERE run_no=? AND attempt_id=? AND state='unknown'",
        (run_no, attempt.attempt_id),
    ).fetchone()
    return int(unknown)


def _record_recipients(
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int,
    recipients: Sequence[RecipientOutcome],
    now_us: int,
) -> None:
    connection.executemany(
        "INSERT INTO smsc(run_no,smsc_id,attempt_id,position,source,first_us) "
        "VALUES(?,?,?,?,'reply',?) ON CONFLICT(run_no,smsc_id) DO NOTHING",
        [
            (run_no, smsc_id, attempt_id, recipient.position, now_us)
            for recipient in recipients
            for smsc_id in recipient.smsc_ids
        ],
    )
    connection.executemany(
        "UPDATE message SET state=?,code=?,status_text=?,smsc_id=?,sms_count=?,cost_micro=?,attempt_id=?,"
        "handed_over_us=? WHERE run_no=? AND position=?",
        [
            (
                recipient.status.value, recipient.code, recipient.status_text,
                recipient.smsc_ids[0] if recipient.smsc_ids else None,
                recipient.sms_count, to_micro(recipient.cost), attempt_id,
                now_us if recipient.status == "accepted" else None, run_no, recipient.position,
            )
            for recipient in recipients
        ],
    )  # fmt: skip


def take_over(connection: sqlite3.Connection, run_no: int, now_us: int) -> int:
    """Close what the last driver left open; returns the epoch of the new one.

    The epoch moves in the same commit: a driver that was frozen and wakes up begins and arms
    nothing more, the database refuses it.
    """
    connection.execute("UPDATE run SET epoch=epoch+1 WHERE run_no=?", (run_no,))
    for attempt_id, members in connection.execute(
        "SELECT attempt_id,members FROM attempt WHERE run_no=? AND state='in_flight'",
        (run_no,),
    ).fetchall():
        unknown = json.loads(members)
        connection.executemany(
            "UPDATE message SET state='unknown',code='killed',attempt_id=? "
            "WHERE run_no=? AND position=? AND state='pending'",
            [(attempt_id, run_no, order) for order in unknown],
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
    (epoch,) = connection.execute("SELECT epoch FROM run WHERE run_no=?", (run_no,)).fetchone()
    return int(epoch)


def take_in(  # noqa: PLR0913  # which answer to which attempt
    connection: sqlite3.Connection,
    *,
    run: RunId,
    attempt_id: int,
    reply: Reply,
    queue_name: str,
    now_us: int,
) -> bool:
    """Store an answer that a full disk kept out of the journal; False when it is another run's.

    Attempts of a journal that stood here before had the same numbers: the queue name tells them
    apart ("" when the file does not say).
    """
    row = connection.execute(
        "SELECT run_no=? AND ? IN('',queue_name),state FROM attempt WHERE attempt_id=?",
        (run_number(connection, run), queue_name, attempt_id),
    ).fetchone()
    if row is None or not row[0]:
        return False
    values = reply_values(reply, now_us)
    if row[1] == "in_flight":
        update_attempt(connection, attempt_id, state="replied", **values)
    else:
        keep_late_answer(connection, attempt_id, values)
    return True


NAMED_AS_TAKEN: Final = (
    "SELECT 1 FROM smsc s WHERE s.run_no=message.run_no AND s.attempt_id=message.attempt_id "
    "AND s.position=message.position AND (s.delivery='on_its_way' OR EXISTS(SELECT 1 FROM status_event e "
    "WHERE e.run_no=s.run_no AND e.smsc_id=s.smsc_id AND e.delivery='delivered'))"
)
"""Whether the gateway named a message of that person as taken after it had refused them."""


def put_refused_back(  # noqa: PLR0913  # who may be sent again, and on whose word
    connection: sqlite3.Connection,
    run_no: int,
    codes: Sequence[str],
    *,
    who: str,
    why: str,
    now_us: int,
) -> int:
    """Record the operator's word, which the database demands, and act on it.

    Whoever has a message that the gateway called delivered, or on its way, stays refused: the
    refusal was no proof, and sending again might tell them twice.
    """
    where = (
        f"run_no=? AND state='refused' AND code IN({','.join('?' * len(codes))}) "
        f"AND NOT EXISTS({NAMED_AS_TAKEN})"
    )
    connection.execute(  # only question marks are put into the statement
        "INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,position,why) "  # noqa: S608
        f"SELECT ?,?,'retry',run_no,attempt_id,position,? FROM message WHERE {where}",
        (now_us, who, why, run_no, *codes),
    )
    return connection.execute(
        f"UPDATE message SET state='pending',code='pending',status_text='' WHERE {where}",  # noqa: S608  # only question marks are put in
        (run_no, *codes),
    ).rowcount
