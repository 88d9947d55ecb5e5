"""The SQLite file: one writing connection with group commit, read-only readers.

A `write` that returned has reached the disk (WAL with synchronous=FULL, read back at opening).
The first write that fails breaks the store for good: what was not stored must not be sent.
"""

import os
import secrets
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Generic, TypeVar

from campaign.errors import AttemptTaken, JournalError
from campaign.journal.sqlite.lock import Patience, WriterLock, identity, require_same
from campaign.text import tr

READ_TIMEOUT_S = 60.0


class ReadSide:
    """A pool of read-only connections to one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers: list[sqlite3.Connection] = []
        self._closed = False
        self._readers_lock = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection with one consistent view while the block runs."""
        is_reader = False
        connection: sqlite3.Connection | None = None
        try:
            connection = self._take_reader()
            connection.execute("BEGIN")
            yield connection
            connection.execute("ROLLBACK")
            is_reader = self._keep_reader(connection)
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error
        finally:
            if connection is not None and not is_reader:
                connection.close()

    def _keep_reader(self, connection: sqlite3.Connection) -> bool:
        """For the next time; False when the store was closed meanwhile."""
        with self._readers_lock:
            if not self._closed:
                self._readers.append(connection)
            return not self._closed

    def _take_reader(self) -> sqlite3.Connection:
        with self._readers_lock:
            if self._readers:
                return self._readers.pop()
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=READ_TIMEOUT_S, check_same_thread=False
        )

    def close_readers(self) -> None:
        """Close every reader that is not in use, and each other one when it comes back."""
        with self._readers_lock:
            self._closed = True
            for reader in self._readers:
                reader.close()
            self._readers.clear()


def unusable(path: Path, error: BaseException) -> JournalError:
    """What an error of the file or of SQLite means for the user; never `error` itself."""
    disk = isinstance(error, OSError) or "disk" in str(error) or "unable to open" in str(error)
    return JournalError(
        tr("the journal {path} cannot be used: {error}", path=path, error=error),
        hint=(
            tr("Check the free space and the rights of that folder, then: campaign resume")
            if disk
            else tr("Keep the file as it is and look at it: campaign doctor")
        ),
    )


SCHEMA_VERSION = 6

BUSY_TIMEOUT_S = 60.0  # of SQLite itself; the writers of several processes wait before it

CLOSE_TIMEOUT_MS = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MICROSECOND = timedelta(microseconds=1)

_PRAGMAS: tuple[tuple[str, str, str], ...] = (
    # name, value to set, value that must be read back
    ("journal_mode", "wal", "wal"),
    ("synchronous", "FULL", "2"),
    ("foreign_keys", "ON", "1"),
)

T = TypeVar("T")


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The moment again."""
    return _EPOCH + timedelta(microseconds=microseconds)


def from_us(microseconds: int | None) -> datetime | None:
    """The moment again, or None."""
    return None if microseconds is None else moment(microseconds)


@dataclass(eq=False, slots=True)
class _Ticket(Generic[T]):
    """One piece of work waiting for the next commit."""

    work: Callable[[sqlite3.Connection], T]
    done: bool = False
    result: T | None = None
    error: BaseException | None = None


class Store(ReadSide):
    """The open journal file.

    Args:
        path: The SQLite file; made with its folder (0700) when it is not there (0600).
        say: Called once when another process has been writing for some seconds.

    Raises:
        JournalError: It cannot be opened, is of a newer version, or does not keep its promises.
    """

    def __init__(
        self, path: Path, say: Callable[[str], None] = lambda _: None, patience: Patience | None = None
    ) -> None:
        super().__init__(path)
        self._waiting: list[_Ticket[object]] = []  # changed by atomic methods only
        self._writing = threading.Lock()
        self._broken: JournalError | None = None
        self._between_processes = WriterLock(path, say, patience)
        try:
            _make_private(path)
            self._connection = sqlite3.connect(
                path, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False
            )
            try:
                with self._between_processes:
                    self._prepare()
                self._identity = identity(path)
            except BaseException:
                self._connection.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise unusable(path, error) from error

    def _prepare(self) -> None:
        connection = self._connection
        if sys.platform == "darwin":
            connection.execute("PRAGMA fullfsync=1")
            connection.execute("PRAGMA checkpoint_fullfsync=1")
        for name, value, expected in _PRAGMAS:
            connection.execute(f"PRAGMA {name}={value}")
            found = str(connection.execute(f"PRAGMA {name}").fetchone()[0])
            if found != expected:
                raise JournalError(
                    tr(
                        "{path}: SQLite answers {name}={found}, not {expected}: a commit might not "
                        "survive a power cut",
                        path=self.path,
                        name=name,
                        found=found,
                        expected=expected,
                    ),
                    hint=tr("Put the journal on a local disk: --store PATH."),
                )
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            script = files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script}\n"
                f"INSERT INTO meta VALUES('secret','{secrets.token_hex(32)}');\n"
                f"PRAGMA user_version={SCHEMA_VERSION};\nCOMMIT;"
            )
        elif version != SCHEMA_VERSION:
            raise JournalError(
                tr(
                    "{path} is of version {version}, this program knows {SCHEMA_VERSION}",
                    path=self.path,
                    version=version,
                    SCHEMA_VERSION=SCHEMA_VERSION,
                ),
                hint=tr("Use the program that wrote it, or another --store PATH."),
            )

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` inside a transaction and return once it is durably committed.

        Work of several threads that arrives together shares one commit: the first thread to get
        the writer's lock commits for all that wait (a savepoint each).

        Raises:
            JournalError: Nothing of `work` was stored. After a failure to store, for ever.
            CampaignError: Whatever `work` itself raised; only its own part was undone.
        """
        ticket: _Ticket[T] = _Ticket(work)
        self._waiting.append(ticket)  # type: ignore[arg-type]  # T is erased in the queue
        with self._writing:
            if not ticket.done:
                self._commit()
        if ticket.error is not None:
            raise ticket.error
        return ticket.result  # type: ignore[return-value]  # set when there is no error

    def _commit(self) -> None:
        """Commit all tickets at once, or mark all of them as failed."""
        tickets = self._waiting.copy()
        try:
            if self._broken is not None:
                raise self._broken
            with self._between_processes:
                self._connection.execute("BEGIN IMMEDIATE")
                for ticket in tickets:
                    self._run(ticket)
                require_same(self.path, self._identity)
                self._connection.execute("COMMIT")
        except BaseException as error:
            # Nothing was committed, for no ticket; that includes a signal between two statements.
            if self._broken is None:
                self._broken = error if isinstance(error, JournalError) else unusable(self.path, error)
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            for ticket in tickets:
                ticket.error = self._broken
            if not isinstance(error, OSError | sqlite3.Error | JournalError):
                raise
        finally:
            del self._waiting[: len(tickets)]
            for ticket in tickets:
                ticket.done = True

    def _run(self, ticket: _Ticket[object]) -> None:
        connection = self._connection
        connection.execute("SAVEPOINT ticket")
        try:
            ticket.result = ticket.work(connection)
        except sqlite3.IntegrityError as error:
            # The database refused a forbidden step: that is a safe answer, not a broken file.
            ticket.error = AttemptTaken(
                tr("the journal refused a step: {error}", error=error),
                hint=tr("See which process is sending the run: campaign status --offline"),
            )
            connection.execute("ROLLBACK TO ticket")
        except (OSError, sqlite3.Error):
            raise
        except BaseException as error:  # noqa: BLE001  # handed to the thread that brought the work
            ticket.error = error
            connection.execute("ROLLBACK TO ticket")
        connection.execute("RELEASE ticket")

    def close(self) -> None:
        """Fold the WAL into the file, so that a copy of that one file is whole, and close."""
        self.close_readers()
        ours = False
        with suppress(OSError):
            # Another process may be writing or reading: then the WAL stays, without a long wait.
            ours = self._between_processes.taken_within(CLOSE_TIMEOUT_MS / 1000)
        try:
            if ours:
                self._connection.execute(f"PRAGMA busy_timeout={CLOSE_TIMEOUT_MS}")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # the next one who opens the file reads the WAL
        finally:
            self._connection.close()  # the last one folds the WAL, too: inside the lock
            if ours:
                self._between_processes.release()


class ReadingStore(Store):
    """The journal opened for reading only: takes no lock, waits for no writer, stores nothing."""

    def __init__(self, path: Path) -> None:
        ReadSide.__init__(self, path)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Always raises JournalError."""
        del work
        raise JournalError(tr("{path} was opened for reading only", path=self.path))

    def close(self) -> None:
        self.close_readers()


def open_store(path: Path, say: Callable[[str], None], *, reading: bool) -> Store:
    """Open the file; for reading without any lock, unless it is not there or not whole."""
    if reading and path.is_file():
        store = ReadingStore(path)
        with suppress(JournalError), store.read() as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
                return store
        store.close()
    return Store(path, say)


def _make_private(path: Path) -> None:
    """Make folder and file readable by their owner only, before SQLite writes a byte."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
