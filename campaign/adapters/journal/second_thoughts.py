"""People who were refused or put back, and whom the gateway then names as taken after all.

Sending them again would tell them twice: who is put back waits in doubt once more, and whom the
answer had refused stays refused, with an alarm, because the gateway contradicts itself.
"""

import sqlite3
from typing import Final

from campaign.model import StatusRow

GIVEN_UP_EARLY: Final = (
    "m.state='no_final_status' AND max(coalesce(m.handed_over_us,0),coalesce(m.send_at_us,0))>?3"
)
"""Given up although the horizon is not over: lost as the gateway said, or by a clock astray."""

_PUT_BACK: Final = (
    "m.state IN('pending','cancelled') AND m.attempt_id IS NOT NULL AND EXISTS("
    "SELECT 1 FROM operator_action o WHERE o.attempt_id=m.attempt_id "
    "AND o.action IN('not-sent','resend') AND (o.ord IS NULL OR o.ord=m.ord))"
)
_OPEN: Final = "m.state IN('unknown','accepted')"

OPEN_QUEUES: Final = (
    "SELECT a.attempt_id,a.queue_name,sum(m.state IN('unknown','pending','cancelled')),"  # noqa: S608  # constants
    f"a.member_count,sum({_OPEN}),sum(m.state='accepted'),a.armed_us,"
    "CASE WHEN sum(m.state IN('unknown','pending','cancelled')) THEN a.armed_us "
    "ELSE max(max(coalesce(m.handed_over_us,a.armed_us),coalesce(m.send_at_us,0))) END "
    "FROM message m JOIN attempt a ON a.attempt_id=m.attempt_id WHERE m.run_no=?1 "
    f"AND a.armed_us IS NOT NULL AND ({_OPEN} OR {GIVEN_UP_EARLY} "
    f"OR (a.armed_us>?3 AND {_PUT_BACK})) "
    "GROUP BY a.attempt_id "
    "ORDER BY sum(m.state IN('unknown','pending','cancelled'))=0, a.attempt_id"
).replace("?3", "?2")

_WORTH_A_LOOK: Final = (
    "SELECT count(*) FROM message m WHERE m.run_no=?1 AND "  # noqa: S608  # constants
    f"({GIVEN_UP_EARLY} OR ({_PUT_BACK} AND m.state='pending' AND EXISTS("
    "SELECT 1 FROM attempt a WHERE a.attempt_id=m.attempt_id AND a.armed_us>?3)))"
).replace("?3", "?2")


def worth_a_look(connection: sqlite3.Connection, run_no: int, since_us: int) -> int:
    """People whom no count shows as open, and of whom evidence may still come."""
    (people,) = connection.execute(_WORTH_A_LOOK, (run_no, since_us)).fetchone()
    return int(people)


_BACK = (
    "UPDATE message SET state='unknown',code=coalesce((SELECT nullif(code,'') FROM attempt a "
    "WHERE a.attempt_id=message.attempt_id AND a.state='unknown'),'missing_in_reply') "
    "WHERE run_no=?1 AND attempt_id=?2 AND state='pending' AND chunk_no=("
    "SELECT chunk_no FROM attempt WHERE attempt_id=?2) AND NOT EXISTS("
    "SELECT 1 FROM attempt b WHERE b.run_no=message.run_no AND b.chunk_no=message.chunk_no "
    "AND b.state IN('prepared','in_doubt','replied'))"
)
_BY_A_WORD = (
    " AND EXISTS(SELECT 1 FROM operator_action o WHERE o.attempt_id=message.attempt_id "
    "AND o.action IN('not-sent','resend') AND (o.ord IS NULL OR o.ord=message.ord))"
)


def call_back(connection: sqlite3.Connection, run_no: int, attempt_id: int) -> int:
    """A queue named a message of an attempt whose people were put back: nobody knows again.

    One entry proves that the gateway took part of the attempt, so nobody of it is sent again
    before the evidence or a person tells who was taken. People who are in a request that is under
    way are left alone. Returns how many are in doubt again.
    """
    people = connection.execute(_BACK + _BY_A_WORD, (run_no, attempt_id)).rowcount
    if people:
        _reopen(connection, attempt_id)
    return people


def refused_or_put_back(
    connection: sqlite3.Connection, run_no: int, order: int, row: StatusRow, now_us: int
) -> bool:
    """A word that shows as taken whoever was refused, or put back: doubt the latter, warn of both.

    Returns whether a person who was put back is in doubt again.
    """
    found = connection.execute(
        "SELECT m.state,s.attempt_id FROM message m JOIN smsc s ON s.run_no=m.run_no "
        "AND s.smsc_id=? AND s.attempt_id=m.attempt_id "
        "WHERE m.run_no=? AND m.ord=? AND m.state IN('refused','pending')",
        (row.smsc_id, run_no, order),
    ).fetchone()
    if found is None:
        return False
    (state, attempt_id), back = found, 0
    then = "who was refused by name and is not sent again"
    if state == "pending":
        back = connection.execute(_BACK + " AND ord=?3", (run_no, attempt_id, order)).rowcount
        if back:
            _reopen(connection, attempt_id)
            then = "who was put back and is not sent again"
        else:
            then = "who was put back and is being sent again: they may get the message twice"
    connection.execute(
        "INSERT INTO alarm(run_no,attempt_id,at_us,text) VALUES(?,?,?,?)",
        (
            run_no, attempt_id, now_us,
            f"message {row.smsc_id}: the gateway says {row.word!r} of person {order}, {then}",
        ),
    )  # fmt: skip
    return bool(back)


def _reopen(connection: sqlite3.Connection, attempt_id: int) -> None:
    connection.execute(
        "UPDATE attempt SET settled_us=NULL,settled_by=NULL WHERE attempt_id=?", (attempt_id,)
    )
