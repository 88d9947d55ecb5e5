"""The figures at the foot of the summary, each table with its chart beside it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from campaign.adapters.reports.job import Job
from campaign.adapters.reports.lines import Lines
from campaign.adapters.reports.page_facts import DELIVERED, HANDED, PageFacts
from campaign.adapters.reports.page_format import Figures
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.sheets import Book
from campaign.adapters.reports.summary_charts import (
    BLUE,
    GREEN,
    Span,
    columns_or_lines,
    points_of,
)
from campaign.model import Fate

_NAME, _SAYING, _COUNT, _SHARE, _GAP, _CHART = range(6)
_CHART_HEIGHT: Final = 240
_BAR_HEIGHT: Final = 30
_MARGIN: Final = 20.0
_STEPS: Final = 12
_OPERATORS: Final = 10


def put_figures(  # noqa: PLR0913, PLR0917 - where, and what
    book: Book, lines: Lines, palette: Palette, job: Job, facts: PageFacts, parts: Counter[int]
) -> None:
    """Write what happened over time, how long messages are, and how operators did.

    Args:
        book: The workbook, for the charts.
        lines: The sheet, from its current line on.
        palette: Formats of the workbook.
        job: What the report is about.
        facts: Counted over its rows.
        parts: SMS a message to messages.
    """
    blocks = _Blocks(book, lines, palette, job, facts)
    blocks.put_timeline()
    blocks.put_parts(parts)
    blocks.put_operators()


class _Blocks:
    def __init__(
        self, book: Book, lines: Lines, palette: Palette, job: Job, facts: PageFacts
    ) -> None:
        self._book = book
        self._lines = lines
        self._palette = palette
        self._job = job
        self._facts = facts
        self._words = job.words()

    def put_timeline(self) -> None:
        """How many had been handed over and delivered by when, and their curves."""
        points, say = self._facts.timeline.points(_STEPS), self._job.say
        if not points:
            return
        moments = [point.until.astimezone(self._job.timezone) for point in points]
        said = [Figures(self._job.lang, self._job.timezone).moment(moment) for moment in moments]
        day = ""
        if len({moment.date() for moment in moments}) == 1:
            day = f"{said[0].split()[0]}, "  # \xa0 is white space: the date stands before it
            said = [f"{moment:%H:%M:%S}" for moment in moments]
        rows = [
            (text, point.totals[HANDED], point.totals[DELIVERED])
            for text, point in zip(said, points, strict=True)
        ]
        delivered = self._words.fate(Fate.DELIVERED)
        self._put(
            (say("timeline"), f"{say('until')}, {day}{self._words.zone}", ""),
            ((say("handed_over"), BLUE), (delivered, GREEN)), rows, "line", _CHART_HEIGHT,
        )  # fmt: skip

    def put_parts(self, parts: Counter[int]) -> None:
        """How many messages are of how many SMS."""
        if parts:
            rows = [(str(number), count) for number, count in sorted(parts.items())]
            heads = (self._job.say("parts"), "", "")
            series = ((self._job.say("messages"), BLUE),)
            self._put(heads, series, rows, "column", _CHART_HEIGHT)

    def put_operators(self) -> None:
        """How many were tried and delivered by operator, those with most first."""
        say, found = self._job.say, self._facts.operators
        known = [
            (name or say("operator_unknown"), fates.total(), fates[Fate.DELIVERED])
            for name, fates in sorted(found.items(), key=lambda item: -item[1].total())
        ]
        if not known:
            return
        rows, rest = known[:_OPERATORS], known[_OPERATORS:]
        if rest:
            others = (sum(one[1] for one in rest), sum(one[2] for one in rest))
            rows.append((say("operator_others"), *others))
        heads = (say("operators"), "", say("operators_note", source=self._facts.numbering))
        series = ((say("in_all"), BLUE), (self._words.fate(Fate.DELIVERED), GREEN))
        height = max(_CHART_HEIGHT, 100 + _BAR_HEIGHT * len(rows))
        self._put(heads, series, rows, "bar", height)

    def _put(
        self,
        heads: tuple[str, str, str],
        series: Sequence[tuple[str, str]],
        rows: Sequence[tuple[str | int, ...]],
        kind: str,
        height: int,
    ) -> None:
        """A table of figures, and its chart to the right of it.

        Args:
            heads: What it shows, more about it, and a note to stand below.
            series: Name and colour of each column of figures, at most two.
            rows: A name, then as many numbers as there are series.
            kind: Of the chart.
            height: Of the chart, in pixels.
        """
        self._lines.keep(points_of(height) + _MARGIN)
        top, lines = self._lines.points, self._lines
        start = lines.y
        names = [name for name, _ in series]
        *titles, note = heads
        lines.head(*titles, *names, *[""] * (2 - len(names)), right=(_COUNT, _SHARE))
        span = Span(lines.y, lines.y + len(rows) - 1, _NAME)
        for name, *figures in rows:
            lines.text(_NAME, str(name), self._palette.cell)
            lines.text(_SAYING, "", self._palette.cell)
            for col, figure in enumerate(figures, start=_COUNT):
                lines.number(col, int(figure), self._palette.cell_number)
            lines.end()
        drawn = [(name, _COUNT + at, color) for at, (name, color) in enumerate(series)]
        columns_or_lines(self._book, lines.sheet, span, drawn, (start, _CHART), kind=kind,
                         height=height)  # fmt: skip
        if note:
            lines.text(_SAYING, note, self._palette.note)
            lines.end_wrapped((_SAYING, note))
        lines.end_below(top + points_of(height))
        lines.end()
