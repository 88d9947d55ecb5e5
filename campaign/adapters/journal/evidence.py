"""What the queue of an attempt without an answer proves about its people.

As many ids as people prove that all were taken; an empty queue proves nothing. Whose id is whose
stays open unless the gateway says so; where all ids ended the same way, everybody did.
"""

import sqlite3
from typing import Final

from campaign.model import Delivery

FINAL_FATE: Final = {
    Delivery.DELIVERED: ("delivered", "delivered"),
    Delivery.UNDELIVERED: ("undelivered", "delivery_error"),
    Delivery.LOST: ("no_final_status", "lost_by_gateway"),
}
"""Class of a final word to (fate, reason code)."""

_REJECT_WORD: Final = "smsc reject"


def end_of(delivery: Delivery, word: str) -> tuple[str, str]:
    """Fate and reason code of a final word."""
    fate, code = FINAL_FATE[delivery]
    return fate, "smsc_reject" if word.strip().lower() == _REJECT_WORD else code


def unpaired_ids(connection: sqlite3.Connection, attempt_id: int) -> int:
    """Ids of an attempt of which nobody knows whose they are."""
    (count,) = connection.execute(
        "SELECT count(*) FROM smsc WHERE attempt_id=? AND ord IS NULL", (attempt_id,)
    ).fetchone()
    return int(count)


def unpaired_people(connection: sqlite3.Connection, attempt_id: int) -> int:
    """People of an attempt who may have been taken and have no id of their own."""
    (count,) = connection.execute(
        "SELECT count(*) FROM attempt a CROSS JOIN json_each(a.members) AS member "
        "CROSS JOIN message m ON m.run_no=a.run_no AND m.ord=member.value WHERE a.attempt_id=? "
        "AND m.attempt_id=a.attempt_id AND m.state NOT IN('pending','refused') AND m.ord NOT IN("
        "SELECT ord FROM smsc WHERE attempt_id=? AND ord IS NOT NULL)",
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
        if ids and ids == unpaired_people(connection, attempt_id):
            settled += connection.execute(
                "UPDATE message SET state='accepted',code='settled_all',handed_over_us="
                "(SELECT armed_us FROM attempt WHERE attempt_id=message.attempt_id) "
                "WHERE run_no=? AND attempt_id=? AND state='unknown' AND ord NOT IN("
                "SELECT ord FROM smsc WHERE attempt_id=? AND ord IS NOT NULL)",
                (run_no, attempt_id, attempt_id),
            ).rowcount
    return settled


def spread_common_end(connection: sqlite3.Connection, run_no: int, now_us: int) -> None:
    """Where all ids that are nobody's ended with one word, so did all people without an id."""
    rows = connection.execute(
        "SELECT attempt_id,min(word),min(delivery),count(*) FROM smsc "
        "WHERE run_no=? AND ord IS NULL GROUP BY attempt_id "
        "HAVING min(word)=max(word) AND min(delivery) IN('delivered','undelivered')",
        (run_no,),
    ).fetchall()
    for attempt_id, word, delivery, ids in rows:
        if ids != unpaired_people(connection, attempt_id):
            continue
        fate, code = end_of(Delivery(delivery), word)
        connection.execute(
            "UPDATE message SET state=?,code=?,word=?,final_us=? "
            "WHERE run_no=? AND attempt_id=? AND state='accepted' AND ord NOT IN("
            "SELECT ord FROM smsc WHERE attempt_id=? AND ord IS NOT NULL)",
            (fate, code, word, now_us, run_no, attempt_id, attempt_id),
        )
