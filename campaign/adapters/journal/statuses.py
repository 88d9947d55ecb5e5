"""Delivery statuses: raw answers first, then words; states only move forward."""

import sqlite3
import zlib
from collections.abc import Sequence
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
        """Accepted messages without a final word that have a smscId, oldest first."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT smsc_id,client_id FROM message "
                "WHERE run_no=? AND state='accepted' AND smsc_id IS NOT NULL ORDER BY ord",
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

        As many ids in an attempt's own queue as people in it prove that all were taken. Which
        person has which id stays open unless status.json named the clientId; where all ids
        ended the same way, everybody did. Returns how many people were settled.
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
        "SELECT ord,word,delivery FROM smsc WHERE run_no=? AND smsc_id=?", (run_no, row.smsc_id)
    ).fetchone()
    if known is None:
        if attempt_id is None:
            return False  # an id that we never asked about: not ours to keep
        connection.execute(
            "INSERT INTO smsc(run_no,smsc_id,attempt_id,source,first_us) VALUES(?,?,?,'queue',?)",
            (run_no, row.smsc_id, attempt_id, now_us),
        )
        known = (None, "", "")
    order, last_word, last_delivery = known
    identified = order is None and bool(row.client_id)
    if identified:
        order = _pair(connection, run_no, row)
    if row.word == last_word:
        if order is not None and identified:
            _move_message(connection, run_no, order, row, now_us)
        return identified and order is not None
    connection.execute(
        "INSERT INTO status_event(run_no,smsc_id,word,delivery,exchange_id,seen_us) "
        "VALUES(?,?,?,?,?,?)",
        (run_no, row.smsc_id, row.word, row.delivery.value, exchange_id, now_us),
    )
    if last_delivery in _FINAL_FATE and row.delivery not in _FINAL_FATE:
        return True  # a step back: kept as an event, the state stays
    connection.execute(
        "UPDATE smsc SET word=?,delivery=?,word_us=? WHERE run_no=? AND smsc_id=?",
        (row.word, row.delivery.value, now_us, run_no, row.smsc_id),
    )
    if order is not None:
        _move_message(connection, run_no, order, row, now_us)
    return True


def _pair(connection: sqlite3.Connection, run_no: int, row: StatusRow) -> int | None:
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


def _move_message(
    connection: sqlite3.Connection, run_no: int, order: int, row: StatusRow, now_us: int
) -> None:
    """Move one person forward by a word about one of its ids."""
    if row.delivery not in _FINAL_FATE:
        connection.execute(
            "UPDATE message SET word=?,code=CASE WHEN state='accepted' THEN 'on_its_way' "
            "ELSE code END WHERE run_no=? AND ord=? AND state IN('accepted','unknown')",
            (row.word, run_no, order),
        )
        return
    fate, code = _FINAL_FATE[row.delivery]
    if row.word.strip().lower() == _REJECT_WORD:
        code = "smsc_reject"
    connection.execute(
        "UPDATE message SET state=?,code=?,word=?,final_us=? WHERE run_no=? AND ord=? "
        "AND state IN('accepted','unknown','delivered','undelivered','no_final_status') "
        "AND NOT (?='no_final_status' AND state IN('unknown','delivered','undelivered'))",
        (fate, code, row.word, now_us, run_no, order, fate),
    )


def _settle_whole_attempts(connection: sqlite3.Connection, run_no: int) -> int:
    """As many different ids as people: the gateway took all of them."""
    return connection.execute(
        "UPDATE message SET state='accepted',code='settled_all',handed_over_us="
        "(SELECT armed_us FROM attempt WHERE attempt_id=message.attempt_id) "
        "WHERE run_no=? AND state='unknown' AND attempt_id IN("
        "SELECT a.attempt_id FROM attempt a WHERE a.run_no=? AND a.armed_us IS NOT NULL "
        "AND a.member_count=(SELECT count(*) FROM smsc s WHERE s.attempt_id=a.attempt_id))",
        (run_no, run_no),
    ).rowcount


def _spread_common_end(connection: sqlite3.Connection, run_no: int, now_us: int) -> None:
    """Where all ids of an attempt ended with one word, its unpaired people did, too."""
    rows = connection.execute(
        "SELECT s.attempt_id,min(s.word),min(s.delivery) FROM smsc s "
        "JOIN attempt a ON a.attempt_id=s.attempt_id "
        "WHERE s.run_no=? AND EXISTS(SELECT 1 FROM smsc u "
        "WHERE u.attempt_id=s.attempt_id AND u.ord IS NULL) GROUP BY s.attempt_id "
        "HAVING count(*)=a.member_count AND min(s.word)=max(s.word) "
        "AND min(s.delivery) IN('delivered','undelivered')",
        (run_no,),
    ).fetchall()
    for attempt_id, word, delivery in rows:
        fate, code = _FINAL_FATE[Delivery(delivery)]
        if word.strip().lower() == _REJECT_WORD:
            code = "smsc_reject"
        connection.execute(
            "UPDATE message SET state=?,code=?,word=?,final_us=? "
            "WHERE run_no=? AND attempt_id=? AND state='accepted' AND smsc_id IS NULL",
            (fate, code, word, now_us, run_no, attempt_id),
        )
