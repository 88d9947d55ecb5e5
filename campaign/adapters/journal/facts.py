"""What an account has been seen to do: calibration, learned from each run's first answers.

No document tells when money is charged, how soon a queue speaks, or whether status.json names the
clientId by itself. Each run shows; the facts are kept per account, and shown, never assumed.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from campaign.adapters.journal.runs import run_number, to_micro
from campaign.adapters.journal.store import Store, to_us
from campaign.model import Balance, RunId
from campaign.ports import Clock

CHARGED = "charged_at_acceptance"
_FACTS: Mapping[str, str] = {
    "price_per_part": (
        "SELECT round(sum(cost_micro)*1.0/sum(sms_count)/1000000,4) FROM message "
        "WHERE run_no=? AND cost_micro IS NOT NULL AND sms_count>0"
    ),
    "parts_beyond_estimate": (
        "SELECT sum(sms_count<>segments) FROM message WHERE run_no=? AND sms_count IS NOT NULL"
    ),
    "seconds_to_first_queue_entry": (
        "SELECT round(min(e.seen_us-a.armed_us)/1e6,1) FROM status_event e "
        "JOIN exchange x ON x.exchange_id=e.exchange_id AND x.kind='queue' "
        "JOIN attempt a ON a.attempt_id=x.attempt_id WHERE e.run_no=?"
    ),
    "echoes_client_id": (
        "SELECT CASE WHEN count(*)>0 THEN 'yes' END FROM smsc WHERE run_no=? AND source='status'"
    ),
    CHARGED: (
        # Two answered attempts that did not overlap: did the money fall by what the second cost?
        # Another sum proves nothing: somebody else may use the account.
        "SELECT CASE WHEN abs((CAST(a.balance AS REAL)-CAST(b.balance AS REAL))*1000000-("
        "SELECT sum(cost_micro) FROM message m WHERE m.attempt_id=b.attempt_id))<1000 "
        "THEN 'yes' WHEN a.balance=b.balance THEN 'no' END "
        "FROM attempt a JOIN attempt b ON b.run_no=a.run_no "
        "AND b.armed_us>a.closed_us WHERE a.run_no=? AND a.state='answered' "
        "AND b.state='answered' AND a.balance LIKE '%RUB' AND b.balance LIKE '%RUB' "
        "AND NOT EXISTS(SELECT 1 FROM attempt c WHERE c.run_no=a.run_no "
        "AND c.attempt_id NOT IN(a.attempt_id,b.attempt_id) "
        "AND c.armed_us<b.closed_us AND c.closed_us>a.armed_us) ORDER BY a.attempt_id LIMIT 1"
    ),
}


class FactBook:
    """The facts of all accounts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def learn(self, run: RunId) -> None:
        """Write down what this run has shown so far."""
        now_us = to_us(self._clock.now())

        def record(connection: sqlite3.Connection) -> None:
            run_no = run_number(connection, run)
            for name, query in _FACTS.items():
                row = connection.execute(query, (run_no,)).fetchone()
                if row is not None and row[0] is not None:
                    _write_down(connection, run_no, name, str(row[0]), now_us=now_us)

        self._store.write(record)

    def knows(self, run: RunId, name: str) -> bool:
        """Whether that fact is known of the run's account."""
        with self._store.read() as connection:
            row = connection.execute(
                "SELECT 1 FROM run JOIN gateway_fact USING(gateway,account) "
                "WHERE run_id=? AND name=?",
                (run, name),
            ).fetchone()
        return row is not None

    def learn_charging(self, run: RunId, before: Sequence[Balance]) -> None:
        """Compare the money before a run's first chunk with what its answer named.

        That chunk goes alone (slow start): it is the one moment when nothing else of the run moves
        the account. A sum that fits neither answer proves nothing: somebody else may use it, too.

        Args:
            run: Whose first chunk.
            before: The balance as it was read right before the first chunk left.
        """
        now_us = to_us(self._clock.now())

        def record(connection: sqlite3.Connection) -> None:
            run_no = run_number(connection, run)
            row = connection.execute(
                "SELECT a.balance,(SELECT sum(cost_micro) FROM message m "
                "WHERE m.attempt_id=a.attempt_id) FROM attempt a WHERE a.run_no=? "
                "AND a.armed_us IS NOT NULL AND a.state='answered' AND NOT EXISTS("
                "SELECT 1 FROM attempt b WHERE b.run_no=a.run_no AND b.armed_us<a.closed_us "
                "AND b.attempt_id<>a.attempt_id)",
                (run_no,),
            ).fetchone()
            after = None if row is None else _in_rubles(str(row[0]))
            money = next((line.amount for line in before if line.kind == "RUB"), None)
            if after is None or money is None or not row[1]:
                return
            fallen_micro = to_micro(money - after)
            if fallen_micro in {0, row[1]}:
                _write_down(
                    connection, run_no, CHARGED, "yes" if fallen_micro else "no", now_us=now_us
                )

        self._store.write(record)

    def facts(self) -> tuple[tuple[str, str, str], ...]:
        """(gateway, fact, value) of every account, latest value."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT gateway,name,value FROM gateway_fact ORDER BY gateway,name,seen_us"
            )
            return tuple((row[0], row[1], row[2]) for row in rows)


def _write_down(
    connection: sqlite3.Connection, run_no: int, name: str, value: str, *, now_us: int
) -> None:
    connection.execute(
        "INSERT INTO gateway_fact(gateway,account,name,value,seen_us) "
        "SELECT gateway,account,?,?,? FROM run WHERE run_no=? "
        "ON CONFLICT(gateway,account,name) DO UPDATE "
        "SET value=excluded.value,seen_us=excluded.seen_us",
        (name, value, now_us, run_no),
    )


def _in_rubles(balance: str) -> Decimal | None:
    """The money of a stored balance: "97.50 RUB, 3 SMS"."""
    for line in balance.split(", "):
        amount, _, kind = line.partition(" ")
        if kind == "RUB":
            try:
                return Decimal(amount)
            except InvalidOperation:
                return None
    return None
