"""The files of a run being checked, one after the other, as one stream of rows."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

import phonenumbers

from campaign.adapters.gateway.dialect import dialect_of
from campaign.compose.recipe import Recipe
from campaign.compose.sources import SourceFile
from campaign.errors import InputError
from campaign.model import CheckedRow, Layout, Role, Source, TableInfo
from campaign.rules.columns import locate
from campaign.rules.fix_columns import without_fix_columns
from campaign.rules.seen import Seen
from campaign.rules.template import Template
from campaign.steps.check import Terms, check


@dataclass(frozen=True, slots=True)
class Checking:
    """Files being checked.

    Attributes:
        sources: Those opened so far, the first at once; complete when the rows are at their end.
        rows: Every data row of every file, in order.
    """

    sources: Sequence[Source]
    rows: Iterator[CheckedRow]


@contextmanager
def checking(recipe: Recipe, *, now: datetime) -> Iterator[Checking]:
    """Open the files and check them row by row while the block runs.

    Raises:
        InputError: A file or a setting does not fit; also when a file changed meanwhile.
    """
    _require_terms(recipe)
    seen = Seen()
    sources: list[Source] = []

    def rows_behind(first: Iterator[CheckedRow], stack: ExitStack) -> Generator[CheckedRow]:
        yield from first
        stack.close()
        for no, file in enumerate(recipe.sources.files[1:], start=2):
            with _one_file(recipe, file, no, now=now, seen=seen) as (source, rows):
                sources.append(source)
                yield from rows

    with ExitStack() as stack:
        source, first = stack.enter_context(
            _one_file(recipe, recipe.sources.files[0], 1, now=now, seen=seen)
        )
        sources.append(source)
        with closing(rows_behind(first, stack)) as rows:
            yield Checking(sources, rows)


def _require_terms(recipe: Recipe) -> None:
    """One error about an option, not one a row."""
    if recipe.text is not None and not recipe.text.strip():
        raise InputError(
            "the text for everybody is empty",
            hint='Write it: --text "…"; or leave --text out to use the text column.',
            code="option_empty",
        )
    if recipe.region not in phonenumbers.SUPPORTED_REGIONS:
        raise InputError(
            f"--region {recipe.region!r} is no country",
            hint="Write its ISO 3166 name: --region RU",
            code="setting",
        )


def _require_sheets(recipe: Recipe, file: SourceFile, info: TableInfo) -> None:
    """Among several files there may be workbooks, which the sheet is meant for."""
    wanted = recipe.options.sheet
    if wanted and not info.sheet and len(recipe.sources.files) == 1:
        raise InputError(
            f"--sheet {wanted!r}: {file.path} is a text table, which has no sheets",
            hint="Leave --sheet out, or name the workbook.",
            code="setting",
        )


@contextmanager
def _one_file(
    recipe: Recipe, file: SourceFile, no: int, *, now: datetime, seen: Seen
) -> Iterator[tuple[Source, Iterator[CheckedRow]]]:
    with _named(recipe, file), file.open(recipe.options) as table:
        _require_sheets(recipe, file, table.info)
        every_row, fix_header = without_fix_columns(table.rows)
        header = recipe.header if fix_header is None else fix_header
        layout, rows = locate(every_row, recipe.mapping, header=header)
        source = Source(no, file.name, str(file.path.absolute()), file.sha256, table.info, layout)
        seen.begin(file.name)
        checked = check(rows, _terms(recipe, layout, no, now), seen)
        yield source, _unchanged(_numbered(checked, no), file)


@contextmanager
def _named(recipe: Recipe, file: SourceFile) -> Iterator[None]:
    """Of several files, an error must say which one it is about."""
    try:
        yield
    except InputError as error:
        if len(recipe.sources.files) == 1 or file.path.name in error.message:
            raise
        raise InputError(
            f"{file.path}: {error.message}", hint=error.hint, code=error.code
        ) from error


def makes_client_ids(recipe: Recipe, layout: Layout) -> bool:
    """Whether the clientIds of a file are made, because it has none or they are not wanted."""
    if recipe.own_client_ids is None:
        return Role.CLIENT_ID not in layout.roles
    return not recipe.own_client_ids


def _terms(recipe: Recipe, layout: Layout, no: int, now: datetime) -> Terms:
    dialect = dialect_of(recipe.gateway)
    template = None if recipe.text is None else Template.parse(recipe.text)
    return Terms(
        layout=layout,
        # Row 5 of one file and row 5 of the next are two people.
        seed=recipe.digest if no == 1 else f"{recipe.digest}/{no}",
        now=now,
        template=None if template is None else template.bind(layout.heading),
        sender=recipe.sender,
        region=recipe.region,
        countries=recipe.countries,
        explode_phones=recipe.explode_phones,
        allow_duplicates=recipe.allow_duplicates,
        max_parts=recipe.max_parts,
        own_client_ids=not makes_client_ids(recipe, layout),
        send_at=recipe.send_at,
        zone=recipe.zone,
        flash_allowed=dialect.has_message_options,
        wapurl_allowed=dialect.has_message_options,
    )


def _numbered(rows: Iterator[CheckedRow], no: int) -> Iterator[CheckedRow]:
    if no == 1:
        return rows
    return (CheckedRow(row.row, row.outcome, no, row.warnings, row.part) for row in rows)


def _unchanged(rows: Iterator[CheckedRow], file: SourceFile) -> Iterator[CheckedRow]:
    """Refuse a file that was saved again while it was read: half of each would be sent."""
    yield from rows
    if file.digest_now() != file.sha256:
        raise InputError(
            f"{file.path} was changed while it was read; nothing was planned",
            hint="Close it in the other program and run the command again.",
            code="file_changed",
        )
