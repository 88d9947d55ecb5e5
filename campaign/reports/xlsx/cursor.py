"""Write a sheet of blocks downwards: one current line, and how far it is from the top."""

import math
from collections.abc import Sequence
from decimal import Decimal

from campaign.reports.xlsx.sheet import (
    Sheet,
    Style,
    Styles,
    put_text,
)

TITLE_HEIGHT, LINE_HEIGHT = 34, 18.75
_MORE_HEIGHT = 15
_FILL = 1.1
"""Characters of running text in one of a column's width."""
_A4 = 9
_PAPER_WIDTH, _PAPER_HEIGHT = 741.0, 487.0
"""Of A4 across, in points, within the usual margins of 0.7 and 0.75 inch."""
_SURE = 0.92
"""A page that is cut a little early is whole; one cut too late is two."""


class Lines:
    """Writes a sheet downwards.

    Args:
        sheet: An empty sheet.
        styles: Formats of its workbook.
        widths: Of its columns, in characters.

    Attributes:
        y: The current line, from 0.
        points: Its distance from the top.
    """

    def __init__(self, sheet: Sheet, styles: Styles, widths: Sequence[float]) -> None:
        self.sheet = sheet
        self.y = 0
        self.points = 0.0
        self._styles = styles
        self._widths = widths
        self._page = _printed_height(widths)
        self._page_top = 0.0
        self._breaks: list[int] = []
        for col, width in enumerate(widths):
            sheet.set_column(col, col, width)
        sheet.hide_gridlines(2)
        sheet.set_tab_color("#1F3A5F")
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def text(self, col: int, text: str, style: Style = None) -> None:
        """Write a string into the current line; a style shows on blank cells too."""
        put_text(self.sheet, self.y, col, text, style)

    def number(self, col: int, number: Decimal | float, style: Style) -> None:
        """Write a number into the current line; one that Excel does not have as text."""
        if math.isfinite(number):
            self.sheet.write_number(self.y, col, float(number), style)
        else:
            put_text(self.sheet, self.y, col, str(number), style)

    def end(self, height: float = LINE_HEIGHT) -> None:
        """Go one line down."""
        self.sheet.set_row(self.y, height)
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
        """Tell the sheet where pages begin, so that none ends within a chart."""
        self.sheet.set_h_pagebreaks(self._breaks)

    def end_wrapped(self, *texts: tuple[int, str]) -> None:
        """Go one line down, having made room for the longest of the texts in their columns."""
        lines = max(
            sum(
                math.ceil(len(part) / (self._widths[col] * _FILL)) or 1 for part in text.split("\n")
            )
            for col, text in texts
        )
        self.end(LINE_HEIGHT + _MORE_HEIGHT * (max(lines, 1) - 1))

    def end_below(self, points: float) -> None:
        """Go down until nothing covers the current line any more."""
        while self.points < points:
            self.end()

    def title(self, text: str) -> None:
        """The heading of the sheet."""
        self.text(0, text, self._styles.title)
        self.end(TITLE_HEIGHT)

    def head(self, *headings: str, right: Sequence[int] = ()) -> None:
        """The heading line of a block, from the first column.

        Args:
            headings: Of the columns, "" for none.
            right: Columns of numbers.
        """
        for col, heading in enumerate(headings):
            style = self._styles.head_right if col in right else self._styles.head
            self.text(col, heading, style)
        self.end()


def _printed_height(widths: Sequence[float]) -> float:
    """Points of the sheet that fit on a page which is as wide as all columns."""
    wide = sum((width * 7 + 5) * 0.75 for width in widths)  # 7 pixels a character of Calibri 11
    return _PAPER_HEIGHT * max(wide / _PAPER_WIDTH, 1.0) * _SURE
