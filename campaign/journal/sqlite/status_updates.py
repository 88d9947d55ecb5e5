"""Statuses of messages: each recorded as an event, and the recipient's state moved forward."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from campaign.domain import Alarm, Delivery, StatusRow
from campaign.domain.delivery import Known, Transition, transition
from campaign.journal.sqlite.evidence import (
    accept_unknown,
    end_of,
    take_back,
    taken_after_all,
    unpaired_ids,
    unpaired_recipients,
)
from campaign.journal.sqlite.part import number
from campaign.journal.sqlite.runs import store_alarms

LOST_AFTER_US: Final = 3_600_000_000
"""`incorrect id` ends nothing before a message was handed over, or due, so long ago: the status
service may not know yet what the send service has taken, least of all before the send time."""

_TAKEN: Final = frozenset({Delivery.ON_ITS_WAY, Delivery.DELIVERED})

TWO_ENDS: Final = "two_ends"
"""Reason code of a recipient for whose message the gateway reported two different ends."""


@dataclass(slots=True)
class StatusUpdater:
    """Applies one answer, all inside one transaction.

    Attributes:
        attempt_id: Whose queue it is from; None: from status.json.
    """

    connection: sqlite3.Connection
    run_no: int
    attempt_id: int | None
    exchange_id: int
    now_us: int
    _known: dict[str, tuple[int | None, Known]] = field(default_factory=dict)

    def apply(self, rows: Sequence[StatusRow]) -> int:
        """Store every status; returns how many were new."""
        found = self.connection.execute(
            "SELECT s.smsc_id,s.position,s.status_text,s.delivery,s.status_us,s.attempt_id "
            "FROM json_each(?) AS row "
            "CROSS JOIN smsc s ON s.run_no=? AND s.smsc_id=row.value",
            (json.dumps([row.smsc_id for row in rows]), self.run_no),
        )
        for smsc_id, position, status_text, delivery, status_us, attempt_id in found:
            last = Known(status_text, Delivery(delivery), status_us) if delivery else Known()
            self._known[smsc_id] = (position, last)
            if self.attempt_id not in {None, attempt_id}:
                self._warn_of_claim(smsc_id)
        return sum(map(self._apply_one, rows))

    def _apply_one(self, row: StatusRow) -> bool:
        found = self._known.get(row.smsc_id)
        if found is None:
            if self.attempt_id is None:
                return self._keep_unmatched_id(row)
            if self._is_of_another_run(row.smsc_id):
                self._warn_of_claim(row.smsc_id)
                return self._keep_unmatched_id(row)
            found = (None, Known())
            self._keep_witness(row, self.attempt_id)
        position, last = found
        paired_now = position is None and bool(row.client_id)
        if paired_now:
            position = self._pair(row)
            paired_now = position is not None
        done = transition(last, row.status_text, row.delivery, self.now_us)
        self._known[row.smsc_id] = (position, done.known)
        is_news = self._record(row, last, done)
        if position is not None:
            self._report(position, row, done)
        return is_news or paired_now

    def _record(self, row: StatusRow, last: Known, done: Transition) -> bool:
        """The event and the id's latest status; a step back that was seen before is no news."""
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
            self._warn(row, TWO_ENDS, smsc_id=row.smsc_id, before=last.status_text, after=row.status_text)
        return True

    def _is_new_event(self, row: StatusRow) -> bool:
        return not self._exists(
            "SELECT 1 FROM status_event WHERE run_no=? AND smsc_id=? AND status_text=?",
            self.run_no, row.smsc_id, row.status_text,
        )  # fmt: skip

    def _exists(self, query: str, *values: object) -> bool:
        return self.connection.execute(query, values).fetchone() is not None

    def _report(self, position: int, row: StatusRow, done: Transition) -> None:
        """Move the recipient as far as the status goes."""
        text, delivery = done.known.status_text, done.known.delivery or row.delivery
        believed = replace(row, status_text=text, delivery=delivery)
        if (
            not self._move(position, believed, done)
            and done.moved
            and delivery in _TAKEN
            and taken_after_all(self.connection, self.run_no, position, row, self.now_us)
        ):
            self._move(position, believed, done)

    def _move(self, position: int, believed: StatusRow, done: Transition) -> bool:
        """False when the recipient's state allows no such status."""
        if self.attempt_id is not None and believed.delivery is not Delivery.LOST:
            # The attempt's own queue shows an id that the reply gave to this recipient: taken.
            self._settle(position, believed.smsc_id)
        if done.ends:
            return self._end(position, believed, contradicted=done.contradicts)
        return done.moved and self._note(position, believed)

    def _note(self, position: int, row: StatusRow) -> bool:
        """A status that ends nothing; `incorrect id` is asked once more before it does."""
        code = None if row.delivery is Delivery.LOST else "on_its_way"
        changed = self.connection.execute(
            "UPDATE message SET status_text=?,code=CASE WHEN state='accepted' "
            "THEN coalesce(?,code) ELSE code END "
            "WHERE run_no=? AND position=? AND state IN('accepted','unknown')",
            (row.status_text, code, self.run_no, position),
        ).rowcount
        return bool(changed)

    def _settle(self, position: int, smsc_id: str) -> None:
        accept_unknown(self.connection, self.run_no, None, "settled_echo", position=position, smsc_id=smsc_id)

    def _keep_unmatched_id(self, row: StatusRow) -> bool:
        """List an id that no recipient has; True the first time."""
        new = not self._exists(
            "SELECT 1 FROM unmatched_id WHERE run_no=? AND smsc_id=?", self.run_no, row.smsc_id
        )
        self.connection.execute(
            "INSERT INTO unmatched_id(run_no,smsc_id,attempt_id,exchange_id,status_text,first_us) "
            "VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET status_text=excluded.status_text",
            (
                self.run_no, row.smsc_id, self.attempt_id, self.exchange_id, row.status_text, self.now_us,
            ),
        )  # fmt: skip
        return new

    def _warn_of_claim(self, smsc_id: str) -> None:
        """A message of this attempt that the reply to another request had named: one is wrong.

        The status goes to whom the reply named, because some gateways may have one queue for all;
        one alarm an attempt is enough to make an operator check.
        """
        if not self._exists(
            "SELECT 1 FROM alarm WHERE run_no=? AND attempt_id=? AND code='queue_of_another'",
            self.run_no, self.attempt_id,
        ):  # fmt: skip
            alarm = Alarm("queue_of_another", {"smsc_id": smsc_id})
            store_alarms(self.connection, self.run_no, self.attempt_id, self.now_us, [alarm])

    def _keep_witness(self, row: StatusRow, attempt_id: int) -> None:
        """Keep an id that only a queue shows; warn when no recipient is left whose it could be."""
        connection = self.connection
        connection.execute(
            "INSERT INTO smsc(run_no,smsc_id,attempt_id,source,first_us) VALUES(?,?,?,'queue',?)",
            (self.run_no, row.smsc_id, attempt_id, self.now_us),
        )
        take_back(connection, self.run_no, attempt_id)
        if unpaired_ids(connection, attempt_id) > unpaired_recipients(connection, attempt_id):
            self._keep_unmatched_id(row)
            self._warn(row, "queue_too_long")

    def _warn(self, row: StatusRow, code: str, **details: str) -> None:
        """An alarm about the attempt that a message came from, and no other one."""
        attempt_id = number(
            self.connection, "SELECT attempt_id FROM smsc WHERE run_no=? AND smsc_id=?",
            self.run_no, row.smsc_id,
        )  # fmt: skip
        store_alarms(self.connection, self.run_no, attempt_id, self.now_us, [Alarm(code, details)])

    def _pair(self, row: StatusRow) -> int | None:
        """status.json echoed a clientId: exactly that recipient was taken."""
        found = self.connection.execute(
            "SELECT m.position FROM message m JOIN smsc s ON s.run_no=m.run_no AND s.smsc_id=? "
            "JOIN attempt a ON a.attempt_id=s.attempt_id "
            "WHERE m.run_no=? AND m.client_id=? COLLATE NOCASE "
            "AND m.position IN(SELECT value FROM json_each(a.members))",
            (row.smsc_id, self.run_no, row.client_id),
        ).fetchone()
        if found is None:
            return None
        position = int(found[0])
        self.connection.execute(
            "UPDATE smsc SET position=?,source='status' WHERE run_no=? AND smsc_id=?",
            (position, self.run_no, row.smsc_id),
        )
        ids = number(
            self.connection,
            "SELECT count(*) FROM smsc WHERE attempt_id="
            "(SELECT attempt_id FROM smsc WHERE run_no=? AND smsc_id=?) AND position=?",
            self.run_no, row.smsc_id, position,
        )  # fmt: skip
        if ids > 1:
            self._warn(row, "two_messages", client_id=row.client_id, count=str(ids))
        self._settle(position, row.smsc_id)
        self.connection.execute(
            "UPDATE message SET smsc_id=? WHERE run_no=? AND position=? AND smsc_id IS NULL",
            (row.smsc_id, self.run_no, position),
        )
        return position

    def _is_of_another_run(self, smsc_id: str) -> bool:
        """Whether another run of the account has this message: some have one queue for all runs."""
        return self._exists(
            "SELECT 1 FROM run u JOIN run other ON other.gateway=u.gateway "
            "AND other.account=u.account AND other.run_no<>u.run_no "
            "CROSS JOIN smsc s ON s.run_no=other.run_no AND s.smsc_id=? WHERE u.run_no=? LIMIT 1",
            smsc_id,
            self.run_no,
        )

    def _end(self, position: int, row: StatusRow, *, contradicted: bool) -> bool:
        """End one recipient by the status of one of its ids; any id delivered is delivered."""
        status, code = end_of(row.delivery, row.status_text)
        changed = self.connection.execute(
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
                status, TWO_ENDS, TWO_ENDS if contradicted else code, row.status_text, self.now_us, self.run_no,
                position, status, row.status_text, status, self.now_us - LOST_AFTER_US, row.smsc_id, row.smsc_id,
            ),
        ).rowcount  # fmt: skip
        return bool(changed)
