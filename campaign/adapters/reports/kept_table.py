"""The person's own sheet, to the right of whose table our columns stand."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from campaign.adapters.reports.columns import OWN_COLUMNS, Column, Kind, Value, Words
from campaign.adapters.reports.kept_book import KeptSheet
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.safe import put_text
from campaign.adapters.reports.sheets import Style
from campaign.adapters.reports.table import A3, excel_serial
from campaign.errors import InputError
from campaign.model import ReportRow

_COLUMNS_A_SHEET: Final = 16_384
_HEADING_HEIGHT: Final = 34
_WHOLE: Final = 100
"""Per cent: nobody has set a scale."""


class KeptTable:
    """Writes our values beside theirs (`tables.Rows`); nothing of theirs is touched.

    Args:
        sheet: Theirs.
        heading_row: Row number of its headings.
        heading_width: How many columns they take.
        palette: Formats of our cells.
        words: Names and sentences in one language.

    Raises:
        InputError: There is no room to the right (`report_not_kept`).
    """

    def __init__(
        self,
        sheet: Worksheet,
        heading_row: int,
        heading_width: int,
        palette: Palette,
        words: Words,
    ) -> None:
        self._theirs = sheet
        self._sheet = KeptSheet(sheet)
        self._heading_row = heading_row
        self._palette = palette
        self._words = words
        self._serial = excel_serial(words.timezone)
        self._last_row = heading_row
        self._has_send_at = False
        first = max(_first_free(sheet), heading_width)
        if first + len(OWN_COLUMNS) > _COLUMNS_A_SHEET:
            raise InputError("no room for our columns", code="report_not_kept")
        self._own: tuple[tuple[int, Column], ...] = tuple(enumerate(OWN_COLUMNS, start=first))
        self._styles: dict[Kind, Style] = {
            Kind.TEXT: palette.our_text,
            Kind.ORDINAL: palette.row_number,
            Kind.NUMBER: palette.number,
            Kind.MONEY: palette.money,
            Kind.TIME: palette.time,
        }
        for col, column in self._own:
            put_text(self._sheet, heading_row - 1, col, words.heading(column), palette.our_heading)

    def put(self, row: ReportRow) -> None:
        """Write our values into the row that the person sees."""
        y = row.row_no - 1
        self._last_row = max(self._last_row, row.row_no)
        for (col, column), value in zip(self._own, self._words.values(row), strict=True):
            if column.key == "fate":
                put_text(self._sheet, y, col, str(value), self._palette.fates[row.fate])
            elif value is not None and value != "":
                self._put_value(y, col, column.kind, value)
        self._has_send_at = self._has_send_at or row.send_at is not None

    def _put_value(self, y: int, col: int, kind: Kind, value: Value) -> None:
        if isinstance(value, datetime):
            self._sheet.write_number(y, col, self._serial(value), self._styles[kind])
        elif isinstance(value, str) or (isinstance(value, Decimal) and not value.is_finite()):
            put_text(self._sheet, y, col, str(value), self._palette.our_text)
        elif value is not None:
            self._sheet.write_number(y, col, float(value), self._styles[kind])

    def close(self) -> tuple[str, ...]:
        """Widths of our columns; filter and frozen heading where they had none."""
        sheet = self._theirs
        for col, column in self._own:
            hidden = column.key == "send_at" and not self._has_send_at
            self._sheet.set_column(col, col, column.width, None, {"hidden": hidden})
        if sheet.row_dimensions[self._heading_row].height is None:
            # Nobody set it, so it would grow by itself if our headings were typed in.
            self._sheet.set_row(self._heading_row - 1, _HEADING_HEIGHT)
        if sheet.freeze_panes is None:
            self._sheet.freeze_panes(self._heading_row, 0)
        if not sheet.tables:
            self._widen_filter()
        if not _has_print_setup(sheet):
            self._sheet.set_landscape()
            self._sheet.fit_to_pages(1, 0)
            if sheet.page_setup.paperSize is None:
                self._sheet.set_paper(A3)
            if not sheet.print_title_rows:
                self._sheet.repeat_rows(self._heading_row - 1, self._heading_row - 1)
        return ()

    def _widen_filter(self) -> None:
        """A filter over their table is one over ours too; one elsewhere stays where it is."""
        last = get_column_letter(self._own[-1][0] + 1)
        found = self._theirs.auto_filter.ref
        if not found:
            self._theirs.auto_filter.ref = f"A{self._heading_row}:{last}{self._last_row}"
            return
        left, top, _, bottom = range_boundaries(found)
        if top == self._heading_row and left is not None:
            self._theirs.auto_filter.ref = f"{get_column_letter(left)}{top}:{last}{bottom}"


def _has_print_setup(sheet: Worksheet) -> bool:
    """Whether somebody thought about how the sheet prints: its scale, its area or its pages."""
    setup, fit = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    return bool(
        (setup.scale or _WHOLE) != _WHOLE
        or (fit is not None and fit.fitToPage)
        or sheet.print_area
        or sheet.col_breaks.brk
        or sheet.row_breaks.brk
    )


def _first_free(sheet: Worksheet) -> int:
    """The first column, from 0, right of everything that stands on the sheet."""
    used = 1
    for cells in sheet.iter_rows():
        for cell in reversed(cells):
            if isinstance(cell, MergedCell) or cell.value is not None or cell.comment:
                used = max(used, cell.column or 0)
                break
    return used
