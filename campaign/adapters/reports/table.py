"""The person's table with ours beside it, on as many sheets as it takes.

Their columns stand first, in their order, each value as the text that it was; ours follow. Cells
beyond their last heading are kept to the right of ours, so that no column ever shifts.
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from campaign.adapters.reports.columns import OWN_COLUMNS, Kind, Value, Words
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.row_pen import RowPen
from campaign.adapters.reports.safe import put_sheet, put_text
from campaign.adapters.reports.sheets import Book, Cells, Sheet
from campaign.model import ReportRow

ROWS_A_SHEET = 1_048_575
"""Data rows below one heading. Source: Excel specifications and limits."""

_COLUMNS_A_SHEET = 16_384
"""Source: Excel specifications and limits."""

_MEASURED_ROWS = 200
_NARROWEST, _WIDEST = 9, 42
_HEADING_HEIGHT = 34
_SECONDS_A_DAY = 86_400
_EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)
A3 = 8


class Table:
    """Writes the rows of one source: `put` each, then `close`.

    Its first sheet is added at once; further ones when they are needed.

    Args:
        book: The workbook.
        palette: Its formats.
        words: Names and sentences in one language.
        heading: Of the person's table, as it stands: blank and doubled ones included.
        name: Wanted for its sheet.
        rows_a_sheet: How many fit below one heading.
    """

    _pen: RowPen  # of the last sheet

    def __init__(  # noqa: PLR0913, PLR0917 - what a table is made of
        self,
        book: Book,
        palette: Palette,
        words: Words,
        heading: tuple[str, ...],
        name: str,
        rows_a_sheet: int = ROWS_A_SHEET,
    ) -> None:
        self._book = book
        self._palette = palette
        self._words = words
        self._name = name
        self._limit = rows_a_sheet
        self._heading = heading[: _COLUMNS_A_SHEET - len(OWN_COLUMNS)]
        self._widths = [_width(text) / 2 for text in self._heading]  # headings may wrap
        self._own = tuple(enumerate(OWN_COLUMNS, start=len(self._heading)))
        self._numbers = {
            Kind.ORDINAL: palette.row_number,
            Kind.NUMBER: palette.number,
            Kind.MONEY: palette.money,
        }
        self._serial = excel_serial(words.timezone)
        self._sheets: list[Sheet] = []
        self._rows_on: list[int] = []
        self._measured = 0
        self._has_send_at = False  # the column is hidden while no row was scheduled
        self._open_sheet()

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """The sheets that it takes, in order."""
        return tuple(sheet.name for sheet in self._sheets)

    def put(self, row: ReportRow) -> None:
        """Write a row below the last one."""
        if self._rows_on[-1] >= self._limit:
            self._open_sheet()
        self._rows_on[-1] += 1
        if self._measured < _MEASURED_ROWS:
            self._measured += 1
            self._measure(row.cells)
        self._put_row(self._pen, self._rows_on[-1], row)

    def close(self) -> None:
        """Dress all sheets, when the last row is there."""
        self._pen.close()
        for sheet, count in zip(self._sheets, self._rows_on, strict=True):
            self._dress(sheet, count)

    def _open_sheet(self) -> None:
        """Add a sheet with its headings behind those that there are."""
        if self._sheets:
            self._pen.close()
        sheet = put_sheet(self._book, self._name)
        self._sheets.append(sheet)
        self._rows_on.append(0)
        sheet.set_row(0, _HEADING_HEIGHT)
        for col, heading in enumerate(self._heading):
            put_text(sheet, 0, col, heading, self._palette.their_heading)
        for col, column in self._own:
            put_text(sheet, 0, col, self._words.heading(column), self._palette.our_heading)
        self._pen = RowPen(sheet, 1)

    def _put_row(self, sheet: Cells, y: int, row: ReportRow) -> None:
        """Write one row: theirs, ours, and what stood beyond their headings."""
        width, text = len(self._heading), self._palette.text
        for col, cell in enumerate(row.cells[:width]):
            if cell:
                put_text(sheet, y, col, cell, text)
        for (col, column), value in zip(self._own, self._words.values(row), strict=True):
            if column.key == "fate":
                put_text(sheet, y, col, str(value), self._palette.fates[row.fate])
            elif value is not None and value != "":
                self._put_value(sheet, y, col, column.kind, value)
        for col, cell in enumerate(row.cells[width:], start=width + len(OWN_COLUMNS)):
            put_text(sheet, y, col, cell, text)
        self._has_send_at = self._has_send_at or row.send_at is not None

    def _put_value(self, sheet: Cells, y: int, col: int, kind: Kind, value: Value) -> None:
        """Write one of our values as what it is."""
        palette = self._palette
        if isinstance(value, str):
            put_text(sheet, y, col, value, palette.our_text)
        elif isinstance(value, datetime):
            sheet.write_number(y, col, self._serial(value), palette.time)
        elif isinstance(value, Decimal) and not value.is_finite():
            put_text(sheet, y, col, str(value), palette.our_text)
        elif value is not None:
            sheet.write_number(y, col, float(value), self._numbers[kind])

    def _measure(self, cells: tuple[str, ...]) -> None:
        """Let a column grow with its values."""
        for col, cell in enumerate(cells[: len(self._widths)]):
            self._widths[col] = max(self._widths[col], _width(cell))

    def _dress(self, sheet: Sheet, row_count: int) -> None:
        """Widths, filter buttons, a heading that stays, and how it prints."""
        for col, width in enumerate(self._widths):
            sheet.set_column(col, col, min(max(width + 2, _NARROWEST), _WIDEST))
        for col, column in self._own:
            hidden = column.key == "send_at" and not self._has_send_at
            sheet.set_column(col, col, column.width, None, {"hidden": hidden})
        sheet.autofilter(0, 0, row_count, self._own[-1][0])
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 0)
        sheet.set_footer("&R&P / &N")


def excel_serial(timezone: tzinfo) -> Callable[[datetime], float]:
    """Make a converter of moments to Excel's count of days.

    Args:
        timezone: In which the wall clock of the result runs.

    Returns:
        A function that remembers its last results: a chunk's people share their times.
    """

    @lru_cache(maxsize=4096)
    def serial(moment: datetime) -> float:
        wall = moment.astimezone(timezone).replace(tzinfo=UTC)
        # Parts of a second are cut as in the texts of the other reports, never rounded up.
        return int((wall - _EXCEL_DAY_0).total_seconds()) / _SECONDS_A_DAY

    return serial


def _width(text: str) -> int:
    """Characters of the longest line."""
    return max(map(len, text.splitlines()), default=0)
