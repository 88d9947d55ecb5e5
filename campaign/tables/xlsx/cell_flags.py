"""What is known about a cell beyond its value: hidden, an error, no result.

A flag is eight bytes, because a whole column of a million rows may carry one each.
"""

from array import array
from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

from campaign.domain import RawRow
from campaign.domain.cells import NO_VALUE_TEXT

ERROR_VALUES = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
"""What an error cell may show. Source: ECMA-376 part 1, 18.18.11 ST_CellType, `e`."""


class FlagKind(IntEnum):
    """What was found at a row or cell."""

    HIDDEN_ROW = 0
    NO_VALUE = 1
    ERROR = 2


class Flag(NamedTuple):
    """What a cell's value does not show; `argument` is the index of an error in `ERROR_VALUES`.

    Rows count from 1, columns from 0 (0 also for a whole row).
    """

    row_no: int
    column: int
    kind: FlagKind
    argument: int = 0


class Flags:
    """Flags in the order of their rows."""

    def __init__(self) -> None:
        self._packed = array("q")

    def add(self, flag: Flag) -> None:
        """Append a flag; its row is not before the last one's."""
        cell = flag.row_no << 14 | flag.column
        self._packed.append((cell << 3 | flag.kind) << 8 | min(flag.argument, 255))

    def __iter__(self) -> Iterator[Flag]:
        """Unpack them in order."""
        for packed in self._packed:
            cell = packed >> 11
            yield Flag(cell >> 14, cell & 0x3FFF, FlagKind(packed >> 8 & 7), packed & 255)


def apply_flags(rows: Iterable[list[str]], flags: Flags, *, include_hidden: bool) -> Iterator[RawRow]:
    """Number the rows and give each what was found about it.

    Flagged rows that `rows` does not reach come last: a library sees no value there.
    """
    by_row = ((row_no, tuple(group)) for row_no, group in groupby(flags, lambda flag: flag.row_no))
    nothing: tuple[int, tuple[Flag, ...]] = (0, ())
    flagged, found = next(by_row, nothing)
    for row_no, cells in enumerate(rows, 1):
        if row_no != flagged:
            yield RawRow(row_no, tuple(cells))
            continue
        yield _flagged_row(row_no, cells, found, include_hidden=include_hidden)
        flagged, found = next(by_row, nothing)
    while found:
        yield _flagged_row(flagged, [], found, include_hidden=include_hidden)
        flagged, found = next(by_row, nothing)


def _flagged_row(row_no: int, cells: list[str], flags: tuple[Flag, ...], *, include_hidden: bool) -> RawRow:
    problem = ""
    for flag in flags:
        if flag.kind is FlagKind.HIDDEN_ROW:
            problem = "" if include_hidden else "row_hidden"
            continue
        cells.extend([""] * (flag.column + 1 - len(cells)))
        if flag.kind is FlagKind.ERROR:
            cells[flag.column] = ERROR_VALUES[flag.argument]
        else:
            cells[flag.column] = NO_VALUE_TEXT
            problem = problem or "formula_without_value"
    return RawRow(row_no, tuple(cells), problem)
