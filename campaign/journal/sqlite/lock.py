"""The place of the one writing process: waited for aloud, and not for ever.

The kernel frees it when its holder dies. A holder that was frozen (Ctrl-Z, a debugger, a suspended
machine) keeps it, and only a person can tell whether it will ever go on.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from campaign.errors import JournalError
from campaign.text import tr

_LOCKS = Path("/proc/locks")

_COMMAND_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for another writer, in seconds.

    Attributes:
        say_after_s: Then the person is told who is waited for.
        idle_s: So long nothing may happen to the journal before the wait is given up.
        total_s: Given up also when the other one writes on: planning a million rows takes less.
    """

    say_after_s: float = 5.0
    idle_s: float = 60.0
    total_s: float = 300.0
    slice_s: float = 1.0


class WriterLock:
    """Only one process writes to the journal or folds its WAL at a time.

    SQLite before 3.51.3 can damage a WAL when two connections write and checkpoint at once
    (https://www.sqlite.org/wal.html, "WAL-reset").

    Args:
        journal: Path of the journal.
        say: Told once, when the wait has become long.
    """

    def __init__(
        self, journal: Path, say: Callable[[str], None], patience: Patience | None = None
    ) -> None:
        self._journal = journal
        self._say = say
        self._patience = patience or Patience()
        self._lock = FileLock(f"{journal}.write-lock", mode=0o600)

    def __enter__(self) -> None:
        """Take the place.

        Raises:
            JournalError: Another process has it, and nothing happens there; or for too long.
        """
        patience = self._patience
        began_s = moved_s = time.monotonic()
        seen, told = self._signs_of_life(), False
        while not self.taken_within(min(patience.slice_s, patience.say_after_s)):
            now_s = time.monotonic()
            if (signs := self._signs_of_life()) != seen:
                seen, moved_s = signs, now_s
            if not told and now_s - began_s >= patience.say_after_s:
                told = True
                self._say(
                    tr(
                        "waiting for {name}, which is writing to the journal",
                        name=self._holder()[0],
                    )
                )
            if now_s - moved_s >= patience.idle_s or now_s - began_s >= patience.total_s:
                raise self._given_up(now_s - began_s)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the place."""
        self.leave()

    def leave(self) -> None:
        """Leave the place."""
        self._lock.release()

    def taken_within(self, seconds: float) -> bool:
        """Take the place if it becomes free in that time."""
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

    def _given_up(self, waited_s: float) -> JournalError:
        name, pid, stopped = self._holder()
        if not pid:
            hint = tr(
                "Find it (lsof '{path}'), let it end, then try again.",
                path=f"{self._journal}.write-lock",
            )
        elif stopped:
            hint = tr(
                "Let it go on (kill -CONT {pid}) or end it (kill -KILL {pid}), then try again.",
                pid=pid,
            )
        else:
            hint = tr("Wait until it ends, or end it (kill {pid}), then try again.", pid=pid)
        return JournalError(
            tr(
                "{journal}: {name} holds the journal's write lock{value} and has not let go for "
                "{waited_s} s",
                journal=self._journal,
                name=name,
                value=tr(", is stopped") if stopped else "",
                waited_s=f"{waited_s:.0f}",
            ),
            hint=tr("{hint} What was stored is safe.", hint=hint),
            code="journal_busy",
        )

    def _holder(self) -> tuple[str, int, bool]:
        """Who has the place, as far as the system tells: words, process, is it stopped."""
        try:
            inode = self._journal.with_name(f"{self._journal.name}.write-lock").stat().st_ino
            lines = _LOCKS.read_text(encoding="ascii").splitlines()
        except (OSError, ValueError):
            return tr("another process"), 0, False
        for line in lines:
            fields = line.split()
            # "12: FLOCK ADVISORY WRITE 4711 08:01:131073 0 EOF"; those who wait have an arrow
            if fields[1] == "FLOCK" and fields[5].endswith(f":{inode}") and fields[4].isdigit():
                return _described(int(fields[4]))
        return tr("another process"), 0, False


def _described(pid: int) -> tuple[str, int, bool]:
    if not pid:
        return tr("another process"), 0, False
    command, stopped = "", False
    with suppress(OSError, ValueError, IndexError):
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        said = " ".join(one for one in arguments[1:] if one)[:_COMMAND_SHOWN]
        command = "".join(sign if sign.isprintable() else "?" for sign in said)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        stopped = state.rpartition(")")[2].split()[0] in {"T", "t"}
    return f"process {pid}" + (f" ({command})" if command else ""), pid, stopped


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
