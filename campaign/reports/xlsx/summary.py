"""The summary sheet: the run in one view, for the person who pays for it.

Every number here is counted or read, never a formula: the sheet says the same in every program.
Its fates are counted over the rows of this very workbook, so they always add up to them.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from campaign.domain import (
    HANDED_OVER,
    Status,
)
from campaign.domain.printable import (
    visible,
    without_user,
)
from campaign.reports.columns import capital
from campaign.reports.figures import (
    DELIVERED,
    HANDED,
    PageFacts,
    about_unpriced,
)
from campaign.reports.format import TINTS, Figures, Job
from campaign.reports.xlsx.charts import (
    BLUE,
    GREEN,
    Span,
    columns_or_lines,
    points_of,
    status_bars,
)
from campaign.reports.xlsx.cursor import Lines
from campaign.reports.xlsx.rows import excel_serial
from campaign.reports.xlsx.sheet import (
    Book,
    Sheet,
    Style,
    Styles,
)

_NAME, _SAYING, _COUNT, _SHARE, _GAP, _HINT = range(6)

_CHART_HEIGHT: Final = 240

_BAR_HEIGHT: Final = 30

_MARGIN: Final = 20.0

_STEPS: Final = 12

_OPERATORS: Final = 10


def put_figures(  # noqa: PLR0913, PLR0917 - where, and what
    book: Book, lines: Lines, styles: Styles, job: Job, facts: PageFacts, parts: Counter[int]
) -> None:
    """Write what happened over time, how long messages are, and how operators did.

    Args:
        book: The workbook, for the charts.
        lines: The sheet, from its current line on.
        styles: Formats of the workbook.
        job: What the report is about.
        facts: Counted over its rows.
        parts: SMS a message to messages.
    """
    blocks = _Blocks(book, lines, styles, job, facts)
    blocks.put_timeline()
    blocks.put_parts(parts)
    blocks.put_operators()


class _Blocks:
    def __init__(
        self, book: Book, lines: Lines, styles: Styles, job: Job, facts: PageFacts
    ) -> None:
        self._book = book
        self._lines = lines
        self._styles = styles
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
        delivered = self._words.status(Status.DELIVERED)
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
            (name or say("operator_unknown"), statuses.total(), statuses[Status.DELIVERED])
            for name, statuses in sorted(found.items(), key=lambda item: -item[1].total())
        ]
        if not known:
            return
        rows, rest = known[:_OPERATORS], known[_OPERATORS:]
        if rest:
            others = (sum(one[1] for one in rest), sum(one[2] for one in rest))
            rows.append((say("operator_others"), *others))
        heads = (say("operators"), "", say("operators_note", source=self._facts.numbering))
        series = ((say("in_all"), BLUE), (self._words.status(Status.DELIVERED), GREEN))
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
            lines.text(_NAME, str(name), self._styles.cell)
            lines.text(_SAYING, "", self._styles.cell)
            for col, figure in enumerate(figures, start=_COUNT):
                lines.number(col, int(figure), self._styles.cell_number)
            lines.end()
        drawn = [(name, _COUNT + at, color) for at, (name, color) in enumerate(series)]
        columns_or_lines(self._book, lines.sheet, span, drawn, (start, _HINT), kind=kind,
                         height=height)  # fmt: skip
        if note:
            lines.text(_SAYING, note, self._styles.note)
            lines.end_wrapped((_SAYING, note))
        lines.end_below(top + points_of(height))
        lines.end()


WIDTHS: Final = (32, 62, 17, 14, 3, 60)

_FIRST_CHART_LINE: Final = 2

_RESULTS_HEIGHT: Final = 210.0

_FEW_LINES: Final = 100.0
"""Points: a heading does not stand alone at the foot of a printed page."""

_FILES_SHOWN: Final = 5

_VERDICTS: Final = ("answered", "not_sent", "refused", "unknown", "settled")

_PRICE_STEP: Final = Decimal("0.0001")


def put_summary(  # noqa: PLR0913, PLR0917 - the sheet, its workbook, and what they tell
    book: Book,
    sheet: Sheet,
    styles: Styles,
    job: Job,
    facts: PageFacts,
    parts: Counter[int],
    notes: Sequence[str],
) -> None:
    """Fill the summary sheet.

    Args:
        book: The workbook, for the charts.
        sheet: An empty sheet of it.
        styles: Its formats.
        job: What the report is about.
        facts: Counted over the rows of this workbook.
        parts: SMS a message to messages.
        notes: What the person should know.
    """
    _Summary(book, sheet, styles, job, facts).put(parts, notes)


class _Summary:
    """Writes the sheet downwards, block by block."""

    def __init__(
        self, book: Book, sheet: Sheet, styles: Styles, job: Job, facts: PageFacts
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._styles = styles
        self._job = job
        self._words = job.words()
        self._facts = facts
        self._figures = Figures(job.lang, job.timezone)
        self._lines = Lines(sheet, styles, WIDTHS)
        self._chart_end = 0.0

    def put(self, parts: Counter[int], notes: Sequence[str]) -> None:
        """Facts and fates with their chart, money, what is open, reasons; then the other charts."""
        self._lines.title(self._words.label("summary"))
        self._lines.end()
        self._put_facts()
        self._put_statuses()
        self._put_results()
        self._put_open(notes)
        self._put_requests()
        self._lines.end_below(self._chart_end)
        self._put_reasons()
        put_figures(self._book, self._lines, self._styles, self._job, self._facts, parts)
        self._lines.put_breaks()

    def _put_files(self) -> None:
        names = [source.name for source in self._job.run.sources] or [self._job.run.source_name]
        shown = ", ".join(names[:_FILES_SHOWN])
        if len(names) > _FILES_SHOWN:
            shown += f" + {len(names) - _FILES_SHOWN}"
        self._fact(self._words.label("file"), shown)

    def _put_facts(self) -> None:
        """What was run, by whom, where it stands, and when that was."""
        run, label, extras = self._job.run, self._words.label, self._job.extras
        state = capital(label(f"state_{run.state}"))
        self._put_files()
        self._fact(label("run"), run.run)
        gateway = f"{run.gateway} ({run.gateway_url})" if run.gateway_url else run.gateway
        self._fact(label("gateway"), without_user(gateway))
        self._fact(label("state"), f"{state}: {run.reason}" if run.reason else state)
        if extras.who:
            self._fact(self._job.say("who"), extras.who)
        if extras.command:
            self._fact(self._job.say("command"), without_user(extras.command))
        serial = excel_serial(self._words.timezone)
        for key, moment in (("created", run.created_at), ("as_of", self._job.as_of)):
            self._lines.text(_NAME, label(key), self._styles.name)
            self._lines.number(_SAYING, serial(moment), self._styles.fact_time)
            self._lines.end()
        self._fact(self._job.say("zone"), self._words.zone_until(self._job.as_of))
        self._lines.end()

    def _fact(self, name: str, text: str) -> None:
        self._lines.text(_NAME, name, self._styles.name)
        self._lines.text(_SAYING, text, self._styles.fact)
        self._lines.end_wrapped((_SAYING, text))

    def _put_statuses(self) -> None:
        """Every fate that occurs, their total, and the chart of both."""
        styles, words, by_status = self._styles, self._words, self._facts.statuses
        rows, statuses = by_status.total(), [status for status in TINTS if by_status[status]]
        label = words.label
        self._head(label("status"), "", label("count"), label("share"))
        if statuses:
            span = Span(self._lines.y, self._lines.y + len(statuses) - 1, _NAME)
            place = (_FIRST_CHART_LINE, _HINT)
            height = status_bars(self._book, self._sheet, span, _COUNT, statuses, place)
            self._chart_end = points_of(height) + 75
        for status in statuses:
            meaning = words.meaning(status)
            self._lines.text(_NAME, words.status(status), styles.pills[status])
            self._lines.text(_SAYING, meaning, styles.cell)
            self._lines.number(_COUNT, by_status[status], styles.cell_number)
            self._lines.number(_SHARE, by_status[status] / rows, styles.cell_share)
            self._lines.end_wrapped((_SAYING, meaning))
        self._lines.text(_NAME, label("rows"), styles.total)
        self._lines.text(_SAYING, "", styles.total)
        self._lines.number(_COUNT, rows, styles.total_number)
        self._lines.number(_SHARE, 1 if rows else 0, styles.total_share)
        self._lines.end()
        self._lines.end()

    def _put_results(self) -> None:
        """What it brought and what it took: delivered, parts and money, estimated and billed."""
        tally, say, styles = self._job.tally, self._job.say, self._styles
        self._lines.keep(_RESULTS_HEIGHT)
        self._head(say("results"), "", "", "")
        handed, delivered = self._facts.sum_of(HANDED_OVER), self._facts.statuses[Status.DELIVERED]
        self._figure(say("handed_over"), "", handed, styles.cell_number)
        if handed:
            self._figure(say("delivered_share"), "", delivered, styles.cell_number,
                         share=delivered / handed)  # fmt: skip
        unknowns = self._job.extras.share
        if unknowns is not None and unknowns.recipients:
            told = say("evidence_said", settled=unknowns.by_evidence, recipients=unknowns.recipients,
                       left=unknowns.left)  # fmt: skip
            self._figure(say("evidence_share"), told, unknowns.by_evidence, styles.cell_number,
                         share=unknowns.by_evidence / unknowns.recipients)  # fmt: skip
        self._figure(say("money_estimate"), "", tally.segments_estimated, styles.cell_number)
        if tally.segments_billed:
            estimated = self._facts.billed_estimate
            self._figure(say("money_billed_estimate"), "", estimated, styles.cell_number)
            self._figure(say("money_billed"), "", tally.segments_billed, styles.cell_number)
        for currency, cost in tally.cost.items():
            name = say("money_named" if self._facts.unpriced else "money_cost")
            self._figure(f"{name}, {currency}", "", cost, styles.cell_money)
            if tally.segments_billed and cost.is_finite():
                price = cost / tally.segments_billed
                whole = price * tally.segments_estimated
                self._figure(f"{say('money_price')}, {currency}", "",
                             price.quantize(_PRICE_STEP), styles.cell_price)  # fmt: skip
                self._figure(f"{say('money_whole')}, {currency}", "", whole, styles.cell_money)
        self._put_unpriced()
        if not tally.cost:
            self._figure(say("money_cost"), say("money_none"), None, styles.cell_money)
        self._lines.end()

    def _put_unpriced(self) -> None:
        """Messages whose answer was lost: the gateway took them and never named their price."""
        tally, facts, say = self._job.tally, self._facts, self._job.say
        if not tally.cost or not facts.unpriced:
            return
        whole = say("of_messages", whole=self._figures.count(facts.sum_of(HANDED_OVER)))
        self._figure(say("money_unpriced"), whole, facts.unpriced, self._styles.cell_number)
        about = about_unpriced(tally, facts)
        if about is not None:
            name = f"{say('money_about')}, {next(iter(tally.cost))}"
            self._figure(name, "", about, self._styles.cell_money)

    def _figure(
        self,
        name: str,
        said: str,
        figure: Decimal | int | None,
        style: Style,
        *,
        share: float | None = None,
    ) -> None:
        """A named number on a line of its own."""
        self._lines.text(_NAME, name, self._styles.cell)
        self._lines.text(_SAYING, said, self._styles.cell)
        self._lines.text(_SHARE, "", self._styles.cell)
        if figure is None:
            self._lines.text(_COUNT, "", style)
        else:
            self._lines.number(_COUNT, figure, style)
        if share is not None:
            self._lines.number(_SHARE, share, self._styles.cell_share)
        self._lines.end_wrapped((_NAME, name), (_SAYING, said))

    def _put_open(self, notes: Sequence[str]) -> None:
        """What is not final, with the command that goes on, and what else one should know."""
        self._lines.keep(_FEW_LINES)
        self._head(self._job.say("open"), "")
        for text in self._open() or [self._job.say("open_nothing")]:
            self._note(text)
        if notes:
            self._lines.end()
            self._lines.keep(_FEW_LINES)
            self._head(self._job.say("notes"), "")
            for text in notes:
                self._note(visible(text))
        self._lines.end()

    def _note(self, text: str) -> None:
        self._lines.text(_SAYING, text, self._styles.cell)
        self._lines.end_wrapped((_SAYING, text))

    def _open(self) -> list[str]:
        statuses, say, run = self._facts.statuses, self._job.say, visible(self._job.run.run)
        count, said = self._figures.count, []
        if statuses[Status.ACCEPTED]:
            command = f"campaign status {run} --wait 10m"
            said.append(
                say("open_accepted", count=count(statuses[Status.ACCEPTED]), command=command)
            )
            if self._facts.give_up is not None:
                first, last = map(self._figures.stamp, self._facts.give_up)
                key = "open_give_up_at" if first == last else "open_give_up"
                said.append(say(key, first=first, last=last, moment=first))
        if statuses[Status.PENDING]:
            command = f"campaign resume {run}"
            said.append(say("open_pending", count=count(statuses[Status.PENDING]), command=command))
        if statuses[Status.UNKNOWN]:
            command = f"campaign unknown {run}"
            said.append(say("open_unknown", count=count(statuses[Status.UNKNOWN]), command=command))
        return said

    def _put_requests(self) -> None:
        """How the requests to the gateway ended."""
        attempts, label = self._job.tally.attempts, self._words.label
        self._head(label("attempts"), "", label("count"), "")
        for verdict in _VERDICTS:
            if count := attempts.get(verdict):
                name = capital(label(f"attempts_{verdict}"))
                self._figure(name, "", count, self._styles.cell_number)
        self._lines.end()

    def _put_reasons(self) -> None:
        """Why rows have their fate, most frequent first, and what to do next."""
        styles, words, label = self._styles, self._words, self._words.label
        counts = self._facts.reasons
        self._lines.keep(_FEW_LINES)
        self._lines.head(
            label("reasons"), label("reason"), label("count"), label("share"), "",
            label("next_step"), right=(_COUNT, _SHARE),
        )  # fmt: skip
        for (status, code), count in counts.most_common():
            said = words.of_all(status, code)
            sentence = said.reason
            self._lines.text(_NAME, words.status(status), styles.pills[status])
            self._lines.text(_SAYING, sentence, styles.cell)
            self._lines.number(_COUNT, count, styles.cell_number)
            self._lines.number(_SHARE, count / counts.total(), styles.cell_share)
            self._lines.text(_GAP, "", styles.cell)
            self._lines.text(_HINT, said.hint, styles.cell)
            self._lines.end_wrapped((_SAYING, sentence), (_HINT, said.hint))
        self._lines.end()

    def _head(self, *headings: str) -> None:
        self._lines.head(*headings, right=(_COUNT, _SHARE))
