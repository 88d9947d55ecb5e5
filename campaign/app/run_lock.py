"""One driving process a run: a lock that the kernel frees at death, and a note of its owner."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from campaign.errors import JournalError, RunLocked
from campaign.text import tr


@contextmanager
def only_driver(path: Path, run: str, hint: str = "") -> Iterator[None]:
    """Hold the run while the block runs.

    Raises:
        RunLocked: Another process holds it; the message names it.
    """
    note = path.with_suffix(".owner")
    lock = FileLock(path, timeout=0, mode=0o600)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout as error:
        raise RunLocked(
            tr("another process is sending run {run}: {owner}", run=run, owner=_owner(note)), hint=hint
        ) from error
    except OSError as error:
        raise JournalError(tr("{path} cannot be locked: {error}", path=path, error=error)) from error
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        note.write_text(json.dumps(owner), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            note.unlink()
        lock.release()


def _owner(note: Path) -> str:
    try:
        owner = json.loads(note.read_text(encoding="utf-8"))
        return tr(
            "process {pid} on {host}, since {since}",
            pid=owner["pid"],
            host=owner["host"],
            since=owner["since"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return tr("which one is not known")
