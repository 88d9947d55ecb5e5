"""New workbooks, through XlsxWriter: one row in memory, however many there are.

XlsxWriter ships no type marker, so it is `Any` here, and only here. Its `write` is never used: it
guesses formulas and links.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from campaign.domain.cells import column_letters
from campaign.reports.xlsx.sheet import A4, HAIR, CellFormat, Cells, Chart, Series, Sheet, free_name

_PLAIN: Final = re.compile(r"(?!\s)(?:[^&<>_\s]|_(?!x)|\s(?!\Z))*")
"""Nothing to escape, no white space at its ends; quick to say of nearly all cells."""

_ESCAPED: Final = re.compile(r"(_x[0-9a-fA-F]{4}_)")

_letters = cache(column_letters)

_FONT: Final = {"size": 10, "color": "#26323F"}


class RowWriter(Cells):
    """Writes many rows of a sheet, each to the right and downwards; `close` ends the last one.

    The sheet is one of XlsxWriter in constant memory; its rows so far are complete, and nothing
    else may write to it before `close`.
    """

    def __init__(self, sheet: Any, xf_index: Callable[[CellFormat], int], first_row: int) -> None:  # noqa: ANN401 - untyped
        self._sheet = sheet
        sheet._write_single_row(first_row)  # noqa: SLF001 - as XlsxWriter does before a new row
        self._out: Callable[[str], object] = sheet.row_data_fh.write
        self._xf_index = xf_index
        self._row = first_row
        self._last_col = 0
        self._cells: list[str] = []
        self._styles: dict[CellFormat | None, str] = {None: ""}

    def _string(self, row: int, col: int, string: str, style: CellFormat | None) -> None:
        text = f"<t>{string}</t>" if _PLAIN.fullmatch(string) else _escaped(string)
        self._put(row, col, style, f' t="inlineStr"><is>{text}</is></c>')

    def _number(self, row: int, col: int, number: float, style: CellFormat | None) -> None:
        self._put(row, col, style, f"><v>{number:.16G}</v></c>")

    def blank(self, row: int, col: int, style: CellFormat) -> None:
        self._put(row, col, style, "/>")

    def close(self) -> None:
        """End the last row, and tell XlsxWriter how far the sheet reaches."""
        self._end_row(self._row + 1)
        self._sheet._check_dimensions(self._row - 1, self._last_col)  # noqa: SLF001 - `<dimension>`, which readers believe
        self._sheet.previous_row = self._row

    def _put(self, row: int, col: int, style: CellFormat | None, rest: str) -> None:
        if row != self._row:
            self._end_row(row)
        self._last_col = max(self._last_col, col)
        xf = self._styles.get(style)
        if xf is None and style is not None:
            xf = self._styles[style] = f' s="{self._xf_index(style)}"'
        self._cells.append(f'<c r="{_letters(col)}{row + 1}"{xf}{rest}')

    def _end_row(self, row: int) -> None:
        if self._cells:
            self._out(f'<row r="{self._row + 1}">{"".join(self._cells)}</row>')
            self._cells.clear()
        self._row = row


def _escaped(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    text = _ESCAPED.sub(r"_x005F\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{space}>{text}</t>"


class NewSheet(Sheet):
    """A sheet of a new workbook."""

    def __init__(self, book: "NewBook", sheet: Any) -> None:  # noqa: ANN401 - untyped
        self._book = book
        self._sheet = sheet
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # no green triangles

    @property
    def name(self) -> str:
        return str(self._sheet.name)

    def row_writer(self, first_row: int) -> RowWriter:
        """Write many rows from here on, three times as fast; close it before anything else."""
        return RowWriter(self._sheet, self._book.xf_index, first_row)

    def blank(self, row: int, col: int, style: CellFormat) -> None:
        self._sheet.write_blank(row, col, None, self._book.native(style))

    def _string(self, row: int, col: int, string: str, style: CellFormat | None) -> None:
        self._sheet.write_string(row, col, string, self._book.native(style))

    def _number(self, row: int, col: int, number: float, style: CellFormat | None) -> None:
        self._sheet.write_number(row, col, number, self._book.native(style))

    def set_width(
        self, col: int, width: float, style: CellFormat | None = None, *, hidden: bool = False
    ) -> None:
        self._sheet.set_column(col, col, width, self._book.native(style), {"hidden": hidden})

    def set_height(self, row: int, points: float) -> None:
        self._sheet.set_row(row, points)

    def freeze(self, row: int, col: int) -> None:
        self._sheet.freeze_panes(row, col)

    def filter(self, last_row: int, last_col: int) -> None:
        self._sheet.autofilter(0, 0, last_row, last_col)

    def print_across(self, *, paper: int = A4, repeated: int | None = None, numbered: bool = False) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(paper)
        self._sheet.fit_to_pages(1, 0)
        if repeated is not None:
            self._sheet.repeat_rows(repeated, repeated)
        if numbered:
            self._sheet.set_footer("&R&P / &N")

    def break_pages(self, rows: Sequence[int]) -> None:
        self._sheet.set_h_pagebreaks(rows)

    def hide_gridlines(self) -> None:
        self._sheet.hide_gridlines(2)

    def color_tab(self, color: str) -> None:
        self._sheet.set_tab_color(color)

    def draw(self, chart: Chart, row: int, col: int) -> None:
        def span(col: int) -> list[str | int]:
            return [self.name, chart.first, col, chart.last, col]

        drawn, names = self._book.add_chart(chart), span(chart.names)
        for one in chart.series:
            options = _series_options(chart, one)
            drawn.add_series({"categories": names, "values": span(one.col), **options})
        named = len(chart.series) > 1
        drawn.set_legend({"position": "bottom", "font": _FONT} if named else {"none": True})
        _shape_axes(chart, drawn)
        drawn.set_title({"none": True})
        drawn.set_chartarea({"border": {"color": HAIR}})
        drawn.set_size({"width": chart.width, "height": chart.height})
        anchor = {"description": chart.description, "object_position": 2}
        self._sheet.insert_chart(row, col, drawn, anchor)


def _series_options(chart: Chart, series: Series) -> dict[str, object]:
    options: dict[str, object] = {"gap": 45 if series.points else 60}
    if series.name:
        options["name"] = series.name
    if chart.kind == "line":
        return {**options, "line": {"color": series.color, "width": 2.25}}
    if series.color:
        options["fill"] = {"color": series.color}
    if series.points:
        options["points"] = [{"fill": {"color": color}} for color in series.points]
    if chart.kind != "stacked":
        options["data_labels"] = {"value": True, "font": _FONT}
    return options


def _shape_axes(chart: Chart, drawn: Any) -> None:  # noqa: ANN401 - untyped
    names: dict[str, object] = {"num_font": _FONT, "major_gridlines": {"visible": False}}
    figures: dict[str, object] = {"num_format": "#,##0", "num_font": _FONT, "min": 0}
    if chart.kind != "bar":
        drawn.set_x_axis(names)
        lines = {"visible": True, "line": {"color": HAIR}}
        drawn.set_y_axis({**figures, "major_gridlines": lines})
        return
    # XlsxWriter names the axes of a bar chart by where they lie: y holds the names. Reversed, it
    # takes the axis of the figures to the top; their labels say enough.
    bare = {"line": {"none": True}, "major_tick_mark": "none"} if chart.series[0].points else {}
    drawn.set_y_axis({**names, **bare, "reverse": True})
    drawn.set_x_axis({**figures, "visible": False, "major_gridlines": {"visible": False}})


class NewBook:
    """A new workbook (a `Book`)."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - untyped
        self._book = book
        self._formats: dict[CellFormat, Any] = {}

    def native(self, style: CellFormat | None) -> Any:  # noqa: ANN401 - untyped
        """XlsxWriter's own format."""
        if style is None:
            return None
        if style not in self._formats:
            self._formats[style] = self._book.add_format(_options(style))
        return self._formats[style]

    def xf_index(self, style: CellFormat) -> int:
        """The number of a format in the file."""
        return int(self.native(style)._get_xf_index())  # noqa: SLF001 - as XlsxWriter writes a cell

    def add_chart(self, chart: Chart) -> Any:  # noqa: ANN401 - untyped
        """XlsxWriter's own chart, still empty."""
        stacked = chart.kind == "stacked"
        kind = {"type": "column", "subtype": "stacked"} if stacked else {"type": chart.kind}
        return self._book.add_chart(kind)

    def add_sheet(self, wanted: str) -> NewSheet:
        """Add a sheet behind the others."""
        names = [sheet.name for sheet in self._book.worksheets()]
        return NewSheet(self, self._book.add_worksheet(free_name(wanted, names)))


def _options(style: CellFormat) -> dict[str, object]:
    options: dict[str, object] = {
        "font_name": "Calibri",
        "font_size": style.size,
        "bold": style.bold,
        "italic": style.italic,
        "font_color": style.color,
        "bg_color": style.paper,
        "num_format": style.number,
        "align": style.align,
        "valign": style.valign,
        "indent": style.indent,
        "text_wrap": style.wrap,
    }
    for edge, line in (("top", style.top), ("bottom", style.bottom)):
        if line is not None:
            options[edge], options[f"{edge}_color"] = line
    return {name: value for name, value in options.items() if value}


@contextmanager
def open_book(path: Path, created: datetime | None = None) -> Iterator[NewBook]:
    """Open a new workbook, which overwrites the path when the block ends well.

    Each sheet's rows must be written downwards; sheets may take turns. Scratch files hold the same
    phones as the report, so they are in a folder of its owner's next to it, and go with it.

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
        if created is not None:
            book.set_properties({"author": "campaign", "created": created.astimezone(UTC)})
        try:
            yield NewBook(book)
            book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error
        finally:
            # XlsxWriter closes these itself only when the workbook is finished.
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
