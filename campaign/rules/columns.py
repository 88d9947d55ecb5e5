"""Find the heading row and what each column is for.

The phone column is never chosen silently between two that fit equally well, and no row that holds a
phone is skipped as a title: a wrong guess here texts the wrong people or loses some.
"""

import difflib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from campaign.errors import InputError
from campaign.model import Layout, RawRow, Role
from campaign.rules.cells import is_blank, name_key, shown
from campaign.rules.headings import (
    NO,
    column_letter,
    columns_named,
    heading_key,
    heading_of,
    letter_index,
    rank,
    rank_phone,
)
from campaign.rules.phone_columns import HEAD_ROWS, is_phone, looks_like_recipients

__all__ = ["column_letter", "heading_key", "heading_of", "locate", "looks_like_recipients"]


def locate(rows: Iterator[RawRow], mapping: Mapping[Role, str]) -> tuple[Layout, Iterator[RawRow]]:
    """Find the heading row and the columns; the rows behind it come back as a stream.

    Args:
        rows: Every row of the file. Blank rows and titles above the heading are dropped.
        mapping: Role to heading, or to a column letter if no heading has that name. A phone column
            given by letter in a file without headings makes every row a data row
            (`heading_row_no` 0, letters as headings).

    Returns:
        The layout, and the data rows in order.

    Raises:
        InputError: ``empty_file``, ``no_phone_column``, ``phone_column_ambiguous``,
            ``map_unknown_column``, ``map_ambiguous_column`` or ``rows_above_heading``.
    """
    head = list(itertools.islice((r for r in rows if not is_blank("".join(r.cells))), HEAD_ROWS))
    if not head:
        raise InputError(
            "The file has no rows.", hint="Check the sheet: --sheet NAME.", code="empty_file"
        )
    width = max(len(row.cells) for row in head)
    at = _find_heading(head, mapping.get(Role.PHONE, ""), width)
    if at is None:
        heading = tuple(map(column_letter, range(width)))
        layout = Layout(0, heading, _find_roles(heading, mapping, width))
        return layout, itertools.chain(head, rows)
    _refuse_phones_above(head, at)
    heading = head[at].cells
    layout = Layout(head[at].row_no, heading, _find_roles(heading, mapping, width))
    return layout, itertools.chain(head[at + 1 :], rows)


def _find_heading(head: Sequence[RawRow], phone_name: str, width: int) -> int | None:
    """Index of the heading row; None when a mapped letter leads straight to data."""
    if not phone_name:
        at = _guess_heading(head)
        if at is None:
            raise _no_phone_column(head)
        return at
    for at, row in enumerate(head):
        if columns_named(row.cells, phone_name):
            return at
    index = letter_index(phone_name, width)
    if index is None:
        raise _unknown_column(Role.PHONE, phone_name, _likely_heading(head))
    at = _guess_heading(head)
    if at is not None:
        return at
    for at, row in enumerate(head):
        if index < len(row.cells) and not is_blank(row.cells[index]):
            return None if is_phone(row.cells[index]) else at
    raise _unknown_column(Role.PHONE, phone_name, _likely_heading(head))


def _guess_heading(head: Sequence[RawRow]) -> int | None:
    """First row with a phone heading; a title that speaks of phones stands alone in its row."""
    found = [at for at, row in enumerate(head) if any(map(rank_phone, row.cells))]
    beside = [at for at in found if _filled(head[at]) > 1]
    return next(iter(beside or found), None)


def _filled(row: RawRow) -> int:
    return sum(not is_blank(cell) for cell in row.cells)


def _likely_heading(head: Sequence[RawRow]) -> tuple[str, ...]:
    """What to show as headings when no row could be recognised as such."""
    at = _guess_heading(head)
    if at is None:
        at = next((i for i, row in enumerate(head) if _filled(row) > 1), 0)
    return head[at].cells


def _refuse_phones_above(head: Sequence[RawRow], at: int) -> None:
    """Titles are skipped, people are not."""
    for row in head[:at]:
        if any(map(is_phone, row.cells)):
            raise InputError(
                f"Row {row.row_no} holds a phone number but stands above the headings in row "
                f"{head[at].row_no}.",
                hint='Move it below the headings, or name the phone column: --map phone="…".',
                code="rows_above_heading",
            )


def _find_roles(
    heading: Sequence[str], mapping: Mapping[Role, str], width: int
) -> Mapping[Role, int]:
    roles = {role: _mapped(heading, role, name=name, width=width) for role, name in mapping.items()}
    for role in Role:
        if role in roles:
            continue
        index = _guess_column(heading, role, frozenset(roles.values()))
        if index is not None:
            roles[role] = index
    return MappingProxyType(roles)


def _mapped(heading: Sequence[str], role: Role, *, name: str, width: int) -> int:
    """Index of the column that the person named."""
    found = columns_named(heading, name)
    if len(found) > 1:
        letters = " or ".join(f"--map {role}={column_letter(i)}" for i in found)
        raise InputError(
            f"{len(found)} columns are called {name!r}.",
            hint=f"Name one by its letter: {letters}.",
            code="phone_column_ambiguous" if role is Role.PHONE else "map_ambiguous_column",
        )
    index = found[0] if found else letter_index(name, width)
    if index is None:
        raise _unknown_column(role, name, heading)
    return index


def _guess_column(heading: Sequence[str], role: Role, taken: frozenset[int]) -> int | None:
    """Index of the column that fits the role best; the first of equals, except for the phone."""
    ranks = {i: rank(role, title) for i, title in enumerate(heading) if i not in taken}
    best = max(ranks.values(), default=NO)
    if best == NO:
        return None
    found = [i for i, rank in ranks.items() if rank == best]
    if role is Role.PHONE and len(found) > 1:
        names = ", ".join(f"{heading[i].strip()!r} ({column_letter(i)})" for i in found)
        raise InputError(
            f"Several columns may hold the phone: {names}.",
            hint=f"Say which one: --map phone={column_letter(found[0])}.",
            code="phone_column_ambiguous",
        )
    return found[0]


def _listed(heading: Sequence[str]) -> str:
    return ", ".join(shown(title) for title in heading if not is_blank(title))


def _unknown_column(role: Role, name: str, heading: Sequence[str]) -> InputError:
    titles = {name_key(title): shown(title) for title in heading if not is_blank(title)}
    near = difflib.get_close_matches(name_key(name), titles, n=1)
    guess = f' Did you mean --map {role}="{titles[near[0]]}"?' if near else ""
    return InputError(
        f"The file has no column {name!r} for {role}.{guess}",
        hint=f"Columns found: {_listed(heading)}.",
        code="map_unknown_column",
    )


def _no_phone_column(head: Sequence[RawRow]) -> InputError:
    heading = _likely_heading(head)
    phones = [i for i, cell in enumerate(heading) if is_phone(cell)]
    if phones:
        return InputError(
            "The file has no row of headings: its first row already holds a phone number.",
            hint=f"Name the column by its letter: --map phone={column_letter(phones[0])}.",
            code="no_phone_column",
        )
    return InputError(
        f"No column for the phone was recognised. Headings found: {_listed(heading)}.",
        hint='Name it: --map phone="…".',
        code="no_phone_column",
    )
