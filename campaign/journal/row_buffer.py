"""Rows that wait on disk until all of them are checked."""

import marshal
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Generic, Self, TypeVar

from campaign.errors import JournalError
from campaign.text import tr

T = TypeVar("T")

_LENGTH_BYTES = 8


class RowBuffer(Generic[T]):
    """Batches of plain values (tuples of str, int, None), written once, read back in order.

    It is gone when the block ends, or when the process dies.

    Args:
        folder: Where there is room: the journal's, which must hold the same rows soon after.

    Raises:
        JournalError: There is no room, or no right to write there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        with _needs_room(folder):
            # No name at all on Linux (O_TMPFILE), unlinked at once on other systems of that
            # family, deleted by the last close on Windows; readable by its owner only.
            self._file: IO[bytes] = tempfile.TemporaryFile(  # noqa: SIM115  # closed by __exit__
                dir=folder, prefix=".campaign-", suffix=".rows"
            )

    def __enter__(self) -> Self:
        """The buffer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing of it is left."""
        self._file.close()

    def write(self, batch: list[T]) -> None:
        """Put a batch at the end."""
        # `marshal.dump` and `load` would ask the file for every single value.
        data = marshal.dumps(batch)
        with _needs_room(self._folder):
            self._file.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
        self._count += 1

    def batches(self) -> Iterator[list[T]]:
        """Every batch again, in order; may be called again."""
        with _needs_room(self._folder):
            self._file.seek(0)  # writes what is still in the buffer, too
        for _ in range(self._count):
            length = int.from_bytes(self._file.read(_LENGTH_BYTES), "big")
            # Written by this process a moment ago into a file that nobody else can open.
            batch: list[T] = marshal.loads(self._file.read(length))  # noqa: S302
            yield batch


@contextmanager
def _needs_room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalError(
            tr(
                "the rows cannot be kept in {folder} until they are checked: {error}",
                folder=folder,
                error=error,
            ),
            hint=tr("Check the free space and the rights of that folder; nothing was planned."),
        ) from error


def batches_of(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most that size."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch
