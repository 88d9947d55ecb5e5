"""APPLY: what an answer proves, one outcome a person, in the commit that closes the attempt."""

import sqlite3
from collections.abc import Sequence

from campaign.adapters.journal.attempts import update_attempt
from campaign.adapters.journal.late import (
    is_closed_as_unknown,
    learn_from_late_answer,
    without_taken_ids,
)
from campaign.adapters.journal.runs import run_number, to_micro
from campaign.model import Attempt, Fate, Judgement, PersonOutcome, Verdict

_CLOSED_BY = {
    Verdict.ANSWERED: "answered",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_SENT: "not_sent",
    Verdict.REFUSED: "refused",
}


def close_by_answer(
    connection: sqlite3.Connection, attempt: Attempt, judgement: Judgement, now_us: int
) -> int:
    """Write down one outcome a person and close the attempt.

    An attempt that somebody else has closed as unknown meanwhile stays closed; its answer is
    evidence (`late`).

    Returns:
        How many of its people are unknown now: the journal may doubt somebody of whom the answer
        alone was sure.
    """
    run_no = run_number(connection, attempt.chunk.run)
    people, alarms = without_taken_ids(connection, run_no, attempt.attempt_id, judgement.people)
    if is_closed_as_unknown(connection, attempt.attempt_id):
        alarms = (
            *alarms,
            *learn_from_late_answer(connection, run_no, attempt, people, now_us=now_us),
        )
        closing: dict[str, object] = {}
    else:
        _record_people(connection, run_no, attempt.attempt_id, people, now_us)
        closing = {
            "state": _CLOSED_BY[judgement.verdict],
            "closed_us": now_us,
            "doubt_count": sum(person.fate is Fate.UNKNOWN for person in people),
        }
    connection.executemany(
        "INSERT INTO alarm(run_no,attempt_id,at_us,text) VALUES(?,?,?,?)",
        [(run_no, attempt.attempt_id, now_us, text) for text in (*judgement.alarms, *alarms)],
    )
    update_attempt(
        connection,
        attempt.attempt_id,
        code=judgement.code,
        words=judgement.words,
        balance=", ".join(f"{line.amount} {line.kind}" for line in judgement.balance),
        **closing,
    )
    (unknown,) = connection.execute(
        "SELECT count(*) FROM message WHERE run_no=? AND attempt_id=? AND state='unknown'",
        (run_no, attempt.attempt_id),
    ).fetchone()
    return int(unknown)


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
