"""The sandbox's state: one SQLite file that survives kill -9 and goes on under the next process.

What a client is answered was committed before. Balance and numbers are read inside the transaction
that changes them, never kept in memory, so that two sandboxes on one file stay right.
"""

import json
import os
import random
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from campaign.errors import InputError
from campaign.text import tr

_APPLICATION_ID = 0x5342_4F58  # "SBOX"
_BUSY_TIMEOUT_S = 30.0
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS account (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        balance TEXT NOT NULL,
        request_no INTEGER NOT NULL,
        id_base INTEGER NOT NULL,
        skew_s REAL NOT NULL
    ) STRICT""",
    """CREATE TABLE IF NOT EXISTS ledger (
        seq INTEGER PRIMARY KEY,
        request_no INTEGER NOT NULL,
        queue TEXT NOT NULL,
        client_id TEXT NOT NULL,
        smsc_id TEXT NOT NULL,
        phone TEXT NOT NULL,
        text TEXT NOT NULL,
        sender TEXT NOT NULL,
        parts INTEGER NOT NULL,
        cost TEXT NOT NULL,
        accepted_at REAL NOT NULL,
        send_at REAL
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS ledger_by_queue ON ledger (queue) WHERE queue <> ''",
    """CREATE TRIGGER IF NOT EXISTS ledger_no_update BEFORE UPDATE ON ledger
        BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS ledger_no_delete BEFORE DELETE ON ledger
        BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END""",
    """CREATE TABLE IF NOT EXISTS queue_read (
        seq INTEGER PRIMARY KEY,
        taken INTEGER NOT NULL
    ) STRICT""",
)


@dataclass(slots=True)
class Account:
    """The changeable part of the state, as one transaction sees it."""

    balance: Decimal
    seq: int  # of the last message taken
    request_no: int  # of the last send request that was understood
    id_base: int  # plus a message's number this makes its smscId; differs from file to file
    skew_s: float


class Message(NamedTuple):
    """One message that the sandbox took: a row of the ledger, columns in order."""

    seq: int  # from 1, in the order of acceptance
    request_no: int  # messages of one request share it, two copies of a request do not
    queue: str  # "" if the request named none; so with the sender
    client_id: str
    smsc_id: str  # hex digits or a decimal number, by provider
    phone: str
    text: str
    sender: str
    parts: int
    cost: str
    accepted_at: float  # seconds since the epoch, as `send_at`
    send_at: float | None


_COLUMNS = ", ".join(Message._fields)


class StateStore:
    """Writes the state file; safe to use from many threads.

    A missing file is made, with its folder, readable by its owner only; `balance` is that of a new
    file, and `seed` chooses its ids.

    Raises:
        InputError: The file is something else, or the path cannot be written.
    """

    def __init__(self, path: Path, *, balance: Decimal, seed: int) -> None:
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # It holds phones and texts: owner only, before SQLite writes the first byte.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._db = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=_BUSY_TIMEOUT_S
            )
            try:
                self._prepare(balance, seed)
            except BaseException:
                self._db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                tr("the sandbox cannot keep its state in {path}: {error}", path=path, error=error),
                hint=tr("Give another path with --state."),
            ) from error

    def _prepare(self, balance: Decimal, seed: int) -> None:
        (application_id,) = self._db.execute("PRAGMA application_id").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and application_id != _APPLICATION_ID:
            raise sqlite3.DatabaseError("it is a database of another program")
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing with NORMAL; only a power loss could: good enough here.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA wal_autocheckpoint = 4000")
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        for statement in _SCHEMA:
            self._db.execute(statement)
        self._db.execute(
            "INSERT OR IGNORE INTO account VALUES (1, ?, 0, ?, 0.0)", (str(balance), _id_base(seed))
        )
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let the file go; what was committed stays."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[Account]:
        """Change account and ledger together; nothing is changed when the block raises."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                account = self._read_account()
                yield account
                self._db.execute(
                    "UPDATE account SET balance = ?, request_no = ?, skew_s = ?",
                    (str(account.balance), account.request_no, account.skew_s),
                )
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    def account(self) -> Account:
        """Read the account as it stands."""
        with self._lock:
            return self._read_account()

    def _read_account(self) -> Account:
        row = self._db.execute(
            "SELECT balance, (SELECT coalesce(max(seq), 0) FROM ledger), request_no, id_base,"
            " skew_s FROM account"
        ).fetchone()
        return Account(Decimal(row[0]), *row[1:])

    def append(self, messages: Sequence[Message]) -> None:
        """Write messages into the ledger; call it inside a transaction."""
        self._db.executemany("INSERT INTO ledger VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", messages)

    def take(self, taken: Iterable[tuple[int, int]]) -> None:
        """Record per message how many events its queue has answered; call it inside a transaction."""
        self._db.executemany(
            "INSERT INTO queue_read VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET taken = excluded.taken",
            taken,
        )

    def messages(self, numbers: Sequence[int]) -> dict[int, Message]:
        """Find messages by their numbers in the ledger; unknown ones are left out."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM ledger"  # noqa: S608 - our own column names
                " WHERE seq IN (SELECT value FROM json_each(?))",
                (json.dumps(list(numbers)),),
            )
            return {row[0]: Message(*row) for row in rows}

    def queue(self, name: str) -> list[tuple[Message, int]]:
        """Return the messages of a queue, each with how many of its events were answered."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_COLUMNS},"  # noqa: S608 - our own column names
                " coalesce((SELECT taken FROM queue_read AS read WHERE read.seq = ledger.seq), 0)"
                " FROM ledger WHERE queue = ? AND queue <> '' ORDER BY seq",
                (name,),
            )
            return [(Message(*row[:-1]), row[-1]) for row in rows]

    def repeated_client_ids(self) -> int:
        """Count clientIds that were taken more than once."""
        with self._lock:
            (count,) = self._db.execute(
                "SELECT count(*) FROM (SELECT 1 FROM ledger GROUP BY client_id HAVING count(*) > 1)"
            ).fetchone()
            return int(count)

    def foreign_changes(self) -> int:
        """Return a number that changes whenever another connection has written."""
        with self._lock:
            (version,) = self._db.execute("PRAGMA data_version").fetchone()
            return int(version)


def _id_base(seed: int) -> int:
    """Choose where the ids of a state file begin: no client may meet ids of an old file again.

    Above 2^32, as live ids were seen to be, and below 2^53, so that any JSON reader reads them exactly.
    """
    return (1 + random.Random(f"{seed}:ids").randrange(2**20)) << 32  # noqa: S311 - no secret


def read_ledger(state: Path) -> list[Message]:
    """Every message taken, in order of acceptance; also while servers write to the state file."""
    with closing(sqlite3.connect(state)) as db:
        # query_only rather than mode=ro: a WAL file left by kill -9 must still be recovered.
        db.execute("PRAGMA query_only = ON")
        rows = db.execute(f"SELECT {_COLUMNS} FROM ledger ORDER BY seq")  # noqa: S608
        return [Message(*row) for row in rows]
