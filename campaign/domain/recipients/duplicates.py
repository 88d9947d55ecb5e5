"""Remember in which row something was first seen, in some 40 bytes an entry; a dict takes 140.

A million recipients must fit next to everything else; a dict of digests alone would take more than
half of the memory that a run may use.
"""

import hashlib
import struct
from array import array
from bisect import bisect_left
from typing import Final

_FIRST_SIZE: Final = 1 << 12
_HALF_BYTES: Final = 8
_ROW_BYTES: Final = array("I").itemsize
_halves: Final = struct.Struct("<QQ").unpack


def digest_of(value: bytes) -> bytes:
    """16 bytes that stand for any value: two of a million meet with a chance of 10^-27."""
    return hashlib.blake2b(value, digest_size=2 * _HALF_BYTES).digest()


class FirstRows:
    """A table from 16-byte digest to row number, with open addressing in plain arrays."""

    def __init__(self) -> None:
        self._allot(_FIRST_SIZE)
        self._latest = -1

    def __len__(self) -> int:
        """Entries kept."""
        return self._count

    def claim(self, digest: bytes, row_no: int) -> int | None:
        """Remember the row of a new digest and return None, else the row that has it."""
        if self._count * 3 >= self._size * 2:
            self._grow()
        low, high = _halves(digest)
        return self._claim(low, high, row_no)

    def _claim(self, low: int, high: int, row_no: int) -> int | None:
        rows, lows, last = self._rows, self._low, self._size - 1
        slot: int = low & last
        while first := rows[slot]:
            if lows[slot] == low and self._high[slot] == high:
                return first
            slot = (slot + 1) & last
        lows[slot], self._high[slot], rows[slot] = low, high, row_no
        self._count += 1
        self._latest = slot
        return None

    def take_back(self) -> None:
        """Forget the latest claim that succeeded; once, before another is put behind its slot."""
        if self._latest < 0:
            raise LookupError("no claim to take back")
        self._rows[self._latest] = 0
        self._count -= 1
        self._latest = -1

    def _allot(self, size: int) -> None:
        self._size, self._count = size, 0
        self._low = array("Q", bytes(_HALF_BYTES * size))
        self._high = array("Q", bytes(_HALF_BYTES * size))
        self._rows = array("I", bytes(_ROW_BYTES * size))

    def _grow(self) -> None:
        old = zip(self._low, self._high, self._rows, strict=True)
        self._allot(self._size * 2)
        for low, high, row_no in old:
            if row_no:
                self._claim(low, high, row_no)


class Duplicates:
    """What the rows of a run have claimed, across all its files: texts and clientIds."""

    def __init__(self) -> None:
        self.texts, self.client_ids = FirstRows(), FirstRows()
        self._names: list[str] = []
        self._starts = [0]
        self._start = self._latest = 0

    def begin(self, name: str) -> None:
        """Another file of the run begins."""
        self._start = self._latest
        self._starts[len(self._names) :] = [self._start]
        self._names.append(name)

    def mark(self, row_no: int) -> int:
        """A number that stands for a row of the present file in `FirstRows`."""
        self._latest = self._start + row_no
        return self._latest

    def position(self, mark: int) -> str:
        """Where that row is: `17`, or `17 (customers.csv)` when it is in another file."""
        at = bisect_left(self._starts, mark) - 1
        row_no = mark - self._starts[at]
        return str(row_no) if self._starts[at] == self._start else f"{row_no} ({self._names[at]})"
