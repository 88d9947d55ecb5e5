"""Rows among the data that are no recipients: repeated headings, totals, rows that are too wide.

Only rows whose phone cell holds no phone are ever called so, except for those that are too wide:
their cells may have moved, so that the phone is next to somebody else's name.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from campaign.domain.cells import NO_VALUE_TEXT, is_blank, name_key
from campaign.domain.recipients.heading_row import has_phone
from campaign.domain.recipients.headings import COMMON, KNOWN, KNOWN_HEADING, heading_key, rank_phone
from campaign.domain.table import RawRow, Source
from campaign.errors import InputError
from campaign.text import tr

_PHONE_LENGTH: Final = 10
_PHONE_STARTS: Final = frozenset("+0123456789(")
_TOTALS: Final = re.compile(r"(?:общий )?(?:итог|итого|всего|total|grand total|subtotal)\b")
_NO_VALUE: Final = "formula_without_value"
_HEADINGS: Final = frozenset().union(COMMON, *KNOWN.values())


def judged(rows: Iterator[RawRow], heading: Sequence[RawRow], *, phone: int, width: int) -> Iterator[RawRow]:
    """Pass the rows on, some with `row_too_wide`, `repeated_heading` or `totals_row`.

    `heading` is its one or two lines, `phone` the index of that column, `width` the cells that a
    row may have.

    Raises:
        InputError: `second_heading`, while rows are taken: another table begins.
    """
    known = {_keys(line.cells, width) for line in heading}
    for row in rows:
        cells = row.cells
        if not row.problem:
            if len(cells) > width and not is_blank("".join(cells[width:])):
                yield RawRow(row.row_no, cells, "row_too_wide")
                continue
            cell = cells[phone] if phone < len(cells) else ""
            # Nearly every row ends here: this is asked a million times.
            if len(cell) < _PHONE_LENGTH or cell[0] not in _PHONE_STARTS:
                problem = _problem(row, known, width)
                if problem:
                    yield RawRow(row.row_no, cells, problem)
                    continue
        elif row.problem == _NO_VALUE and _is_uncalculated_total(row):
            yield RawRow(row.row_no, row.cells, "totals_row")
            continue
        yield row


def _problem(row: RawRow, known: set[tuple[str, ...]], width: int) -> str:
    filled = [cell for cell in row.cells if not is_blank(cell)]
    if not filled or has_phone(row):
        return ""
    if _TOTALS.match(name_key(filled[0])):
        return "totals_row"
    if _keys(row.cells, width) in known:
        return "repeated_heading"
    headings = sum(heading_key(cell) in _HEADINGS for cell in filled)
    if known and headings > 1 and max(map(rank_phone, filled)) >= KNOWN_HEADING:
        raise InputError(
            tr("Row {row_no} contains other headings: another table begins there.", row_no=row.row_no),
            hint=tr("Put each table into a file or a sheet of its own."),
            code="second_heading",
        )
    return ""


def _is_uncalculated_total(row: RawRow) -> bool:
    """Whether a row calls itself a total, whose sums were never calculated: nobody is meant."""
    known = (cell for cell in row.cells if cell != NO_VALUE_TEXT and not is_blank(cell))
    return bool(_TOTALS.match(name_key(next(known, "")))) and not has_phone(row)


def _keys(cells: Sequence[str], width: int) -> tuple[str, ...]:
    keys = list(map(heading_key, cells[:width]))
    return (*keys, *[""] * (width - len(keys)))


FILE_HEADING = "file"


class Merged:
    """Puts the cells of each file under a common `heading`, the file's name first.

    Columns with the same heading (case, spaces and punctuation aside) are one column; the second of
    two like that in one file meets the second of the others.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        columns: dict[tuple[str, int], int] = {}
        heading = [FILE_HEADING]
        self._names = [source.name for source in sources]
        self._targets: list[list[int]] = []
        for source in sources:
            seen: Counter[str] = Counter()
            targets = []
            for title in source.layout.heading:
                key = heading_key(title)
                seen[key] += 1
                if (key, seen[key]) not in columns:
                    columns[key, seen[key]] = len(heading)
                    heading.append(title)
                targets.append(columns[key, seen[key]])
            self._targets.append(targets)
        self.heading = tuple(heading)

    def cells(self, source_no: int, cells: Sequence[str]) -> tuple[str, ...]:
        """A row's cells under `heading`; those after the file's own headings come last."""
        targets = self._targets[source_no - 1]
        found = [""] * len(self.heading)
        found[0] = self._names[source_no - 1]
        for target, cell in zip(targets, cells, strict=False):
            found[target] = cell
        return (*found, *cells[len(targets) :])
