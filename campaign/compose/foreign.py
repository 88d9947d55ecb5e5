"""`--store` on a file that is no journal: it must stay as it was, and alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

from campaign.errors import JournalError

_MAGIC = b"SQLite format 3\0"
"""Source: https://www.sqlite.org/fileformat.html, 1.3."""


def require_journal(path: Path) -> None:
    """Look before anything is made beside it or in it.

    Raises:
        JournalError: It is another kind of file, or a database of another program.
    """
    if not path.is_file() or not path.stat().st_size:
        return  # whoever opens it says what it is
    with path.open("rb") as file:
        known = file.read(len(_MAGIC)) == _MAGIC
    if not known or _is_anothers(path):
        raise JournalError(
            f"{path} is no journal of campaign; it was left as it is",
            hint="Name the journal: --store PATH",
            code="no_journal_file",
        )


def _is_anothers(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error:
        return False  # busy or ill: the journal itself says it better
    return bool(tables) and not {"run", "meta"} & tables
