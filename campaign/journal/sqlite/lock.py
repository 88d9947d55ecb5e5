"""The lock of the one writing process, and whether the journal is still the file that was opened.

The kernel frees the lock when its holder dies. A holder that was frozen (Ctrl-Z, a debugger, a
suspended machine) keeps it, and only the user can know whether it will ever go on.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from campaign.errors import JournalError
from campaign.text import tr

_LOCKS = Path("/proc/locks")

_COMMAND_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for another writer.

    Attributes:
        say_after_s: Then the user reads which process holds the lock.
        idle_s: The wait ends when nothing happened to the journal for so long.
        total_s: It ends also when the other one writes on: planning a million rows takes less.
    """

    report_after_s: float = 5.0
    idle_s: float = 60.0
    total_s: float = 300.0
    slice_s: float = 1.0


class WriterLock:
    """Only one process writes to the journal or folds its WAL at a time.

    SQLite before 3.51.3 can damage a WAL when two connections write and checkpoint at once
    (https://www.sqlite.org/wal.html, "WAL-reset"). `say` is called once when the wait is long.
    """

    def __init__(self, journal: Path, say: Callable[[str], None], patience: Patience | None = None) -> None:
        self._journal = journal
        self._report = say
        self._patience = patience or Patience()
        self._lock = FileLock(f"{journal}.write-lock", mode=0o600)

    def __enter__(self) -> None:
        """Take the lock; raises JournalError (`journal_busy`) when another process keeps it."""
        patience = self._patience
        began_s = moved_s = time.monotonic()
        seen, reported = self._signs_of_life(), False
        while not self.taken_within(min(patience.slice_s, patience.report_after_s)):
            now_s = time.monotonic()
            if (signs := self._signs_of_life()) != seen:
                seen, moved_s = signs, now_s
            if not reported and now_s - began_s >= patience.report_after_s:
                reported = True
                self._report(
                    tr("waiting for {name}, which is writing to the journal", name=self._holder()[0])
                )
            if now_s - moved_s >= patience.idle_s or now_s - began_s >= patience.total_s:
                raise self._busy(now_s - began_s)

    def __exit__(self, *_: object) -> None:
        """Release the lock."""
        self.release()

    def release(self) -> None:
        """Let another process write."""
        self._lock.release()

    def taken_within(self, seconds: float) -> bool:
        """Take the lock if it becomes free in that time."""
        try:
            self._lock.acquire(timeout=seconds)
        except Timeout:
            return False
        return True

    def _signs_of_life(self) -> tuple[int, int]:
        with suppress(OSError):
            state = self._journal.with_name(f"{self._journal.name}-wal").stat()
            return state.st_size, state.st_mtime_ns
        return 0, 0

    def _busy(self, waited_s: float) -> JournalError:
        name, pid, stopped = self._holder()
        if not pid:
            hint = tr(
                "Find it (lsof '{path}'), let it end, then try again.", path=f"{self._journal}.write-lock"
            )
        elif stopped:
            hint = tr(
                "Let it go on (kill -CONT {pid}) or end it (kill -KILL {pid}), then try again.", pid=pid
            )
        else:
            hint = tr("Wait until it ends, or end it (kill {pid}), then try again.", pid=pid)
        return JournalError(
            tr(
                "{journal}: {name} holds the journal's write lock{value} and has not let go for {waited_s} s",
                journal=self._journal,
                name=name,
                value=tr(", is stopped") if stopped else "",
                waited_s=f"{waited_s:.0f}",
            ),
            hint=tr("{hint} What was stored is safe.", hint=hint),
            code="journal_busy",
        )

    def _holder(self) -> tuple[str, int, bool]:
        """The process that has the lock: name, id (0: not known), whether it is stopped."""
        with suppress(OSError, ValueError):
            inode = Path(self._lock.lock_file).stat().st_ino
            for line in _LOCKS.read_text(encoding="ascii").splitlines():
                fields = line.split()
                # "12: FLOCK ADVISORY WRITE 4711 08:01:131073 0 EOF"; those who wait have an arrow
                if fields[1] == "FLOCK" and fields[5].endswith(f":{inode}") and int(fields[4]) > 0:
                    return _described(int(fields[4]))
        return tr("another process"), 0, False


def _described(pid: int) -> tuple[str, int, bool]:
    command, stopped = "", False
    with suppress(OSError, ValueError, IndexError):
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        shown = " ".join(one for one in arguments[1:] if one)[:_COMMAND_SHOWN]
        command = "".join(sign if sign.isprintable() else "?" for sign in shown)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        stopped = state.rpartition(")")[2].split()[0] in {"T", "t"}
    return f"process {pid}" + (f" ({command})" if command else ""), pid, stopped


Identity = tuple[tuple[int, int] | None, ...]
"""(device, inode) of the journal, its WAL and the WAL's index; None for one that is not there."""

_PARTS = ("", "-wal", "-shm")


def identity(path: Path) -> Identity:
    """What the path leads to now; () where that cannot be read.

    No other file gets these numbers while the journal is open: SQLite holds all three files.
    """
    if os.name != "posix":
        return ()
    return tuple(_number(f"{path}{part}") for part in _PARTS)


def require_same(path: Path, opened: Identity) -> None:
    """Part of each commit: what nobody would find again is not stored, and not sent."""
    if identity(path) != opened:
        raise JournalError(
            tr("the journal {path} was moved, deleted or replaced while it was in use", path=path),
            hint=tr(
                "Put it back as it was, together with its neighbours -wal and -shm if they are "
                "still there, then: campaign resume"
            ),
            code="journal_moved",
        )


def _number(name: str) -> tuple[int, int] | None:
    try:
        state = os.stat(name)  # noqa: PTH116  # thrice a commit
    except FileNotFoundError:
        return None
    return state.st_dev, state.st_ino
