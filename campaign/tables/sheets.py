"""Which sheet of a workbook is read, and what the person is told of what is not.

Nothing may be skipped silently: a sheet, row or column that is not used is named in a note.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from campaign.domain import RawRow
from campaign.domain.recipients.heading_row import looks_like_recipients
from campaign.errors import InputError
from campaign.tables.sheet_facts import SheetFacts, column_letters
from campaign.text import tr

HEAD_COUNT = 30
"""Rows that are not blank by which a sheet is judged."""
_NAMES_SHOWN = 5
_MOST_LOOKED_AT = 30
_MISSING_COLUMN = frozenset({
    "no_phone_column", "map_unknown_column", "template_unknown_column"
})  # fmt: skip
_HOLDS_PHONES = 2
"""See `looks_like_recipients`."""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet before its rows are read: its name, whether its tab is seen, whether it has data."""

    name: str
    visible: bool
    filled: bool


def choose_sheet(
    path: Path,
    sheets: Sequence[SheetView],
    wanted: str | None,
    *,
    head: Callable[[str], Sequence[RawRow]],
) -> tuple[SheetView, tuple[str, ...]]:
    """Take the sheet that the person named, else the visible one that looks most like recipients.

    A hidden sheet is never taken by itself. With a single visible sheet nothing is compared.

    Args:
        path: The workbook, for errors.
        sheets: In the order of their tabs.
        wanted: Name of the sheet, whatever its case; None: choose.
        head: The first rows of a sheet, by name; may raise InputError.

    Returns:
        The sheet, and notes about the others.

    Raises:
        InputError: `sheet_unknown` or `file_empty`; whatever `head` raises for the sheet taken.
    """
    filled = [sheet for sheet in sheets if sheet.filled]
    if wanted is not None:
        chosen = _named(path, sheets, filled, wanted)
        return chosen, tuple(_other_notes(chosen, filled, (), ()))
    visible = [sheet for sheet in filled if sheet.visible]
    if not visible:
        raise _nothing_visible(path, filled)
    if len(visible) == 1:
        return visible[0], tuple(_other_notes(visible[0], filled, (), ()))
    ranks: dict[str, int] = {}
    unseen = {sheet.name: "there are too many sheets" for sheet in visible[_MOST_LOOKED_AT:]}
    for sheet in visible[:_MOST_LOOKED_AT]:
        try:
            ranks[sheet.name] = looks_like_recipients(head(sheet.name))
        except InputError as error:
            unseen[sheet.name] = error.message
    if not ranks:
        # None could be looked at: the error of the first is the answer.
        ranks[visible[0].name] = looks_like_recipients(head(visible[0].name))
    best = max(ranks.values())
    chosen = next(sheet for sheet in visible if ranks.get(sheet.name) == best)
    rivals = [n for n, rank in ranks.items() if rank >= _HOLDS_PHONES and n != chosen.name]
    return chosen, tuple(_other_notes(chosen, filled, rivals, unseen.items()))


def _named(
    path: Path, sheets: Sequence[SheetView], filled: Sequence[SheetView], wanted: str
) -> SheetView:
    for same in (str, str.casefold):
        for sheet in sheets:
            if same(sheet.name.strip()) == same(wanted.strip()):
                return _not_empty(path, sheet, filled)
    raise InputError(
        tr("Workbook {path} has no sheet {wanted!r}", path=path, wanted=wanted),
        hint=tr("Its sheets: {some}.", some=some(repr(sheet.name) for sheet in sheets)),
        code="sheet_unknown",
    )


def _not_empty(path: Path, sheet: SheetView, filled: Sequence[SheetView]) -> SheetView:
    if sheet.filled:
        return sheet
    names = some(repr(other.name) for other in filled) or "none"
    raise InputError(
        tr("Sheet {name!r} of {path} is empty", name=sheet.name, path=path),
        hint=tr("Sheets with data: {names}.", names=names),
        code="file_empty",
    )


def _nothing_visible(path: Path, filled: Sequence[SheetView]) -> InputError:
    hint = "Save the table again, then name it here."
    if filled:
        hint = f"The hidden sheet {filled[0].name!r} has data: --sheet {filled[0].name!r}."
    return InputError(
        tr("Workbook {path} has no visible sheet with data", path=path),
        hint=hint,
        code="file_empty",
    )


def _other_notes(
    chosen: SheetView,
    filled: Sequence[SheetView],
    rivals: Sequence[str],
    unseen: Iterable[tuple[str, str]],
) -> Iterator[str]:
    if rivals:
        yield (
            f"ATTENTION: more than one sheet holds phones. Read is {chosen.name!r}; NOT read: "
            f"{some(map(repr, rivals))}. Another one is chosen by --sheet {rivals[0]!r}."
        )
    others = [s for s in filled if s.name != chosen.name and s.name not in rivals]
    if others:
        names = (repr(s.name) if s.visible else f"{s.name!r} (hidden)" for s in others)
        yield f"Sheets with data that are not read: {some(names)}."
    for name, why in islice(unseen, _NAMES_SHOWN):
        yield f"Sheet {name!r} was not looked at: {why}."


def fact_notes(facts: SheetFacts, *, include_hidden: bool) -> Iterator[str]:
    """Say whatever of a sheet is not read, or not read as it is seen.

    Args:
        facts: About the sheet that is read.
        include_hidden: Whether hidden rows and columns are used.
    """
    used = "used, as --include-hidden says" if include_hidden else "not used"
    if facts.hidden_row_count:
        rows = some(map(str, facts.hidden_rows), facts.hidden_row_count)
        yield f"Hidden or filtered rows that are {used}: {facts.hidden_row_count} ({rows})."
    if facts.hidden_columns:
        columns = some(_ranges(facts.hidden_columns))
        how = "" if include_hidden else " (--include-hidden uses them)"
        yield f"Hidden columns that are {used}: {columns}{how}."
    if facts.struck_count:
        cells = some(facts.struck, facts.struck_count)
        yield f"ATTENTION: cells that are struck out are read like the others: {cells}."
    if facts.merge_count:
        merges = some(facts.merges, facts.merge_count)
        yield f"Merged cells count for their first cell only: {merges}."


def some(names: Iterable[str], count: int | None = None) -> str:
    """List the first few names, and how many more there are.

    Args:
        names: All of them, or as many as are known.
        count: How many there are when `names` may be fewer.
    """
    known = list(names)
    rest = (len(known) if count is None else count) - min(len(known), _NAMES_SHOWN)
    return ", ".join(known[:_NAMES_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _ranges(columns: Sequence[int]) -> Iterator[str]:
    """Columns by their letters, neighbours as `K:IV`: people hide all that they do not need."""
    for _, neighbours in groupby(enumerate(columns), lambda pair: pair[1] - pair[0]):
        run = [column_letters(column) for _, column in neighbours]
        yield run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}"


@contextmanager
def left_out_told(columns: Sequence[int], sheets: Sequence[str]) -> Iterator[None]:
    """Add to an error about a missing column what was left out: it may well be there.

    Args:
        columns: Those that are left out because they are hidden, from 0.
        sheets: What `choose_sheet` said of the other sheets.
    """
    try:
        yield
    except InputError as error:
        if error.code not in _MISSING_COLUMN or not (columns or sheets):
            raise
        hint = [error.hint]
        if columns:
            names = some(_ranges(columns))
            hint.append(f"Hidden columns were left out: {names}; --include-hidden uses them.")
        hint += sheets
        raise InputError(error.message, hint=" ".join(hint).strip(), code=error.code) from error


def blank_columns(rows: Iterable[RawRow], columns: Sequence[int]) -> Iterator[RawRow]:
    """Empty the cells of hidden columns; the others keep their letters.

    Args:
        rows: All rows of the sheet.
        columns: From 0, ascending.
    """
    for row in rows:
        cells = list(row.cells)
        for column in columns:
            if column >= len(cells):
                break
            cells[column] = ""
        yield RawRow(row.row_no, tuple(cells), row.problem)
