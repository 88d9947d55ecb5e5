"""Which columns hold phones, judged by their cells and not by their headings."""

from collections.abc import Sequence
from typing import Final

from campaign.errors import UnusableCell
from campaign.model import RawRow
from campaign.rules.cells import is_blank
from campaign.rules.headings import MAYBE, heading_key, rank_phone
from campaign.rules.phone import parse_phone
from campaign.rules.words_headings import MAYBE_PHONE

HEAD_ROWS: Final = 30
"""Rows that are not blank among which the heading is looked for."""

_HEADING_ALONE, _PHONES_ALONE, _BOTH = 1, 2, 3
_MOSTLY: Final = 0.5


def is_phone(cell: str) -> bool:
    """Whether the cell is a number to which an SMS can go, in whatever country."""
    try:
        parse_phone(cell)
    except UnusableCell as error:
        return error.code == "phone_foreign"
    return True


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
    width = max((len(row.cells) for row in head), default=0)
    best = 0
    for column in range(width):
        cells = [row.cells[column] for row in head if column < len(row.cells)]
        filled = [cell for cell in cells if not is_blank(cell)]
        phones = sum(map(is_phone, filled))
        titles = [cell for cell in filled if rank_phone(cell)]
        # "Number" alone is the number of anything; over phones it is theirs.
        surely = any(rank_phone(t) > MAYBE or heading_key(t) not in MAYBE_PHONE for t in titles)
        has_phones = phones > 0 and phones >= _MOSTLY * (len(filled) - 1)
        if has_phones:
            best = max(best, _BOTH if titles else _PHONES_ALONE)
        elif surely:
            best = max(best, _HEADING_ALONE)
    return best
