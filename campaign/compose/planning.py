"""Check a file and freeze it, or find that it is frozen already."""

from collections.abc import Iterator

from campaign.compose.brief import Brief, brief_of
from campaign.compose.desk import Books, Desk
from campaign.compose.gateways import known_login
from campaign.compose.recipe import Recipe, checking
from campaign.errors import AttemptTaken
from campaign.model import CheckedRow, RunPlan
from campaign.rules.run_id import make_run_id
from campaign.steps.already_sent import without_sent
from campaign.steps.plan import Planned, find, freeze


def check_only(desk: Desk, recipe: Recipe) -> Brief:
    """Read and validate; nothing is stored."""
    with checking(recipe, now=desk.clock.now()) as checked:
        brief = brief_of(checked, recipe, None)
        desk.ui.stage("check", None)
        for _ in _counted(desk, brief.watch(checked.rows)):
            pass
    return brief


def planned(desk: Desk, books: Books, recipe: Recipe) -> Planned:
    """The run of this file with these settings, new or found."""
    try:
        return find(books.plans, recipe.digest) or _plan(desk, books, recipe)
    except AttemptTaken:
        # Another process planned the same file in the same moment: then that is the run.
        found = find(books.plans, recipe.digest)
        if found is None:
            raise
        return found


def _plan(desk: Desk, books: Books, recipe: Recipe) -> Planned:
    with checking(recipe, now=desk.clock.now()) as checked:
        brief = brief_of(checked, recipe, books.reports.price(recipe.gateway))
        desk.ui.stage("check", None)
        account = books.reports.account(
            recipe.gateway, known_login(recipe.gateway, desk.environment)
        )
        rows = checked.rows
        if not recipe.settings.get("again"):
            skip = bool(recipe.settings.get("skip_sent"))
            rows = without_sent(rows, books.ledger, account=account, skip=skip)
        plan = RunPlan(
            run=make_run_id(recipe.path.name, recipe.digest),
            digest=recipe.digest,
            source_name=recipe.path.name,
            source_sha256=recipe.source_sha256,
            heading=checked.layout.heading,
            gateway=recipe.gateway,
            gateway_url=recipe.gateway_url,
            account=account,
            settings=recipe.settings,
        )
        made = freeze(books.plans, plan, _counted(desk, brief.watch(rows)))
    desk.ui.brief(brief)
    return made


def _counted(desk: Desk, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
    for row in rows:
        yield row
        desk.ui.advance(1)
