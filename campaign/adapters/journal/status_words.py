"""One word about one message: recorded as an event, and the person's state moved forward."""

import sqlite3
from dataclasses import replace
from typing import Final

from campaign.adapters.journal.evidence import end_of, unpaired_ids, unpaired_people
from campaign.model import Delivery, StatusRow

_ENDS: Final = frozenset({Delivery.DELIVERED, Delivery.UNDELIVERED})
_ASK_AGAIN_AFTER_US: Final = 5_000_000
"""`incorrect id` is final only when it is said again so much later (gateway facts)."""


def record_word(  # noqa: PLR0913  # one row's context; a class for it would hide more than it tells
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int | None,
    row: StatusRow,
    *,
    exchange_id: int,
    now_us: int,
) -> bool:
    """Store one word; True when it is news."""
    known = connection.execute(
        "SELECT ord,word,delivery,word_us FROM smsc WHERE run_no=? AND smsc_id=?",
        (run_no, row.smsc_id),
    ).fetchone()
    if known is None:
        if attempt_id is None:
            return False  # an id that we never asked about: not ours to keep
        known = (None, "", "", None)
        _keep_witness(connection, run_no, attempt_id, row.smsc_id, now_us)
    order, last_word, last_delivery, last_us = known
    paired_now = order is None and bool(row.client_id)
    if paired_now:
        order = _pair(connection, run_no, row, now_us)
        paired_now = order is not None
    repeated = row.word == last_word
    word, delivery = row.word, row.delivery
    if not repeated:
        connection.execute(
            "INSERT INTO status_event(run_no,smsc_id,word,delivery,exchange_id,seen_us) "
            "VALUES(?,?,?,?,?,?)",
            (run_no, row.smsc_id, row.word, row.delivery.value, exchange_id, now_us),
        )
        if last_delivery in _ENDS and row.delivery not in _ENDS:
            word, delivery = last_word, Delivery(last_delivery)  # a step back: only an event
        else:
            connection.execute(
                "UPDATE smsc SET word=?,delivery=?,word_us=? WHERE run_no=? AND smsc_id=?",
                (row.word, row.delivery.value, now_us, run_no, row.smsc_id),
            )
            _warn_of_two_ends(connection, run_no, row, last_word, last_delivery, now_us)
    again_lost = (
        repeated
        and delivery is Delivery.LOST
        and last_us is not None
        and now_us - last_us >= _ASK_AGAIN_AFTER_US
    )
    if order is not None:
        if attempt_id is not None and delivery is not Delivery.LOST:
            _settle_paired(connection, run_no, order, row.smsc_id)
        if delivery in _ENDS or again_lost:
            _end_message(
                connection, run_no, order, replace(row, word=word, delivery=delivery), now_us
            )
        elif not repeated:
            _note_word(connection, run_no, order, word, delivery)
    return not repeated or paired_now


def _keep_witness(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, smsc_id: str, now_us: int
) -> None:
    """Keep an id that only a queue told; warn when there is nobody left whose it could be."""
    connection.execute(
        "INSERT INTO smsc(run_no,smsc_id,attempt_id,source,first_us) VALUES(?,?,?,'queue',?)",
        (run_no, smsc_id, attempt_id, now_us),
    )
    if unpaired_ids(connection, attempt_id) > unpaired_people(connection, attempt_id):
        _warn(
            connection, run_no, smsc_id, now_us,
            "a status queue tells more messages than people: the gateway may have taken one twice",
        )  # fmt: skip


def _warn_of_two_ends(  # noqa: PLR0913, PLR0917  # the two words and where they were said
    connection: sqlite3.Connection,
    run_no: int,
    row: StatusRow,
    last_word: str,
    last_delivery: str,
    now_us: int,
) -> None:
    if last_delivery in _ENDS and row.delivery.value != last_delivery:
        text = f"message {row.smsc_id}: the gateway said {last_word!r}, and then {row.word!r}"
        _warn(connection, run_no, row.smsc_id, now_us, text)


def _warn(
    connection: sqlite3.Connection, run_no: int, smsc_id: str, now_us: int, text: str
) -> None:
    """An alarm about the attempt from which a message came: it speaks for no other one."""
    connection.execute(
        "INSERT INTO alarm(run_no,attempt_id,at_us,text) VALUES(?1,"
        "(SELECT attempt_id FROM smsc WHERE run_no=?1 AND smsc_id=?2),?3,?4)",
        (run_no, smsc_id, now_us, text),
    )


def _pair(connection: sqlite3.Connection, run_no: int, row: StatusRow, now_us: int) -> int | None:
    """status.json echoed a clientId: that person was taken, exactly."""
    found = connection.execute(
        "SELECT m.ord FROM message m JOIN smsc s ON s.run_no=m.run_no AND s.smsc_id=? "
        "JOIN attempt a ON a.attempt_id=s.attempt_id "
        "WHERE m.run_no=? AND m.client_id=? COLLATE NOCASE "
        "AND m.ord IN(SELECT value FROM json_each(a.members))",
        (row.smsc_id, run_no, row.client_id),
    ).fetchone()
    if found is None:
        return None
    order = int(found[0])
    connection.execute(
        "UPDATE smsc SET ord=?,source='status' WHERE run_no=? AND smsc_id=?",
        (order, run_no, row.smsc_id),
    )
    (ids,) = connection.execute(
        "SELECT count(*) FROM smsc WHERE attempt_id="
        "(SELECT attempt_id FROM smsc WHERE run_no=? AND smsc_id=?) AND ord=?",
        (run_no, row.smsc_id, order),
    ).fetchone()
    if ids > 1:
        _warn(
            connection, run_no, row.smsc_id, now_us,
            f"clientId {row.client_id}: the gateway has {ids} messages of one request",
        )  # fmt: skip
    connection.execute(
        "UPDATE message SET state='accepted',code='settled_echo',smsc_id=?,handed_over_us="
        "(SELECT armed_us FROM attempt WHERE attempt_id=message.attempt_id) "
        "WHERE run_no=? AND ord=? AND state='unknown'",
        (row.smsc_id, run_no, order),
    )
    connection.execute(
        "UPDATE message SET smsc_id=? WHERE run_no=? AND ord=? AND smsc_id IS NULL",
        (row.smsc_id, run_no, order),
    )
    return order


def _settle_paired(connection: sqlite3.Connection, run_no: int, order: int, smsc_id: str) -> None:
    """The attempt's own queue tells an id that the answer named for this person: it is taken."""
    connection.execute(
        "UPDATE message SET state='accepted',code='settled_echo',smsc_id=?,handed_over_us="
        "(SELECT armed_us FROM attempt WHERE attempt_id=message.attempt_id) "
        "WHERE run_no=? AND ord=? AND state='unknown'",
        (smsc_id, run_no, order),
    )


def _note_word(
    connection: sqlite3.Connection, run_no: int, order: int, word: str, delivery: Delivery
) -> None:
    """A word that ends nothing; `incorrect id` is asked once more before it does."""
    code = None if delivery is Delivery.LOST else "on_its_way"
    connection.execute(
        "UPDATE message SET word=?,code=CASE WHEN state='accepted' THEN coalesce(?,code) "
        "ELSE code END WHERE run_no=? AND ord=? AND state IN('accepted','unknown')",
        (word, code, run_no, order),
    )


def _end_message(
    connection: sqlite3.Connection, run_no: int, order: int, row: StatusRow, now_us: int
) -> None:
    """Move one person to its end by a word about one of its ids; any id delivered is delivered."""
    fate, code = end_of(row.delivery, row.word)
    connection.execute(
        "UPDATE message SET state=?,code=?,word=?,final_us=?,handed_over_us=coalesce("
        "handed_over_us,(SELECT armed_us FROM attempt WHERE attempt_id=message.attempt_id)) "
        "WHERE run_no=? AND ord=? "
        "AND state IN('accepted','unknown','delivered','undelivered','no_final_status') "
        "AND (state,code,word)<>(?,?,?) "
        "AND NOT (?='no_final_status' AND (state<>'accepted' OR EXISTS("
        "SELECT 1 FROM smsc s WHERE s.run_no=message.run_no AND s.ord=message.ord "
        "AND s.delivery<>'lost' AND s.smsc_id<>?))) "
        "AND NOT (state='delivered' AND EXISTS(SELECT 1 FROM smsc s WHERE s.run_no=message.run_no "
        "AND s.ord=message.ord AND s.delivery='delivered' AND s.smsc_id<>?))",
        (
            fate, code, row.word, now_us, run_no, order, fate, code, row.word, fate,
            row.smsc_id, row.smsc_id,
        ),
    )  # fmt: skip
