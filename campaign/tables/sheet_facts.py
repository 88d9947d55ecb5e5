"""What is known about a cell beyond its value: hidden, an error, no result.

A mark is eight bytes, because a whole column of a million rows may carry one each.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple

from campaign.domain import RawRow
from campaign.domain.cells import NO_VALUE_TEXT
from campaign.tables.values import ShownValues

NAMED_COUNT = 5
"""How many hidden rows or merged ranges a note names."""
ERROR_VALUES = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
"""What an error cell may show. Source: ECMA-376 part 1, 18.18.11 ST_CellType, `e`."""


class MarkKind(IntEnum):
    """What was found at a row or cell."""

    HIDDEN_ROW = 0
    NO_VALUE = 1
    ERROR = 2


class Mark(NamedTuple):
    """Something about one cell that its value does not show.

    Rows count from 1, columns from 0 (0 also for a whole row); `argument` is the index of an error
    in `ERROR_VALUES`.
    """

    row_no: int
    column: int
    kind: MarkKind
    argument: int = 0


class Marks:
    """Marks in the order of their rows."""

    def __init__(self) -> None:
        self._packed = array("q")

    def add(self, mark: Mark) -> None:
        """Append a mark; its row is not before the last one's."""
        cell = mark.row_no << 14 | mark.column
        self._packed.append((cell << 3 | mark.kind) << 8 | min(mark.argument, 255))

    def __iter__(self) -> Iterator[Mark]:
        """Unpack them in order."""
        for packed in self._packed:
            cell = packed >> 11
            yield Mark(cell >> 14, cell & 0x3FFF, MarkKind(packed >> 8 & 7), packed & 255)


@dataclass(slots=True)
class SheetFacts:
    """What one pass over a sheet found.

    Attributes:
        displayed: Cells that are shown otherwise than their value.
        hidden_rows: The first few hidden or filtered rows that hold something.
        hidden_columns: From 0, at most 256.
        struck: The first few cells with a value whose text is struck out, as `A5`.
        merges: The first few merged ranges, as `A1:C1`.
        has_formulas: Whether any cell is calculated.
    """

    marks: Marks = field(default_factory=Marks)
    displayed: ShownValues = field(default_factory=ShownValues)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_row_count: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    struck_count: int = 0
    merges: list[str] = field(default_factory=list)
    merge_count: int = 0
    has_formulas: bool = False


def apply_marks(
    rows: Iterable[list[str]], marks: Marks, *, include_hidden: bool = False
) -> Iterator[RawRow]:
    """Number the rows and give each what was found about it.

    After the last of them come marked rows that `rows` does not reach, because a library that sees
    no value there ends before them.
    """
    by_row = ((row_no, tuple(group)) for row_no, group in groupby(marks, lambda m: m.row_no))
    nothing: tuple[int, tuple[Mark, ...]] = (0, ())
    marked, found = next(by_row, nothing)
    for row_no, cells in enumerate(rows, 1):
        if row_no != marked:
            yield RawRow(row_no, tuple(cells))
            continue
        yield _marked_row(row_no, cells, found, include_hidden=include_hidden)
        marked, found = next(by_row, nothing)
    while found:
        yield _marked_row(marked, [], found, include_hidden=include_hidden)
        marked, found = next(by_row, nothing)


def _marked_row(
    row_no: int, cells: list[str], marks: tuple[Mark, ...], *, include_hidden: bool
) -> RawRow:
    problem = ""
    for mark in marks:
        if mark.kind is MarkKind.HIDDEN_ROW:
            problem = "" if include_hidden else "row_hidden"
            continue
        cells.extend([""] * (mark.column + 1 - len(cells)))
        if mark.kind is MarkKind.ERROR:
            cells[mark.column] = ERROR_VALUES[mark.argument]
        else:
            cells[mark.column] = NO_VALUE_TEXT
            problem = problem or "formula_without_value"
    return RawRow(row_no, tuple(cells), problem)
