"""Write a sheet of blocks downwards: one current line, and how far it is from the top."""

import math
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from campaign.reports.format import ReportContext
from campaign.reports.xlsx.sheet import NAVY, CellFormat, Sheet, excel_serial, styles_in

TITLE_HEIGHT, LINE_HEIGHT = 34, 18.75
_MORE_HEIGHT = 15
_FILL = 1.1
"""Characters of running text in one of a column's width."""
_PAPER_WIDTH, _PAPER_HEIGHT = 741.0, 487.0
"""Of A4 across, in points, within the usual margins of 0.7 and 0.75 inch."""
_SURE = 0.92
"""A page that is cut a little early is whole; one cut too late is two."""

Value: TypeAlias = str | float | Decimal | datetime | None


class Cursor:
    """Writes an empty sheet downwards, line by line.

    Attributes:
        y: The current line, from 0.
        points: Its distance from the top.
    """

    def __init__(self, sheet: Sheet, context: ReportContext, widths: Sequence[float]) -> None:
        self.sheet = sheet
        self.y = 0
        self.points = 0.0
        self.styles = styles_in(context.lang)
        self._widths = widths
        self._serial = excel_serial(context.timezone)
        self._page = _printed_height(widths)
        self._page_top = 0.0
        self._breaks: list[int] = []
        for col, width in enumerate(widths):
            sheet.set_width(col, width)
        sheet.hide_gridlines()
        sheet.color_tab(NAVY)
        sheet.print_across()

    def line(
        self,
        values: Sequence[Value],
        styles: Sequence[CellFormat | None] | CellFormat | None = None,
        *,
        height: float | None = None,
    ) -> None:
        """Write a line from the first column on, and go one down.

        A value of "" shows only its format, None nothing at all. Without a height (in points) the
        line is made for the longest of the texts that wrap.
        """
        if not isinstance(styles, Sequence):
            styles = [styles] * len(values)
        lines = 1
        for col, (value, style) in enumerate(zip(values, styles, strict=True)):
            if isinstance(value, str):
                self.sheet.text(self.y, col, value, style)
                if style is not None and style.wrap:
                    lines = max(lines, self._lines_of(value, col))
            elif isinstance(value, datetime):
                self.sheet.number(self.y, col, self._serial(value), style)
            elif value is not None:
                self.sheet.number(self.y, col, value, style)
        self.end(height or LINE_HEIGHT + _MORE_HEIGHT * (lines - 1))

    def _lines_of(self, text: str, col: int) -> int:
        room = self._widths[col] * _FILL
        return sum(math.ceil(len(part) / room) or 1 for part in text.split("\n"))

    def end(self, height: float = LINE_HEIGHT) -> None:
        """Go one line down."""
        self.sheet.set_height(self.y, height)
        self.points += height
        self.y += 1

    def keep(self, points: float) -> None:
        """Begin a new printed page unless the one that is begun has so much room.

        Where lines have run over a page by themselves, nobody knows how far down the next one they
        reach, so a new one is begun too.
        """
        used = self.points - self._page_top
        if used and used + points > self._page:
            self._page_top = self.points
            self._breaks.append(self.y)

    def put_breaks(self) -> None:
        """Set where pages begin, so that none ends within a chart."""
        self.sheet.break_pages(self._breaks)

    def end_below(self, points: float) -> None:
        """Go down until nothing covers the current line any more."""
        while self.points < points:
            self.end()

    def title(self, text: str) -> None:
        """The heading of the sheet."""
        self.line([text], self.styles.title, height=TITLE_HEIGHT)

    def subtitle(self, text: str) -> None:
        """The heading of a block."""
        self.line([text], self.styles.subtitle)

    def head(self, *headings: str, right: Sequence[int] = ()) -> None:
        """The heading line of a block; `right` are its columns of numbers."""
        left, numbers = self.styles.head, self.styles.head_right
        self.line(headings, [numbers if col in right else left for col in range(len(headings))])


def _printed_height(widths: Sequence[float]) -> float:
    """Points of the sheet that fit on a page which is as wide as all columns."""
    wide = sum((width * 7 + 5) * 0.75 for width in widths)  # 7 pixels a character of Calibri 11
    return _PAPER_HEIGHT * max(wide / _PAPER_WIDTH, 1.0) * _SURE
