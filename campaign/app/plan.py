"""Check files and freeze them, or find that they are frozen already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from campaign.app.account import (
    asks_ledger,
    ledger_for,
)
from campaign.app.check import checking
from campaign.app.context import (
    Books,
    Desk,
)
from campaign.app.fixes import (
    FixSpool,
    fix_spool,
)
from campaign.app.gateway import known_login
from campaign.app.sources import Sources
from campaign.app.spec import (
    Recipe,
    Remembered,
    as_mapping,
    make_recipe,
)
from campaign.app.stop_file import without_stopped
from campaign.app.summary import (
    Brief,
    brief_of,
)
from campaign.domain import (
    CheckedRow,
    Phone,
    RawRow,
    RunInfo,
    RunPlan,
)
from campaign.domain.ids import make_run_id
from campaign.domain.recipients.columns import locate
from campaign.domain.recipients.headings import heading_key
from campaign.errors import AttemptTaken, InputError
from campaign.journal.base import PlanJournal
from campaign.journal.sqlite.plans import KnownShape
from campaign.reports.fix_columns import without_fix_columns
from campaign.sending.guards import (
    held,
    limited,
    without_sent,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A run that is in the journal.

    Attributes:
        found: It was planned before, from the same file and settings; nothing was read again.
    """

    info: RunInfo
    found: bool


def find(journal: PlanJournal, digest: str) -> Planned | None:
    """The run that the same file and settings made before, if any."""
    info = journal.find_run(digest)
    return None if info is None else Planned(info, found=True)


def freeze(journal: PlanJournal, plan: RunPlan, rows: Iterable[CheckedRow]) -> Planned:
    """Write rows, texts and chunks in one commit; from then on the file is never read again."""
    return Planned(journal.plan(plan, rows), found=False)


def check_only(desk: Desk, recipe: Recipe, books: Books | None) -> Brief:
    """Read and validate; nothing is stored, but a fix-file if one was asked for."""
    price = None if books is None else books.reports.price(recipe.gateway)
    with checking(recipe, now=desk.clock.now()) as checked, fix_spool(desk) as fixes:
        brief = brief_of(checked, recipe, price)
        desk.ui.stage("check", None)
        rows = _not_stopped(checked.rows, recipe, books)
        rows = _aside(fixes, limited(rows, recipe.guards.limit))
        for _ in _counted(desk, brief.watch(rows)):
            pass
        if fixes is not None:
            brief.fix_files = fixes.write(checked.sources)
    return brief


def planned(desk: Desk, books: Books, recipe: Recipe) -> Planned:
    """The run of these files with these settings, new or found."""
    try:
        return find(books.plans, recipe.digest) or _plan(desk, books, recipe)
    except AttemptTaken:
        # Another process planned the same files in the same moment: then that is the run.
        found = find(books.plans, recipe.digest)
        if found is None:
            raise
        return found


def _plan(desk: Desk, books: Books, recipe: Recipe) -> Planned:
    price = books.reports.price(recipe.gateway)
    login = known_login(recipe.gateway, desk.environment)
    account = books.reports.account(recipe.gateway, login)
    with checking(recipe, now=desk.clock.now()) as checked:
        brief = brief_of(checked, recipe, price)
        desk.ui.stage("check", None)
        rows = _not_stopped(checked.rows, recipe, books)
        if asks_ledger(recipe.settings):
            skip = bool(recipe.settings.get("skip_sent"))
            ledger = ledger_for(books, recipe.gateway, login)
            rows = without_sent(rows, ledger, account=account, skip=skip)
        rows = held(limited(rows, recipe.guards.limit), recipe.guards, price)
        plan = RunPlan(
            run=make_run_id(recipe.sources.name, recipe.digest),
            digest=recipe.digest,
            source_name=recipe.sources.name,
            source_sha256=recipe.sources.sha256,
            heading=checked.sources[0].layout.heading,
            gateway=recipe.gateway,
            gateway_url=recipe.gateway_url,
            account=account,
            settings=recipe.settings,
            sources=checked.sources,
        )
        made = freeze(books.plans, plan, _counted(desk, brief.watch(rows)))
    desk.ui.brief(brief)
    return made


def _not_stopped(
    rows: Iterator[CheckedRow], recipe: Recipe, books: Books | None
) -> Iterator[CheckedRow]:
    """Leave out who is on the journal's stop-list or on that of `--stop-list`."""
    named, book = recipe.stop_phones, None if books is None else books.stops
    if not named and (book is None or not book.count()):
        return rows  # a number that is added from now on is seen before each request

    def listed(phones: Sequence[Phone]) -> frozenset[Phone]:
        stored = frozenset() if book is None else book.stopped(phones)
        return stored | named.intersection(phones)

    return without_stopped(rows, listed)


def _aside(fixes: FixSpool | None, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
    return rows if fixes is None else fixes.watch(rows)


def _counted(desk: Desk, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
    for row in rows:
        yield row
        desk.ui.advance(1)


_ROWS_LOOKED_AT = 60


def recipe_for(desk: Desk, books: Books | None, sources: Sources) -> Recipe:
    """The recipe, with remembered columns where the files have a shape that was met before.

    A run that the same command made before, when nothing was remembered yet, stays that run.
    """
    now = desk.clock.now()
    plain = make_recipe(sources, desk.settings, now=now)
    if books is None or plain.mapping or find(books.plans, plain.digest) is not None:
        return plain
    known = books.mappings.known()
    found = _of_this_shape(plain, known) if known else None
    if found is None:
        return plain
    if desk.settings.flag("forget_mapping"):
        books.mappings.forget(found.shape)
        desk.ui.say(f"the columns of run {found.run} are forgotten for files of this shape")
        return plain
    remembered = Remembered(found.mapping, found.run)
    return make_recipe(sources, desk.settings, now=now, remembered=remembered)


def remember(books: Books, info: RunInfo) -> None:
    """Keep the columns that a person named for a run and then let it be sent."""
    mapping = info.settings.get("map")
    shapes = {_shape(source.layout.heading) for source in info.sources}
    has_headings = all(source.layout.heading_row_no for source in info.sources)
    if isinstance(mapping, Mapping) and mapping and has_headings and len(shapes) == 1:
        books.mappings.remember(shapes.pop(), mapping, info.run)


def _shape(heading: Sequence[str]) -> str:
    """Headings as they are compared: case, spaces and punctuation do not count."""
    return "|".join(map(heading_key, heading)).rstrip("|")


def _of_this_shape(recipe: Recipe, known: Sequence[KnownShape]) -> KnownShape | None:
    """The latest mapping whose shape all files have."""
    for file in recipe.sources.files:
        with file.open(recipe.options) as table:
            rows, fix_header = without_fix_columns(table.rows)
            head = list(islice(rows, _ROWS_LOOKED_AT))
        header = recipe.header if fix_header is None else fix_header
        known = [one for one in known if _fits(head, one, header)]
    return next(iter(known), None)


def _fits(head: Sequence[RawRow], known: KnownShape, header: int | None) -> bool:
    try:
        layout, _ = locate(iter(head), as_mapping(known.mapping), header=header)
    except InputError:
        return False
    return _shape(layout.heading) == known.shape
