"""The accept ledger: every message that the sandbox took, once, for ever.

It is the oracle of the tests: whatever the client believes, a message was taken if and only if it
stands here. The table refuses UPDATE and DELETE by trigger.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self


class Accepted(NamedTuple):
    """One message that the sandbox took.

    Attributes:
        seq: From 1, in the order of acceptance.
        request_no: From 1; messages of one request share it, two copies of a request do not.
        queue: statusQueueName of the request, "" if it had none.
        client_id: As text, repeated ones included.
        smsc_id: As text: hex digits or a decimal number, by dialect.
        sender: As the request said, "" if it did not.
    """

    seq: int
    request_no: int
    queue: str
    client_id: str
    smsc_id: str
    phone: str
    text: str
    sender: str
    accepted_at: datetime


class Ledger:
    """Reads a state file, also while a server (or several) write to it.

    Args:
        state: The sandbox's state file; it must exist.
    """

    def __init__(self, state: Path) -> None:
        if not state.exists():
            raise FileNotFoundError(state)
        self._db = sqlite3.connect(state, isolation_level=None, check_same_thread=False)
        # query_only rather than mode=ro: a WAL file left by kill -9 must still be recovered.
        self._db.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the file go."""
        self.close()

    def accepted(self) -> list[Accepted]:
        """Return every message taken, in order of acceptance."""
        return [
            Accepted._make((*row[:-1], datetime.fromtimestamp(row[-1], UTC)))
            for row in self._db.execute(
                "SELECT seq, request_no, queue, client_id, smsc_id, phone, text, sender,"
                " accepted_at FROM ledger ORDER BY seq"
            )
        ]

    def count(self) -> int:
        """How many messages were taken."""
        (count,) = self._db.execute("SELECT count(*) FROM ledger").fetchone()
        return int(count)

    def per_client_id(self) -> dict[str, int]:
        """How often each clientId was taken; more than once is what must never happen."""
        return dict(self._db.execute("SELECT client_id, count(*) FROM ledger GROUP BY client_id"))

    def per_phone(self) -> dict[str, int]:
        """How many messages each phone got."""
        return dict(self._db.execute("SELECT phone, count(*) FROM ledger GROUP BY phone"))
