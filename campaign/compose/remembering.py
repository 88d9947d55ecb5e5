"""Columns named once by `--map` are used again for files of the same shape, and said."""

from collections.abc import Mapping, Sequence
from itertools import islice

from campaign.adapters.journal.mappings import KnownShape
from campaign.compose.desk import Books, Desk
from campaign.compose.recipe import Recipe, Remembered, as_mapping, make_recipe
from campaign.compose.sources import Sources
from campaign.errors import InputError
from campaign.model import RawRow, RunInfo
from campaign.rules.columns import locate
from campaign.rules.fix_columns import without_fix_columns
from campaign.rules.headings import heading_key
from campaign.steps.plan import find

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
