"""The user's own workbook, open in openpyxl, to which our sheets are added."""

import re
from collections.abc import Sequence
from copy import copy
from typing import Any, Final, Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart import Series as ChartSeries
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from campaign.domain.cells import column_letters
from campaign.reports.xlsx.sheet import A4, HAIR, CellFormat, Chart, Series, Sheet, free_name

_CM_A_PIXEL: Final = 2.54 / 96

_STYLE: Final = "_style"

_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_SIDES: Final[dict[int, Literal["thin", "medium"]]] = {1: "thin", 2: "medium"}

_VALIGN: Final[dict[str, Literal["center", "bottom"]]] = {"vcenter": "center", "bottom": "bottom"}


class OriginalSheet(Sheet):
    """A sheet of the user's workbook, new or their own."""

    def __init__(self, book: "OriginalBook", sheet: Worksheet) -> None:
        self._book = book
        self.sheet = sheet

    @property
    def name(self) -> str:
        return str(self.sheet.title)

    def blank(self, row: int, col: int, style: CellFormat) -> None:
        self._book.set_format(self._cell(row, col), style)

    def _string(self, row: int, col: int, string: str, style: CellFormat | None) -> None:
        """Write a typed string.

        openpyxl takes what begins with `=` for a formula and `#N/A` for an error; the type is set
        afterwards. The quote prefix keeps Excel from making a formula of it when it is edited.
        """
        cell = self._cell(row, col)
        # openpyxl leaves `_x003D_` as it is, and Excel would read it as `=`.
        cell.value = _ESCAPED.sub("_x005F_", string)
        cell.data_type = "s"
        cell.hyperlink = None
        self._book.set_format(cell, style)
        if string[:1] in "=+-@":
            cell.quotePrefix = True

    def _number(self, row: int, col: int, number: float, style: CellFormat | None) -> None:
        cell = self._cell(row, col)
        cell.value = number
        self._book.set_format(cell, style)

    def _cell(self, row: int, col: int) -> Cell:
        cell = self.sheet.cell(row + 1, col + 1)
        if not isinstance(cell, Cell):
            raise TypeError("a cell within merged ones")
        return cell

    def set_width(
        self, col: int, width: float, style: CellFormat | None = None, *, hidden: bool = False
    ) -> None:
        dimension = self.sheet.column_dimensions[column_letters(col)]
        dimension.width = width
        dimension.hidden = hidden
        if style is not None:
            # Cells that the user fills in later are texts too: a phone is no number.
            dimension.number_format = style.number

    def set_height(self, row: int, points: float) -> None:
        self.sheet.row_dimensions[row + 1].height = points

    def freeze(self, row: int, col: int) -> None:
        self.sheet.freeze_panes = f"{column_letters(col)}{row + 1}"

    def filter(self, last_row: int, last_col: int) -> None:
        self.sheet.auto_filter.ref = f"A1:{column_letters(last_col)}{last_row + 1}"

    def print_across(self, *, paper: int = A4, repeated: int | None = None, numbered: bool = False) -> None:
        properties = self.sheet.sheet_properties.pageSetUpPr or PageSetupProperties()
        properties.fitToPage = True
        self.sheet.sheet_properties.pageSetUpPr = properties
        setup = self.sheet.page_setup
        setup.orientation, setup.paperSize = "landscape", paper
        setup.fitToWidth, setup.fitToHeight = 1, 0
        if repeated is not None:
            self.sheet.print_title_rows = f"{repeated + 1}:{repeated + 1}"
        foot = self.sheet.oddFooter
        if numbered and foot is not None and foot.right is not None:
            foot.right.text = "&P / &N"

    def break_pages(self, rows: Sequence[int]) -> None:
        for row in rows:
            self.sheet.row_breaks.append(Break(id=row))

    def hide_gridlines(self) -> None:
        self.sheet.sheet_view.showGridLines = False

    def color_tab(self, color: str) -> None:
        self.sheet.sheet_properties.tabColor = _rgb(color)

    def draw(self, chart: Chart, row: int, col: int) -> None:
        drawn: Any = LineChart() if chart.kind == "line" else BarChart()
        if chart.kind != "line":
            drawn.type = "bar" if chart.kind == "bar" else "col"
            drawn.gapWidth = 60
        if chart.kind == "stacked":
            drawn.grouping, drawn.overlap = "stacked", 100
        for one in chart.series:
            drawn.series.append(_series(self.sheet, chart, one))
        if len(chart.series) > 1:
            drawn.legend.position = "b"
        else:
            drawn.legend = None
        # openpyxl's x axis is that of the names, wherever it lies.
        names, figures = drawn.x_axis, drawn.y_axis
        names.delete, names.majorGridlines = False, None
        names.scaling.orientation = "maxMin" if chart.kind == "bar" else "minMax"
        figures.delete = chart.kind == "bar"
        figures.number_format, figures.scaling.min = "#,##0", 0
        if chart.kind == "bar":
            figures.majorGridlines = None
        else:
            hair = GraphicalProperties(ln=LineProperties(solidFill=_rgb(HAIR)))
            figures.majorGridlines.spPr = hair
        drawn.layout = Layout()
        drawn.width, drawn.height = chart.width * _CM_A_PIXEL, chart.height * _CM_A_PIXEL
        self.sheet.add_chart(drawn, f"{column_letters(col)}{row + 1}")


def _series(sheet: Worksheet, chart: Chart, series: Series) -> Any:  # noqa: ANN401 - a function of openpyxl makes it
    def span(col: int) -> Reference:
        return Reference(sheet, min_col=col + 1, min_row=chart.first + 1, max_row=chart.last + 1)

    drawn: Any = ChartSeries(span(series.col))
    drawn.cat = AxDataSource(strRef=StrRef(f=str(span(chart.names))))
    if series.name:
        drawn.tx = SeriesLabel(v=series.name)
    if chart.kind == "line":
        line = LineProperties(solidFill=_rgb(series.color), w=28_575)
        drawn.graphicalProperties.line = line
        drawn.smooth = False
        return drawn
    if series.color:
        drawn.graphicalProperties.solidFill = _rgb(series.color)
    for number, color in enumerate(series.points):
        point = DataPoint(idx=number)
        point.graphicalProperties.solidFill = _rgb(color)
        drawn.dPt.append(point)
    if chart.kind != "stacked":
        drawn.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    return drawn


class OriginalBook:
    """The user's workbook (a `Book`)."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._styles: dict[CellFormat, Any] = {}

    def add_sheet(self, wanted: str) -> OriginalSheet:
        """Add a sheet behind theirs; chart sheets have names too."""
        return OriginalSheet(self, self._book.create_sheet(free_name(wanted, self._book.sheetnames)))

    def set_format(self, cell: Cell, style: CellFormat | None) -> None:
        """Give a cell a format."""
        if style is None:
            return
        if style not in self._styles:
            _set_format(cell, style)
            # Five look-ups for each cell would be seconds; the stubs do not know the attribute.
            self._styles[style] = copy(getattr(cell, _STYLE))
        else:
            setattr(cell, _STYLE, copy(self._styles[style]))


def _set_format(cell: Cell, style: CellFormat) -> None:
    cell.font = Font(
        name="Calibri",
        size=style.size,
        bold=style.bold,
        italic=style.italic,
        color=_argb(style.color or "#000000"),
    )
    cell.fill = PatternFill("solid", fgColor=_argb(style.paper)) if style.paper else PatternFill()
    cell.border = Border(top=_side(style.top), bottom=_side(style.bottom))
    cell.alignment = Alignment(
        horizontal=style.align or ("left" if style.indent else None),
        vertical=_VALIGN.get(style.valign),
        wrap_text=style.wrap,
        indent=style.indent,
    )
    cell.number_format = style.number or "General"


def _rgb(color: str) -> str:
    return color.removeprefix("#")


def _argb(color: str) -> str:
    return "FF" + _rgb(color)


def _side(line: tuple[int, str] | None) -> Side:
    return Side(_SIDES[line[0]], _argb(line[1])) if line else Side()
