"""Check files and freeze them, or find that they are frozen already."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from campaign.app.account import asks_ledger, ledger_for
from campaign.app.check import checking
from campaign.app.context import AppContext
from campaign.app.fixes import fix_row_buffer
from campaign.app.gateway import known_login
from campaign.app.report import require_report_paths
from campaign.app.sources import Sources
from campaign.app.spec import CampaignSpec, as_mapping, make_spec
from campaign.app.stop_file import without_stopped
from campaign.app.summary import summary_of
from campaign.app.ui import counted
from campaign.domain import CheckedRow, Phone, RawRow, RunInfo, RunPlan, Source
from campaign.domain.ids import make_run_id
from campaign.domain.recipients.columns import locate
from campaign.domain.recipients.headings import heading_key
from campaign.domain.summary import CheckSummary
from campaign.errors import AttemptTaken, InputError
from campaign.journal.base import Journal, Plans, SavedColumnMap
from campaign.reports.fix_columns import without_fix_columns
from campaign.sending.guards import held, limited, without_sent
from campaign.text import tr


@dataclass(frozen=True, slots=True)
class Planned:
    """A run in the journal; `found`: planned before from the same file and settings, not read again."""

    info: RunInfo
    found: bool


def find(plans: Plans, digest: str) -> Planned | None:
    """The run that the same file and settings made before, if any."""
    info = plans.find_run(digest)
    return None if info is None else Planned(info, found=True)


def check_only(context: AppContext, spec: CampaignSpec, journal: Journal | None) -> CheckSummary:
    """Read and validate; nothing is stored, but a fix-file if one was asked for."""
    with _checked(context, spec, journal) as (summary, checked), fix_row_buffer(context) as fixes:
        rows = limited(checked, spec.guards.limit)
        if fixes is not None:
            rows = fixes.watch(rows)
        for _ in counted(context.ui, summary.watch(rows)):
            pass
        if fixes is not None:
            summary.fix_files = fixes.write(summary.sources)
    return summary


@contextmanager
def _checked(
    context: AppContext, spec: CampaignSpec, journal: Journal | None
) -> Iterator[tuple[CheckSummary, Iterator[CheckedRow]]]:
    """The rows of the files, without those on a stop-list, and a summary that may watch them."""
    price = None if journal is None else journal.reports.price(spec.gateway)
    with checking(spec) as checked:
        context.ui.stage("check", None)
        yield summary_of(checked, spec, price), _not_stopped(checked.rows, spec, journal)


def plan_files(context: AppContext, journal: Journal, sources: Sources) -> Planned:
    """The run of these files with the settings of this command, new or found."""
    spec = spec_for(context, journal, sources)
    require_report_paths(context, make_run_id(sources.name, spec.digest))
    try:
        return find(journal.plans, spec.digest) or _plan(context, journal, spec)
    except AttemptTaken:
        # Another process planned the same files in the same moment: then that is the run.
        found = find(journal.plans, spec.digest)
        if found is None:
            raise
        return found


def log_found(context: AppContext, info: RunInfo) -> None:
    """Log that the run was planned before."""
    context.ui.say(
        tr(
            "this file with these settings is run {run} of {created_at} UTC ({state}); going on with it",
            run=info.run,
            created_at=f"{info.created_at:%Y-%m-%d %H:%M}",
            state=info.state,
        )
    )


def _plan(context: AppContext, journal: Journal, spec: CampaignSpec) -> Planned:
    with _checked(context, spec, journal) as (summary, checked):
        plan, rows = run_plan(context, journal, spec, summary.sources), checked
        if asks_ledger(spec.settings):
            skip = bool(spec.settings.get("skip_sent"))
            login = known_login(spec.gateway, context.environment)
            sent_before = ledger_for(journal, spec.gateway, login)
            rows = without_sent(rows, sent_before, account=plan.account, skip=skip)
        rows = held(limited(rows, spec.guards.limit), spec.guards, summary.price)
        info = journal.plans.plan(plan, counted(context.ui, summary.watch(rows)))
    context.ui.summary(summary)
    return Planned(info, found=False)


def run_plan(
    context: AppContext, journal: Journal, spec: CampaignSpec, sources: Sequence[Source], name: str = ""
) -> RunPlan:
    """What is frozen of these files besides their rows; `name` is that of the files if not given."""
    name = name or spec.sources.name
    login = known_login(spec.gateway, context.environment)
    return RunPlan(
        run=make_run_id(name, spec.digest),
        digest=spec.digest,
        source_name=name,
        source_sha256=spec.sources.sha256,
        heading=sources[0].layout.heading,
        gateway=spec.gateway,
        gateway_url=spec.gateway_url,
        account=journal.runs.account(spec.gateway, login),
        settings=spec.settings,
        sources=sources,
    )


def _not_stopped(
    rows: Iterator[CheckedRow], spec: CampaignSpec, journal: Journal | None
) -> Iterator[CheckedRow]:
    """Leave out recipients on the journal's stop-list or on that of `--stop-list`."""
    named, stop_list = spec.stop_phones, None if journal is None else journal.stop_list
    if not named and (stop_list is None or not stop_list.count()):
        return rows  # a number added from now on is noticed before each request

    def listed(phones: Sequence[Phone]) -> frozenset[Phone]:
        stored = frozenset() if stop_list is None else stop_list.stopped(phones)
        return stored | named.intersection(phones)

    return without_stopped(rows, listed)


_HEAD_ROWS = 60


def spec_for(context: AppContext, journal: Journal | None, sources: Sources) -> CampaignSpec:
    """The spec, with saved columns where the files have a shape that is known.

    A run that the same command made before, when nothing was saved yet, stays that run.
    """
    plain = make_spec(sources, context.settings, now=context.clock.now())
    if journal is None or plain.mapping or find(journal.plans, plain.digest) is not None:
        return plain
    known = journal.column_maps.known()
    found = _of_this_shape(plain, known) if known else None
    if found is None:
        return plain
    if context.settings.flag("forget_mapping"):
        journal.column_maps.forget(found.shape)
        context.ui.say(tr("the columns of run {run} are forgotten for files of this shape", run=found.run))
        return plain
    return plain.with_columns(found)


def remember(journal: Journal, info: RunInfo) -> None:
    """Save the columns that the user named for a run and then let it be sent."""
    mapping = info.settings.get("map")
    shapes = {_shape(source.layout.heading) for source in info.sources}
    has_headings = all(source.layout.heading_row_no for source in info.sources)
    if isinstance(mapping, Mapping) and mapping and has_headings and len(shapes) == 1:
        journal.column_maps.remember(shapes.pop(), mapping, info.run)


def _shape(heading: Sequence[str]) -> str:
    """Headings as they are compared: case, spaces and punctuation do not count."""
    return "|".join(map(heading_key, heading)).rstrip("|")


def _of_this_shape(spec: CampaignSpec, known: Sequence[SavedColumnMap]) -> SavedColumnMap | None:
    """The latest mapping whose shape all files have."""
    for file in spec.sources.files:
        with file.open(spec.options) as table:
            rows, fix_header = without_fix_columns(table.rows)
            head = list(islice(rows, _HEAD_ROWS))
        header = spec.header if fix_header is None else fix_header
        known = [one for one in known if _fits(head, one, header)]
    return next(iter(known), None)


def _fits(head: Sequence[RawRow], known: SavedColumnMap, header: int | None) -> bool:
    try:
        layout, _ = locate(iter(head), as_mapping(known.mapping), header=header)
    except InputError:
        return False
    return _shape(layout.heading) == known.shape
