"""What the queue of an attempt without an answer proves about its people.

As many ids as people prove that all were taken; an empty queue proves nothing. Whose id is whose
stays open unless the gateway says so; where all ids ended the same way, everybody did.
"""

import sqlite3
from typing import Final

from campaign.domain import Delivery, StatusRow

FINAL_STATUS: Final = {
    Delivery.DELIVERED: ("delivered", "delivered"),
    Delivery.UNDELIVERED: ("undelivered", "delivery_error"),
    Delivery.LOST: ("no_final_status", "lost_by_gateway"),
}
"""Class of a final word to (fate, reason code)."""

_REJECT_WORD: Final = "smsc reject"


def end_of(delivery: Delivery, word: str) -> tuple[str, str]:
    """Fate and reason code of a final word."""
    status, code = FINAL_STATUS[delivery]
    return status, "smsc_reject" if word.strip().lower() == _REJECT_WORD else code


def unpaired_ids(connection: sqlite3.Connection, attempt_id: int) -> int:
    """Ids of an attempt of which nobody knows whose they are."""
    (count,) = connection.execute(
        "SELECT count(*) FROM smsc WHERE attempt_id=? AND position IS NULL", (attempt_id,)
    ).fetchone()
    return int(count)


def unpaired_recipients(connection: sqlite3.Connection, attempt_id: int) -> int:
    """People of an attempt who may have been taken and have no id of their own."""
    (count,) = connection.execute(
        "SELECT count(*) FROM attempt a CROSS JOIN json_each(a.members) AS member "
        "CROSS JOIN message m ON m.run_no=a.run_no AND m.position=member.value WHERE a.attempt_id=? "
        "AND m.attempt_id=a.attempt_id AND m.state NOT IN('pending','refused') AND m.position NOT IN("
        "SELECT position FROM smsc WHERE attempt_id=? AND position IS NOT NULL)",
        (attempt_id, attempt_id),
    ).fetchone()
    return int(count)


def settle_whole_attempts(connection: sqlite3.Connection, run_no: int) -> int:
    """As many ids that are nobody's as people without an id: the gateway took all of them.

    Ids that the answer had named are counted for their owners only: a person named twice must
    not vouch for one who was not named at all.
    """
    attempts = connection.execute(
        "SELECT DISTINCT attempt_id FROM message INDEXED BY message_unknown "
        "WHERE run_no=? AND state='unknown'",
        (run_no,),
    ).fetchall()
    settled = 0
    for (attempt_id,) in attempts:
        ids = unpaired_ids(connection, attempt_id)
        if ids and ids == unpaired_recipients(connection, attempt_id):
            settled += connection.execute(
                "UPDATE message SET state='accepted',code='settled_all',handed_over_us="
                "(SELECT committed_us FROM attempt WHERE attempt_id=message.attempt_id) "
                "WHERE run_no=? AND attempt_id=? AND state='unknown' AND position NOT IN("
                "SELECT position FROM smsc WHERE attempt_id=? AND position IS NOT NULL)",
                (run_no, attempt_id, attempt_id),
            ).rowcount
    return settled


def spread_common_end(connection: sqlite3.Connection, run_no: int, now_us: int) -> None:
    """Where all ids that are nobody's ended with one word, so did all people without an id."""
    rows = connection.execute(
        "SELECT attempt_id,min(status_text),min(delivery),count(*) FROM smsc "
        "WHERE run_no=? AND position IS NULL GROUP BY attempt_id "
        "HAVING min(status_text)=max(status_text) AND min(delivery) IN('delivered','undelivered')",
        (run_no,),
    ).fetchall()
    for attempt_id, word, delivery, ids in rows:
        if ids != unpaired_recipients(connection, attempt_id):
            continue
        status, code = end_of(Delivery(delivery), word)
        connection.execute(
            "UPDATE message SET state=?,code=?,status_text=?,final_us=? "
            "WHERE run_no=? AND attempt_id=? AND state='accepted' AND position NOT IN("
            "SELECT position FROM smsc WHERE attempt_id=? AND position IS NOT NULL)",
            (status, code, word, now_us, run_no, attempt_id, attempt_id),
        )


GIVEN_UP_EARLY: Final = (
    "m.state='no_final_status' AND max(coalesce(m.handed_over_us,0),coalesce(m.send_at_us,0))>?3"
)
"""Given up although the horizon is not over: lost as the gateway said, or by a clock astray."""

_PUT_BACK: Final = (
    "m.state IN('pending','cancelled') AND m.attempt_id IS NOT NULL AND EXISTS("
    "SELECT 1 FROM operator_action o WHERE o.attempt_id=m.attempt_id "
    "AND o.action IN('not-sent','resend') AND (o.position IS NULL OR o.position=m.position))"
)

_OPEN: Final = "m.state IN('unknown','accepted')"

OPEN_QUEUES: Final = (
    "SELECT a.attempt_id,a.queue_name,sum(m.state IN('unknown','pending','cancelled')),"  # noqa: S608  # constants
    f"a.member_count,sum({_OPEN}),sum(m.state='accepted'),a.committed_us,"
    "CASE WHEN sum(m.state IN('unknown','pending','cancelled')) THEN a.committed_us "
    "ELSE max(max(coalesce(m.handed_over_us,a.committed_us),coalesce(m.send_at_us,0))) END "
    "FROM message m JOIN attempt a ON a.attempt_id=m.attempt_id WHERE m.run_no=?1 "
    f"AND a.committed_us IS NOT NULL AND ({_OPEN} OR {GIVEN_UP_EARLY} "
    f"OR (a.committed_us>?3 AND {_PUT_BACK})) "
    "GROUP BY a.attempt_id "
    "ORDER BY sum(m.state IN('unknown','pending','cancelled'))=0, a.attempt_id"
).replace("?3", "?2")

_WORTH_A_LOOK: Final = (
    "SELECT count(*) FROM message m WHERE m.run_no=?1 AND "  # noqa: S608  # constants
    f"({GIVEN_UP_EARLY} OR ({_PUT_BACK} AND m.state='pending' AND EXISTS("
    "SELECT 1 FROM attempt a WHERE a.attempt_id=m.attempt_id AND a.committed_us>?3)))"
).replace("?3", "?2")


def worth_a_look(connection: sqlite3.Connection, run_no: int, since_us: int) -> int:
    """People whom no count shows as open, and of whom evidence may still come."""
    (recipients,) = connection.execute(_WORTH_A_LOOK, (run_no, since_us)).fetchone()
    return int(recipients)


_BACK = (
    "UPDATE message SET state='unknown',code=coalesce((SELECT nullif(code,'') FROM attempt a "
    "WHERE a.attempt_id=message.attempt_id AND a.state='unknown'),'missing_in_reply') "
    "WHERE run_no=?1 AND attempt_id=?2 AND state='pending' AND chunk_no=("
    "SELECT chunk_no FROM attempt WHERE attempt_id=?2) AND NOT EXISTS("
    "SELECT 1 FROM attempt b WHERE b.run_no=message.run_no AND b.chunk_no=message.chunk_no "
    "AND b.state IN('prepared','in_flight','replied'))"
)

_BY_A_WORD = (
    " AND EXISTS(SELECT 1 FROM operator_action o WHERE o.attempt_id=message.attempt_id "
    "AND o.action IN('not-sent','resend') AND (o.position IS NULL OR o.position=message.position))"
)


def call_back(connection: sqlite3.Connection, run_no: int, attempt_id: int) -> int:
    """A queue named a message of an attempt whose people were put back: nobody knows again.

    One entry proves that the gateway took part of the attempt, so nobody of it is sent again
    before the evidence or a person tells who was taken. People who are in a request that is under
    way are left alone. Returns how many are in doubt again.
    """
    recipients = connection.execute(_BACK + _BY_A_WORD, (run_no, attempt_id)).rowcount
    if recipients:
        _reopen(connection, attempt_id)
    return recipients


def refused_or_put_back(
    connection: sqlite3.Connection, run_no: int, order: int, row: StatusRow, now_us: int
) -> bool:
    """A word that shows as taken whoever was refused, or put back: doubt the latter, warn of both.

    Returns whether a person who was put back is in doubt again.
    """
    found = connection.execute(
        "SELECT m.state,s.attempt_id FROM message m JOIN smsc s ON s.run_no=m.run_no "
        "AND s.smsc_id=? AND s.attempt_id=m.attempt_id "
        "WHERE m.run_no=? AND m.position=? AND m.state IN('refused','pending')",
        (row.smsc_id, run_no, order),
    ).fetchone()
    if found is None:
        return False
    (state, attempt_id), back = found, 0
    then = "who was refused by name and is not sent again"
    if state == "pending":
        back = connection.execute(_BACK + " AND position=?3", (run_no, attempt_id, order)).rowcount
        if back:
            _reopen(connection, attempt_id)
            then = "who was put back and is not sent again"
        else:
            then = "who was put back and is being sent again: they may get the message twice"
    connection.execute(
        "INSERT INTO alarm(run_no,attempt_id,at_us,text) VALUES(?,?,?,?)",
        (
            run_no, attempt_id, now_us,
            f"message {row.smsc_id}: the gateway says {row.status_text!r} of person {order}, {then}",
        ),
    )  # fmt: skip
    return bool(back)


def _reopen(connection: sqlite3.Connection, attempt_id: int) -> None:
    connection.execute(
        "UPDATE attempt SET settled_us=NULL,settled_by=NULL WHERE attempt_id=?", (attempt_id,)
    )
