"""The charts of the page, each with the table that says the same."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from campaign.domain import (
    HANDED_OVER,
    Status,
)
from campaign.domain.printable import (
    cell_text,
    visible,
)
from campaign.i18n.ru import PAGE
from campaign.reports.columns import Words
from campaign.reports.figures import (
    DELIVERED,
    HANDED,
    TRIED,
    VALID,
    PageFacts,
)
from campaign.reports.format import TINTS, Figures

_BAR_TOP, _BAR_HEIGHT, _BAR_PITCH = 22, 14, 48

_STACK_TOP, _STACK_HEIGHT, _STACK_PITCH = 22, 18, 54

_PLOT_TOP, _PLOT_HEIGHT, _PLOT_FOOT = 24, 180, 24

_GRID: Final = 1000

_KEY_LETTERS: Final = 60

_HATCH_FILL: Final = "url(#hatch)"


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
        _rect(group, left, bar.share, place, {"fill": _HATCH_FILL})


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


_OPERATORS_SHOWN: Final = 7

_REASONS_SHOWN: Final = 8

_REASON_LETTERS, _OPERATOR_LETTERS = 36, 20
"""What a chart has room for on a phone, beside a number."""

_HATCHED: Final = frozenset({Status.UNDELIVERED, Status.REFUSED, Status.INVALID})
"""Reds, which some eyes cannot tell from the green of `delivered`."""

_FUNNEL: Final = (
    ("rows", frozenset(Status), "#8494AE"),
    ("valid", VALID, "#5C7FA8"),
    ("handed_over", HANDED_OVER, TINTS[Status.ACCEPTED].bar),
    ("delivered", frozenset({Status.DELIVERED}), TINTS[Status.DELIVERED].bar),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of figures: a heading, and lines that begin with a name."""

    heading: Sequence[str]
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts; an empty one has nothing to show.

    Attributes:
        legend: (fate, name) of the colours in `operators`.
        reasons: In the place of `operators` where no operator is known.
    """

    statuses: Markup
    funnel: Markup
    timeline: Markup
    timeline_table: Grid
    operators: Markup
    operators_table: Grid
    operators_note: str
    legend: Sequence[tuple[str, str]]
    reasons: Markup

    @staticmethod
    def of(facts: PageFacts, words: Words, figures: Figures) -> "Charts":
        """Draw them.

        Args:
            facts: What is to be seen.
            words: Names of fates.
            figures: Writes numbers and moments.
        """
        return _Painter(facts, words, figures).charts()


class _Painter:
    """Draws the charts of one page."""

    def __init__(self, facts: PageFacts, words: Words, figures: Figures) -> None:
        self._facts = facts
        self._words = words
        self._figures = figures
        self._side = 1 if words.lang == "ru" else 0

    def charts(self) -> Charts:
        """All of them."""
        timeline, timeline_table = self._timeline()
        known = any(name for name in self._facts.operators)
        tried = [status for status in TINTS if status in TRIED and self._facts.statuses[status]]
        return Charts(
            statuses=self._statuses(),
            funnel=self._funnel(),
            timeline=timeline,
            timeline_table=timeline_table,
            operators=self._operators(tried) if known else Markup(),
            operators_table=self._operators_table(tried),
            operators_note=self._label("operators_note").format(source=self._facts.numbering),
            legend=[(status.value, self._words.status(status)) for status in tried],
            reasons=Markup() if known else self._reasons(),
        )

    def _label(self, key: str) -> str:
        return PAGE[key][self._side]

    def _statuses(self) -> Markup:
        """All rows as one line of colours."""
        rows, statuses = self._facts.rows, self._facts.statuses
        if not rows:
            return Markup()
        pieces = self._pieces(statuses, list(TINTS), rows)
        line = Stack(self._label("total"), self._figures.count(rows), pieces)
        return stacks(self._label("tally"), [line])

    def _pieces(self, counts: Counter[Status], statuses: Sequence[Status], whole: int) -> list[Bar]:
        return [
            Bar(
                key=status.value,
                name=self._words.status(status),
                count=counts[status],
                said=f"{self._figures.count(counts[status])} "
                f"({self._figures.share(counts[status], whole)})",
                share=counts[status] / whole,
                color=TINTS[status].bar,
                hatched=status in _HATCHED,
            )
            for status in statuses
            if counts[status]
        ]

    def _funnel(self) -> Markup:
        """How many of the rows got how far."""
        rows = self._facts.rows
        steps = []
        for key, statuses, color in _FUNNEL:
            count = self._facts.sum_of(statuses)
            said = f"{self._figures.count(count)} ({self._figures.share(count, rows)})"
            share = count / rows if rows else 0.0
            steps.append(Bar(key, self._label(f"funnel_{key}"), count, said, share, color))
        return bars(self._label("funnel"), steps)

    def _timeline(self) -> tuple[Markup, Grid]:
        """Handed over and delivered, each from the beginning."""
        points = self._facts.timeline.points()
        names = (self._label("funnel_handed_over"), self._label("funnel_delivered"))
        heading = (f"{self._label('until')}, {self._words.zone}", *names)
        if not points:
            return Markup(), Grid(heading, ())
        series = [[point.totals[key] for point in points] for key in (HANDED, DELIVERED)]
        lines = [
            (self._figures.moment(point.until), *map(self._figures.count, point.totals.values()))
            for point in points[1:]
        ]
        ends = (self._figures.moment(points[0].until), self._figures.moment(points[-1].until))
        top = self._figures.count(max(map(max, series)))
        blue, green = TINTS[Status.ACCEPTED].bar, TINTS[Status.DELIVERED].bar
        chart = curves(
            self._label("timeline"),
            ends,
            top,
            [
                Curve(DELIVERED, names[1], series[1], green, filled=True),
                Curve(HANDED, names[0], series[0], blue),
            ],
        )
        return chart, Grid(heading, lines)

    def _operator_lines(self) -> Iterator[tuple[str, Counter[Status]]]:
        """The largest ones, then all others as one, then those that the data does not know."""
        known = [(name, counts) for name, counts in self._facts.operators.items() if name]
        known.sort(key=lambda entry: (-entry[1].total(), entry[0]))
        yield from known[:_OPERATORS_SHOWN]
        others: Counter[Status] = Counter()
        for _, counts in known[_OPERATORS_SHOWN:]:
            others += counts
        if others:
            yield self._label("operator_others"), others
        if unknown := self._facts.operators.get(""):
            yield self._label("operator_unknown"), unknown

    def _operators(self, statuses: Sequence[Status]) -> Markup:
        """Each operator's line is as long as all others: what counts are the shares in it."""
        lines = []
        for name, counts in self._operator_lines():
            whole = counts.total()
            delivered = self._figures.share(counts[Status.DELIVERED], whole)
            said = (
                f"{self._words.status(Status.DELIVERED)} {delivered} · {self._figures.count(whole)}"
            )
            lines.append(
                Stack(
                    _clipped(name, _OPERATOR_LETTERS), said, self._pieces(counts, statuses, whole)
                )
            )
        return stacks(self._label("operators"), lines)

    def _operators_table(self, statuses: Sequence[Status]) -> Grid:
        heading = (
            self._label("operator"),
            self._label("in_all"),
            *map(self._words.status, statuses),
        )
        count = self._figures.count
        return Grid(
            heading,
            [
                (name, count(counts.total()), *(count(counts[status]) for status in statuses))
                for name, counts in self._operator_lines()
            ],
        )

    def _reasons(self) -> Markup:
        """The most frequent reasons; their table stands elsewhere on the page."""
        rows = self._facts.rows
        entries = []
        for (status, code), count in self._facts.reasons.most_common(_REASONS_SHOWN):
            name = self._words.plain(status, code).reason.replace("….", "…")
            said = self._figures.count(count)
            color, hatched = TINTS[status].bar, status in _HATCHED
            name = _clipped(name, _REASON_LETTERS)
            entries.append(
                Bar(code or status.value, name, count, said, count / rows, color, hatched)
            )
        return bars(self._label("by_reason"), entries) if entries else Markup()


def _clipped(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"
