"""Our charts in the person's own workbook: XlsxWriter's options as openpyxl has them."""

from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from campaign.adapters.reports.sheets import Options

_CM_A_PIXEL: Final = 2.54 / 96


class KeptChart:
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
