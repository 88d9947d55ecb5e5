"""The report to mail: one HTML file that needs nothing but a program that shows it.

No script, no address outside, no person: what came from a file or from the gateway is escaped by
the template engine, and the page forbids itself (CSP) to load or to run anything.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from campaign.domain import (
    HANDED_OVER,
    ReportExtras,
    ReportRow,
    RunInfo,
    Status,
    Tally,
    UnknownAttempt,
)
from campaign.domain.printable import visible
from campaign.i18n import (
    Lang,
    reason,
)
from campaign.i18n.ru import PAGE
from campaign.reports.base import FileWriter
from campaign.reports.columns import (
    Words,
    capital,
)
from campaign.reports.figures import (
    PageFacts,
    cost_said,
    count_rows,
    money_lines,
)
from campaign.reports.format import TINTS, Figures
from campaign.reports.html import charts
from campaign.reports.html.charts import (
    Charts,
    Grid,
)

_UNKNOWNS_SHOWN: Final = 20

_HEADING: Final = (
    "unknown_attempt",
    "unknown_people",
    "unknown_members",
    "unknown_ids",
    "unknown_answers",
    "unknown_armed",
)


def unknown_grid(extras: ReportExtras, figures: Figures, lang: Lang) -> Grid:
    """A line a request, the oldest first.

    Args:
        extras: With the doubts.
        figures: Writes counts and moments.
        lang: Of the headings.
    """
    side = 1 if lang == "ru" else 0
    lines = [_line(unknown, figures) for unknown in extras.unknowns[:_UNKNOWNS_SHOWN]]
    if (more := len(extras.unknowns) - _UNKNOWNS_SHOWN) > 0:
        said = PAGE["more"][side].format(count=figures.count(more))
        lines.append((said, *("",) * (len(_HEADING) - 1)))
    return Grid([PAGE[key][side] for key in _HEADING], lines)


def share_said(extras: ReportExtras, figures: Figures, lang: Lang) -> str:
    """What became of all who were ever in doubt; "" when nobody was."""
    share = extras.share
    if share is None or not share.recipients:
        return ""
    return PAGE["unknown_share"][1 if lang == "ru" else 0].format(
        recipients=figures.count(share.recipients),
        evidence=figures.count(share.by_evidence),
        recipient=figures.count(share.by_recipient),
        resent=figures.count(share.resent),
        left=figures.count(share.left),
    )


def _line(unknown: UnknownAttempt, figures: Figures) -> tuple[str, ...]:
    return (
        str(unknown.attempt_id),
        figures.count(unknown.unknown_count),
        figures.count(unknown.member_count),
        figures.count(unknown.ids_seen),
        figures.count(unknown.queue_answers),
        "" if unknown.committed_at is None else figures.moment(unknown.committed_at),
    )


_REASONS_SHOWN: Final = 40

_FILES_SHOWN: Final = 10

_DATUM_SHOWN, _TEXT_SHOWN = 200, 1000

_QUIET: Final = frozenset({Status.DELIVERED, Status.ACCEPTED, Status.PENDING})
"""Fates whose rows nobody needs to look up."""

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
"""Sentences behind the first one, each with the fates that it counts."""


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell."""

    run: RunInfo
    tally: Tally
    facts: PageFacts
    extras: ReportExtras
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table; every line of a table fills the same fields.

    Attributes:
        status: Its key, "" where the line has none; the template colours by it.
    """

    name: str
    count: str = ""
    share: str = ""
    status: str = ""
    meaning: str = ""
    hint: str = ""
    rows: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page, from its head to its foot."""

    lang: str
    labels: dict[str, str]
    colors: dict[str, str]
    sandbox_used: bool
    headline: Sequence[str]
    facts: Sequence[tuple[str, str]]
    text: Sequence[str]
    tally: Sequence[Line]
    total: Line
    charts: Charts
    money: Sequence[tuple[str, str]]
    reasons: Sequence[Line]
    open: Sequence[str]
    unknowns: Grid
    problems: Sequence[Line]
    problems_note: str
    footer: str
    hatching: Markup


def page_view(told: Told, lang: Lang, timezone: tzinfo) -> Page:
    """Say everything that the page shows.

    Args:
        told: The run and what its rows came to.
        lang: Of all words.
        timezone: Of all times.
    """
    return _Teller(told, lang, timezone).page()


class _Teller:
    """Chooses words and figures; one method a section."""

    def __init__(self, told: Told, lang: Lang, timezone: tzinfo) -> None:
        self._run, self._tally, self._facts = told.run, told.tally, told.facts
        self._extras, self._as_of = told.extras, told.as_of
        self._lang: Lang = lang
        self._words = Words(lang, timezone, tuple(told.tally.cost), told.run.created_at)
        self._figures = Figures(lang, timezone)
        self._statuses = told.facts.statuses
        self._side = 1 if lang == "ru" else 0

    def page(self) -> Page:
        """Everything."""
        labels = {key: pair[self._side] for key, pair in PAGE.items()}
        rows = self._facts.rows
        return Page(
            lang=self._lang,
            labels={
                **{key: self._words.label(key) for key in ("status", "reason", "count", "share")},
                **{key: self._words.label(key) for key in ("reasons", "row", "phone", "run")},
                **labels,
            },
            colors={status.value: tint.bar for status, tint in TINTS.items()},
            sandbox_used=self._run.gateway == "sandbox",
            headline=list(self._headline()),
            facts=list(self._run_facts()),
            text=_clipped(self._setting("text"), _TEXT_SHOWN).splitlines(),
            tally=[self._status_line(status) for status in TINTS if self._statuses[status]],
            total=Line(labels["total"], self._figures.count(rows), self._figures.share(rows, rows)),
            charts=Charts.of(self._facts, self._words, self._figures),
            money=money_lines(self._tally, self._facts, self._figures, self._lang),
            reasons=list(self._reasons()),
            open=list(self._open()),
            unknowns=unknown_grid(self._extras, self._figures, self._lang),
            problems=list(self._problems()),
            problems_note=self._problems_note(),
            footer=self._say("footer", zone=self._words.zone_until(self._as_of)),
            hatching=charts.hatching(),
        )

    def _say(self, key: str, **values: object) -> Markup:
        """A sentence of ours with what fills it escaped."""
        safe = {
            name: value if isinstance(value, Markup) else visible(str(value))
            for name, value in values.items()
        }
        return Markup(PAGE[key][self._side]).format(**safe)  # noqa: S704 - ours; `format` escapes

    def _command(self, verb: str, more: str = "") -> Markup:
        return Markup("<code>{}</code>").format(
            visible(f"campaign {verb} {_clipped(self._run.run)}{more}")
        )

    def _setting(self, name: str) -> str:
        value = self._run.settings.get(name)
        return value if isinstance(value, str) else ""

    def _headline(self) -> Iterator[Markup]:
        """The run in a few sentences."""
        figures, facts = self._figures, self._facts
        handed, delivered = facts.sum_of(HANDED_OVER), self._statuses[Status.DELIVERED]
        if handed:
            yield self._say(
                "said_delivered",
                count=figures.count(delivered),
                whole=figures.count(handed),
                share=figures.share(delivered, handed),
            )
        else:
            unknowns = self._statuses[Status.UNKNOWN]
            yield self._say(
                "said_doubt" if unknowns else "said_none", count=figures.count(unknowns)
            )
        for key, statuses in _HEADLINE:
            if (count := facts.sum_of(statuses)) and (handed or key != "said_unknown"):
                yield self._say(key, count=figures.count(count))
        for said in cost_said(self._tally, facts, figures, self._side):
            yield Markup.escape(visible(said))

    def _run_facts(self) -> Iterator[tuple[str, str]]:
        """Who, what, when."""
        run, label = self._run, self._words.label
        names = [source.name for source in run.sources] or [run.source_name]
        shown = ", ".join(_clipped(name, _DATUM_SHOWN) for name in names[:_FILES_SHOWN])
        if len(names) > _FILES_SHOWN:
            more = self._figures.count(len(names) - _FILES_SHOWN)
            shown += " " + PAGE["more"][self._side].format(count=more)
        state = capital(label(f"state_{run.state}"))
        yield (label("file") if len(names) == 1 else PAGE["files"][self._side]), shown
        yield label("run"), _clipped(run.run)
        yield label("gateway"), _clipped(" ".join(filter(None, (run.gateway, run.gateway_url))))
        yield label("state"), f"{state}: {_clipped(run.reason)}" if run.reason else state
        for key, name in (("sender", "sender"), ("schedule", "schedule"), ("label", "again")):
            if value := self._setting(name):
                yield PAGE[key][self._side], _clipped(value)
        if who := self._extras.who:
            yield PAGE["who"][self._side], _clipped(who)
        yield label("created"), self._figures.stamp(run.created_at)
        yield label("as_of"), self._figures.stamp(self._as_of)

    def _status_line(self, status: Status) -> Line:
        count, rows = self._statuses[status], self._facts.rows
        return Line(
            name=self._words.status(status),
            count=self._figures.count(count),
            share=self._figures.share(count, rows),
            status=status.value,
            meaning=self._words.meaning(status),
        )

    def _reasons(self) -> Iterator[Line]:
        """Most frequent first; together they are all rows."""
        counted = self._facts.reasons.most_common()
        for (status, code), count in counted[:_REASONS_SHOWN]:
            said = self._words.of_all(status, code)
            first = () if status in _QUIET else self._facts.first_rows[status, code]
            more = "" if not first or count <= len(first) else "\u00a0…"
            yield Line(
                name=self._words.status(status),
                count=self._figures.count(count),
                share=self._figures.share(count, self._facts.rows),
                status=status.value,
                meaning=_clipped(said.reason),
                hint=said.hint,
                rows=", ".join(self._places(first)) + more,
            )
        if others := sum(count for _, count in counted[_REASONS_SHOWN:]):
            share = self._figures.share(others, self._facts.rows)
            name = PAGE["other_reasons"][self._side]
            yield Line(name, self._figures.count(others), share)

    def _places(self, rows: Iterable[tuple[int, int]]) -> Iterator[str]:
        """Row numbers, each with its file where a run has several."""
        names = {source.no: source.name for source in self._run.sources}
        for source_no, row_no in rows:
            name = names.get(source_no, "") if len(names) > 1 else ""
            yield f"{_clipped(name, 60)}: {row_no}" if name else str(row_no)

    def _open(self) -> Iterator[Markup]:
        """What may still change, until when, and how to go on."""
        statuses, count = self._statuses, self._figures.count
        if accepted := statuses[Status.ACCEPTED]:
            ask = self._command("status", " --wait 10m")
            yield self._say("open_accepted", count=count(accepted), command=ask)
        if self._facts.give_up:
            first, last = map(self._figures.stamp, self._facts.give_up)
            key = "open_give_up" if first != last else "open_give_up_at"
            yield self._say(key, first=first, last=last, moment=first)
        if pending := statuses[Status.PENDING]:
            go_on = self._command("resume")
            yield self._say("open_pending", count=count(pending), command=go_on)
        if unknown := statuses[Status.UNKNOWN]:
            known = self._command("unknown")
            yield self._say("open_unknown", count=count(unknown), command=known)
        if not accepted + pending + unknown:
            yield self._say("open_nothing")
        if said := share_said(self._extras, self._figures, self._lang):
            yield Markup.escape(said)

    def _problems(self) -> Iterator[Line]:
        """The first rows to look at, without their phones."""
        for row in self._facts.problems:
            said = (
                reason(row.code, row.details, self._lang)
                if row.details
                else self._words.of_all(row.status, row.code)
            )
            yield Line(
                name=self._words.status(row.status),
                status=row.status.value,
                meaning=_clipped(said.reason.replace("….", "…")),
                rows=next(self._places([(row.source_no, row.row_no)])),
                phone=row.phone,
            )

    def _problems_note(self) -> Markup:
        shown, whole = len(self._facts.problems), self._facts.problem_count
        if not shown:
            return self._say("problems_none")
        return self._say(
            "problems_note",
            shown=self._figures.count(shown),
            count=self._figures.count(whole),
            command=self._command("report"),
        )


def _clipped(text: str, at_most: int = _DATUM_SHOWN) -> str:
    """A text of others, not longer than a page bears."""
    return text if len(text) <= at_most else text[: at_most - 1] + "…"


class HtmlWriter(FileWriter):
    """Writes a page of a size that does not grow with the rows.

    Args:
        lang: Of everything that people read in it.
        now: Tells the time that the report says it was made at.
        extras: What is told beyond the rows.
        timezone: In which times are shown.
    """

    def __init__(
        self,
        lang: Lang,
        now: Callable[[], datetime],
        extras: ReportExtras | None = None,
        *,
        timezone: tzinfo = UTC,
    ) -> None:
        self._lang: Lang = lang
        self._now = now
        self._extras = extras or ReportExtras()
        self._timezone = timezone

    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """Count the rows, then write what they came to."""
        facts = count_rows(rows, self._lang)
        told = Told(run, tally, facts, self._extras, self._now())
        page = page_view(told, self._lang, self._timezone)
        template = _environment().get_template("page.html")
        draft.write_bytes(template.render(page=page).encode())


def _environment() -> Environment:
    """Everything escaped, nothing forgotten."""
    return Environment(
        loader=PackageLoader("campaign.reports.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """Text of others may not turn the reading direction or hide; what is ready-made stays."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
