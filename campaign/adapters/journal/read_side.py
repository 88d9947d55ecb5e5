"""Read-only connections to the journal: they wait for nobody and need no lock."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.errors import JournalError

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
        kept = False
        connection: sqlite3.Connection | None = None
        try:
            connection = self._take_reader()
            connection.execute("BEGIN")
            yield connection
            connection.execute("ROLLBACK")
            kept = self._keep_reader(connection)
        except sqlite3.Error as error:
            raise unusable(self.path, error) from error
        finally:
            if connection is not None and not kept:
                connection.close()

    def _keep_reader(self, connection: sqlite3.Connection) -> bool:
        """Keep a reader for the next time; False when the store was closed meanwhile."""
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
        """Close every reader that is not in use now, and each other one when it comes back."""
        with self._readers_lock:
            self._closed = True
            for reader in self._readers:
                reader.close()
            self._readers.clear()


def unusable(path: Path, error: BaseException) -> JournalError:
    """What an error of the file or of SQLite means for the person."""
    if isinstance(error, JournalError):
        return error
    disk = isinstance(error, OSError) or "disk" in str(error) or "unable to open" in str(error)
    return JournalError(
        f"the journal {path} cannot be used: {error}",
        hint="Check the free space and the rights of that folder, then: campaign resume"
        if disk
        else "Keep the file as it is and look at it: campaign doctor",
    )
