"""The report to mail: one HTML file that needs nothing but a program that shows it.

No script, no address outside, no recipient: what came from a file or from the gateway is escaped by
the template engine, and the page forbids itself (CSP) to load or to run anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from campaign.domain import HANDED_OVER, ReportExtras, ReportRow, RunInfo, Status, Tally
from campaign.domain.printable import visible
from campaign.i18n import Lang, reason, texts_in
from campaign.i18n.labels import PAGE
from campaign.reports.base import ReportWriter
from campaign.reports.columns import Texts, capital
from campaign.reports.figures import (
    DELIVERED,
    HANDED,
    TRIED,
    VALID,
    Problem,
    RunCounts,
    cost_sentences,
    count_rows,
    money_lines,
)
from campaign.reports.format import BLUE, GREEN, TINTS, Figures

_OPERATORS_SHOWN, _REASONS_DRAWN, _FILES_SHOWN, _UNKNOWNS_SHOWN = 7, 8, 10, 20

_REASON_LETTERS, _OPERATOR_LETTERS = 36, 20
"""What a chart has room for on a phone, next to a number."""

_VALUE_LETTERS, _TEXT_LETTERS = 200, 1000

_QUIET: Final = frozenset({Status.DELIVERED, Status.ACCEPTED, Status.PENDING})
"""Statuses whose rows nobody needs to look up."""

_HATCHED: Final = frozenset({Status.UNDELIVERED, Status.REFUSED, Status.INVALID})
"""Reds, which some eyes cannot tell from the green of `delivered`."""

_LEFT_OUT: Final = frozenset(
    {
        Status.INVALID, Status.DUPLICATE, Status.STOPPED, Status.ALREADY_SENT, Status.EXPIRED, Status.CANCELLED,
    }
)  # fmt: skip

_HEADLINE: Final = (
    ("said_waiting", frozenset({Status.ACCEPTED})),
    ("said_undelivered", frozenset({Status.UNDELIVERED, Status.NO_FINAL_STATUS})),
    ("said_refused", frozenset({Status.REFUSED})),
    ("said_unknown", frozenset({Status.UNKNOWN})),
    ("said_pending", frozenset({Status.PENDING})),
    ("said_left_out", _LEFT_OUT),
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
        labels: The page's own texts and headings.
        occurring: Statuses of its rows, in the order of the page.
        tried: Those of messages that the gateway was asked to take.
        moments: Points of the timeline.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a page is made of
        self,
        run: RunInfo,
        tally: Tally,
        counts: RunCounts,
        extras: ReportExtras,
        as_of: datetime,
        lang: Lang,
        timezone: tzinfo,
    ) -> None:
        self.run, self.tally, self.counts, self.extras = run, tally, counts, extras
        self.as_of, self.lang = as_of, lang
        self.texts = Texts(lang, timezone, tuple(tally.cost), run.created_at)
        self.figures = Figures(lang, timezone)
        columns = ("status", "reason", "count", "share", "reasons", "row", "phone", "run")
        self.labels = {**{key: self.texts.label(key) for key in columns}, **texts_in(lang, PAGE)}
        self.statuses = counts.statuses
        self.occurring = [status for status in TINTS if self.statuses[status]]
        self.tried = [status for status in self.occurring if status in TRIED]
        self.moments = counts.timeline.points()

    def say(self, key: str, **values: object) -> Markup:
        """A sentence of ours with what fills it escaped."""
        safe = {
            name: value if isinstance(value, Markup) else visible(str(value))
            for name, value in values.items()
        }
        return Markup(self.labels[key]).format(**safe)  # noqa: S704 - ours; `format` escapes

    def _command(self, verb: str, more: str = "") -> Markup:
        return Markup("<code>{}</code>").format(
            visible(f"campaign {verb} {clipped(self.run.run)}{more}")
        )

    def _setting(self, name: str) -> str:
        value = self.run.settings.get(name)
        return value if isinstance(value, str) else ""

    def headline(self) -> Iterator[str]:
        """The run in a few sentences."""
        count, counts = self.figures.count, self.counts
        handed, delivered = counts.sum_of(HANDED_OVER), self.statuses[Status.DELIVERED]
        unknown = self.statuses[Status.UNKNOWN]
        if handed:
            share = self.figures.share(delivered, handed)
            yield self.say("said_delivered", count=count(delivered), whole=count(handed),
                           share=share)  # fmt: skip
        else:
            yield self.say("said_doubt" if unknown else "said_none", count=count(unknown))
        for key, statuses in _HEADLINE:
            if (number := counts.sum_of(statuses)) and (handed or key != "said_unknown"):
                yield self.say(key, count=count(number))
        yield from cost_sentences(self.tally, counts, self.figures, self.lang)

    def money(self) -> Iterator[tuple[str, str]]:
        """What was estimated and billed."""
        return money_lines(self.tally, self.counts, self.figures, self.lang)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Who, what, when."""
        run, label = self.run, self.texts.label
        names = [source.name for source in run.sources] or [run.source_name]
        shown = ", ".join(map(clipped, names[:_FILES_SHOWN]))
        if len(names) > _FILES_SHOWN:
            more = self.figures.count(len(names) - _FILES_SHOWN)
            shown += " " + self.labels["more"].format(count=more)
        state = capital(label(f"state_{run.state}"))
        yield (label("file") if len(names) == 1 else self.labels["files"]), shown
        yield label("run"), clipped(run.run)
        yield label("gateway"), clipped(" ".join(filter(None, (run.gateway, run.gateway_url))))
        yield label("state"), f"{state}: {clipped(run.reason)}" if run.reason else state
        for key, name in (("sender", "sender"), ("schedule", "schedule"), ("label", "again")):
            if value := self._setting(name):
                yield self.labels[key], clipped(value)
        if self.extras.who:
            yield self.labels["who"], clipped(self.extras.who)
        yield label("created"), self.figures.stamp(run.created_at)
        yield label("as_of"), self.figures.stamp(self.as_of)

    def text(self) -> list[str]:
        """Lines of the text of all messages, if it is one."""
        return clipped(self._setting("text"), _TEXT_LETTERS).splitlines()

    def places(self, rows: Iterable[tuple[int, int]]) -> str:
        """Row numbers, each with its file where a run has several."""
        names = {source.no: source.name for source in self.run.sources}
        several = len(names) > 1
        files = (
            (names.get(source_no, "") if several else "", row_no) for source_no, row_no in rows
        )
        return ", ".join(f"{clipped(name, 60)}: {no}" if name else str(no) for name, no in files)

    def first_rows(self, status: Status, code: str, count: int) -> str:
        """The first rows with that outcome, if somebody needs to look them up."""
        first = () if status in _QUIET else self.counts.first_rows[status, code]
        return self.places(first) + ("" if not first or count <= len(first) else "\u00a0…")

    def open(self) -> Iterator[str]:
        """What may still change, until when, and how to go on."""
        statuses, count = self.statuses, self.figures.count
        if accepted := statuses[Status.ACCEPTED]:
            command = self._command("status", " --wait 10m")
            yield self.say("open_accepted", count=count(accepted), command=command)
        if self.counts.give_up:
            first, last = map(self.figures.stamp, self.counts.give_up)
            key = "open_give_up" if first != last else "open_give_up_at"
            yield self.say(key, first=first, last=last, moment=first)
        if pending := statuses[Status.PENDING]:
            command = self._command("resume")
            yield self.say("open_pending", count=count(pending), command=command)
        if unknown := statuses[Status.UNKNOWN]:
            command = self._command("unknown")
            yield self.say("open_unknown", count=count(unknown), command=command)
        if not accepted + pending + unknown:
            yield self.say("open_nothing")
        share = self.extras.share
        if share is not None and share.recipients:
            yield self.labels["unknown_share"].format(
                recipients=count(share.recipients),
                evidence=count(share.by_evidence),
                recipient=count(share.by_operator),
                resent=count(share.resent),
                left=count(share.left),
            )

    def problem(self, row: Problem) -> str:
        """Why a row is a problem, without what its cells hold."""
        if row.details:
            return reason(row.code, row.details, self.lang).reason.replace("….", "…")
        return self.texts.of_all(row.status, row.code).reason.replace("….", "…")

    def problems_note(self) -> Markup:
        """How many problems are shown, and where the others are."""
        shown, count = len(self.counts.problems), self.figures.count
        if not shown:
            return self.say("problems_none")
        whole, command = count(self.counts.problem_count), self._command("report")
        return self.say("problems_note", shown=count(shown), count=whole, command=command)

    def pieces(self, counts: Counter[Status]) -> list[Bar]:
        """Counts as one line of colours."""
        whole, count, share = counts.total(), self.figures.count, self.figures.share
        return [
            Bar(
                status.value,
                self.texts.status(status),
                counts[status],
                f"{count(counts[status])} ({share(counts[status], whole)})",
                counts[status] / whole,
                tint.bar,
                status in _HATCHED,
            )
            for status, tint in TINTS.items()
            if counts[status]
        ]

    def funnel(self) -> Iterator[Bar]:
        """How many of the rows got how far."""
        rows = self.counts.rows
        for key, statuses, color in _FUNNEL:
            count = self.counts.sum_of(statuses)
            text = f"{self.figures.count(count)} ({self.figures.share(count, rows)})"
            share = count / rows if rows else 0.0
            yield Bar(key, self.labels[f"funnel_{key}"], count, text, share, color)

    def curves(self) -> tuple[Curve, Curve]:
        """Delivered and handed over, each from the beginning."""
        delivered, handed = (
            [point.totals[key] for point in self.moments] for key in (DELIVERED, HANDED)
        )
        return (
            Curve(DELIVERED, self.labels["funnel_delivered"], delivered, GREEN),
            Curve(HANDED, self.labels["funnel_handed_over"], handed, BLUE),
        )

    def timeline_heading(self) -> tuple[str, ...]:
        """Of the table of the timeline, as the curves show it."""
        until = f"{self.labels['until']}, {self.texts.zone}"
        return until, self.labels["funnel_handed_over"], self.labels["funnel_delivered"]

    def timeline_lines(self) -> Iterator[tuple[str, ...]]:
        """A line a step."""
        for point in self.moments[1:]:
            totals = map(self.figures.count, point.totals.values())
            yield (self.figures.moment(point.until), *totals)

    def operators(self) -> Iterator[tuple[str, Counter[Status]]]:
        """The largest ones, then all others as one, then those that the data does not know."""
        known = [(name, counts) for name, counts in self.counts.operators.items() if name]
        known.sort(key=lambda entry: (-entry[1].total(), entry[0]))
        yield from known[:_OPERATORS_SHOWN]
        others: Counter[Status] = Counter()
        for _, counts in known[_OPERATORS_SHOWN:]:
            others += counts
        if others:
            yield self.labels["operator_others"], others
        if unknown := self.counts.operators.get(""):
            yield self.labels["operator_unknown"], unknown

    def operator_stacks(self) -> Iterator[tuple[str, str, list[Bar]]]:
        """Each operator's line is as long as all others: what counts are the shares in it."""
        delivered = self.texts.status(Status.DELIVERED)
        for name, counts in self.operators():
            whole = counts.total()
            share = self.figures.share(counts[Status.DELIVERED], whole)
            text = f"{delivered} {share} · {self.figures.count(whole)}"
            yield clipped(name, _OPERATOR_LETTERS), text, self.pieces(counts)

    def operator_heading(self) -> tuple[str, ...]:
        """Of the table of operators."""
        names = map(self.texts.status, self.tried)
        return self.labels["operator"], self.labels["in_all"], *names

    def operator_lines(self) -> Iterator[tuple[str, ...]]:
        """A line an operator."""
        for name, counts in self.operators():
            numbers = (counts.total(), *(counts[status] for status in self.tried))
            yield (name, *map(self.figures.count, numbers))

    def unknown_heading(self) -> list[str]:
        """Of the table of requests whose outcome is unknown."""
        keys = ("attempt", "people", "members", "ids", "answers", "armed")
        return [self.labels[f"unknown_{key}"] for key in keys]

    def unknown_lines(self) -> Iterator[tuple[str, ...]]:
        """A line a request, the oldest first."""
        unknowns, figures = self.extras.unknowns, self.figures
        for one in unknowns[:_UNKNOWNS_SHOWN]:
            numbers = (one.unknown_count, one.member_count, one.ids_seen, one.queue_answers)
            committed = figures.moment(one.committed_at) if one.committed_at else ""
            yield (str(one.attempt_id), *map(figures.count, numbers), committed)
        if (more := len(unknowns) - _UNKNOWNS_SHOWN) > 0:
            yield (self.labels["more"].format(count=figures.count(more)), *[""] * 5)

    def reason_bars(self) -> Iterator[Bar]:
        """The most frequent reasons, where no operator is known."""
        for (status, code), count in self.counts.reasons.most_common(_REASONS_DRAWN):
            name = self.texts.plain(status, code).reason.replace("….", "…")
            yield Bar(
                code or status.value,
                clipped(name, _REASON_LETTERS),
                count,
                self.figures.count(count),
                count / self.counts.rows,
                TINTS[status].bar,
                status in _HATCHED,
            )


def clipped(text: str, letters: int = _VALUE_LETTERS) -> str:
    """A text of others, not longer than a page bears."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


class HtmlWriter(ReportWriter):
    """Writes a page of a size that does not grow with the rows."""

    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """Count the rows, then write what they came to."""
        counts = count_rows(rows, self._lang)
        page = Page(run, tally, counts, self._extras, self._now(), self._lang, self._timezone)
        template = _environment().get_template("page.html")
        draft.write_bytes(template.render(page=page, tints=TINTS, Status=Status).encode())


def _environment() -> Environment:
    """Everything escaped, nothing forgotten."""
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
