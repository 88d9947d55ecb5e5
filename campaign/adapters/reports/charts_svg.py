"""Charts of the page, as SVG that stands in the HTML.

Lengths across are in percent and letters in pixels, so that a chart fits a phone and a desktop
alike and its words stay readable on both. Each drawn piece carries its number twice: in a tool-tip
and in `data-` attributes, which a test compares with the tally. ElementTree escapes what goes in.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from campaign.adapters.reports.safe import cell_text, visible

_BAR_TOP, _BAR_HEIGHT, _BAR_PITCH = 22, 14, 48
_STACK_TOP, _STACK_HEIGHT, _STACK_PITCH = 22, 18, 54
_PLOT_TOP, _PLOT_HEIGHT, _PLOT_FOOT = 24, 180, 24
_GRID: Final = 1000
_KEY_LETTERS: Final = 60
_HATCHED: Final = "url(#hatch)"


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a chart.

    Attributes:
        key: For programs: a fate, a step of the funnel.
        name: For people, beside the bar.
        said: Its number as people read it.
        share: Of the whole width, from 0 to 1.
        hatched: Strokes over the colour, for eyes that cannot tell it from its neighbour.
    """

    key: str
    name: str
    count: int
    said: str
    share: float
    color: str
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """A line of pieces that together fill their share of the width."""

    name: str
    said: str
    pieces: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Curve:
    """Totals over time.

    Attributes:
        totals: At the end of each step; the first is at the beginning.
        filled: An area, not a line.
    """

    key: str
    name: str
    totals: Sequence[int]
    color: str
    filled: bool = False


def bars(label: str, entries: Sequence[Bar]) -> Markup:
    """Bars one below the other, each under its name.

    Args:
        label: What the chart shows, for those who do not see it.
        entries: From the top.
    """
    svg = _svg(label, _BAR_PITCH * len(entries))
    for number, bar in enumerate(entries):
        top = _BAR_PITCH * number
        _caption(svg, top, bar.name, bar.said)
        _rect(svg, 0, 1, (top + _BAR_TOP, _BAR_HEIGHT), {"class": "track"})
        _piece(svg, bar, 0, (top + _BAR_TOP, _BAR_HEIGHT))
    return _markup(svg)


def stacks(label: str, lines: Sequence[Stack]) -> Markup:
    """Lines of pieces, each under its name.

    Args:
        label: What the chart shows, for those who do not see it.
        lines: From the top.
    """
    svg = _svg(label, _STACK_PITCH * len(lines))
    for number, line in enumerate(lines):
        top = _STACK_PITCH * number
        _caption(svg, top, line.name, line.said)
        left = 0.0
        for bar in line.pieces:
            _piece(svg, bar, left, (top + _STACK_TOP, _STACK_HEIGHT))
            left += bar.share
    return _markup(svg)


def curves(label: str, ends: tuple[str, str], top: str, entries: Sequence[Curve]) -> Markup:
    """Totals over time, from nothing to the highest.

    Args:
        label: What the chart shows, for those who do not see it.
        ends: First and last moment, as people read them.
        top: The highest total, as people read it.
        entries: Those further back first; all of the same length, at least 2.
    """
    height = _PLOT_TOP + _PLOT_HEIGHT + _PLOT_FOOT
    svg = _svg(label, height)
    _text(svg, "0", 14, top, "value")
    for part in (0, 0.5, 1):
        y = str(_PLOT_TOP + _PLOT_HEIGHT * part)
        ET.SubElement(svg, "line", {"x1": "0", "x2": "100%", "y1": y, "y2": y, "class": "grid"})
    plot = ET.SubElement(
        svg,
        "svg",
        {
            "y": str(_PLOT_TOP),
            "width": "100%",
            "height": str(_PLOT_HEIGHT),
            "viewBox": f"0 0 {_GRID} {_GRID}",
            "preserveAspectRatio": "none",
        },
    )
    highest = max(max(curve.totals) for curve in entries) or 1
    for curve in entries:
        _curve(plot, curve, highest)
    _text(svg, "0", height - 6, ends[0], "axis")
    _text(svg, "100%", height - 6, ends[1], "axis end")
    return _markup(svg)


def hatching() -> Markup:
    """The strokes that `Bar.hatched` puts over a colour; once in a page."""
    svg = ET.Element("svg", {"width": "0", "height": "0", "class": "hidden", "aria-hidden": "true"})
    pattern = ET.SubElement(
        ET.SubElement(svg, "defs"),
        "pattern",
        {
            "id": "hatch",
            "width": "6",
            "height": "6",
            "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
        },
    )
    ET.SubElement(pattern, "rect", {"width": "2", "height": "6", "fill": "#FFF", "opacity": "0.55"})
    return _markup(svg)


def _svg(label: str, height: int) -> ET.Element:
    return ET.Element(
        "svg",
        {"role": "img", "aria-label": _clean(label), "width": "100%", "height": str(height)},
    )


def _piece(svg: ET.Element, bar: Bar, left: float, place: tuple[float, float]) -> None:
    """A bar with its number; one that is there is never too thin to be seen."""
    if not bar.count:
        return
    group = ET.SubElement(
        svg, "g", {"data-key": _clean(bar.key[:_KEY_LETTERS]), "data-count": str(bar.count)}
    )
    ET.SubElement(group, "title").text = _clean(f"{bar.name}: {bar.said}")
    _rect(group, left, bar.share, place, {"fill": bar.color, "class": "piece"})
    if bar.hatched:
        _rect(group, left, bar.share, place, {"fill": _HATCHED})


def _rect(
    svg: ET.Element, left: float, share: float, place: tuple[float, float], more: dict[str, str]
) -> None:
    y, height = place
    ET.SubElement(
        svg,
        "rect",
        {
            "x": f"{100 * left:.3f}%",
            "y": f"{y:g}",
            "width": f"{100 * share:.3f}%",
            "height": f"{height:g}",
            **more,
        },
    )


def _curve(plot: ET.Element, curve: Curve, highest: int) -> None:
    last = len(curve.totals) - 1
    points = " ".join(
        f"{_GRID * step / last:g},{_GRID - _GRID * total / highest:g}"
        for step, total in enumerate(curve.totals)
    )
    told = {"data-key": curve.key, "data-totals": ",".join(map(str, curve.totals))}
    if curve.filled:
        shape = {"points": f"0,{_GRID} {points} {_GRID},{_GRID}", "fill": curve.color}
        element = ET.SubElement(plot, "polygon", {**shape, "opacity": "0.75", **told})
    else:
        shape = {"points": points, "stroke": curve.color, "class": "curve"}
        element = ET.SubElement(plot, "polyline", {**shape, **told})
    ET.SubElement(element, "title").text = _clean(f"{curve.name}: {curve.totals[-1]}")


def _caption(svg: ET.Element, top: float, name: str, said: str) -> None:
    _text(svg, "0", top + 15, name, "name")
    _text(svg, "100%", top + 15, said, "value end")


def _text(svg: ET.Element, x: str, y: float, text: str, kind: str) -> None:
    ET.SubElement(svg, "text", {"x": x, "y": f"{y:g}", "class": kind}).text = _clean(text)


def _clean(text: str) -> str:
    return visible(cell_text(text))


def _markup(svg: ET.Element) -> Markup:
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704 - ElementTree has escaped it
