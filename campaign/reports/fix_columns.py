"""The columns that a fix-file adds to the user's own, and how they are removed again.

A fix-file (`--fix-file`) holds the rows to fix: the cells as they were, then their row number, why
they were not sent and what to do. Read again, those three columns are recognised by their headings,
wherever they are by then, and dropped before anything else reads the table; so column letters,
placeholders and saved columns mean the same as in the original.

A cell that a spreadsheet program would take for a formula is written with an apostrophe before it.
So that every cell comes back equal, one that began with apostrophes and a formula gets one more,
and exactly one is taken away again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Final

from campaign.domain import RawRow, Status
from campaign.i18n import Lang, label, languages, reason
from campaign.reports.columns import fitted


@dataclass(frozen=True, slots=True)
class FixRow:
    """A row to fix; the values fill the sentence of its reason code."""

    row_no: int
    cells: tuple[str, ...]
    code: str
    values: tuple[tuple[str, str], ...]


def fix_heading(heading: tuple[str, ...], lang: Lang) -> tuple[str, ...]:
    """Headings of the rows to fix.

    Ours come after theirs, so that the letters of their columns stay. A table without headings has
    its letters there, by which its columns were named.
    """
    return (*heading, *fix_labels(lang))


def fix_line(width: int, row: FixRow, lang: Lang) -> tuple[str, ...]:
    """A row to fix under `fix_heading`; what was beyond the `width` headings comes last."""
    why = reason(row.code, dict(row.values), lang)
    cells, beyond = fitted(row.cells, width)
    return (*cells, str(row.row_no), why.reason, why.hint, *beyond)


FIX_LABELS: Final = ("fix_row", "fix_reason", "fix_hint")
"""Row number, reason and hint; their texts and translations must never change: old files would not
be recognised."""


def fix_labels(lang: Lang) -> tuple[str, ...]:
    """Headings of row number, reason and hint."""
    return tuple(label(key, lang) for key in FIX_LABELS)


@cache
def _known() -> frozenset[str]:
    return frozenset(one.casefold() for lang in languages() for one in fix_labels(lang))


_HEAD_ROWS: Final = 30

_FORMULA: Final = r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n\0＝＋－＠]"  # noqa: RUF001  # the full-width forms that Excel reads as operators

_GUARDED: Final = re.compile("'+" + _FORMULA)

_NEEDS_GUARD: Final = re.compile("'*" + _FORMULA)

NOT_TO_FIX: Final = frozenset({"row_hidden", "repeated_heading", "totals_row"})
"""Hidden rows are left out on purpose: in a fix-file they would be shown, and then be texted; the
others are not about a recipient."""


def to_fix(status: Status, code: str) -> bool:
    """Whether a row belongs into a fix-file: it cannot be sent, and somebody can fix it."""
    return status is Status.INVALID and code not in NOT_TO_FIX


def guard_csv(cell: str) -> str:
    """Write a cell so that no program takes it for a formula; `without_fix_columns` undoes it."""
    return "'" + cell if _NEEDS_GUARD.match(cell) else cell


def guard_typed(cell: str) -> str:
    """The same for a workbook, whose cells are typed texts: only what looks guarded already."""
    return "'" + cell if _GUARDED.match(cell) else cell


def without_fix_columns(rows: Iterator[RawRow]) -> tuple[Iterator[RawRow], int | None]:
    """Remove the columns of a fix-file from a table; any other table passes as it is.

    Returns:
        The rows, and for a fix-file the row number of its headings: they are there whatever was
        given for the original.
    """
    head = list(islice(rows, _HEAD_ROWS))
    at = next((i for i, row in enumerate(head) if _fix_columns(row.cells)), None)
    if at is None:
        return chain(head, rows), None
    columns = _fix_columns(head[at].cells)
    behind = chain(head[at:], rows)
    return chain(head[:at], (_without(row, columns) for row in behind)), head[at].row_no


def _fix_columns(cells: Sequence[str]) -> frozenset[int]:
    return frozenset(i for i, cell in enumerate(cells) if cell.strip().casefold() in _known())


def _without(row: RawRow, columns: frozenset[int]) -> RawRow:
    cells = (cell for i, cell in enumerate(row.cells) if i not in columns)
    return RawRow(row.row_no, tuple(map(_unguarded, cells)), row.problem)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell
