"""The charts of the page, each with the table that says the same."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from campaign.adapters.reports import charts_svg
from campaign.adapters.reports.charts_svg import Bar, Curve, Stack
from campaign.adapters.reports.columns import Words
from campaign.adapters.reports.page_facts import DELIVERED, HANDED, TRIED, VALID, PageFacts
from campaign.adapters.reports.page_format import Figures
from campaign.adapters.reports.palette import TINTS
from campaign.model import HANDED_OVER, Fate
from campaign.rules.words_page import PAGE

_OPERATORS_SHOWN: Final = 7
_REASONS_SHOWN: Final = 8
_REASON_LETTERS, _OPERATOR_LETTERS = 36, 20
"""What a chart has room for on a phone, beside a number."""

_HATCHED: Final = frozenset({Fate.UNDELIVERED, Fate.REFUSED, Fate.INVALID})
"""Reds, which some eyes cannot tell from the green of `delivered`."""

_FUNNEL: Final = (
    ("rows", frozenset(Fate), "#8494AE"),
    ("valid", VALID, "#5C7FA8"),
    ("handed_over", HANDED_OVER, TINTS[Fate.ACCEPTED].bar),
    ("delivered", frozenset({Fate.DELIVERED}), TINTS[Fate.DELIVERED].bar),
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

    fates: Markup
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
        tried = [fate for fate in TINTS if fate in TRIED and self._facts.fates[fate]]
        return Charts(
            fates=self._fates(),
            funnel=self._funnel(),
            timeline=timeline,
            timeline_table=timeline_table,
            operators=self._operators(tried) if known else Markup(),
            operators_table=self._operators_table(tried),
            operators_note=self._label("operators_note").format(source=self._facts.numbering),
            legend=[(fate.value, self._words.fate(fate)) for fate in tried],
            reasons=Markup() if known else self._reasons(),
        )

    def _label(self, key: str) -> str:
        return PAGE[key][self._side]

    def _fates(self) -> Markup:
        """All rows as one line of colours."""
        rows, fates = self._facts.rows, self._facts.fates
        if not rows:
            return Markup()
        pieces = self._pieces(fates, list(TINTS), rows)
        line = Stack(self._label("total"), self._figures.count(rows), pieces)
        return charts_svg.stacks(self._label("tally"), [line])

    def _pieces(self, counts: Counter[Fate], fates: Sequence[Fate], whole: int) -> list[Bar]:
        return [
            Bar(
                key=fate.value,
                name=self._words.fate(fate),
                count=counts[fate],
                said=f"{self._figures.count(counts[fate])} "
                f"({self._figures.share(counts[fate], whole)})",
                share=counts[fate] / whole,
                color=TINTS[fate].bar,
                hatched=fate in _HATCHED,
            )
            for fate in fates
            if counts[fate]
        ]

    def _funnel(self) -> Markup:
        """How many of the rows got how far."""
        rows = self._facts.rows
        steps = []
        for key, fates, color in _FUNNEL:
            count = self._facts.sum_of(fates)
            said = f"{self._figures.count(count)} ({self._figures.share(count, rows)})"
            share = count / rows if rows else 0.0
            steps.append(Bar(key, self._label(f"funnel_{key}"), count, said, share, color))
        return charts_svg.bars(self._label("funnel"), steps)

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
        blue, green = TINTS[Fate.ACCEPTED].bar, TINTS[Fate.DELIVERED].bar
        chart = charts_svg.curves(
            self._label("timeline"),
            ends,
            top,
            [
                Curve(DELIVERED, names[1], series[1], green, filled=True),
                Curve(HANDED, names[0], series[0], blue),
            ],
        )
        return chart, Grid(heading, lines)

    def _operator_lines(self) -> Iterator[tuple[str, Counter[Fate]]]:
        """The largest ones, then all others as one, then those that the data does not know."""
        known = [(name, counts) for name, counts in self._facts.operators.items() if name]
        known.sort(key=lambda entry: (-entry[1].total(), entry[0]))
        yield from known[:_OPERATORS_SHOWN]
        others: Counter[Fate] = Counter()
        for _, counts in known[_OPERATORS_SHOWN:]:
            others += counts
        if others:
            yield self._label("operator_others"), others
        if unknown := self._facts.operators.get(""):
            yield self._label("operator_unknown"), unknown

    def _operators(self, fates: Sequence[Fate]) -> Markup:
        """Each operator's line is as long as all others: what counts are the shares in it."""
        lines = []
        for name, counts in self._operator_lines():
            whole = counts.total()
            delivered = self._figures.share(counts[Fate.DELIVERED], whole)
            said = f"{self._words.fate(Fate.DELIVERED)} {delivered} · {self._figures.count(whole)}"
            lines.append(
                Stack(_clipped(name, _OPERATOR_LETTERS), said, self._pieces(counts, fates, whole))
            )
        return charts_svg.stacks(self._label("operators"), lines)

    def _operators_table(self, fates: Sequence[Fate]) -> Grid:
        heading = (self._label("operator"), self._label("in_all"), *map(self._words.fate, fates))
        count = self._figures.count
        return Grid(
            heading,
            [
                (name, count(counts.total()), *(count(counts[fate]) for fate in fates))
                for name, counts in self._operator_lines()
            ],
        )

    def _reasons(self) -> Markup:
        """The most frequent reasons; their table stands elsewhere on the page."""
        rows = self._facts.rows
        entries = []
        for (fate, code), count in self._facts.reasons.most_common(_REASONS_SHOWN):
            name = self._words.plain(fate, code).reason.replace("….", "…")
            said = self._figures.count(count)
            color, hatched = TINTS[fate].bar, fate in _HATCHED
            name = _clipped(name, _REASON_LETTERS)
            entries.append(Bar(code or fate.value, name, count, said, count / rows, color, hatched))
        return charts_svg.bars(self._label("by_reason"), entries) if entries else Markup()


def _clipped(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"
