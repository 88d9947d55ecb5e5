"""Several runs: which ones, their figures, and one report over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.app.context import UNFINISHED, AppContext, shown_zone
from campaign.app.outcome import SCHEMA, Outcome
from campaign.app.paths import report_formats, report_targets
from campaign.domain import RunId, RunInfo, RunState, Status, Tally
from campaign.domain.ids import pick_run
from campaign.domain.schedule import parse_duration
from campaign.errors import InputError, NothingToDo
from campaign.i18n import at_moment, language_of
from campaign.journal.base import Journal
from campaign.text import tr

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to select; what is empty does not count.

    Attributes:
        since: Planned since then: `30d`, or a date (`2026-11-01`), which begins in `timezone`.
        file: Part of the name of a file that the run was planned from; case does not count.
        match: Part of the run's name, file, text, label or reason; case does not count.
    """

    states: tuple[str, ...] = ()
    since: str = ""
    gateway: str = ""
    file: str = ""
    match: str = ""
    timezone: tzinfo = UTC


ALL_RUNS = RunFilter()


@dataclass(frozen=True, slots=True)
class History:
    """A report over several runs.

    Attributes:
        tallies: Of each run, latest first.
        timezone: Of the times that users read.
        unpriced: Messages handed over without a named price, and their estimated SMS.
    """

    since: datetime
    tallies: Sequence[Tally]
    reports: Sequence[Path]
    timezone: tzinfo = UTC
    unpriced: tuple[int, int] = (0, 0)

    def whole(self) -> Outcome:
        """All runs as if they were one, the latest."""
        counts = {status: sum(one.statuses.get(status, 0) for one in self.tallies) for status in Status}
        cost: dict[str, Decimal] = {}
        for one in self.tallies:
            for currency, amount in one.cost.items():
                cost[currency] = cost.get(currency, Decimal(0)) + amount
        tally = replace(
            self.tallies[0],
            rows=sum(one.rows for one in self.tallies),
            statuses={status: count for status, count in counts.items() if count},
            cost=cost,
            segments_estimated=sum(one.segments_estimated for one in self.tallies),
            segments_billed=sum(one.segments_billed for one in self.tallies),
        )
        return Outcome(tally, reports=self.reports, unpriced=self.unpriced)

    def as_json(self) -> Mapping[str, object]:
        """The object that `campaign report --since … --json` prints."""
        whole = self.whole().as_json()
        return {
            "schema": SCHEMA,
            "since": self.since.astimezone(UTC).isoformat(),
            "runs": [one.run for one in self.tallies],
            **{key: whole[key] for key in ("rows", "statuses", "cost", "segments", "reports")},
            "exit": 0,
        }


def since_when(text: str, now: datetime, timezone: tzinfo = UTC) -> datetime:
    """Understand `--since`: so long ago, or a date, which begins when it does in that zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return now - timedelta(seconds=parse_duration(text, option="--since"))
        except (InputError, OverflowError) as error:
            raise InputError(
                tr("--since {text!r} is neither a duration nor a date", text=text),
                hint=tr("For example: --since 30d, or --since 2026-11-01"),
                code="duration",
            ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)


def chosen(journal: Journal, which: RunFilter, now: datetime) -> tuple[RunInfo, ...]:
    """The runs that a filter lets through, latest first."""
    for state in which.states:
        if state not in set(RunState):
            raise InputError(
                tr("--state {state!r} is not a state", state=state),
                hint=f"--state {','.join(RunState)}",
                code="setting",
            )
    since = since_when(which.since, now, which.timezone) if which.since else None
    return tuple(
        info
        for info in journal.runs.all()
        if (not which.states or info.state in which.states)
        and (since is None or info.created_at >= since)
        and which.gateway.lower() in {"", info.gateway}
        and _contain(_files(info), which.file)
        and _contain(_texts(info), which.match)
    )


def _contain(texts: Sequence[str], wanted: str) -> bool:
    key = wanted.casefold()
    return not key or any(key in text.casefold() for text in texts)


def _files(info: RunInfo) -> tuple[str, ...]:
    return (info.source_name, *(source.name for source in info.sources))


def _texts(info: RunInfo) -> tuple[str, ...]:
    settings = (info.settings.get(name) for name in ("text", "again", "sender"))
    return (info.run, info.reason, *_files(info), *(one for one in settings if isinstance(one, str)))


def run_as_json(info: RunInfo, tally: Tally) -> Mapping[str, object]:
    """A run in the list that `campaign runs --json` prints: as of every command, and what it is."""
    retried = info.settings.get("retry_of")
    return {
        **Outcome(tally).as_json(),
        "created_at": info.created_at.isoformat(),
        "gateway": info.gateway,
        "files": [source.name for source in info.sources] or [info.source_name],
        "sender": info.settings.get("sender") or None,
        "again": info.settings.get("again") or None,
        "retry_of": retried[0] if isinstance(retried, list) and retried else None,
        "reason": info.reason,
    }


def runs_frame(journal: Journal, which: RunFilter, now: datetime) -> "pd.DataFrame":
    """Runs as a data frame, a line a run, latest first."""
    from campaign.reports.history import INFO, lines_frame, pivot  # noqa: PLC0415  # pandas

    infos = chosen(journal, which, now)
    found = journal.reports.history([info.run for info in infos])
    figures = lines_frame(infos, [line for _, lines in found for line in lines])
    known = figures.drop_duplicates("run").set_index("run")[list(INFO)]
    return known.join(pivot(figures, "run"))


def history(context: AppContext, journal: Journal, since: str) -> History:
    """Write one report over all runs planned since then; no gateway is asked."""
    from campaign.reports.history import HISTORY_FORMATS, HistoryData, write_history  # noqa: PLC0415  # pandas

    now = context.clock.now()
    zone = shown_zone(context.settings)
    begun = since_when(since, now, zone)
    local = begun.astimezone(zone)
    infos = chosen(journal, RunFilter(since=since, timezone=zone), now)
    if not infos:
        raise NothingToDo(
            tr(
                "no run was planned since {local} {at_moment}",
                local=f"{local:%Y-%m-%d %H:%M}",
                at_moment=at_moment(zone, begun),
            ),
            hint=tr("campaign runs shows all of them"),
        )
    formats = report_formats(context.settings)
    if not HISTORY_FORMATS.issuperset(formats):
        raise InputError(
            tr("there is a page for one run, not for several"),
            hint=tr(
                "campaign report --since {since} --format xlsx, or campaign report RUN --format html",
                since=since,
            ),
            code="report_format",
        )
    targets = report_targets(context.settings.text("output"), formats, RunId(f"runs-since-{local:%Y-%m-%d}"))
    context.ui.stage("report", len(targets))
    found = journal.reports.history([info.run for info in infos])
    # States as of the same view as the figures: a run may have moved on since it was listed.
    infos = tuple(replace(info, state=tally.state) for info, (tally, _) in zip(infos, found, strict=True))
    lang = language_of(context.settings.text("lang"))
    figures = HistoryData(
        runs=infos,
        lines=tuple(line for _, lines in found for line in lines),
        since=begun,
        as_of=now,
        timezone=zone,
    )
    paths = [write_history(path, kind, figures, lang) for kind, path in targets]
    return History(begun, [tally for tally, _ in found], paths, zone, figures.unpriced())


def pick(context: AppContext, journal: Journal, run: str, *, unfinished: bool = False) -> RunInfo:
    """The run that a unique beginning of its name means; without one the latest (unfinished) one."""
    runs = journal.runs.all()
    if run:
        named = pick_run(run, [info.run for info in runs])
        return next(info for info in runs if info.run == named)
    if unfinished:
        open_run = next((info for info in runs if _has_work(journal, info)), None)
        if open_run is None:
            raise NothingToDo(tr("no run is unfinished"), hint=tr("campaign runs shows all of them"))
        return open_run
    if not runs:
        raise InputError(
            tr("there is no run in {store}", store=context.paths.journal),
            hint=tr("campaign run FILE makes one"),
            code="run_unknown",
        )
    return runs[0]


def _has_work(journal: Journal, info: RunInfo) -> bool:
    """Whether `resume` without a name means this run."""
    if info.state in UNFINISHED:
        return True
    statuses = journal.runs.tally(info.run).statuses
    return info.state is RunState.SENT and any(map(statuses.get, (Status.UNKNOWN, Status.ACCEPTED)))


def rows_frame(journal: Journal, run: RunId) -> "pd.DataFrame":
    """Every row of a run with its status, as a data frame."""
    from campaign.reports.dataframe import report_frame  # noqa: PLC0415  # pandas

    with journal.reports.view(run) as view:
        return report_frame(view.info, view.rows())
