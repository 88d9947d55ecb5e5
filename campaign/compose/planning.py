"""Check files and freeze them, or find that they are frozen already."""

from collections.abc import Iterator, Sequence

from campaign.compose.accounts import asks_ledger, ledger_for
from campaign.compose.brief import Brief, brief_of
from campaign.compose.checking import checking
from campaign.compose.desk import Books, Desk
from campaign.compose.fixing import FixSpool, fix_spool
from campaign.compose.gateways import known_login
from campaign.compose.recipe import Recipe
from campaign.errors import AttemptTaken
from campaign.model import CheckedRow, Phone, RunPlan
from campaign.rules.run_id import make_run_id
from campaign.steps.already_sent import without_sent
from campaign.steps.guards import held, limited
from campaign.steps.plan import Planned, find, freeze
from campaign.steps.stoplist import without_stopped


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
