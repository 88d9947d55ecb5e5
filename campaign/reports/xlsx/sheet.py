"""The part of XlsxWriter that the reports use, with types, and how a workbook is opened.

XlsxWriter ships no type marker; these protocols are its surface as far as we touch it. Its `write`
is left out on purpose: it guesses formulas and links. Strings go through `safe.put_text`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeAlias

from campaign.domain import Status
from campaign.domain.printable import (
    cell_text,
)
from campaign.i18n import Lang
from campaign.reports.format import TINTS

Style: TypeAlias = object
"""A format made by `Book.add_format`; None for the default one."""

Options: TypeAlias = Mapping[str, object]


class Cells(Protocol):
    """Takes cells, downwards; strings come from `safe.put_text`."""

    def write_string(self, row: int, col: int, string: str, style: Style = None, /) -> int:
        """Write a typed string; only `safe.put_text` calls this."""
        ...

    def write_number(self, row: int, col: int, number: float, style: Style = None, /) -> int:
        """Write a number; it must be finite."""
        ...

    def write_blank(self, row: int, col: int, blank: None, style: Style, /) -> int:
        """Give an empty cell a format."""
        ...


class Sheet(Cells, Protocol):
    """A worksheet; its rows must be written downwards, see `open_book`."""

    @property
    def name(self) -> str:
        """As on its tab."""
        ...

    def set_column(
        self, first: int, last: int, width: float, style: Style = None, options: Options = ..., /
    ) -> int:
        """Set the width of columns, in characters."""
        ...

    def set_row(self, row: int, height: float, style: Style = None, /) -> int:
        """Set the height of a row, in points."""
        ...

    def freeze_panes(self, row: int, col: int, /) -> None:
        """Keep what is above and left of a cell in view."""
        ...

    def autofilter(self, first_row: int, first_col: int, last_row: int, last_col: int, /) -> int:
        """Give the headings of a range their filter buttons."""
        ...

    def ignore_errors(self, options: Mapping[str, str], /) -> int:
        """Silence Excel's green triangles in a range."""
        ...

    def insert_chart(self, row: int, col: int, chart: "Chart", options: Options, /) -> int:
        """Place a chart with its upper left corner in a cell."""
        ...

    def hide_gridlines(self, option: int, /) -> None:
        """2 hides them on the screen too."""
        ...

    def set_landscape(self) -> None:
        """Print across."""
        ...

    def set_paper(self, paper: int, /) -> None:
        """8 is A3, 9 is A4."""
        ...

    def fit_to_pages(self, width: int, height: int, /) -> None:
        """Shrink to so many pages; 0 means as many as it takes."""
        ...

    def repeat_rows(self, first: int, last: int, /) -> None:
        """Print these rows at the head of each page."""
        ...

    def set_h_pagebreaks(self, breaks: Sequence[int], /) -> None:
        """Begin a new page behind so many rows."""
        ...

    def set_footer(self, footer: str, /) -> None:
        """Print at the foot of each page."""
        ...

    def set_tab_color(self, color: str, /) -> None:
        """Colour the tab."""
        ...


class Chart(Protocol):
    """A native chart."""

    def add_series(self, options: Options, /) -> None:
        """Add values, by reference to cells."""
        ...

    def set_title(self, options: Options, /) -> None:
        """Set or drop the title."""
        ...

    def set_legend(self, options: Options, /) -> None:
        """Place or drop the legend."""
        ...

    def set_x_axis(self, options: Options, /) -> None:
        """Shape the axis of the categories."""
        ...

    def set_y_axis(self, options: Options, /) -> None:
        """Shape the axis of the values."""
        ...

    def set_chartarea(self, options: Options, /) -> None:
        """Shape the frame."""
        ...

    def set_size(self, options: Options, /) -> None:
        """Set width and height, in pixels."""
        ...


class Book(Protocol):
    """A workbook."""

    def add_worksheet(self, name: str, /) -> Sheet:
        """Add a sheet behind the others; only `safe.put_sheet` calls this."""
        ...

    def add_format(self, options: Options, /) -> Style:
        """Make a cell format."""
        ...

    def add_chart(self, options: Options, /) -> Chart:
        """Make a chart, to be placed by `Sheet.insert_chart`."""
        ...

    def set_properties(self, options: Options, /) -> None:
        """Set the document's properties."""
        ...

    def worksheets(self) -> Sequence[Sheet]:
        """All sheets, in order."""
        ...


@contextmanager
def open_book(path: Path) -> Iterator[Book]:
    """Open a workbook that keeps one row in memory, however many there are.

    Each sheet's rows must be written downwards; sheets may take turns. Scratch files hold the same
    phones as the report, so they live beside it in a folder of its owner's and go with it.

    Args:
        path: An existing file, overwritten when the block ends well.

    Raises:
        OSError: The file cannot be written.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - 60 ms that --help need not pay
    from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    with TemporaryDirectory(prefix=".campaign-", dir=path.parent) as scratch:
        book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": scratch,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        book.use_zip64()  # used by zipfile only beyond 4 GB; without it such a report would fail
        try:
            yield book
            book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error
        finally:
            # XlsxWriter closes these itself only when the workbook is finished.
            for sheet in book.worksheets():
                sheet.row_data_fh.close()


_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}

_NAVY = "#1F3A5F"

_LINE = "#D5DAE1"


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of one workbook."""

    their_heading: Style
    our_heading: Style
    text: Style
    our_text: Style
    row_number: Style
    number: Style
    money: Style
    time: Style
    statuses: dict[Status, Style]
    pills: dict[Status, Style]
    title: Style
    name: Style
    head: Style
    head_right: Style
    cell: Style
    cell_number: Style
    cell_money: Style
    cell_price: Style
    note: Style
    cell_time: Style
    cell_id: Style
    subtitle: Style
    cell_share: Style
    fact: Style
    fact_time: Style
    total: Style
    total_number: Style
    total_share: Style
    total_money: Style


def make_styles(book: Book, lang: Lang) -> Styles:
    """Make the formats of a workbook.

    Args:
        book: The workbook.
        lang: Decides how times look.
    """
    moment = "dd.mm.yyyy hh:mm:ss" if lang == "ru" else "yyyy-mm-dd hh:mm:ss"

    def style(**options: object) -> Style:
        return book.add_format({**_FONT, **options})

    heading = {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": "#FFFFFF"}
    cell = {"bottom": 1, "bottom_color": _LINE, "text_wrap": True}
    head = {"bold": True, "font_color": _NAVY, "bottom": 2, "bottom_color": _NAVY}
    total = {"bold": True, "top": 1, "top_color": _NAVY, "bg_color": "#F2F5F9"}
    count = {"num_format": "#,##0", "align": "right"}
    share = {"num_format": "0.0%", "align": "right"}
    return Styles(
        their_heading=style(**heading, bg_color="#E3E7ED", font_color="#26323F"),
        our_heading=style(**heading, indent=1, bg_color=_NAVY, font_color="#FFFFFF"),
        text=style(num_format="@"),
        our_text=style(num_format="@", indent=1),
        row_number=style(num_format="0", align="center", font_color="#7A8694"),
        number=style(num_format="0", align="center"),
        money=style(num_format="#,##0.00"),
        time=style(num_format=moment, align="left", indent=1),
        statuses={
            status: style(bg_color=tint.paper, font_color=tint.ink, bold=True, indent=1)
            for status, tint in TINTS.items()
        },
        pills={
            status: style(
                bg_color=tint.paper,
                font_color=tint.ink,
                bold=True,
                indent=1,
                bottom=1,
                bottom_color="#FFFFFF",
            )
            for status, tint in TINTS.items()
        },
        title=style(bold=True, font_size=20, font_color=_NAVY),
        name=style(font_color="#5B6775"),
        head=style(**head),
        head_right=style(**head, align="right"),
        cell=style(**cell),
        cell_number=style(**{**cell, **count}),
        cell_money=style(**{**cell, "num_format": "#,##0.00", "align": "right"}),
        cell_price=style(**{**cell, "num_format": "#,##0.0000", "align": "right"}),
        note=style(font_color="#5B6775", italic=True, text_wrap=True),
        cell_id=style(**{**cell, "num_format": "0", "align": "left"}),
        subtitle=style(bold=True, font_size=12, font_color=_NAVY),
        cell_time=style(**{**cell, "num_format": moment, "align": "left"}),
        cell_share=style(**{**cell, **share}),
        fact=style(num_format="@", align="left", text_wrap=True),
        fact_time=style(num_format=moment, align="left"),
        total=style(**total),
        total_number=style(**total, **count),
        total_share=style(**total, **share),
        total_money=style(**total, num_format="#,##0.00", align="right"),
    )


_SHEET_NAME_LIMIT = 31
"""UTF-16 units of a sheet's name."""


def put_text(sheet: Cells, row: int, col: int, text: str, style: Style = None) -> None:
    """Write a string into a cell: the only way to do so, whatever the text holds.

    Args:
        sheet: A worksheet of XlsxWriter.
        row: From 0.
        col: From 0.
        text: Shown as it stands, never interpreted; an empty one leaves the cell blank.
        style: A format of the workbook.
    """
    if text:
        sheet.write_string(row, col, cell_text(text), style)
    elif style is not None:
        sheet.write_blank(row, col, None, style)


def put_sheet(book: Book, wanted: str) -> Sheet:
    r"""Add a sheet: the only way to do so, whatever name is wanted.

    Args:
        book: The workbook.
        wanted: A name, maybe out of a file; what Excel does not take is left out, and one that is
            taken already gets its number.

    Source:
        Microsoft, "Rename a worksheet": at most 31 characters, none of ``/ \ ? * : [ ]``, no
        apostrophe at its ends, not "History".
    """
    taken = {sheet.name.casefold() for sheet in book.worksheets()} | {"history"}
    plain = "".join(c for c in cell_text(wanted) if c not in "[]:*?/\\" and c.isprintable())
    base = _cut_name(plain, _SHEET_NAME_LIMIT) or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        tail = f" {number}"
        name = _cut_name(base, _SHEET_NAME_LIMIT - len(tail)) + tail
    return book.add_worksheet(name)


def _cut_name(name: str, limit: int) -> str:
    """At most so many UTF-16 units, without apostrophes and blanks at its ends."""
    units = name.strip(" '").encode("utf-16-le")[: 2 * limit]
    return units.decode("utf-16-le", errors="ignore").strip(" '")
