"""What the status queue of an attempt without a reply proves about its recipients.

As many ids as recipients prove that all were taken; an empty queue proves nothing. Whose id is
whose stays open unless the gateway says so; where all ids ended the same way, all recipients did.
"""

import sqlite3
from typing import Final

from campaign.domain import Alarm, Delivery, StatusRow
from campaign.journal.sqlite.part import number
from campaign.journal.sqlite.runs import OPEN, store_alarms

FINAL_STATUS: Final = {
    Delivery.DELIVERED: ("delivered", "delivered"),
    Delivery.UNDELIVERED: ("undelivered", "delivery_error"),
    Delivery.LOST: ("no_final_status", "lost_by_gateway"),
}
"""Class of a final status text to (status, reason code)."""

_SMSC_REJECT: Final = "smsc reject"

_WITH_ID: Final = "SELECT position FROM smsc WHERE attempt_id=?2 AND position IS NOT NULL"

_PUT_BACK: Final = (
    "SELECT 1 FROM operator_action o WHERE o.attempt_id=m.attempt_id "
    "AND o.action IN('not-sent','resend') AND (o.position IS NULL OR o.position=m.position)"
)
"""An operator put that recipient back."""


def end_of(delivery: Delivery, status_text: str) -> tuple[str, str]:
    """Status and reason code of a final status text."""
    status, code = FINAL_STATUS[delivery]
    return status, "smsc_reject" if status_text.strip().lower() == _SMSC_REJECT else code


def unpaired_ids(connection: sqlite3.Connection, attempt_id: int) -> int:
    """Ids of an attempt that no recipient is paired with."""
    return number(connection, "SELECT count(*) FROM smsc WHERE attempt_id=? AND position IS NULL", attempt_id)


def count_unknown(connection: sqlite3.Connection, run_no: int, attempt_id: int) -> int:
    """Recipients of an attempt whose status is unknown."""
    return number(
        connection,
        "SELECT count(*) FROM message WHERE run_no=? AND attempt_id=? AND state='unknown'",
        run_no,
        attempt_id,
    )


def unpaired_recipients(connection: sqlite3.Connection, attempt_id: int) -> int:
    """Recipients of an attempt who may have been taken and have no id of their own."""
    return number(
        connection,
        "SELECT count(*) FROM attempt a CROSS JOIN json_each(a.members) AS member "
        "CROSS JOIN message m ON m.run_no=a.run_no AND m.position=member.value WHERE a.attempt_id=? "
        "AND m.attempt_id=a.attempt_id AND m.state NOT IN('pending','refused') AND m.position NOT IN("
        "SELECT position FROM smsc WHERE attempt_id=? AND position IS NOT NULL)",
        attempt_id,
        attempt_id,
    )


def accept_unknown(  # noqa: PLR0913  # which recipients, and what proves it
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int | None,
    code: str,
    *,
    position: int | None = None,
    smsc_id: str | None = None,
) -> int:
    """Unknown recipients were taken: of an attempt, or the one at `position`; returns how many.

    `code` says what proves it. With `settled_all` recipients with an id of their own are left out:
    these ids count for their owners only.
    """
    whose = "attempt_id=?2" if position is None else "position=?3"
    without_id = f" AND position NOT IN({_WITH_ID})" if code == "settled_all" else ""
    return connection.execute(
        "UPDATE message SET state='accepted',code=?4,smsc_id=coalesce(?5,smsc_id),handed_over_us="  # noqa: S608  # constants
        "(SELECT committed_us FROM attempt WHERE attempt_id=message.attempt_id) "
        f"WHERE run_no=?1 AND {whose} AND state='unknown'{without_id}",
        (run_no, attempt_id, position, code, smsc_id),
    ).rowcount


def settle_whole_attempts(connection: sqlite3.Connection, run_no: int) -> int:
    """As many unpaired ids as recipients without an id: the gateway took all of them."""
    attempts = connection.execute(
        "SELECT DISTINCT attempt_id FROM message INDEXED BY message_unknown "
        "WHERE run_no=? AND state='unknown'",
        (run_no,),
    ).fetchall()
    settled = 0
    for (attempt_id,) in attempts:
        ids = unpaired_ids(connection, attempt_id)
        if ids and ids == unpaired_recipients(connection, attempt_id):
            settled += accept_unknown(connection, run_no, attempt_id, "settled_all")
    return settled


def spread_common_end(connection: sqlite3.Connection, run_no: int, now_us: int) -> None:
    """Where all unpaired ids ended with one status text, so did all recipients without an id."""
    rows = connection.execute(
        "SELECT attempt_id,min(status_text),min(delivery),count(*) FROM smsc "
        "WHERE run_no=? AND position IS NULL GROUP BY attempt_id "
        "HAVING min(status_text)=max(status_text) AND min(delivery) IN('delivered','undelivered')",
        (run_no,),
    ).fetchall()
    for attempt_id, status_text, delivery, ids in rows:
        if ids != unpaired_recipients(connection, attempt_id):
            continue
        connection.execute(
            "UPDATE message SET state=?3,code=?4,status_text=?5,final_us=?6 "  # noqa: S608  # a constant
            f"WHERE run_no=?1 AND attempt_id=?2 AND state='accepted' AND position NOT IN({_WITH_ID})",
            (
                run_no, attempt_id, *end_of(Delivery(delivery), status_text), status_text, now_us,
            ),
        )  # fmt: skip


ENDED_EARLY: Final = (
    "m.state='no_final_status' AND max(coalesce(m.handed_over_us,0),coalesce(m.send_at_us,0))>?3"
)
"""Tracking ended although the horizon is not over: lost as the gateway said, or by clock skew."""

_MAY_COME_BACK: Final = (
    f"m.state IN('pending','cancelled') AND m.attempt_id IS NOT NULL AND EXISTS({_PUT_BACK})"
)

_OPEN_MESSAGE: Final = "m.state IN('unknown','accepted')"

_WITHOUT_REPLY: Final = "sum(m.state IN('unknown','pending','cancelled'))"

OPEN_QUEUES: Final = (
    f"SELECT a.attempt_id,a.queue_name,{_WITHOUT_REPLY},"  # noqa: S608  # constants
    f"a.member_count,sum({_OPEN_MESSAGE}),sum(m.state='accepted'),a.committed_us,"
    f"CASE WHEN {_WITHOUT_REPLY} THEN a.committed_us "
    "ELSE max(max(coalesce(m.handed_over_us,a.committed_us),coalesce(m.send_at_us,0))) END "
    "FROM message m JOIN attempt a ON a.attempt_id=m.attempt_id WHERE m.run_no=?1 "
    f"AND a.committed_us IS NOT NULL AND ({_OPEN_MESSAGE} OR {ENDED_EARLY} "
    f"OR (a.committed_us>?3 AND {_MAY_COME_BACK})) "
    f"GROUP BY a.attempt_id ORDER BY {_WITHOUT_REPLY}=0, a.attempt_id"
).replace("?3", "?2")

MAY_CHANGE: Final = (
    "SELECT count(*) FROM message m WHERE m.run_no=?1 AND "  # noqa: S608  # constants
    f"({ENDED_EARLY} OR ({_MAY_COME_BACK} AND m.state='pending' AND EXISTS("
    "SELECT 1 FROM attempt a WHERE a.attempt_id=m.attempt_id AND a.committed_us>?3)))"
).replace("?3", "?2")
"""Counts the recipients whom no other count shows as open, and of whom evidence may still come."""

_UNKNOWN_AGAIN: Final = (
    "UPDATE message AS m SET state='unknown',code=coalesce((SELECT nullif(code,'') FROM attempt a "  # noqa: S608  # a constant
    "WHERE a.attempt_id=m.attempt_id AND a.state='unknown'),'missing_in_reply') "
    "WHERE run_no=?1 AND attempt_id=?2 AND state='pending' AND chunk_no=("
    "SELECT chunk_no FROM attempt WHERE attempt_id=?2) AND NOT EXISTS("
    f"SELECT 1 FROM attempt b WHERE b.run_no=m.run_no AND b.chunk_no=m.chunk_no AND b.{OPEN})"
)


def take_back(connection: sqlite3.Connection, run_no: int, attempt_id: int) -> int:
    """A queue showed a message of an attempt whose recipients were put back: unknown again.

    One entry proves that the gateway took part of the attempt, so none of it is sent again before
    the evidence or an operator says who was taken. Recipients in a request that is under way are
    left alone. Returns how many are unknown again.
    """
    recipients = connection.execute(
        f"{_UNKNOWN_AGAIN} AND EXISTS({_PUT_BACK})", (run_no, attempt_id)
    ).rowcount
    if recipients:
        _reopen(connection, attempt_id)
    return recipients


def taken_after_all(
    connection: sqlite3.Connection, run_no: int, position: int, row: StatusRow, now_us: int
) -> bool:
    """A status shows as taken whoever was refused, or put back: raise an alarm about either.

    Returns whether a recipient who was put back is unknown again.
    """
    found = connection.execute(
        "SELECT m.state,s.attempt_id FROM message m JOIN smsc s ON s.run_no=m.run_no "
        "AND s.smsc_id=? AND s.attempt_id=m.attempt_id "
        "WHERE m.run_no=? AND m.position=? AND m.state IN('refused','pending')",
        (row.smsc_id, run_no, position),
    ).fetchone()
    if found is None:
        return False
    (state, attempt_id), back = found, 0
    code = "taken_refused"
    if state == "pending":
        back = connection.execute(
            f"{_UNKNOWN_AGAIN} AND position=?3", (run_no, attempt_id, position)
        ).rowcount
        if back:
            _reopen(connection, attempt_id)
        code = "taken_put_back" if back else "taken_sent_again"
    details = {"smsc_id": row.smsc_id, "status_text": row.status_text, "position": str(position)}
    store_alarms(connection, run_no, attempt_id, now_us, [Alarm(code, details)])
    return bool(back)


def _reopen(connection: sqlite3.Connection, attempt_id: int) -> None:
    connection.execute("UPDATE attempt SET settled_us=NULL,settled_by=NULL WHERE attempt_id=?", (attempt_id,))
