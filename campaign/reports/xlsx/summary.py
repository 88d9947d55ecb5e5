"""The summary sheet: the run in one view, for the person who pays for it.

Every number here is counted or read, never a formula: the sheet shows the same in every program.
Its statuses are counted over the rows of this very workbook, so they always add up to them.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from campaign.domain import HANDED_OVER, Status
from campaign.domain.printable import visible, without_user
from campaign.reports.columns import capital
from campaign.reports.figures import (
    DELIVERED,
    HANDED,
    PRICE_STEP,
    RunCounts,
    about_unpriced,
    average_price,
    open_sentences,
)
from campaign.reports.format import BLUE, GREEN, TINTS, ReportContext
from campaign.reports.xlsx.cursor import Cursor
from campaign.reports.xlsx.sheet import CellFormat, Chart, Series, Sheet, Styles

_NAME, _TEXT, _COUNT, _SHARE, _GAP, _HINT = range(6)

WIDTHS: Final = (32, 62, 17, 14, 3, 60)

_CHART_HEIGHT: Final = 240

_BAR_HEIGHT: Final = 30

_STATUS_BAR_HEIGHT, _STATUS_PADDING = 36, 60

_MARGIN: Final = 20.0

_STEPS: Final = 12

_OPERATORS: Final = 10

_FIRST_CHART_LINE: Final = 2

_RESULTS_HEIGHT: Final = 210.0

_FEW_LINES: Final = 100.0
"""Points: a heading does not stand alone at the foot of a printed page."""

_FILES_SHOWN: Final = 5

_VERDICTS: Final = ("answered", "not_sent", "refused", "unknown", "settled")


def _points(pixels: float) -> float:
    return pixels * 0.75


class Summary:
    """Writes the sheet downwards, block by block; the counts are over the rows of this workbook."""

    def __init__(self, sheet: Sheet, context: ReportContext, counts: RunCounts) -> None:
        self._sheet = sheet
        self._context = context
        self._texts, self._figures, self._label = context.texts, context.figures, context.label
        self._counts = counts
        self._cursor = Cursor(sheet, context, WIDTHS)
        self._styles = self._cursor.styles
        self._chart_end = 0.0

    def put(self, parts: Mapping[int, int], notes: Sequence[str]) -> None:
        """Fill the sheet; `parts` is SMS a message to messages."""
        self._cursor.title(self._label("summary"))
        self._cursor.end()
        self._put_properties()
        self._put_statuses()
        self._put_results()
        self._put_open(notes)
        self._put_requests()
        self._cursor.end_below(self._chart_end)
        self._put_reasons()
        self._put_timeline()
        self._put_parts(parts)
        self._put_operators()
        self._cursor.put_breaks()

    def _put_properties(self) -> None:
        run, extras, label, styles = (
            self._context.run, self._context.extras, self._label, self._styles
        )  # fmt: skip
        names = [source.name for source in run.sources] or [run.source_name]
        more = f" + {len(names) - _FILES_SHOWN}" if len(names) > _FILES_SHOWN else ""
        state = capital(label(f"state_{run.state}"))
        gateway = f"{run.gateway} ({run.gateway_url})" if run.gateway_url else run.gateway
        lines = [
            (label("file"), ", ".join(names[:_FILES_SHOWN]) + more),
            (label("run"), run.run),
            (label("gateway"), without_user(gateway)),
            (label("state"), f"{state}: {run.reason}" if run.reason else state),
        ]
        if extras.operator:
            lines.append((label("who"), extras.operator))
        if extras.command:
            lines.append((label("command"), without_user(extras.command)))
        for line in lines:
            self._cursor.line(line, (styles.name, styles.info))
        for key, moment in (("created", run.created_at), ("as_of", self._context.as_of)):
            self._cursor.line((label(key), moment), (styles.name, styles.info_time))
        zone = (label("zone"), self._texts.zone_until(self._context.as_of))
        self._cursor.line(zone, (styles.name, styles.info))
        self._cursor.end()

    def _put_statuses(self) -> None:
        styles, texts, label = self._styles, self._texts, self._label
        by_status = self._counts.statuses
        rows, statuses = by_status.total(), [status for status in TINTS if by_status[status]]
        self._head(label("status"), "", label("count"), label("share"))
        if statuses:
            height = _STATUS_PADDING + _STATUS_BAR_HEIGHT * len(statuses)
            colors = [TINTS[status].bar for status in statuses]
            self._draw("bar", [Series(_COUNT, points=colors)], len(statuses), height,
                       _FIRST_CHART_LINE)  # fmt: skip
            self._chart_end = _points(height) + 75
        for status in statuses:
            count = by_status[status]
            self._cursor.line(
                (texts.status(status), texts.meaning(status), count, count / rows),
                (styles.pills[status], styles.cell, styles.cell_number, styles.cell_share),
            )
        self._cursor.line(
            (label("rows"), "", rows, 1 if rows else 0),
            (styles.total, styles.total, styles.total_number, styles.total_share),
        )
        self._cursor.end()

    def _put_results(self) -> None:
        tally, counts, label, styles = (
            self._context.tally, self._counts, self._label, self._styles
        )  # fmt: skip
        self._cursor.keep(_RESULTS_HEIGHT)
        self._head(label("results"), "", "", "")
        handed, delivered = counts.sum_of(HANDED_OVER), counts.statuses[Status.DELIVERED]
        self._figure(label("handed_over"), handed)
        if handed:
            self._figure(label("delivered_share"), delivered, share=delivered / handed)
        share = self._context.extras.share
        if share is not None and share.recipients:
            text = label("evidence_said", settled=share.by_evidence, recipients=share.recipients,
                         left=share.left)  # fmt: skip
            self._figure(label("evidence_share"), share.by_evidence, text=text,
                         share=share.by_evidence / share.recipients)  # fmt: skip
        self._figure(label("money_estimate"), tally.segments_estimated)
        if tally.segments_billed:
            self._figure(label("money_billed_estimate"), counts.billed_estimate)
            self._figure(label("money_billed"), tally.segments_billed)
        price = average_price(tally, counts)
        for currency, cost in tally.cost.items():
            name = label("money_named" if counts.unpriced else "money_cost")
            self._figure(f"{name}, {currency}", cost, styles.cell_money)
            if price is not None:
                whole = price * tally.segments_estimated
                self._figure(f"{label('money_price')}, {currency}", price.quantize(PRICE_STEP),
                             styles.cell_price)  # fmt: skip
                self._figure(f"{label('money_whole')}, {currency}", whole, styles.cell_money)
        self._put_unpriced()
        if not tally.cost:
            self._figure(label("money_cost"), "", styles.cell_money, text=label("money_none"))
        self._cursor.end()

    def _put_unpriced(self) -> None:
        """Messages whose answer was lost: the gateway took them and never named their price."""
        tally, counts, label = self._context.tally, self._counts, self._label
        if not tally.cost or not counts.unpriced:
            return
        whole = label("of_messages", whole=self._figures.count(counts.sum_of(HANDED_OVER)))
        self._figure(label("money_unpriced"), counts.unpriced, text=whole)
        about = about_unpriced(tally, counts)
        if about is not None:
            name = f"{label('money_about')}, {next(iter(tally.cost))}"
            self._figure(name, about, self._styles.cell_money)

    def _figure(
        self,
        name: str,
        figure: Decimal | int | str,
        style: CellFormat = Styles.cell_number,
        *,
        text: str = "",
        share: float | str = "",
    ) -> None:
        cell = self._styles.cell
        styles = (cell, cell, style, cell if share == "" else self._styles.cell_share)
        self._cursor.line((name, text, figure, share), styles)

    def _put_open(self, notes: Sequence[str]) -> None:
        run = visible(self._context.run.run)
        still_open = open_sentences(
            self._context, self._counts, self._label, lambda verb, more: f"campaign {verb} {run}{more}"
        )
        for key, sentences in (("open", still_open), ("notes", [visible(text) for text in notes])):
            if not sentences:
                continue
            self._cursor.keep(_FEW_LINES)
            self._head(self._label(key), "")
            for text in sentences:
                self._cursor.line((None, text), self._styles.cell)
            self._cursor.end()

    def _put_requests(self) -> None:
        attempts, label = self._context.tally.attempts, self._label
        self._head(label("attempts"), "", label("count"), "")
        for verdict in _VERDICTS:
            if count := attempts.get(verdict):
                self._figure(capital(label(f"attempts_{verdict}")), count)
        self._cursor.end()

    def _put_reasons(self) -> None:
        """Why rows have their status, most frequent first, and what to do next."""
        styles, texts, label = self._styles, self._texts, self._label
        reasons, cell = self._counts.reasons, styles.cell
        self._cursor.keep(_FEW_LINES)
        self._head(label("reasons"), label("reason"), label("count"), label("share"), "",
                   label("next_step"))  # fmt: skip
        for (status, code), count in reasons.most_common():
            sentence = texts.of_all(status, code)
            self._cursor.line(
                (texts.status(status), sentence.reason, count, count / reasons.total(), "",
                 sentence.hint),
                (styles.pills[status], cell, styles.cell_number, styles.cell_share, cell, cell),
            )  # fmt: skip
        self._cursor.end()

    def _put_timeline(self) -> None:
        points, label = self._counts.timeline.points(_STEPS), self._label
        if not points:
            return
        moments = [point.until.astimezone(self._context.timezone) for point in points]
        times = [self._figures.moment(moment) for moment in moments]
        day = ""
        if len({moment.date() for moment in moments}) == 1:
            day = f"{times[0].split()[0]}, "  # \xa0 is white space: the date stands before it
            times = [f"{moment:%H:%M:%S}" for moment in moments]
        rows = [
            (text, point.totals[HANDED], point.totals[DELIVERED])
            for text, point in zip(times, points, strict=True)
        ]
        series = ((label("handed_over"), BLUE), (self._texts.status(Status.DELIVERED), GREEN))
        until = f"{label('until')}, {day}{self._texts.zone}"
        self._put_chart((label("timeline"), until), series, rows, "line")

    def _put_parts(self, parts: Mapping[int, int]) -> None:
        if parts:
            label = self._label
            rows = [(str(number), count) for number, count in sorted(parts.items())]
            series = ((label("messages"), BLUE),)
            self._put_chart((label("parts"), ""), series, rows, "column")

    def _put_operators(self) -> None:
        """How many were tried and delivered by operator, those with most first."""
        label, found = self._label, self._counts.operators
        known = [
            (name or label("operator_unknown"), statuses.total(), statuses[Status.DELIVERED])
            for name, statuses in sorted(found.items(), key=lambda item: -item[1].total())
        ]
        if not known:
            return
        rows, rest = known[:_OPERATORS], known[_OPERATORS:]
        if rest:
            others = (sum(one[1] for one in rest), sum(one[2] for one in rest))
            rows.append((label("operator_others"), *others))
        series = ((label("in_all"), BLUE), (self._texts.status(Status.DELIVERED), GREEN))
        note = label("operators_note", source=self._counts.numbering)
        self._put_chart((label("operators"), ""), series, rows, "bar", note)

    def _put_chart(
        self,
        heads: tuple[str, str],
        series: Sequence[tuple[str, str]],
        rows: Sequence[tuple[str | int, ...]],
        kind: Literal["bar", "column", "line"],
        note: str = "",
    ) -> None:
        """A table of figures with a note below, and its chart to the right of it.

        Args:
            heads: What it shows, and more about it.
            series: Name and colour of each column of figures, at most two.
            rows: A name, then as many numbers as there are series.
        """
        bars = 100 + _BAR_HEIGHT * len(rows) if kind == "bar" else 0
        height = max(_CHART_HEIGHT, bars)
        cursor, styles = self._cursor, self._styles
        cursor.keep(_points(height) + _MARGIN)
        top, start = cursor.points, cursor.y
        names = [name for name, _ in series]
        self._head(*heads, *names, *[""] * (2 - len(names)))
        drawn = [Series(col, name, color) for col, (name, color) in enumerate(series, start=_COUNT)]
        self._draw(kind, drawn, len(rows), height, start)
        cell, number = styles.cell, styles.cell_number
        for name, *figures in rows:
            cursor.line((name, "", *figures), (cell, cell, *[number] * len(figures)))
        if note:
            cursor.line((None, note), styles.note)
        cursor.end_below(top + _points(height))
        cursor.end()

    def _draw(
        self,
        kind: Literal["bar", "column", "line"],
        series: Sequence[Series],
        count: int,
        height: int,
        at: int,
    ) -> None:
        """Draw the lines that come next, next to line `at`."""
        first = self._cursor.y
        chart = Chart(kind=kind, first=first, last=first + count - 1, names=_NAME, series=series,
                      height=height)  # fmt: skip
        self._sheet.draw(chart, at, _HINT)

    def _head(self, *headings: str) -> None:
        self._cursor.head(*headings, right=(_COUNT, _SHARE))
