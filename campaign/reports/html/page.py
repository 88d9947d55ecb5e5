"""The report to mail: one HTML file that needs nothing but a program that shows it.

No script, no address outside, no recipient: what came from a file or from the gateway is escaped by
the template engine, and the page forbids itself (CSP) to load or to run anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from campaign.domain import HANDED_OVER, ReportRow, Status
from campaign.domain.printable import visible
from campaign.i18n import reason
from campaign.reports.base import ReportWriter
from campaign.reports.columns import capital
from campaign.reports.figures import (
    DELIVERED,
    HANDED,
    NOT_SENT,
    PROBLEMS,
    TRIED,
    VALID,
    Problem,
    RunCounts,
    cost_sentences,
    count_rows,
    money_lines,
    open_sentences,
)
from campaign.reports.format import BLUE, GREEN, TINTS, ReportContext

_OPERATORS_SHOWN, _REASONS_DRAWN, _FILES_SHOWN, _UNKNOWNS_SHOWN = 7, 8, 10, 20

_REASON_LETTERS, _OPERATOR_LETTERS = 36, 20
"""What a chart has room for on a phone, next to a number."""

_VALUE_LETTERS, _TEXT_LETTERS = 200, 1000

_QUIET: Final = frozenset({Status.DELIVERED, Status.ACCEPTED, Status.PENDING})
"""Statuses whose rows nobody needs to look up."""

_HATCHED: Final = frozenset({Status.UNDELIVERED, Status.REFUSED, Status.INVALID})
"""Reds, which some eyes cannot tell from the green of `delivered`."""

_HEADLINE: Final = (
    ("said_waiting", frozenset({Status.ACCEPTED})),
    ("said_undelivered", frozenset({Status.UNDELIVERED, Status.NO_FINAL_STATUS})),
    ("said_refused", frozenset({Status.REFUSED})),
    ("said_unknown", frozenset({Status.UNKNOWN})),
    ("said_pending", frozenset({Status.PENDING})),
    ("said_left_out", NOT_SENT),
)
"""Sentences behind the first one, each with the statuses that it counts."""

_FUNNEL: Final = (
    ("rows", frozenset(Status), "#8494AE"),
    ("valid", VALID, "#5C7FA8"),
    ("handed_over", HANDED_OVER, BLUE),
    ("delivered", frozenset({Status.DELIVERED}), GREEN),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a chart.

    Attributes:
        key: For programs: a status, a step of the funnel.
        text: Its number as people read it.
        share: Of the whole width, from 0 to 1.
    """

    key: str
    name: str
    count: int
    text: str
    share: float
    color: str
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Totals over time, at the end of each step; the first is at the beginning."""

    key: str
    name: str
    totals: Sequence[int]
    color: str


class Page:
    """What the template shows of a run, besides plain figures.

    Attributes:
        occurring: Statuses of its rows, in the order of the page.
        tried: Those of messages that the gateway was asked to take.
        moments: Points of the timeline.
    """

    def __init__(self, context: ReportContext, counts: RunCounts) -> None:
        self._context, self._counts = context, counts
        self._label, self._texts, self._figures = context.label, context.texts, context.figures
        self._statuses = counts.statuses
        self.occurring = [status for status in TINTS if self._statuses[status]]
        self.tried = [status for status in self.occurring if status in TRIED]
        self.moments = counts.timeline.points()

    def sentence(self, key: str, **values: object) -> Markup:
        """A sentence of ours with what fills it escaped."""
        safe = {
            name: escape(value if isinstance(value, Markup) else visible(str(value)))
            for name, value in values.items()
        }
        return Markup(self._label(key, **safe))  # noqa: S704 - ours, filled with what is escaped

    def _command(self, verb: str, options: str = "") -> Markup:
        return Markup("<code>{}</code>").format(
            visible(f"campaign {verb} {clipped(self._context.run.run)}{options}")
        )

    def _setting(self, name: str) -> str:
        value = self._context.run.settings.get(name)
        return value if isinstance(value, str) else ""

    def headline(self) -> Iterator[str]:
        """The run in a few sentences."""
        count, counts = self._figures.count, self._counts
        handed, delivered = counts.sum_of(HANDED_OVER), self._statuses[Status.DELIVERED]
        unknown = self._statuses[Status.UNKNOWN]
        if handed:
            share = self._figures.share(delivered, handed)
            yield self.sentence("said_delivered", count=count(delivered), whole=count(handed),
                                share=share)  # fmt: skip
        else:
            yield self.sentence("said_doubt" if unknown else "said_none", count=count(unknown))
        for key, statuses in _HEADLINE:
            if (number := counts.sum_of(statuses)) and (handed or key != "said_unknown"):
                yield self.sentence(key, count=count(number))
        yield from cost_sentences(self._context, counts)

    def money(self) -> Iterator[tuple[str, str]]:
        """What was estimated and billed."""
        return money_lines(self._context, self._counts)

    def properties(self) -> Iterator[tuple[str, str]]:
        """Who, what, when."""
        run, extras, label = self._context.run, self._context.extras, self._label
        names = [source.name for source in run.sources] or [run.source_name]
        shown = ", ".join(map(clipped, names[:_FILES_SHOWN]))
        if len(names) > _FILES_SHOWN:
            shown += " " + label("more", count=self._figures.count(len(names) - _FILES_SHOWN))
        state = capital(label(f"state_{run.state}"))
        yield label("file" if len(names) == 1 else "files"), shown
        yield label("run"), clipped(run.run)
        yield label("gateway"), clipped(" ".join(filter(None, (run.gateway, run.gateway_url))))
        yield label("state"), f"{state}: {clipped(run.reason)}" if run.reason else state
        for key, name in (("sender", "sender"), ("schedule", "schedule"), ("label", "again")):
            if value := self._setting(name):
                yield label(key), clipped(value)
        if extras.operator:
            yield label("who"), clipped(extras.operator)
        yield label("created"), self._figures.stamp(run.created_at)
        yield label("as_of"), self._figures.stamp(self._context.as_of)

    def text(self) -> list[str]:
        """Lines of the text of all messages, if it is one."""
        return clipped(self._setting("text"), _TEXT_LETTERS).splitlines()

    def row_numbers(self, rows: Iterable[tuple[int, int]]) -> str:
        """Row numbers, each with its file where a run has several."""
        sources = self._context.run.sources
        names = {source.no: source.name for source in sources} if len(sources) > 1 else {}
        files = ((names.get(source_no, ""), row_no) for source_no, row_no in rows)
        return ", ".join(f"{clipped(name, 60)}: {no}" if name else str(no) for name, no in files)

    def first_rows(self, status: Status, code: str, count: int) -> str:
        """The first rows with that outcome, if somebody needs to look them up."""
        first = () if status in _QUIET else self._counts.first_rows[status, code]
        return self.row_numbers(first) + ("" if not first or count <= len(first) else "\u00a0…")

    def open(self) -> Iterator[str]:
        """What may still change, until when, and how to go on."""
        yield from open_sentences(self._context, self._counts, self.sentence, self._command)
        share, count = self._context.extras.share, self._figures.count
        if share is not None and share.recipients:
            yield self._label(
                "unknown_share",
                recipients=count(share.recipients),
                evidence=count(share.by_evidence),
                recipient=count(share.by_operator),
                resent=count(share.resent),
                left=count(share.left),
            )

    def problem(self, row: Problem) -> str:
        """Why a row is a problem, without what its cells hold."""
        if row.details:
            return _one_stop(reason(row.code, row.details, self._context.lang).reason)
        return _one_stop(self._texts.of_all(row.status, row.code).reason)

    def problems_note(self) -> Markup:
        """How many problems are shown, and where the others are."""
        shown, count = len(self._counts.problems), self._figures.count
        if not shown:
            return self.sentence("problems_none")
        whole, command = count(self._counts.sum_of(PROBLEMS)), self._command("report")
        return self.sentence("problems_note", shown=count(shown), count=whole, command=command)

    def pieces(self, counts: Counter[Status]) -> list[Bar]:
        """Counts as one line of colours."""
        return [
            self._bar(
                status.value,
                self._texts.status(status),
                counts[status],
                counts.total(),
                tint.bar,
                hatched=status in _HATCHED,
            )
            for status, tint in TINTS.items()
            if counts[status]
        ]

    def funnel(self) -> Iterator[Bar]:
        """How many of the rows got how far."""
        for key, statuses, color in _FUNNEL:
            count = self._counts.sum_of(statuses)
            yield self._bar(key, self._label(f"funnel_{key}"), count, self._counts.rows, color)

    def _bar(  # noqa: PLR0913 - what a bar is made of
        self, key: str, name: str, count: int, whole: int, color: str, *, hatched: bool = False
    ) -> Bar:
        text = f"{self._figures.count(count)} ({self._figures.share(count, whole)})"
        return Bar(key, name, count, text, count / whole if whole else 0.0, color, hatched)

    def curves(self) -> tuple[Curve, Curve]:
        """Delivered and handed over, each from the beginning."""
        delivered, handed = (
            Curve(key, self._label(f"funnel_{key}"), [one.totals[key] for one in self.moments], color)
            for key, color in ((DELIVERED, GREEN), (HANDED, BLUE))
        )
        return delivered, handed

    def timeline_lines(self) -> Iterator[tuple[str, ...]]:
        """A line a step."""
        for point in self.moments[1:]:
            totals = map(self._figures.count, point.totals.values())
            yield (self._figures.moment(point.until), *totals)

    def _operators(self) -> Iterator[tuple[str, Counter[Status]]]:
        """The largest ones, then all others as one, then those that the data does not know."""
        known = [(name, counts) for name, counts in self._counts.operators.items() if name]
        known.sort(key=lambda entry: (-entry[1].total(), entry[0]))
        yield from known[:_OPERATORS_SHOWN]
        others = sum((counts for _, counts in known[_OPERATORS_SHOWN:]), Counter[Status]())
        if others:
            yield self._label("operator_others"), others
        if unknown := self._counts.operators.get(""):
            yield self._label("operator_unknown"), unknown

    def operator_stacks(self) -> Iterator[tuple[str, str, list[Bar]]]:
        """Each operator's line is as long as all others: what counts are the shares in it."""
        delivered = self._texts.status(Status.DELIVERED)
        for name, counts in self._operators():
            whole = counts.total()
            share = self._figures.share(counts[Status.DELIVERED], whole)
            text = f"{delivered} {share} · {self._figures.count(whole)}"
            yield clipped(name, _OPERATOR_LETTERS), text, self.pieces(counts)

    def operator_heading(self) -> tuple[str, ...]:
        """Of the table of operators."""
        names = map(self._texts.status, self.tried)
        return self._label("operator"), self._label("in_all"), *names

    def operator_lines(self) -> Iterator[tuple[str, ...]]:
        """A line an operator."""
        for name, counts in self._operators():
            numbers = (counts.total(), *(counts[status] for status in self.tried))
            yield (name, *map(self._figures.count, numbers))

    def unknown_lines(self) -> Iterator[tuple[str, ...]]:
        """A line for each request whose outcome is unknown, the oldest first."""
        unknowns, figures = self._context.extras.unknowns, self._figures
        for one in unknowns[:_UNKNOWNS_SHOWN]:
            numbers = (one.unknown_count, one.member_count, one.ids_seen, one.queue_answers)
            committed = figures.moment(one.committed_at) if one.committed_at else ""
            yield (str(one.attempt_id), *map(figures.count, numbers), committed)
        if (more := len(unknowns) - _UNKNOWNS_SHOWN) > 0:
            yield (self._label("more", count=figures.count(more)), *[""] * 5)

    def reason_bars(self) -> Iterator[Bar]:
        """The most frequent reasons, where no operator is known."""
        for (status, code), count in self._counts.reasons.most_common(_REASONS_DRAWN):
            name = _one_stop(self._texts.plain(status, code).reason)
            yield Bar(
                code or status.value,
                clipped(name, _REASON_LETTERS),
                count,
                self._figures.count(count),
                count / self._counts.rows,
                TINTS[status].bar,
                status in _HATCHED,
            )


def _one_stop(sentence: str) -> str:
    """A gap at the end of a sentence ends it already."""
    return sentence.replace("….", "…")


def clipped(text: str, letters: int = _VALUE_LETTERS) -> str:
    """A text of others, not longer than a page bears."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


class HtmlWriter(ReportWriter):
    """Writes a page of a size that does not grow with the rows."""

    def _fill(self, draft: Path, context: ReportContext, rows: Iterator[ReportRow]) -> None:
        counts = count_rows(rows, context.lang)
        template = _environment().get_template("page.html")
        shown = template.render(
            page=Page(context, counts),
            run=context.run,
            extras=context.extras,
            lang=context.lang,
            label=context.label,
            texts=context.texts,
            figures=context.figures,
            as_of=context.as_of,
            counts=counts,
            tints=TINTS,
            Status=Status,
        )
        draft.write_bytes(shown.encode())


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("campaign.reports.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["clipped"] = clipped
    return environment


def _shown(value: object) -> object:
    """Text of others may not turn the reading direction or hide; what is ready-made stays."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
