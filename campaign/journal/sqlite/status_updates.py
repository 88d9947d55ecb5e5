"""Words about messages: each recorded as an event, and the person's state moved forward."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from campaign.domain import (
    Delivery,
    StatusRow,
)
from campaign.domain.delivery import (
    Known,
    Transition,
    transition,
)
from campaign.journal.sqlite.evidence import (
    call_back,
    end_of,
    refused_or_put_back,
    unpaired_ids,
    unpaired_recipients,
)

LOST_AFTER_US: Final = 3_600_000_000
"""`incorrect id` ends nothing before a message was handed over, or due, so long ago: the status
side may not know yet what the send side has taken, least of all before the time to send it."""

_TAKEN: Final = frozenset({Delivery.ON_ITS_WAY, Delivery.DELIVERED})

TWO_ENDS: Final = "two_ends"
"""Reason code of a person of whose message the gateway named two different ends."""


@dataclass(slots=True)
class StatusUpdater:
    """Takes in what one answer says; all inside one transaction.

    Attributes:
        attempt_id: Whose queue told it; None: status.json did.
    """

    connection: sqlite3.Connection
    run_no: int
    attempt_id: int | None
    exchange_id: int
    now_us: int
    _known: dict[str, tuple[int | None, Known]] = field(default_factory=dict)

    def take(self, rows: Sequence[StatusRow]) -> int:
        """Store every word; returns how many were news."""
        asked = self.connection.execute(
            "SELECT s.smsc_id,s.position,s.status_text,s.delivery,s.status_us,s.attempt_id "
            "FROM json_each(?) AS told "
            "CROSS JOIN smsc s ON s.run_no=? AND s.smsc_id=told.value",
            (json.dumps([row.smsc_id for row in rows]), self.run_no),
        )
        for smsc_id, order, word, delivery, status_us, attempt_id in asked:
            last = Known(word, Delivery(delivery), status_us) if delivery else Known()
            self._known[smsc_id] = (order, last)
            if self.attempt_id not in {None, attempt_id}:
                self._warn_of_claim(smsc_id)
        return sum(map(self._take_one, rows))

    def _take_one(self, row: StatusRow) -> bool:
        found = self._known.get(row.smsc_id)
        if found is None:
            if self.attempt_id is None:
                return self._keep_unmatched_id(row)
            if _is_of_another_run(self.connection, self.run_no, row.smsc_id):
                self._warn_of_claim(row.smsc_id)
                return self._keep_unmatched_id(row)
            found = (None, Known())
            self._keep_witness(row, self.attempt_id)
        order, last = found
        paired_now = order is None and bool(row.client_id)
        if paired_now:
            order = _pair(self.connection, self.run_no, row, self.now_us)
            paired_now = order is not None
        done = transition(last, row.status_text, row.delivery, self.now_us)
        self._known[row.smsc_id] = (order, done.known)
        is_news = self._record(row, last, done)
        if order is not None:
            self._tell(order, row, done)
        return is_news or paired_now

    def _record(self, row: StatusRow, last: Known, done: Transition) -> bool:
        """The event and the id's latest word; a step back that was seen before is no news."""
        if not done.moved and not (done.stepped_back and self._is_new_event(row)):
            return False
        self.connection.execute(
            "INSERT INTO status_event(run_no,smsc_id,status_text,delivery,exchange_id,seen_us) "
            "VALUES(?,?,?,?,?,?)",
            (
                self.run_no, row.smsc_id, row.status_text, row.delivery.value, self.exchange_id,
                self.now_us,
            ),
        )  # fmt: skip
        if done.moved:
            self.connection.execute(
                "UPDATE smsc SET status_text=?,delivery=?,status_us=? WHERE run_no=? AND smsc_id=?",
                (row.status_text, row.delivery.value, self.now_us, self.run_no, row.smsc_id),
            )
        if done.contradicts:
            text = f"message {row.smsc_id}: the gateway said {last.status_text!r}, and then {row.status_text!r}"
            _warn(self.connection, self.run_no, row.smsc_id, self.now_us, text)
        return True

    def _is_new_event(self, row: StatusRow) -> bool:
        return (
            self.connection.execute(
                "SELECT 1 FROM status_event WHERE run_no=? AND smsc_id=? AND status_text=?",
                (self.run_no, row.smsc_id, row.status_text),
            ).fetchone()
            is None
        )

    def _tell(self, order: int, row: StatusRow, done: Transition) -> None:
        """Move the person as far as the word carries."""
        word, delivery = done.known.status_text, done.known.delivery or row.delivery
        believed = replace(row, status_text=word, delivery=delivery)
        if (
            not self._move(order, believed, done)
            and done.moved
            and delivery in _TAKEN
            and refused_or_put_back(self.connection, self.run_no, order, row, self.now_us)
        ):
            self._move(order, believed, done)

    def _move(self, order: int, believed: StatusRow, done: Transition) -> bool:
        """Move the person as the word says; False when their state takes no such word."""
        if self.attempt_id is not None and believed.delivery is not Delivery.LOST:
            _settle_paired(self.connection, self.run_no, order, believed.smsc_id)
        if done.ends:
            return _end_message(
                self.connection, self.run_no, order, believed, self.now_us,
                contradicted=done.contradicts,
            )  # fmt: skip
        return done.moved and _note_word(
            self.connection, self.run_no, order, believed.status_text, believed.delivery
        )

    def _keep_unmatched_id(self, row: StatusRow) -> bool:
        """List an id that nobody knows; True the first time."""
        new = self.connection.execute(
            "SELECT 1 FROM unmatched_id WHERE run_no=? AND smsc_id=?", (self.run_no, row.smsc_id)
        ).fetchone()
        self.connection.execute(
            "INSERT INTO unmatched_id(run_no,smsc_id,attempt_id,exchange_id,status_text,first_us) "
            "VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET status_text=excluded.status_text",
            (
                self.run_no, row.smsc_id, self.attempt_id, self.exchange_id, row.status_text, self.now_us,
            ),
        )  # fmt: skip
        return new is None

    def _warn_of_claim(self, smsc_id: str) -> None:
        """A message of this attempt that the answer to another request had named: one is wrong.

        The word goes to whom the answer named, because some gateways may keep one queue for all;
        one alarm an attempt is enough to make a person look.
        """
        self.connection.execute(
            "INSERT INTO alarm(run_no,attempt_id,at_us,text) "
            "SELECT :run,:attempt,:now,:told || :smsc WHERE NOT EXISTS(SELECT 1 FROM alarm "
            "WHERE run_no=:run AND attempt_id=:attempt AND text LIKE :told || '%')",
            {
                "run": self.run_no,
                "attempt": self.attempt_id,
                "now": self.now_us,
                "told": "a status queue tells a message that the answer to another request named: ",
                "smsc": smsc_id,
            },
        )

    def _keep_witness(self, row: StatusRow, attempt_id: int) -> None:
        """Keep an id that only a queue told; warn when there is nobody left whose it could be."""
        connection = self.connection
        connection.execute(
            "INSERT INTO smsc(run_no,smsc_id,attempt_id,source,first_us) VALUES(?,?,?,'queue',?)",
            (self.run_no, row.smsc_id, attempt_id, self.now_us),
        )
        call_back(connection, self.run_no, attempt_id)
        if unpaired_ids(connection, attempt_id) > unpaired_recipients(connection, attempt_id):
            self._keep_unmatched_id(row)
            _warn(
                connection, self.run_no, row.smsc_id, self.now_us,
                "a status queue tells more messages than people: "
                "the gateway may have taken one twice",
            )  # fmt: skip


def _is_of_another_run(connection: sqlite3.Connection, run_no: int, smsc_id: str) -> bool:
    """Whether another run of the account has this message: some keep one queue for all of it."""
    return (
        connection.execute(
            "SELECT 1 FROM run u JOIN run other ON other.gateway=u.gateway "
            "AND other.account=u.account AND other.run_no<>u.run_no "
            "CROSS JOIN smsc s ON s.run_no=other.run_no AND s.smsc_id=? WHERE u.run_no=? LIMIT 1",
            (smsc_id, run_no),
        ).fetchone()
        is not None
    )


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
        "SELECT m.position FROM message m JOIN smsc s ON s.run_no=m.run_no AND s.smsc_id=? "
        "JOIN attempt a ON a.attempt_id=s.attempt_id "
        "WHERE m.run_no=? AND m.client_id=? COLLATE NOCASE "
        "AND m.position IN(SELECT value FROM json_each(a.members))",
        (row.smsc_id, run_no, row.client_id),
    ).fetchone()
    if found is None:
        return None
    order = int(found[0])
    connection.execute(
        "UPDATE smsc SET position=?,source='status' WHERE run_no=? AND smsc_id=?",
        (order, run_no, row.smsc_id),
    )
    (ids,) = connection.execute(
        "SELECT count(*) FROM smsc WHERE attempt_id="
        "(SELECT attempt_id FROM smsc WHERE run_no=? AND smsc_id=?) AND position=?",
        (run_no, row.smsc_id, order),
    ).fetchone()
    if ids > 1:
        _warn(
            connection, run_no, row.smsc_id, now_us,
            f"clientId {row.client_id}: the gateway has {ids} messages of one request",
        )  # fmt: skip
    connection.execute(
        "UPDATE message SET state='accepted',code='settled_echo',smsc_id=?,handed_over_us="
        "(SELECT committed_us FROM attempt WHERE attempt_id=message.attempt_id) "
        "WHERE run_no=? AND position=? AND state='unknown'",
        (row.smsc_id, run_no, order),
    )
    connection.execute(
        "UPDATE message SET smsc_id=? WHERE run_no=? AND position=? AND smsc_id IS NULL",
        (row.smsc_id, run_no, order),
    )
    return order


def _settle_paired(connection: sqlite3.Connection, run_no: int, order: int, smsc_id: str) -> None:
    """The attempt's own queue tells an id that the answer named for this person: it is taken."""
    connection.execute(
        "UPDATE message SET state='accepted',code='settled_echo',smsc_id=?,handed_over_us="
        "(SELECT committed_us FROM attempt WHERE attempt_id=message.attempt_id) "
        "WHERE run_no=? AND position=? AND state='unknown'",
        (smsc_id, run_no, order),
    )


def _note_word(
    connection: sqlite3.Connection, run_no: int, order: int, word: str, delivery: Delivery
) -> bool:
    """A word that ends nothing; `incorrect id` is asked once more before it does."""
    code = None if delivery is Delivery.LOST else "on_its_way"
    changed = connection.execute(
        "UPDATE message SET status_text=?,code=CASE WHEN state='accepted' THEN coalesce(?,code) "
        "ELSE code END WHERE run_no=? AND position=? AND state IN('accepted','unknown')",
        (word, code, run_no, order),
    ).rowcount
    return bool(changed)


def _end_message(  # noqa: PLR0913  # who ended, how, and when
    connection: sqlite3.Connection,
    run_no: int,
    order: int,
    row: StatusRow,
    now_us: int,
    *,
    contradicted: bool,
) -> bool:
    """Move one person to its end by a word about one of its ids; any id delivered is delivered."""
    status, code = end_of(row.delivery, row.status_text)
    changed = connection.execute(
        "UPDATE message SET state=?,code=CASE WHEN code=? THEN code ELSE ? END,status_text=?,"
        "final_us=?,handed_over_us=coalesce("
        "handed_over_us,(SELECT committed_us FROM attempt WHERE attempt_id=message.attempt_id)) "
        "WHERE run_no=? AND position=? "
        "AND state IN('accepted','unknown','delivered','undelivered','no_final_status') "
        "AND (state,status_text)<>(?,?) "
        "AND NOT (?='no_final_status' AND (state<>'accepted' OR max(coalesce(handed_over_us,0),"
        "coalesce(send_at_us,0))>? OR EXISTS("
        "SELECT 1 FROM attempt a CROSS JOIN smsc s ON s.attempt_id=a.attempt_id "
        "WHERE a.run_no=message.run_no AND a.chunk_no=message.chunk_no AND s.position=message.position "
        "AND s.delivery<>'lost' AND s.smsc_id<>?))) "
        "AND NOT (state='delivered' AND EXISTS("
        "SELECT 1 FROM attempt a CROSS JOIN smsc s ON s.attempt_id=a.attempt_id "
        "WHERE a.run_no=message.run_no AND a.chunk_no=message.chunk_no AND s.position=message.position "
        "AND s.delivery='delivered' AND s.smsc_id<>?))",
        (
            status, TWO_ENDS, TWO_ENDS if contradicted else code, row.status_text, now_us, run_no, order,
            status, row.status_text, status, now_us - LOST_AFTER_US, row.smsc_id, row.smsc_id,
        ),
    ).rowcount  # fmt: skip
    return bool(changed)
