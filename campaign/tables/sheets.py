"""Which sheet of a workbook is read; a note names every sheet, row or column that is not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path

from campaign.domain import RawRow, Table, TableInfo
from campaign.domain.cells import column_letters
from campaign.domain.recipients.heading_row import HOLDS_PHONES, recipients_rank
from campaign.errors import InputError
from campaign.tables.sheet_properties import SheetProperties, SheetView
from campaign.text import Text, joined, some, tr

HEAD_COUNT = 30
"""Rows that are not blank by which a sheet is ranked."""
_NAMES_SHOWN = 5
_MAX_RANKED = 30
_MISSING_COLUMN = frozenset({
    "no_phone_column", "map_unknown_column", "template_unknown_column"
})  # fmt: skip


def choose_sheet(
    path: Path, sheets: Sequence[SheetView], wanted: str | None, *, head: Callable[[str], Sequence[RawRow]]
) -> tuple[SheetView, tuple[Text, ...]]:
    """Take the sheet that was asked for, else the visible one that looks most like recipients.

    `head` gives the first rows of a sheet, and may raise. With the sheet come notes about the
    others.

    Raises:
        InputError: `sheet_unknown` or `file_empty`; whatever `head` raises for the sheet taken.
    """
    filled = [sheet for sheet in sheets if sheet.filled]
    if wanted is not None:
        candidates = [_named(path, sheets, filled, wanted)]
    else:
        candidates = [sheet for sheet in filled if sheet.visible]
    if not candidates:
        raise _nothing_visible(path, filled)
    ranks: dict[str, int] = {}
    unread: dict[str, str] = {
        sheet.name: tr("there are too many sheets") for sheet in candidates[_MAX_RANKED:]
    }
    for sheet in candidates[:_MAX_RANKED] if len(candidates) > 1 else ():
        try:
            ranks[sheet.name] = recipients_rank(head(sheet.name))
        except InputError as error:
            unread[sheet.name] = error.message
    if not ranks and unread:
        # None could be read: the error of the first is the answer.
        head(candidates[0].name)
    chosen = max(candidates, key=lambda sheet: ranks.get(sheet.name, -1))
    rivals = [n for n, rank in ranks.items() if rank >= HOLDS_PHONES and n != chosen.name]
    return chosen, tuple(_other_notes(chosen, filled, rivals, unread))


def _named(path: Path, sheets: Sequence[SheetView], filled: Sequence[SheetView], wanted: str) -> SheetView:
    for same in (str, str.casefold):
        for sheet in sheets:
            if same(sheet.name.strip()) == same(wanted.strip()):
                return _not_empty(path, sheet, filled)
    raise InputError(
        tr("Workbook {path} has no sheet {wanted!r}", path=path, wanted=wanted),
        hint=tr("Its sheets: {names}.", names=some(repr(sheet.name) for sheet in sheets)),
        code="sheet_unknown",
    )


def _not_empty(path: Path, sheet: SheetView, filled: Sequence[SheetView]) -> SheetView:
    if sheet.filled:
        return sheet
    names = some(repr(other.name) for other in filled) or tr("none")
    raise InputError(
        tr("Sheet {name!r} of {path} is empty", name=sheet.name, path=path),
        hint=tr("Sheets with data: {names}.", names=names),
        code="file_empty",
    )


def _nothing_visible(path: Path, filled: Sequence[SheetView]) -> InputError:
    hint = tr("Save the table again, then name it here.")
    if filled:
        hint = tr("The hidden sheet {name!r} has data: --sheet {name!r}.", name=filled[0].name)
    return InputError(
        tr("Workbook {path} has no visible sheet with data", path=path), hint=hint, code="file_empty"
    )


def _other_notes(
    chosen: SheetView, filled: Sequence[SheetView], rivals: Sequence[str], unread: Mapping[str, str]
) -> Iterator[Text]:
    if rivals:
        yield tr(
            "ATTENTION: more than one sheet contains phones. Read: {chosen!r}; NOT read: "
            "{rivals}. To choose another: --sheet {rival!r}.",
            chosen=chosen.name,
            rivals=some(map(repr, rivals)),
            rival=rivals[0],
        )
    others = [s for s in filled if s.name != chosen.name and s.name not in rivals]
    if others:
        names = [repr(s.name) if s.visible else tr("{name!r} (hidden)", name=s.name) for s in others]
        yield tr("Sheets with data that are not read: {names}.", names=some(names))
    for name, why in islice(unread.items(), _NAMES_SHOWN):
        yield tr("Sheet {name!r} was not looked at: {why}.", name=name, why=why)


def property_notes(properties: SheetProperties, *, include_hidden: bool) -> Iterator[Text]:
    """Report whatever of a sheet is not read, or not read as it is displayed."""
    if count := properties.hidden_row_count:
        rows = some(map(str, properties.hidden_rows), count)
        yield (
            tr(
                "Hidden or filtered rows that are used, as --include-hidden says: {count} ({rows}).",
                count=count,
                rows=rows,
            )
            if include_hidden
            else tr("Hidden or filtered rows that are not used: {count} ({rows}).", count=count, rows=rows)
        )
    if properties.hidden_columns:
        names = some(_ranges(properties.hidden_columns))
        yield (
            tr("Hidden columns that are used, as --include-hidden says: {names}.", names=names)
            if include_hidden
            else tr("Hidden columns that are not used: {names} (--include-hidden uses them).", names=names)
        )
    if properties.struck_count:
        cells = some(properties.struck, properties.struck_count)
        yield tr("ATTENTION: cells that are struck out are read like the others: {cells}.", cells=cells)
    if properties.merge_count:
        merges = some(properties.merges, properties.merge_count)
        yield tr("Merged cells count for their first cell only: {merges}.", merges=merges)


def _ranges(columns: Sequence[int]) -> Iterator[str]:
    """Columns by their letters, neighbours as `K:IV`: people hide all that they do not need."""
    for _, neighbours in groupby(enumerate(columns), lambda pair: pair[1] - pair[0]):
        run = [column_letters(column) for _, column in neighbours]
        yield run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}"


@contextmanager
def opened_table(
    info: TableInfo, rows: Iterator[RawRow], columns: Sequence[int], sheets: Sequence[str]
) -> Iterator[Table]:
    """The table without its hidden columns (from 0).

    An error about a missing column names those and the other `sheets`: it may be there.
    """
    try:
        yield Table(info, _blank_columns(rows, columns) if columns else rows)
    except InputError as error:
        if error.code not in _MISSING_COLUMN or not (columns or sheets):
            raise
        left_out = ""
        if columns:
            left_out = tr(
                "Hidden columns were left out: {names}; --include-hidden uses them.",
                names=some(_ranges(columns)),
            )
        hint = joined(error.hint, left_out, *sheets)
        raise InputError(error.message, hint=hint, code=error.code) from error


def _blank_columns(rows: Iterable[RawRow], columns: Sequence[int]) -> Iterator[RawRow]:
    for row in rows:
        cells = list(row.cells)
        for column in columns:
            if column >= len(cells):
                break
            cells[column] = ""
        yield RawRow(row.row_no, tuple(cells), row.problem)
