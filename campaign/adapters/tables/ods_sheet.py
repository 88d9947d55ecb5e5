"""The rows of one OpenDocument sheet, kept until they are asked for.

Rows that are alike may be written once with a number of repetitions, so a kilobyte can stand for a
sheet full of people: blank ones are only counted, filled ones are held to a limit. The text is kept
packed, because a sheet is known to be the one to read only when all of them have passed.
"""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from campaign.adapters.tables.child_side import ROWS_IN_LINE, Row, SheetAnswer
from campaign.adapters.tables.guard import MAX_COLUMNS, MAX_ROWS, hostile
from campaign.adapters.tables.marks import column_letters
from campaign.adapters.tables.row_scan import KEPT_COUNT

_MAX_REPEATED_ROWS = 65_536
_MAX_REPEATED_CHARS = 32 << 20
"""What filled rows may amount to that stand in the file once and in the sheet more than once."""


class OdsSheet:
    """One sheet while it is read and after.

    Args:
        path: The workbook, for errors.
        name: Of the sheet.
        visible: Whether a person sees its tab.
    """

    def __init__(self, path: Path, name: str, *, visible: bool) -> None:
        self.name = name
        self._path = path
        self._visible = visible
        self._row_no = 0
        self._width = 0
        self._blank_count = 0
        self._repeated_rows = 0
        self._repeated_chars = 0
        self._hidden_rows: list[int] = []
        self._hidden_row_count = 0
        self._columns: list[tuple[int, int]] = []
        self._column_no = 0
        self._merges: list[str] = []
        self._merge_count = 0
        self._batch: list[tuple[list[str], bool, bool]] = []
        self._packed: list[int | bytes] = []

    def add_columns(self, count: int, *, hidden: bool) -> None:
        """Take the next columns."""
        if hidden:
            self._columns.append((self._column_no, min(self._column_no + count, MAX_COLUMNS)))
        self._column_no += count

    def add_merge(self, column: int, *, columns: int, rows: int) -> None:
        """Take a cell that covers others, in the row that is being read."""
        self._merge_count += 1
        if self._merge_count <= KEPT_COUNT:
            row_no = self._row_no + 1
            first = f"{column_letters(column)}{row_no}"
            last = f"{column_letters(column + columns - 1)}{row_no + rows - 1}"
            self._merges.append(f"{first}:{last}")

    def add_row(self, cells: list[str], count: int, *, hidden: bool, uncalculated: bool) -> None:
        """Take a row that stands there `count` times.

        Raises:
            InputError: `workbook_hostile`.
        """
        if not cells:
            self._row_no += count
            self._blank_count += count
            return
        if self._row_no + count > MAX_ROWS:
            raise hostile(self._path, f"it has a row beyond {MAX_ROWS:,}")
        self._repeated_rows += count - 1
        self._repeated_chars += (count - 1) * sum(map(len, cells))
        many = self._repeated_rows > _MAX_REPEATED_ROWS
        if many or self._repeated_chars > _MAX_REPEATED_CHARS:
            raise hostile(self._path, f"row {self._row_no + 1} is repeated {count:,} times")
        if self._blank_count:
            self._flush()
            self._packed.append(self._blank_count)
            self._blank_count = 0
        self._width = max(self._width, len(cells))
        if hidden:
            self._hidden_row_count += count
            room = KEPT_COUNT - len(self._hidden_rows)
            self._hidden_rows += range(self._row_no + 1, self._row_no + 1 + min(room, count))
        self._row_no += count
        for _ in range(count):
            self._batch.append((cells, hidden, uncalculated))
            if len(self._batch) == ROWS_IN_LINE:
                self._flush()

    def _flush(self) -> None:
        if self._batch:
            self._packed.append(zlib.compress(json.dumps(self._batch).encode(), 1))
            self._batch = []

    def answer(self) -> SheetAnswer:
        """What is known of the sheet."""
        columns = [column for first, end in self._columns for column in range(first, end)]
        return {
            "name": self.name,
            "visible": self._visible,
            "filled": self._width > 0,
            "hidden_rows": self._hidden_rows,
            "hidden_row_count": self._hidden_row_count,
            "hidden_columns": [column for column in columns if column < self._width],
            "merges": self._merges,
            "merge_count": self._merge_count,
        }

    def rows(self, *, include_hidden: bool) -> Iterator[Row]:
        """Every row from the first to the last that holds something."""
        self._flush()
        for packed in self._packed:
            if isinstance(packed, int):
                yield from (([], "") for _ in range(packed))
                continue
            for cells, hidden, uncalculated in json.loads(zlib.decompress(packed)):
                problem = "formula_without_value" if uncalculated else ""
                yield cells, "row_hidden" if hidden and not include_hidden else problem
