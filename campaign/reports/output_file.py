"""Output files: written whole or not at all, readable by their owner only.

A file is written next to its path and renamed when it is complete and on the disk. Whatever stops
the program before that leaves the path as it was.

Only a report of ours may be replaced: it can be made again. So each one gets a marker (the fraction
of a second of its modification time is computed from its bytes), and a file without that marker,
which somebody else wrote or changed, is never replaced: the report then becomes a numbered copy.
Whatever a copy, an editor or a coarse file system does to that time errs on that side.
"""

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from campaign.domain.printable import visible
from campaign.errors import InputError
from campaign.text import tr

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LAST_COPY = 999
_SECOND_NS, _MARKER_GRAIN_NS = 1_000_000_000, 100
"""NTFS keeps times in steps of 100 ns."""
_NEW_FILE = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)


@dataclass(slots=True)
class Draft:
    """A file being written.

    Attributes:
        path: The temporary file to write to; it exists, is empty and has mode 0600.
        final: Once the block has ended, the path that it got: a numbered copy when the one asked
            for is a folder, a file that is not ours to replace, or open in another program.
    """

    path: Path
    final: Path


@contextmanager
def whole_file(path: Path) -> Iterator[Draft]:
    """Write a file so that nobody ever sees half of it.

    Missing folders are made, for their owner only. When the block ends well the draft is flushed
    to the disk and renamed to `draft.final`; when it ends badly the draft is removed and `path`
    stays as it was.

    Raises:
        InputError: No such folder, no right to write there, or no room (`report_place`).
    """
    temporary = _new_file_next_to(path)
    draft = Draft(temporary, path)
    try:
        with _explained(path, only=_NO_ROOM):
            yield draft
        with _explained(path):
            _mark(temporary)
            _flush(temporary, os.O_RDWR)
            draft.final = _put(temporary, path)
            # The name is in place by now. Windows and some network disks cannot flush a folder; a
            # report, unlike the journal, can be made again.
            with suppress(OSError):
                _flush(path.parent, os.O_RDONLY)
    finally:
        temporary.unlink(missing_ok=True)


def require_writable(path: Path) -> None:
    """Check that a report could be written there, before anything is sent: as `whole_file`."""
    _new_file_next_to(path).unlink()


def may_replace(path: Path) -> bool:
    """Whether nothing is lost with that file: it is empty, or a report as we wrote it.

    Raises:
        OSError: It cannot be read.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return False
    return not status.st_size or status.st_mtime_ns % _SECOND_NS == _marker_of(path)


def _mark(path: Path) -> None:
    """Mark a finished report as ours; where that is not possible it counts as another's."""
    with suppress(OSError):
        second = path.stat().st_mtime_ns // _SECOND_NS - 1  # never in the future
        moment = second * _SECOND_NS + _marker_of(path)
        os.utime(path, ns=(moment, moment))


def _marker_of(path: Path) -> int:
    """Nanoseconds, below one second."""
    with path.open("rb") as report:
        digest = hashlib.file_digest(report, "sha256").digest()
    steps = _SECOND_NS // _MARKER_GRAIN_NS
    return int.from_bytes(digest[:8], "big") % steps * _MARKER_GRAIN_NS


def _new_file_next_to(path: Path) -> Path:
    with _explained(path):
        _refuse_special(path)
        _make_folder(path.parent)
        temporary = path.parent / f".campaign-{secrets.token_hex(8)}.part"
        os.close(os.open(temporary, _NEW_FILE, 0o600))
    return temporary


@contextmanager
def _explained(path: Path, *, only: frozenset[int] | None = None) -> Iterator[None]:
    """Explain errors of the system; with `only`, no others than those."""
    try:
        yield
    except OSError as error:
        if only is not None and error.errno not in only:
            raise
        raise InputError(
            tr("The report cannot be written to {path}: {why}.", path=visible(str(path)), why=error),
            hint=tr(
                "Name another place with `-o PATH`, for example `campaign report -o "
                "report.xlsx`; nothing was lost."
            ),
            code="report_place",
        ) from error


def _refuse_special(path: Path) -> None:
    """No device, pipe or link is ever replaced."""
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "a name cannot hold a NUL")
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise FileExistsError(errno.EEXIST, "something that is not a file has that name")


def _make_folder(folder: Path) -> None:
    """With the missing ones above it, all for their owner only."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    for part in reversed(missing):
        part.mkdir(mode=0o700, exist_ok=True)


def _flush(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(temporary: Path, path: Path) -> Path:
    try:
        if not path.exists() or may_replace(path):
            return temporary.replace(path)
    except PermissionError:
        if not path.exists():
            raise
        # Windows: Excel has the last report open and nobody else may read or replace it.
    return _put_copy(temporary, path)


def _put_copy(temporary: Path, path: Path) -> Path:
    """Give the finished file the first free of `name (2)`, `name (3)`, ..."""
    for number in range(2, _LAST_COPY + 1):
        copy = path.with_name(f"{path.stem} ({number}){path.suffix}")
        try:
            os.close(os.open(copy, _NEW_FILE, 0o600))  # ours now: no earlier copy is overwritten
        except FileExistsError:
            continue
        try:
            return temporary.replace(copy)
        except OSError:
            copy.unlink(missing_ok=True)
            raise
    raise FileExistsError(errno.EEXIST, "it cannot be replaced and has too many numbered copies")
