"""Whether the journal's path still leads to the files that were opened.

On POSIX an open file can be deleted, moved or replaced while SQLite goes on writing into it: each
commit returns, and nobody finds what it stored. Windows refuses that as long as the file is open,
and some of its file systems have no lasting number of a file, so nothing is compared there.
"""

import os
from pathlib import Path

from campaign.errors import JournalError

Identity = tuple[tuple[int, int] | None, ...]
"""(device, inode) of the journal, its WAL and the WAL's index; None for one that is not there."""

_PARTS = ("", "-wal", "-shm")


def identity(path: Path) -> Identity:
    """What the path leads to now; () where that cannot be told."""
    if os.name != "posix":
        return ()
    return tuple(_number(f"{path}{part}") for part in _PARTS)


def require_same(path: Path, opened: Identity) -> None:
    """Part of each commit: what nobody would find again is not stored, and not sent.

    Raises:
        JournalError: The journal or its WAL was deleted, moved or replaced while it was open.
    """
    if identity(path) != opened:
        raise JournalError(
            f"the journal {path} was moved, deleted or replaced while it was in use",
            hint="Put it back as it was, together with its neighbours -wal and -shm if they are "
            "still there, then: campaign resume",
            code="journal_moved",
        )


def _number(name: str) -> tuple[int, int] | None:
    try:
        state = os.stat(name)  # noqa: PTH116  # thrice a commit
    except FileNotFoundError:
        return None
    return state.st_dev, state.st_ino
