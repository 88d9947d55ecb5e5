"""Delivery statuses: raw answers first, then words; states only move forward."""

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from campaign.adapters.journal.runs import run_number
from campaign.adapters.journal.store import Store, from_us, to_us
from campaign.model import Delivery, OpenQueue, Reply, RunId, StatusRow, Tracked
from campaign.ports import Clock

_FINAL_FATE = {
    Delivery.DELIVERED: ("delivered", "delivered"),
    Delivery.UNDELIVERED: ("undelivered", "delivery_error"),
    Delivery.LOST: ("no_final_status", "lost_by_gateway"),
}
_REJECT_WORD = "smsc reject"
_ENDS = frozenset({Delivery.DELIVERED, Delivery.UNDELIVERED})
_ASK_AGAIN_AFTER_US = 5_000_000
"""`incorrect id` is final only when it is said again so much later (gateway facts)."""


class StatusBook:
    """The status side of the journal (`ports.StatusJournal`)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def open_queues(self, run: RunId) -> tuple[OpenQueue, ...]:
        """Attempts with people whose end is not known, unknown attempts first."""
        with self._store.read() as connection:
            run_no = run_number(connection, run)
            rows = connection.execute(
                "SELECT a.attempt_id,a.queue_name,sum(m.state='unknown'),a.member_count,count(*),"
                "a.armed_us FROM message m JOIN attempt a ON a.attempt_id=m.attempt_id "
                "WHERE m.run_no=? AND m.state IN('unknown','accepted') AND a.armed_us IS NOT NULL "
                "GROUP BY a.attempt_id ORDER BY sum(m.state='unknown')=0, a.attempt_id",
                (run_no,),
            ).fetchall()
        queues = []
        for attempt_id, queue_name, unknown_count, member_count, open_count, armed_us in rows:
            armed_at = from_us(armed_us)
            if armed_at is not None:
                queues.append(
                    OpenQueue(
                        attempt_id=attempt_id,
                        queue_name=queue_name,
                        unknown=unknown_count > 0,
                        member_count=member_count,
                        open_count=open_count,
                        armed_at=armed_at,
                    )
                )
        return tuple(queues)

    def open_messages(self, run: RunId) -> tuple[Tracked, ...]:
        """Every smscId of people without a final word, oldest first."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT s.smsc_id,m.client_id FROM smsc s "
                "JOIN message m ON m.run_no=s.run_no AND m.ord=s.ord "
                "WHERE s.run_no=? AND m.state IN('accepted','unknown') ORDER BY m.ord,s.smsc_id",
                (run_number(connection, run),),
            )
            return tuple(Tracked(smsc_id, client_id) for smsc_id, client_id in rows)

    def unidentified(self, run: RunId) -> tuple[Tracked, ...]:
        """Ids told by queues of unknown attempts that no person is paired with yet."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT smsc_id FROM smsc WHERE run_no=? AND ord IS NULL ORDER BY first_us,smsc_id",
                (run_number(connection, run),),
            )
            return tuple(Tracked(row[0], "") for row in rows)

    def open_exchange(self, run: RunId, *, kind: str, attempt_id: int | None, limit: int) -> int:
        """Record that a status call is about to be made; returns its number."""
        now_us = to_us(self._clock.now())

        def insert(connection: sqlite3.Connection) -> int:
            return (
                connection.execute(
                    "INSERT INTO exchange(run_no,attempt_id,kind,row_limit,state,asked_us) "
                    "VALUES(?,?,?,?,'asked',?)",
                    (run_number(connection, run), attempt_id, kind, limit, now_us),
                ).lastrowid
                or 0
            )

        return self._store.write(insert)

    def store_exchange(self, exchange_id: int, reply: Reply) -> None:
        """The answer exactly as it came, before it is parsed."""
        now_us = to_us(self._clock.now())
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE exchange SET state='stored',stored_us=?,http_status=?,body=?,complete=?,"
                "error=? WHERE exchange_id=?",
                (
                    now_us, reply.http_status, zlib.compress(reply.body, 1), int(reply.complete),
                    reply.error, exchange_id,
                ),
            )
        )  # fmt: skip

    def close_exchange(self, exchange_id: int, *, error: str) -> None:
        """The call brought no answer, or one that nobody can understand."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE exchange SET state='lost',error=? WHERE exchange_id=?",
                (error, exchange_id),
            )
        )

    def unapplied_exchanges(self, run: RunId) -> tuple[tuple[int, int | None, Reply], ...]:
        """Answers stored but not applied; calls without an answer are closed as lost."""

        def close_lost(connection: sqlite3.Connection) -> int:
            run_no = run_number(connection, run)
            connection.execute(
                "UPDATE exchange SET state='lost',error='killed' WHERE run_no=? AND state='asked'",
                (run_no,),
            )
            return run_no

        run_no = self._store.write(close_lost)
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT exchange_id,attempt_id,http_status,body,complete,error FROM exchange "
                "WHERE run_no=? AND state='stored' ORDER BY exchange_id",
                (run_no,),
            ).fetchall()
        return tuple(
            (
                row[0],
                row[1],
                Reply(
                    http_status=row[2],
                    body=zlib.decompress(row[3]),
                    complete=bool(row[4]),
                    error=row[5],
                ),
            )
            for row in rows
        )

    def apply_statuses(self, exchange_id: int, rows: Sequence[StatusRow]) -> int:
        """Record the words; states only move forward. Returns how many were new."""
        now_us = to_us(self._clock.now())

        def record(connection: sqlite3.Connection) -> int:
            run_no, attempt_id = connection.execute(
                "SELECT run_no,attempt_id FROM exchange WHERE exchange_id=?", (exchange_id,)
            ).fetchone()
            new = 0
            for row in rows:
                new += _record_word(
                    connection, run_no, attempt_id, row, exchange_id=exchange_id, now_us=now_us
                )
            connection.execute(
                "UPDATE exchange SET state='applied' WHERE exchange_id=?", (exchange_id,)
            )
            return new

        return self._store.write(record)

    def settle_unknown(self, run: RunId) -> int:
        """Turn people of unknown attempts into accepted where the evidence proves it.

        As many ids that are nobody's in an attempt's own queue as people in it without an id
        prove that all of these were taken. Which person has which id stays open unless
        status.json named the clientId; where all ids ended the same way, everybody did.
        Returns how many people were settled.
        """
        now_us = to_us(self._clock.now())

        def settle(connection: sqlite3.Connection) -> int:
            run_no = run_number(connection, run)
            settled = _settle_whole_attempts(connection, run_no)
            _spread_common_end(connection, run_no, now_us)
            connection.execute(
                "UPDATE attempt SET settled_us=?, settled_by='evidence' "
                "WHERE run_no=? AND state='unknown' AND settled_us IS NULL AND NOT EXISTS("
                "SELECT 1 FROM message m WHERE m.run_no=attempt.run_no AND m.state='unknown' "
                "AND m.attempt_id=attempt.attempt_id)",
                (now_us, run_no),
            )
            return settled

        return self._store.write(settle)

    def expire_tracking(self, run: RunId, *, before: datetime) -> int:
        """Give up on messages handed over (or due) before that moment."""
        now_us = to_us(self._clock.now())
        return self._store.write(
            lambda connection: (
                connection.execute(
                    "UPDATE message SET state='no_final_status',code='no_final_status',final_us=? "
                    "WHERE run_no=? AND state='accepted' "
                    "AND max(handed_over_us,coalesce(send_at_us,0))<?",
                    (now_us, run_number(connection, run), to_us(before)),
                ).rowcount
            )
        )


def _record_word(  # noqa: PLR0913  # one row's context; a class for it would hide more than it tells
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
    if _unpaired_ids(connection, attempt_id) > _unpaired_people(connection, attempt_id):
        _warn(
            connection, run_no, now_us,
            "a status queue tells more messages than people: the gateway may have taken one twice",
            attempt_id=attempt_id,
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
        _warn(connection, run_no, now_us, text)


def _warn(
    connection: sqlite3.Connection,
    run_no: int,
    now_us: int,
    text: str,
    *,
    attempt_id: int | None = None,
) -> None:
    connection.execute(
        "INSERT INTO alarm(run_no,attempt_id,at_us,text) VALUES(?,?,?,?)",
        (run_no, attempt_id, now_us, text),
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
            connection, run_no, now_us,
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
    fate, code = _FINAL_FATE[row.delivery]
    if row.word.strip().lower() == _REJECT_WORD:
        code = "smsc_reject"
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


def _unpaired_ids(connection: sqlite3.Connection, attempt_id: int) -> int:
    """Ids of an attempt of which nobody knows whose they are."""
    (count,) = connection.execute(
        "SELECT count(*) FROM smsc WHERE attempt_id=? AND ord IS NULL", (attempt_id,)
    ).fetchone()
    return int(count)


def _unpaired_people(connection: sqlite3.Connection, attempt_id: int) -> int:
    """People of an attempt who may have been taken and have no id of their own."""
    (count,) = connection.execute(
        "SELECT count(*) FROM attempt a JOIN json_each(a.members) AS member "
        "JOIN message m ON m.run_no=a.run_no AND m.ord=member.value WHERE a.attempt_id=? "
        "AND m.attempt_id=a.attempt_id AND m.state NOT IN('pending','refused') AND m.ord NOT IN("
        "SELECT ord FROM smsc WHERE attempt_id=? AND ord IS NOT NULL)",
        (attempt_id, attempt_id),
    ).fetchone()
    return int(count)


def _settle_whole_attempts(connection: sqlite3.Connection, run_no: int) -> int:
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
        ids = _unpaired_ids(connection, attempt_id)
        if ids and ids == _unpaired_people(connection, attempt_id):
            settled += connection.execute(
                "UPDATE message SET state='accepted',code='settled_all',handed_over_us="
                "(SELECT armed_us FROM attempt WHERE attempt_id=message.attempt_id) "
                "WHERE run_no=? AND attempt_id=? AND state='unknown' AND ord NOT IN("
                "SELECT ord FROM smsc WHERE attempt_id=? AND ord IS NOT NULL)",
                (run_no, attempt_id, attempt_id),
            ).rowcount
    return settled


def _spread_common_end(connection: sqlite3.Connection, run_no: int, now_us: int) -> None:
    """Where all ids that are nobody's ended with one word, so did all people without an id."""
    rows = connection.execute(
        "SELECT attempt_id,min(word),min(delivery),count(*) FROM smsc "
        "WHERE run_no=? AND ord IS NULL GROUP BY attempt_id "
        "HAVING min(word)=max(word) AND min(delivery) IN('delivered','undelivered')",
        (run_no,),
    ).fetchall()
    for attempt_id, word, delivery, ids in rows:
        if ids != _unpaired_people(connection, attempt_id):
            continue
        fate, code = _FINAL_FATE[Delivery(delivery)]
        if word.strip().lower() == _REJECT_WORD:
            code = "smsc_reject"
        connection.execute(
            "UPDATE message SET state=?,code=?,word=?,final_us=? "
            "WHERE run_no=? AND attempt_id=? AND state='accepted' AND ord NOT IN("
            "SELECT ord FROM smsc WHERE attempt_id=? AND ord IS NOT NULL)",
            (fate, code, word, now_us, run_no, attempt_id, attempt_id),
        )
