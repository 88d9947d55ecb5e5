"""The person's own workbook, open in openpyxl, seen as the part of XlsxWriter that our sheets use.

So one piece of code writes our sheets into a new workbook and into theirs. What of XlsxWriter's
options our sheets do not use is not here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, Final, Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from campaign.reports.xlsx.sheet import (
    Chart,
    Options,
    Sheet,
    Style,
)

_CM_A_PIXEL: Final = 2.54 / 96


class OriginalChart:
    """A chart of ours in their workbook (`sheets.Chart`)."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._series: list[Options] = []
        self._legend: Options = {}
        self._axes: dict[str, Options] = {}
        self._size: Options = {}

    def add_series(self, options: Options, /) -> None:
        """Add values."""
        self._series.append(options)

    def set_title(self, options: Options, /) -> None:
        """None of ours has a title."""
        del options

    def set_legend(self, options: Options, /) -> None:
        """Place or drop the legend."""
        self._legend = options

    def set_x_axis(self, options: Options, /) -> None:
        """Shape the horizontal axis."""
        self._axes["x"] = options

    def set_y_axis(self, options: Options, /) -> None:
        """Shape the vertical axis."""
        self._axes["y"] = options

    def set_chartarea(self, options: Options, /) -> None:
        """The frame stays openpyxl's."""
        del options

    def set_size(self, options: Options, /) -> None:
        """Set width and height, in pixels."""
        self._size = options

    def made(self, sheet: Worksheet) -> BarChart | LineChart:
        """The chart, of figures on that sheet."""
        chart: Any = LineChart() if self._kind == "line" else BarChart()
        if self._kind != "line":
            chart.type = "bar" if self._kind == "bar" else "col"
            chart.gapWidth = 60
        for options in self._series:
            chart.series.append(_series(sheet, options, line=self._kind == "line"))
        if self._legend.get("none"):
            chart.legend = None
        else:
            chart.legend.position = "b"
        # openpyxl's x axis is that of the names, wherever it lies.
        names, figures = ("y", "x") if self._kind == "bar" else ("x", "y")
        _shape(chart.x_axis, self._axes.get(names, {}))
        _shape(chart.y_axis, self._axes.get(figures, {}))
        chart.layout = Layout()
        chart.width = float(str(self._size["width"])) * _CM_A_PIXEL
        chart.height = float(str(self._size["height"])) * _CM_A_PIXEL
        return chart  # type: ignore[no-any-return]  # one of the two


def _series(sheet: Worksheet, options: Options, *, line: bool) -> Any:  # noqa: ANN401 - a function of openpyxl makes it
    series: Any = Series(_reference(sheet, options["values"]))
    series.cat = _names(sheet, options["categories"])
    if "name" in options:
        series.tx = SeriesLabel(v=str(options["name"]))
    look: Any = options.get("line" if line else "fill")
    if line and look:
        color = str(look["color"]).removeprefix("#")
        series.graphicalProperties.line = LineProperties(solidFill=color, w=28_575)
        series.smooth = False
    elif look:
        series.graphicalProperties.solidFill = str(look["color"]).removeprefix("#")
    points: Any = options.get("points", ())
    for number, point in enumerate(points):
        drawn = DataPoint(idx=number)
        drawn.graphicalProperties.solidFill = str(point["fill"]["color"]).removeprefix("#")
        series.dPt.append(drawn)
    if "data_labels" in options:
        series.dLbls = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False
        )
    return series


def _reference(sheet: Worksheet, span: object) -> Reference:
    """XlsxWriter's [sheet, first row, column, last row, column], all from 0."""
    _, first, col, last, _ = span  # type: ignore[misc]  # as `Chart.add_series` is used
    return Reference(sheet, min_col=col + 1, min_row=first + 1, max_row=last + 1)  # type: ignore[has-type]  # as above


def _names(sheet: Worksheet, span: object) -> AxDataSource:
    return AxDataSource(strRef=StrRef(f=str(_reference(sheet, span))))


def _shape(axis: Any, options: Options) -> None:  # noqa: ANN401 - one of openpyxl's axes
    axis.delete = options.get("visible") is False
    axis.scaling.orientation = "maxMin" if options.get("reverse") else "minMax"
    lines: Any = options.get("major_gridlines", {})
    if not lines.get("visible"):
        axis.majorGridlines = None
    elif "line" in lines:
        color = str(lines["line"]["color"]).removeprefix("#")
        axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=color))
    if "num_format" in options:
        axis.number_format = options["num_format"]
    if "min" in options:
        axis.scaling.min = options["min"]


_STYLE: Final = "_style"

_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_SIDES: Final[dict[int, Literal["thin", "medium"]]] = {1: "thin", 2: "medium"}

_NONE: Final[Options] = {}

Dress = Callable[[Cell], None]


def put_text_openpyxl(sheet: Worksheet, row: int, col: int, text: str, dress: Dress | None) -> None:
    """Write a string into a cell of their workbook: the only way to do so, whatever it holds.

    openpyxl takes what begins with `=` for a formula and `#N/A` for an error; the type is set
    afterwards. The quote prefix keeps Excel from making a formula of it when the cell is edited.

    Args:
        sheet: A worksheet of openpyxl.
        row: From 0.
        col: From 0.
        text: Fit for a cell already (`safe.cell_text`).
        dress: Gives the cell its format.
    """
    cell = sheet.cell(row + 1, col + 1)
    if not isinstance(cell, Cell):
        raise TypeError("a cell within merged ones")
    cell.value = _escaped(text)
    cell.data_type = "s"
    cell.hyperlink = None
    if dress is not None:
        dress(cell)
    if text[:1] in "=+-@":
        cell.quotePrefix = True


def _escaped(text: str) -> str:
    """Openpyxl leaves `_x003D_` as it is, and Excel would read it as `=`."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


class OriginalSheet:
    """A new sheet in their workbook (`sheets.Sheet`)."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet

    @property
    def name(self) -> str:
        """As on its tab."""
        return str(self.sheet.title)

    def write_string(self, row: int, col: int, string: str, style: Style = None, /) -> int:
        """Write a typed string."""
        put_text_openpyxl(self.sheet, row, col, string, _dress(style))
        return 0

    def write_number(self, row: int, col: int, number: float, style: Style = None, /) -> int:
        """Write a number."""
        cell = self.sheet.cell(row + 1, col + 1, number)
        if isinstance(cell, Cell) and (dress := _dress(style)):
            dress(cell)
        return 0

    def write_blank(self, row: int, col: int, blank: None, style: Style, /) -> int:
        """Give an empty cell a format."""
        cell = self.sheet.cell(row + 1, col + 1, blank)
        if isinstance(cell, Cell) and (dress := _dress(style)):
            dress(cell)
        return 0

    def set_column(
        self, first: int, last: int, width: float, style: Style = None, options: Options = _NONE, /
    ) -> int:
        """Set the width of columns."""
        for col in range(first, last + 1):
            dimension = self.sheet.column_dimensions[get_column_letter(col + 1)]
            dimension.width = width
            dimension.hidden = bool(options.get("hidden", False))
            if isinstance(style, Look):
                # Cells that a person fills in later are texts too: a phone is no number.
                dimension.number_format = style.number_format
        return 0

    def set_row(self, row: int, height: float, style: Style = None, /) -> int:
        """Set the height of a row."""
        del style
        self.sheet.row_dimensions[row + 1].height = height
        return 0

    def freeze_panes(self, row: int, col: int, /) -> None:
        """Keep what is above and left of a cell in view."""
        self.sheet.freeze_panes = f"{get_column_letter(col + 1)}{row + 1}"

    def autofilter(self, first_row: int, first_col: int, last_row: int, last_col: int, /) -> int:
        """Give the headings of a range their filter buttons."""
        first, last = get_column_letter(first_col + 1), get_column_letter(last_col + 1)
        self.sheet.auto_filter.ref = f"{first}{first_row + 1}:{last}{last_row + 1}"
        return 0

    def ignore_errors(self, options: Mapping[str, str], /) -> int:
        """Openpyxl cannot: Excel's green triangles stay."""
        del options
        return 0

    def insert_chart(self, row: int, col: int, chart: Chart, options: Options, /) -> int:
        """Place a chart with its upper left corner in a cell."""
        del options
        if not isinstance(chart, OriginalChart):
            raise TypeError(chart)
        self.sheet.add_chart(chart.made(self.sheet), f"{get_column_letter(col + 1)}{row + 1}")
        return 0

    def hide_gridlines(self, option: int, /) -> None:
        """Hide them on the screen."""
        self.sheet.sheet_view.showGridLines = not option

    def set_landscape(self) -> None:
        """Print across."""
        self.sheet.page_setup.orientation = "landscape"

    def set_paper(self, paper: int, /) -> None:
        """8 is A3, 9 is A4."""
        self.sheet.page_setup.paperSize = paper

    def fit_to_pages(self, width: int, height: int, /) -> None:
        """Shrink to so many pages."""
        properties = self.sheet.sheet_properties.pageSetUpPr or PageSetupProperties()
        properties.fitToPage = True
        self.sheet.sheet_properties.pageSetUpPr = properties
        self.sheet.page_setup.fitToWidth = width
        self.sheet.page_setup.fitToHeight = height

    def repeat_rows(self, first: int, last: int, /) -> None:
        """Print these rows at the head of each page."""
        self.sheet.print_title_rows = f"{first + 1}:{last + 1}"

    def set_h_pagebreaks(self, breaks: Sequence[int], /) -> None:
        """Begin a new page behind so many rows."""
        for row in breaks:
            self.sheet.row_breaks.append(Break(id=row))

    def set_footer(self, footer: str, /) -> None:
        """Print at the foot of each page."""
        foot = self.sheet.oddFooter
        if foot is not None and foot.right is not None:
            foot.right.text = footer.removeprefix("&R")

    def set_tab_color(self, color: str, /) -> None:
        """Colour the tab."""
        self.sheet.sheet_properties.tabColor = color.removeprefix("#")


class Look:
    """A format of our cells (`sheets.Style`): made once, given to many."""

    def __init__(self, options: Options) -> None:
        get = options.get
        self.font = Font(
            name=str(get("font_name", "Calibri")),
            size=float(str(get("font_size", 11))),
            bold=bool(get("bold")),
            italic=bool(get("italic")),
            color=_hex(get("font_color", "#000000")),
        )
        paper = get("bg_color")
        self.fill = PatternFill("solid", fgColor=_hex(paper)) if paper else PatternFill()
        self.border = Border(top=_side(options, "top"), bottom=_side(options, "bottom"))
        align = get("align")
        self.alignment = Alignment(
            horizontal=str(align) if align else ("left" if get("indent") else None),
            vertical="center",
            wrap_text=bool(get("text_wrap")),
            indent=int(str(get("indent", 0))),
        )
        self.number_format = str(get("num_format", "General"))
        self._array: Any = None

    def dress(self, cell: Cell) -> None:
        """Give a cell this format."""
        if self._array is None:
            cell.font, cell.fill, cell.border = self.font, self.fill, self.border
            cell.alignment, cell.number_format = self.alignment, self.number_format
            # Five look-ups for each cell would be seconds; the stubs do not know the attribute.
            self._array = copy(getattr(cell, _STYLE))
        else:
            setattr(cell, _STYLE, copy(self._array))


def _dress(style: Style) -> Dress | None:
    return style.dress if isinstance(style, Look) else None


def _hex(color: object) -> str:
    return "FF" + str(color).removeprefix("#")


def _side(options: Options, edge: str) -> Side:
    kind = _SIDES.get(int(str(options.get(edge, 0))))
    return Side(kind, _hex(options.get(f"{edge}_color", "#000000"))) if kind else Side()


class OriginalWorkbook:
    """Their workbook, to which sheets are added (`sheets.Book`)."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def add_worksheet(self, name: str, /) -> Sheet:
        """Add a sheet behind the others."""
        return OriginalSheet(self.book.create_sheet(name))

    def add_format(self, options: Options, /) -> Style:
        """Make a cell format."""
        return Look(options)

    def add_chart(self, options: Options, /) -> Chart:
        """Make a chart."""
        return OriginalChart(str(options["type"]))

    def set_properties(self, options: Options, /) -> None:
        """Their document keeps its properties."""
        del options

    def worksheets(self) -> Sequence[Sheet]:
        """All sheets, theirs included; chart sheets have names too."""
        return [_Named(name) for name in self.book.sheetnames]


class _Named(OriginalSheet):
    """A sheet of which only the name is asked."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name
