"""Who got which text already, across all runs of an account: keyed digests, no plain phones.

The commonest real duplicate is not a crash but a person who sends the same list again under another
file name. The ledger is written in the same commit that arms an attempt, so it can only know too
much, never too little; an attempt that was certainly not taken does not count.
"""

import hmac
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from campaign.adapters.journal.store import Store, from_us, to_us
from campaign.model import Member, Phone
from campaign.ports import Clock

MEMORY = timedelta(days=30)
"""So long the same text to the same phone counts as a repetition."""

_DIGEST_BYTES = 16


class LedgerBook:
    """Looks up what was sent before (`ports.SentLedger`)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def earlier(self, account: str, messages: Sequence[tuple[Phone, str]]) -> dict[int, str]:
        """Which of these messages were sent, or may have been, within the last 30 days.

        Args:
            account: As in `RunPlan.account`.
            messages: Phone and text.

        Returns:
            Position in `messages` to the run that sent it.
        """
        since_us = to_us(self._clock.now() - MEMORY)
        found: dict[int, str] = {}
        with self._store.read() as connection:
            key = ledger_key(connection)
            for position, (phone, text) in enumerate(messages):
                row = connection.execute(
                    "SELECT run.run_id FROM ledger l JOIN attempt a ON a.attempt_id=l.attempt_id "
                    "JOIN run ON run.run_no=l.run_no JOIN message m ON m.run_no=l.run_no "
                    "AND m.ord=l.ord WHERE l.account=? AND l.digest=? AND l.at_us>=? "
                    "AND a.state NOT IN('not_sent','refused') AND m.state<>'refused' "
                    "ORDER BY l.at_us DESC LIMIT 1",
                    (account, digest(key, account, phone, text), since_us),
                ).fetchone()
                if row is not None:
                    found[position] = str(row[0])
        return found

    def sent_at(self, run: str) -> datetime | None:
        """When that run armed its first attempt."""
        with self._store.read() as connection:
            row = connection.execute(
                "SELECT min(a.armed_us) FROM attempt a JOIN run ON run.run_no=a.run_no "
                "WHERE run.run_id=?",
                (run,),
            ).fetchone()
        return from_us(row[0])


def ledger_key(connection: sqlite3.Connection) -> bytes:
    """The journal's own key: digests of two journals cannot be compared."""
    (key,) = connection.execute("SELECT value FROM meta WHERE key='secret'").fetchone()
    return str(key).encode()


def digest(key: bytes, account: str, phone: str, text: str) -> bytes:
    """The mark of one text to one phone from one account."""
    said = f"{account}\0{phone}\0{text}".encode()
    return hmac.digest(key, said, "sha256")[:_DIGEST_BYTES]


def write_down(  # noqa: PLR0913  # one row's columns
    connection: sqlite3.Connection,
    *,
    account: str,
    run_no: int,
    attempt_id: int,
    members: Sequence[Member],
    now_us: int,
) -> None:
    """Part of the commit that arms an attempt."""
    key = ledger_key(connection)
    connection.executemany(
        "INSERT INTO ledger(account,digest,run_no,ord,attempt_id,at_us) VALUES(?,?,?,?,?,?)",
        [
            (
                account,
                digest(key, account, one.phone, one.text),
                run_no,
                one.ord,
                attempt_id,
                now_us,
            )
            for one in members
        ],
    )
