"""The summary sheet: the run in one view, for the person who pays for it.

Every number here is counted or read, never a formula: the sheet says the same in every program.
Its fates are counted over the rows of this very workbook, so they always add up to them.
"""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from campaign.adapters.reports.columns import Words, capital
from campaign.adapters.reports.palette import TINTS, Palette
from campaign.adapters.reports.safe import put_text
from campaign.adapters.reports.sheets import Book, Sheet, Style
from campaign.adapters.reports.table import excel_serial
from campaign.model import Fate, RunInfo, Tally

_WIDTHS = (26, 62, 12, 10, 3, 60)
_NAME, _SAYING, _COUNT, _SHARE, _GAP, _HINT = range(6)
_TITLE_HEIGHT, _LINE_HEIGHT = 34, 18.75
_CHART_ROW = 2
_CHART_WIDTH, _BAR_HEIGHT, _CHART_PADDING = 424, 36, 60
_POINTS_A_PIXEL = 0.75
_MORE_HEIGHT = 15
_FILL = 1.1
"""Characters of running text in one of a column's width."""
_CHART_FONT = {"size": 10, "color": "#26323F"}
_A4 = 9
_VERDICTS = ("answered", "not_sent", "refused", "unknown", "settled")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the summary tells.

    Attributes:
        counts: Rows of this workbook by fate and reason code.
        as_of: When the report was made.
    """

    run: RunInfo
    tally: Tally
    counts: Counter[tuple[Fate, str]]
    as_of: datetime


def put_summary(book: Book, sheet: Sheet, palette: Palette, words: Words, facts: Facts) -> None:
    """Fill the summary sheet.

    Args:
        book: The workbook, for the chart.
        sheet: An empty sheet of it.
        palette: Its formats.
        words: Names and sentences in one language.
        facts: What there is to tell.
    """
    _Summary(book, sheet, palette, words, facts).put()


class _Summary:
    """Writes the sheet downwards; `_y` is the current line, `_points` its distance from the top."""

    def __init__(
        self, book: Book, sheet: Sheet, palette: Palette, words: Words, facts: Facts
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._palette = palette
        self._words = words
        self._facts = facts
        self._y = 0
        self._points = 0.0
        self._chart_end = 0.0

    def put(self) -> None:
        """Title, facts, fates with their chart, money, requests, reasons."""
        self._dress()
        self._text(_NAME, self._words.label("summary"), self._palette.title)
        self._end_line(_TITLE_HEIGHT)
        self._end_line()
        self._put_facts()
        self._put_fates()
        self._put_money()
        self._put_requests()
        while self._points < self._chart_end:
            self._end_line()
        self._put_reasons()

    def _dress(self) -> None:
        """Widths, colours, and how it prints."""
        sheet = self._sheet
        for col, width in enumerate(_WIDTHS):
            sheet.set_column(col, col, width)
        sheet.hide_gridlines(2)
        sheet.set_tab_color("#1F3A5F")
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _text(self, col: int, text: str, style: Style = None) -> None:
        """Write a string into the current line; a style shows on blank cells too."""
        put_text(self._sheet, self._y, col, text, style)

    def _number(self, col: int, number: float, style: Style) -> None:
        """Write a number into the current line."""
        self._sheet.write_number(self._y, col, number, style)

    def _end_line(self, height: float = _LINE_HEIGHT) -> None:
        """Go one line down."""
        self._sheet.set_row(self._y, height)
        self._points += height
        self._y += 1

    def _end_wrapped(self, *texts: tuple[int, str]) -> None:
        """Go one line down, having made room for the longest of the texts in their columns."""
        lines = max(math.ceil(len(text) / (_WIDTHS[col] * _FILL)) for col, text in texts)
        self._end_line(_LINE_HEIGHT + _MORE_HEIGHT * (max(lines, 1) - 1))

    def _put_head(self, *headings: tuple[int, str]) -> None:
        """The heading line of a block; numbers have theirs to the right."""
        for col, key in headings:
            right = col in (_COUNT, _SHARE)
            style = self._palette.head_right if right else self._palette.head
            self._text(col, self._words.label(key) if key else "", style)
        self._end_line()

    def _put_facts(self) -> None:
        """What was run, where it stands, and when that was."""
        run, label, palette = self._facts.run, self._words.label, self._palette
        state = capital(label(f"state_{run.state}"))
        for key, text in (
            ("file", run.source_name),
            ("run", run.run),
            ("gateway", f"{run.gateway} ({run.gateway_url})" if run.gateway_url else run.gateway),
            ("state", f"{state}: {run.reason}" if run.reason else state),
        ):
            self._text(_NAME, label(key), palette.name)
            self._text(_SAYING, text, palette.fact)
            self._end_wrapped((_SAYING, text))
        serial = excel_serial(self._words.timezone)
        for key, moment in (("created", run.created_at), ("as_of", self._facts.as_of)):
            self._text(_NAME, f"{label(key)}, {self._words.timezone}", palette.name)
            self._number(_SAYING, serial(moment), palette.fact_time)
            self._end_line()
        self._end_line()

    def _put_fates(self) -> None:
        """Every fate that occurs, their total, and the chart of both."""
        palette, words = self._palette, self._words
        by_fate: Counter[Fate] = Counter()
        for (fate, _), count in self._facts.counts.items():
            by_fate[fate] += count
        rows = by_fate.total()
        fates = [fate for fate in TINTS if by_fate[fate]]
        self._put_head((_NAME, "fate"), (_SAYING, ""), (_COUNT, "count"), (_SHARE, "share"))
        if fates:
            self._put_chart(fates)
        for fate in fates:
            meaning = words.meaning(fate)
            self._text(_NAME, words.fate(fate), palette.pills[fate])
            self._text(_SAYING, meaning, palette.cell)
            self._number(_COUNT, by_fate[fate], palette.cell_number)
            self._number(_SHARE, by_fate[fate] / rows, palette.cell_share)
            self._end_wrapped((_SAYING, meaning))
        self._text(_NAME, words.label("rows"), palette.total)
        self._text(_SAYING, "", palette.total)
        self._number(_COUNT, rows, palette.total_number)
        self._number(_SHARE, 1 if rows else 0, palette.total_share)
        self._end_line()
        self._end_line()

    def _put_chart(self, fates: list[Fate]) -> None:
        """Bars of the counts below the current line, each in its fate's colour, with its number."""
        name, first, last = self._sheet.name, self._y, self._y + len(fates) - 1
        chart = self._book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "categories": [name, first, _NAME, last, _NAME],
                "values": [name, first, _COUNT, last, _COUNT],
                "points": [{"fill": {"color": TINTS[fate].bar}} for fate in fates],
                "data_labels": {"value": True, "font": _CHART_FONT},
                "gap": 45,
            }
        )
        chart.set_title({"none": True})
        chart.set_legend({"none": True})
        # XlsxWriter names the axes of a bar chart by where they lie: y holds the categories.
        chart.set_y_axis(
            {
                "reverse": True,
                "num_font": _CHART_FONT,
                "line": {"none": True},
                "major_tick_mark": "none",
                "major_gridlines": {"visible": False},
            }
        )
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_chartarea({"border": {"color": "#D5DAE1"}})
        height = _CHART_PADDING + _BAR_HEIGHT * len(fates)
        chart.set_size({"width": _CHART_WIDTH, "height": height})
        place = {"description": self._words.label("fate"), "object_position": 2}
        self._sheet.insert_chart(_CHART_ROW, _HINT, chart, place)
        self._chart_end = _TITLE_HEIGHT + _LINE_HEIGHT * (_CHART_ROW + 1) + height * _POINTS_A_PIXEL

    def _put_money(self) -> None:
        """What it took, in parts and money."""
        tally, label, palette = self._facts.tally, self._words.label, self._palette
        self._put_head((_NAME, "cost_total"), (_SAYING, ""), (_COUNT, ""))
        for key, count in (
            ("segments_estimated", tally.segments_estimated),
            ("segments_billed", tally.segments_billed),
        ):
            self._put_figure(label(key), count, palette.cell_number)
        for currency, cost in tally.cost.items():
            self._put_figure(f"{label('cost_total')}, {currency}", cost, palette.cell_money)
        self._end_line()

    def _put_requests(self) -> None:
        """How the requests to the gateway ended."""
        attempts, label = self._facts.tally.attempts, self._words.label
        self._put_head((_NAME, "attempts"), (_SAYING, ""), (_COUNT, "count"))
        for verdict in _VERDICTS:
            if count := attempts.get(verdict):
                name = capital(label(f"attempts_{verdict}"))
                self._put_figure(name, count, self._palette.cell_number)
        self._end_line()

    def _put_figure(self, name: str, figure: Decimal | int, style: Style) -> None:
        """A named number on a line of its own."""
        self._text(_NAME, name, self._palette.cell)
        self._text(_SAYING, "", self._palette.cell)
        if isinstance(figure, Decimal) and not figure.is_finite():
            self._text(_COUNT, str(figure), style)
        else:
            self._number(_COUNT, float(figure), style)
        self._end_line()

    def _put_reasons(self) -> None:
        """Why rows have their fate, most frequent first, and what to do next."""
        palette, words, counts = self._palette, self._words, self._facts.counts
        self._put_head(
            (_NAME, "reasons"),
            (_SAYING, "reason"),
            (_COUNT, "count"),
            (_SHARE, "share"),
            (_GAP, ""),
            (_HINT, "next_step"),
        )
        for (fate, code), count in counts.most_common():
            said = words.plain(fate, code)
            sentence = said.reason.replace("….", "…")  # a missing detail at its end
            self._text(_NAME, words.fate(fate), palette.pills[fate])
            self._text(_SAYING, sentence, palette.cell)
            self._number(_COUNT, count, palette.cell_number)
            self._number(_SHARE, count / counts.total(), palette.cell_share)
            self._text(_GAP, "", palette.cell)
            self._text(_HINT, said.hint, palette.cell)
            self._end_wrapped((_SAYING, sentence), (_HINT, said.hint))
