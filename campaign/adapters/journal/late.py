"""An answer that came after another driver had taken the run over: evidence like any other.

The one who took over closed the attempt as unknown, because nobody could know. What the answer
names is believed all the same; it makes nobody pending, so it can be no reason to send again.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from campaign.adapters.journal.runs import to_micro
from campaign.model import Attempt, Fate, PersonOutcome


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
    people: Sequence[PersonOutcome],
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
            "SELECT ord,state,attempt_id FROM message WHERE run_no=? AND ord IN("
            "SELECT j.value FROM attempt a CROSS JOIN json_each(a.members) j "
            "WHERE a.attempt_id=?)",
            (run_no, attempt.attempt_id),
        ).fetchall()
    }
    (under_way,) = connection.execute(
        "SELECT EXISTS(SELECT 1 FROM attempt WHERE run_no=? AND chunk_no=? "
        "AND state IN('prepared','in_doubt','replied'))",
        (run_no, attempt.chunk.chunk_no),
    ).fetchone()
    alarms = []
    for person in people:
        state, ours = states[person.ord]
        _keep_ids(connection, run_no, attempt.attempt_id, person, now_us)
        taken = person.fate is Fate.ACCEPTED
        may_stop = taken and state == "pending" and not under_way
        if ours and (state == "unknown" or may_stop):
            _tell(connection, run_no, attempt.attempt_id, person)
        elif taken and (state == "pending" or not ours):
            alarms.append(
                f"a late answer says that the gateway took person {person.ord}, who was put back "
                "as not sent: they may get the message twice"
            )
        elif taken:
            _complete(connection, run_no, person)
        elif person.fate is Fate.REFUSED and ours and state != "pending":
            alarms.append(
                f"a late answer refuses person {person.ord}, whom the queue shows as taken"
            )
    connection.execute(
        "UPDATE attempt SET settled_us=?,settled_by='late_answer' "
        "WHERE attempt_id=? AND settled_us IS NULL AND NOT EXISTS(SELECT 1 FROM message m "
        "WHERE m.run_no=attempt.run_no AND m.state='unknown' AND m.attempt_id=attempt.attempt_id)",
        (now_us, attempt.attempt_id),
    )
    return tuple(alarms)


def _keep_ids(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, person: PersonOutcome, now_us: int
) -> None:
    """The queue may have told the same ids before, without saying whose they are."""
    connection.executemany(
        "INSERT INTO smsc(run_no,smsc_id,attempt_id,ord,source,first_us) "
        "VALUES(?,?,?,?,'reply',?) ON CONFLICT(run_no,smsc_id) DO UPDATE "
        "SET ord=excluded.ord,source='reply' "
        "WHERE smsc.ord IS NULL AND smsc.attempt_id=excluded.attempt_id",
        [(run_no, smsc_id, attempt_id, person.ord, now_us) for smsc_id in person.smsc_ids],
    )


def _tell(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, person: PersonOutcome
) -> None:
    connection.execute(
        "UPDATE message SET state=?,code=?,word=?,smsc_id=?,sms_count=?,cost_micro=?,"
        "handed_over_us=CASE WHEN ?='accepted' "
        "THEN (SELECT armed_us FROM attempt WHERE attempt_id=?) END WHERE run_no=? AND ord=?",
        (
            person.fate.value, person.code, person.word,
            person.smsc_ids[0] if person.smsc_ids else None,
            person.sms_count, to_micro(person.cost), person.fate.value, attempt_id,
            run_no, person.ord,
        ),
    )  # fmt: skip


def _complete(connection: sqlite3.Connection, run_no: int, person: PersonOutcome) -> None:
    """The evidence of the queue had settled them: now it is known which id and price are theirs."""
    connection.execute(
        "UPDATE message SET smsc_id=coalesce(smsc_id,?),sms_count=coalesce(sms_count,?),"
        "cost_micro=coalesce(cost_micro,?) WHERE run_no=? AND ord=?",
        (
            person.smsc_ids[0] if person.smsc_ids else None,
            person.sms_count, to_micro(person.cost), run_no, person.ord,
        ),
    )  # fmt: skip


def without_taken_ids(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, people: Sequence[PersonOutcome]
) -> tuple[Sequence[PersonOutcome], Sequence[str]]:
    """An id that is another person's already proves nothing about this one."""
    ids = json.dumps([smsc_id for person in people for smsc_id in person.smsc_ids])
    owners = dict(
        connection.execute(
            "SELECT smsc_id,coalesce(ord,0) FROM smsc "
            "WHERE run_no=? AND smsc_id IN(SELECT value FROM json_each(?)) "
            "AND (attempt_id<>? OR ord IS NOT NULL)",
            (run_no, ids, attempt_id),
        ).fetchall()
    )
    if not owners:
        return people, ()
    checked, alarms = [], []
    for person in people:
        taken = [one for one in person.smsc_ids if owners.get(one, person.ord) != person.ord]
        if taken and person.fate is Fate.REFUSED:
            # A gateway that gives one id to everybody whom it refuses: the word is plain enough.
            free = tuple(one for one in person.smsc_ids if one not in taken)
            checked.append(replace(person, smsc_ids=free))
        elif taken:
            alarms.append(f"the gateway gave the message id {taken[0]} to two people")
            checked.append(
                replace(person, fate=Fate.UNKNOWN, code="id_repeated", smsc_ids=(), cost=None)
            )
        else:
            checked.append(person)
    return checked, alarms
