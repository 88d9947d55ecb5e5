"""The native charts of the summary, each beside the figures that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.domain import Status
from campaign.reports.format import TINTS
from campaign.reports.xlsx.sheet import (
    Book,
    Chart,
    Sheet,
)

CHART_WIDTH = 424
_BAR_HEIGHT, _CHART_PADDING = 36, 60
_POINTS_A_PIXEL = 0.75
_FONT = {"size": 10, "color": "#26323F"}
_HAIR = "#D5DAE1"
BLUE, GREEN = TINTS[Status.ACCEPTED].bar, TINTS[Status.DELIVERED].bar


@dataclass(frozen=True, slots=True)
class Span:
    """Where the figures of a chart stand on its sheet, from 0."""

    first: int
    last: int
    names: int


def points_of(pixels: float) -> float:
    """Height of so many pixels on the screen, in points."""
    return pixels * _POINTS_A_PIXEL


def status_bars(  # noqa: PLR0913, PLR0917 - what a chart is made of
    book: Book,
    sheet: Sheet,
    span: Span,
    values: int,
    statuses: Sequence[Status],
    place: tuple[int, int],
) -> int:
    """Bars of counts, each in its fate's colour, with its number; returns the height in pixels.

    Args:
        book: The workbook.
        sheet: Where the figures are, and the chart goes.
        span: Lines and column of the names.
        values: Column of the counts.
        statuses: One a line.
        place: Line and column of the chart's upper left corner.
    """
    chart = book.add_chart({"type": "bar"})
    chart.add_series({
        "categories": [sheet.name, span.first, span.names, span.last, span.names],
        "values": [sheet.name, span.first, values, span.last, values],
        "points": [{"fill": {"color": TINTS[status].bar}} for status in statuses],
        "data_labels": {"value": True, "font": _FONT},
        "gap": 45,
    })  # fmt: skip
    chart.set_legend({"none": True})
    # XlsxWriter names the axes of a bar chart by where they lie: y holds the categories.
    chart.set_y_axis({
        "reverse": True,
        "num_font": _FONT,
        "line": {"none": True},
        "major_tick_mark": "none",
        "major_gridlines": {"visible": False},
    })  # fmt: skip
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    height = _CHART_PADDING + _BAR_HEIGHT * len(statuses)
    _place(sheet, chart, place, height)
    return height


def columns_or_lines(  # noqa: PLR0913 - what a chart is made of
    book: Book,
    sheet: Sheet,
    span: Span,
    series: Sequence[tuple[str, int, str]],
    place: tuple[int, int],
    *,
    kind: str,
    height: int,
) -> None:
    """Columns, bars or lines of whole numbers over the same names.

    Args:
        book: The workbook.
        sheet: Where the figures are, and the chart goes.
        span: Lines and column of the names.
        series: Name, column and colour of each.
        place: Line and column of the chart's upper left corner.
        kind: `column`, `bar` or `line`.
        height: In pixels.
    """
    chart = book.add_chart({"type": kind})
    for name, values, color in series:
        look: dict[str, object] = (
            {"line": {"color": color, "width": 2.25}}
            if kind == "line"
            else {
                "fill": {"color": color},
                "gap": 60,
                "data_labels": {"value": True, "font": _FONT},
            }
        )
        chart.add_series({
            "name": name,
            "categories": [sheet.name, span.first, span.names, span.last, span.names],
            "values": [sheet.name, span.first, values, span.last, values],
            **look,
        })  # fmt: skip
    chart.set_legend({"position": "bottom", "font": _FONT} if len(series) > 1 else {"none": True})
    count = {"num_format": "#,##0", "num_font": _FONT, "min": 0,
             "major_gridlines": {"visible": True, "line": {"color": _HAIR}}}  # fmt: skip
    names = {"num_font": _FONT, "major_gridlines": {"visible": False}}
    if kind == "bar":
        chart.set_y_axis({**names, "reverse": True})
        # A reversed axis of names takes that of the counts to the top; the labels say enough.
        chart.set_x_axis({**count, "visible": False, "major_gridlines": {"visible": False}})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(count)
    _place(sheet, chart, place, height)


def _place(sheet: Sheet, chart: Chart, place: tuple[int, int], height: int) -> None:
    chart.set_title({"none": True})
    chart.set_chartarea({"border": {"color": _HAIR}})
    chart.set_size({"width": CHART_WIDTH, "height": height})
    sheet.insert_chart(*place, chart, {"object_position": 2})
