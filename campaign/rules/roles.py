"""Find out what each column is for: by the person's word, by headings, and for phones by the cells.

Where headings leave it open the cells may decide, but only when all others are out of the question,
and then it is said.
"""

import difflib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from campaign.errors import InputError
from campaign.model import RawRow, Role
from campaign.rules.cells import is_blank, name_key, shown
from campaign.rules.heading_row import ambiguous
from campaign.rules.headings import (
    KNOWN_WORD,
    MAYBE,
    NO,
    column_letter,
    columns_named,
    heading_key,
    letter_index,
    rank,
)
from campaign.rules.phone_columns import column, is_phone, phone_columns
from campaign.rules.words_headings import MAYBE_PHONE


def find_roles(
    titles: Sequence[str], mapping: Mapping[Role, str], data: Sequence[RawRow], width: int
) -> tuple[Mapping[Role, int], tuple[str, ...]]:
    """Role to column index, and what the person should know about the choice.

    Args:
        titles: Headings.
        mapping: What the person said, role to heading or letter.
        data: The first rows behind the headings.
        width: Columns of the table.

    Raises:
        InputError: ``map_unknown_column``, ``map_ambiguous_column``, ``phone_column_ambiguous`` or
            ``no_phone_column``.
    """
    roles = {role: _mapped(titles, role, name=name, width=width) for role, name in mapping.items()}
    notes: tuple[str, ...] = ()
    for role in Role:
        if role in roles:
            continue
        taken = frozenset(roles.values())
        ranks = {i: rank(role, title) for i, title in enumerate(titles) if i not in taken}
        if role is Role.PHONE:
            roles[role], notes = _phone(titles, ranks, data)
        elif (best := max(ranks.values(), default=NO)) > NO:
            roles[role] = next(i for i, value in ranks.items() if value == best)
    return MappingProxyType(roles), notes


def unknown_column(role: Role, name: str, titles: Sequence[str]) -> InputError:
    """The error for a column that nobody can find."""
    names = {name_key(title): shown(title) for title in titles if not is_blank(title)}
    near = difflib.get_close_matches(name_key(name), names, n=1)
    guess = f' Did you mean --map {role}="{names[near[0]]}"?' if near else ""
    return InputError(
        f"The file has no column {name!r} for {role}.{guess}",
        hint=f"Columns found: {listed(titles)}.",
        code="map_unknown_column",
    )


def listed(titles: Sequence[str]) -> str:
    """Headings for a message."""
    return ", ".join(shown(title) for title in titles if not is_blank(title))


def _mapped(titles: Sequence[str], role: Role, *, name: str, width: int) -> int:
    """Index of the column that the person named."""
    found = columns_named(titles, name)
    if len(found) > 1:
        letters = " or ".join(f"--map {role}={column_letter(i)}" for i in found)
        raise InputError(
            f"{len(found)} columns are called {name!r}.",
            hint=f"Name one by its letter: {letters}.",
            code="phone_column_ambiguous" if role is Role.PHONE else "map_ambiguous_column",
        )
    index = found[0] if found else letter_index(name, width)
    if index is None:
        raise unknown_column(role, name, titles)
    return index


def _phone(
    titles: Sequence[str], ranks: Mapping[int, int], data: Sequence[RawRow]
) -> tuple[int, tuple[str, ...]]:
    """The phone column; headings first, then cells."""
    best = max(ranks.values(), default=NO)
    named = [i for i, value in ranks.items() if value == best > NO]
    if len(named) == 1 and not (best == MAYBE and _is_number_of_anything(titles, named[0], data)):
        return named[0], ()
    if len(named) > 1:
        # A column named for phones is out only when it is blank; one that may be, without phones.
        possible = [
            i
            for i in named
            if (column(data, i) if best >= KNOWN_WORD else any(map(is_phone, column(data, i))))
        ]
        if len(possible) != 1:
            raise ambiguous(named, titles)
        why = "the others are blank" if best >= KNOWN_WORD else "the others hold none"
        return possible[0], (_note(titles, possible[0], why),)
    found = phone_columns(data, titles)
    if len(found) > 1:
        raise ambiguous(found, titles)
    if found:
        return found[0], (_note(titles, found[0], "its cells are phones"),)
    if named:
        return named[0], ()
    raise InputError(
        f"No column for the phone was recognised. Headings found: {listed(titles)}.",
        hint='Name it: --map phone="…".',
        code="no_phone_column",
    )


def _is_number_of_anything(titles: Sequence[str], index: int, data: Sequence[RawRow]) -> bool:
    """Whether a column "Number" or "Contact" holds no phone at all."""
    return heading_key(titles[index]) in MAYBE_PHONE and not any(map(is_phone, column(data, index)))


def _note(titles: Sequence[str], index: int, why: str) -> str:
    title = shown(titles[index]) if index < len(titles) else ""
    return f"Column {column_letter(index)} ({title}) is taken for the phone: {why}."
