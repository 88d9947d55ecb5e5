"""The part of XlsxWriter that the reports use, with types, and how a workbook is opened.

XlsxWriter ships no type marker; these protocols are its surface as far as we touch it. Its `write`
is left out on purpose: it guesses formulas and links. Strings go through `safe.put_text`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeAlias

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
