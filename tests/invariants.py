"""What must be true of every journal at every moment: the product's own queries (`doctor`)."""

import sqlite3
from contextlib import closing
from pathlib import Path

from campaign.journal.sqlite.doctor import invariants


def broken(path: Path, *, at_rest: bool = False) -> list[str]:
    """The invariants that do not hold, each with its first offender."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        for kind, number, meaning, query in invariants():
            if kind == "E" or (kind == "R" and at_rest):
                offender = connection.execute(query).fetchone()
                if offender is not None:
                    found.append(f"{number} {meaning}: {offender}")
        found += [str(row) for row in connection.execute("PRAGMA foreign_key_check").fetchall()]
    return found
