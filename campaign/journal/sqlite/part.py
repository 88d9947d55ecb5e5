"""What the parts of the journal share: the open file, a clock, and the number of a run."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from campaign.clock import Clock
from campaign.domain import RunId
from campaign.errors import InputError
from campaign.journal.sqlite.connection import Store, to_us
from campaign.text import tr

T = TypeVar("T")


def number(connection: sqlite3.Connection, query: str, *values: object) -> int:
    """The one number that a query gives."""
    (found,) = connection.execute(query, values).fetchone()
    return int(found)


def no_run(run: RunId) -> InputError:
    """The error for a run that is not in the journal."""
    return InputError(tr("there is no run {run}", run=run), hint="campaign runs", code="run_unknown")


def run_number(connection: sqlite3.Connection, run: RunId) -> int:
    """The key of a run in the other tables; InputError when there is no such run."""
    row = connection.execute("SELECT run_no FROM run WHERE run_id=?", (run,)).fetchone()
    if row is None:
        raise no_run(run)
    return int(row[0])


class Part:
    """A part of the journal in an open file."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def _now_us(self) -> int:
        return to_us(self._clock.now())

    @contextmanager
    def _read(self, run: RunId) -> Iterator[tuple[sqlite3.Connection, int]]:
        """One consistent view, and the number of the run in it."""
        with self._store.read() as connection:
            yield connection, run_number(connection, run)

    def _write(self, run: RunId, work: Callable[[sqlite3.Connection, int], T]) -> T:
        """Commit what `work` does to the run of that number."""
        return self._store.write(lambda connection: work(connection, run_number(connection, run)))

    def _change(self, statement: str, *values: object) -> None:
        """Commit one statement."""
        self._store.write(lambda connection: connection.execute(statement, values))
