"""Which columns hold phones, judged by their cells and not by their headings."""

from collections.abc import Sequence
from typing import Final

from campaign.errors import UnusableCell
from campaign.model import RawRow
from campaign.rules.cells import is_blank
from campaign.rules.headings import MAYBE, heading_key, rank_phone
from campaign.rules.phone import parse_phone
from campaign.rules.words_headings import MAYBE_PHONE, NOT_PHONE_STEMS

HEAD_ROWS: Final = 30
"""Rows that are not blank among which the heading is looked for."""

_HEADING_ALONE, _PHONES_ALONE, _BOTH = 1, 2, 3
_MOSTLY, _NEARLY_ALL = 0.5, 0.9
_BETWEEN_CELLS: Final = frozenset(",;|\t")


def is_phone(cell: str) -> bool:
    """Whether the cell is nothing but a number to which an SMS can go, in whatever country.

    Stricter than `parse_phone`, which also understands a number with words: this is evidence about
    whole columns, and `79161234567;Anna` must be none.
    """
    if not _BETWEEN_CELLS.isdisjoint(cell) or any(map(str.isalpha, cell)):
        return False
    try:
        parse_phone(cell)
    except UnusableCell as error:
        return error.code == "phone_foreign"
    return True


def has_phone(row: RawRow) -> bool:
    """Whether any cell of the row is a phone."""
    return any(map(is_phone, row.cells))


def column(rows: Sequence[RawRow], index: int) -> list[str]:
    """The cells of a column that are not blank."""
    cells = (row.cells[index] for row in rows if index < len(row.cells))
    return [cell for cell in cells if not is_blank(cell)]


def phone_columns(rows: Sequence[RawRow], titles: Sequence[str] = ()) -> list[int]:
    """Columns of which at least nine cells in ten are phones, from the first phone on.

    Columns whose heading names another number (an INN, an order) are left out: some of those look
    like phones.
    """
    found = []
    for index in range(max((len(row.cells) for row in rows), default=0)):
        title = heading_key(titles[index]) if index < len(titles) else ""
        if any(stem in title for stem in NOT_PHONE_STEMS):
            continue
        phones = list(map(is_phone, column(rows, index)))
        if True in phones and sum(phones) >= _NEARLY_ALL * (len(phones) - phones.index(True)):
            found.append(index)
    return found


def looks_like_recipients(rows: Sequence[RawRow]) -> int:
    """Rank how much the head of a sheet looks like a table of recipients.

    Args:
        rows: The first rows of the sheet, blank ones included; about 30 that are not blank are
            looked at.

    Returns:
        0: neither a phone heading nor phones. 1: a phone heading, no phones. 2: phones in a
        column, no heading for them. 3: both.
    """
    head = [row for row in rows if not is_blank("".join(row.cells))][:HEAD_ROWS]
    best = 0
    for index in range(max((len(row.cells) for row in head), default=0)):
        filled = column(head, index)
        phones = sum(map(is_phone, filled))
        titles = [cell for cell in filled if rank_phone(cell)]
        # "Number" alone is the number of anything; over phones it is theirs.
        surely = any(rank_phone(t) > MAYBE or heading_key(t) not in MAYBE_PHONE for t in titles)
        if phones > 0 and phones >= _MOSTLY * (len(filled) - 1):
            best = max(best, _BOTH if titles else _PHONES_ALONE)
        elif surely:
            best = max(best, _HEADING_ALONE)
    return best
