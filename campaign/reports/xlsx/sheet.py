"""Workbooks as the reports write them: one protocol of sheets, which two back ends fill.

`new_book` writes a new workbook through XlsxWriter, `original_book` adds sheets to the user's own
one through openpyxl. All rows and columns are counted from 0. Strings go through `Cells.text`,
sheet names through `free_name`: nothing from outside becomes a formula, a link or a bad name.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, Literal, Protocol

from campaign.domain.printable import cell_text
from campaign.i18n import Lang, say
from campaign.reports.format import TINTS

A3, A4 = 8, 9
"""Papers, as Excel numbers them."""

ROWS_A_SHEET, COLUMNS_A_SHEET = 1_048_576, 16_384
"""Source: Excel specifications and limits."""

HEADING_HEIGHT = 34

NAVY, HAIR = "#1F3A5F", "#D5DAE1"


_COUNT, _MONEY, _PRICE, _SHARE = "#,##0", "#,##0.00", "#,##0.0000", "0.0%"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CellFormat:
    """How a cell looks; compared by identity, so that back ends find theirs at once.

    Attributes:
        color: Of the letters, "" for the default; all colours are `#RRGGBB`.
        paper: Colour behind the letters, "" for none.
        top: Width (1 or 2) and colour of the line above.
        bottom: The same below.
    """

    bold: bool = False
    italic: bool = False
    size: int = 11
    color: str = ""
    paper: str = ""
    number: str = ""
    align: Literal["", "left", "center", "right"] = ""
    valign: Literal["", "vcenter", "bottom"] = "vcenter"
    indent: int = 0
    wrap: bool = False
    top: tuple[int, str] | None = None
    bottom: tuple[int, str] | None = None


class Styles:
    """The formats of a report in one language; `their_...` are for the recipients' own columns."""

    text = CellFormat(number="@")
    our_text = CellFormat(number="@", indent=1)
    row_number = CellFormat(number="0", align="center", color="#7A8694")
    number = CellFormat(number="0", align="center")
    money = CellFormat(number=_MONEY)
    their_heading = CellFormat(bold=True, wrap=True, bottom=(1, "#FFFFFF"), paper="#E3E7ED", color="#26323F")
    our_heading = CellFormat(
        bold=True, wrap=True, bottom=(1, "#FFFFFF"), paper=NAVY, color="#FFFFFF", indent=1
    )
    statuses: Final = {
        status: CellFormat(paper=tint.paper, color=tint.ink, bold=True, indent=1)
        for status, tint in TINTS.items()
    }
    pills: Final = {status: replace(style, bottom=(1, "#FFFFFF")) for status, style in statuses.items()}

    title = CellFormat(bold=True, size=20, color=NAVY)
    subtitle = CellFormat(bold=True, size=12, color=NAVY)
    name = CellFormat(color="#5B6775")
    note = CellFormat(color="#5B6775", italic=True, wrap=True)
    info = CellFormat(number="@", align="left", wrap=True)
    head = CellFormat(bold=True, color=NAVY, bottom=(2, NAVY))
    head_right = CellFormat(bold=True, color=NAVY, bottom=(2, NAVY), align="right")

    cell = CellFormat(bottom=(1, HAIR), wrap=True)
    cell_id = replace(cell, number="0", align="left")
    cell_number = replace(cell, number=_COUNT, align="right")
    cell_share = replace(cell, number=_SHARE, align="right")
    cell_money = replace(cell, number=_MONEY, align="right")
    cell_price = replace(cell, number=_PRICE, align="right")

    total = CellFormat(bold=True, top=(1, NAVY), paper="#F2F5F9")
    total_number = replace(total, number=_COUNT, align="right")
    total_share = replace(total, number=_SHARE, align="right")
    total_money = replace(total, number=_MONEY, align="right")

    def __init__(self, lang: Lang) -> None:
        moment = say(lang, "yyyy-mm-dd hh:mm:ss")
        self.time = CellFormat(number=moment, align="left", indent=1)
        self.info_time = CellFormat(number=moment, align="left")
        self.cell_time = replace(self.cell, number=moment, align="left")


@cache
def styles_in(lang: Lang) -> Styles:
    """The formats of a report; always the same ones, as back ends find them by identity."""
    return Styles(lang)


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: a column of figures; `points` gives each a colour of its own."""

    col: int
    name: str = ""
    color: str = ""
    points: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A native chart of figures on its own sheet.

    Attributes:
        first: First row of the figures; `last` is the last one.
        names: Column of their names.
        width: In pixels, as is `height`.
        description: For those who do not see it.
    """

    kind: Literal["bar", "column", "stacked", "line"]
    first: int
    last: int
    names: int
    series: Sequence[Series]
    height: int
    width: int = 424
    description: str = ""


class Cells(ABC):
    """Takes cells, downwards."""

    def text(self, row: int, col: int, text: str, style: CellFormat | None = None) -> None:
        """Write a string, shown as it is whatever it holds; an empty one only has its format."""
        if text:
            self._string(row, col, cell_text(text), style)
        elif style is not None:
            self.blank(row, col, style)

    def number(self, row: int, col: int, number: Decimal | float, style: CellFormat | None = None) -> None:
        """Write a number; one that Excel does not have, as text."""
        if math.isfinite(number):
            self._number(row, col, float(number), style)
        else:
            self.text(row, col, str(number), style)

    @abstractmethod
    def blank(self, row: int, col: int, style: CellFormat) -> None:
        """Give an empty cell a format."""

    @abstractmethod
    def _string(self, row: int, col: int, string: str, style: CellFormat | None) -> None:
        """Write a typed string, fit for a cell already."""

    @abstractmethod
    def _number(self, row: int, col: int, number: float, style: CellFormat | None) -> None: ...


class Sheet(Cells):
    """A worksheet; its rows must be written downwards."""

    @property
    @abstractmethod
    def name(self) -> str:
        """As on its tab."""

    @abstractmethod
    def set_width(
        self, col: int, width: float, style: CellFormat | None = None, *, hidden: bool = False
    ) -> None:
        """Set the width of a column, in characters; the format is that of cells filled in later."""

    @abstractmethod
    def set_height(self, row: int, points: float) -> None:
        """Set the height of a row."""

    @abstractmethod
    def freeze(self, row: int, col: int) -> None:
        """Keep what is above and left of a cell in view."""

    @abstractmethod
    def filter(self, last_row: int, last_col: int) -> None:
        """Give the headings in the first row their filter buttons."""

    @abstractmethod
    def print_across(self, *, paper: int = A4, repeated: int | None = None, numbered: bool = False) -> None:
        """Print one page wide, landscape; row `repeated` is at the head of each page."""

    @abstractmethod
    def break_pages(self, rows: Sequence[int]) -> None:
        """Begin a new page above each of these rows."""

    @abstractmethod
    def hide_gridlines(self) -> None:
        """Hide them on the screen too."""

    @abstractmethod
    def color_tab(self, color: str) -> None:
        """Colour the tab."""

    @abstractmethod
    def draw(self, chart: Chart, row: int, col: int) -> None:
        """Place a chart with its upper left corner in a cell."""


class Book(Protocol):
    """A workbook."""

    def add_sheet(self, wanted: str) -> Sheet:
        """Add a sheet behind the others; its name is made by `free_name`."""
        ...


_SHEET_NAME_LIMIT = 31
"""UTF-16 units."""


def free_name(wanted: str, sheets: Iterable[str]) -> str:
    r"""The name, or what Excel takes of it, with a number if one of the sheets has it already.

    Source:
        Microsoft, "Rename a worksheet": at most 31 characters, none of ``/ \ ? * : [ ]``, no
        apostrophe at its ends, not "History".
    """
    taken = {name.casefold() for name in sheets} | {"history"}
    plain = "".join(c for c in cell_text(wanted) if c not in "[]:*?/\\" and c.isprintable())
    base = _cut_name(plain, _SHEET_NAME_LIMIT) or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        tail = f" {number}"
        name = _cut_name(base, _SHEET_NAME_LIMIT - len(tail)) + tail
    return name


def _cut_name(name: str, limit: int) -> str:
    """At most so many UTF-16 units, without apostrophes and blanks at its ends."""
    units = name.strip(" '").encode("utf-16-le")[: 2 * limit]
    return units.decode("utf-16-le", errors="ignore").strip(" '")


_SECONDS_A_DAY = 86_400

_EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)


def excel_serial(timezone: tzinfo) -> Callable[[datetime], float]:
    """Make a converter of moments to Excel's count of days on the clock of a time zone.

    It remembers its last results: the recipients of a chunk share their times.
    """

    @lru_cache(maxsize=4096)
    def serial(moment: datetime) -> float:
        wall = moment.astimezone(timezone).replace(tzinfo=UTC)
        # Parts of a second are cut as in the texts of the other reports, never rounded up.
        return int((wall - _EXCEL_DAY_0).total_seconds()) / _SECONDS_A_DAY

    return serial
