"""Read lines whose quotes are broken, but only where they can be read in one way.

1C and hand-made exports put a cell in quotes without doubling the quotes inside it. Such a line is
a row again when exactly one reading gives as many cells as the table has columns; a second reading
would be a guess about somebody's name or phone.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from campaign.rules.phone_columns import is_phone

_MOST_PIECES, _MOST_SURPLUS = 300, 20
"""Bounds of the search: it takes time in proportion to one times the square of the other."""
_PHONES_IN_CELL: Final = 2
"""A cell may well list two numbers of one person, one a line; three are three people."""
_BROAD: Final = 3


def pieces_of(line: str, delimiter: str) -> list[str]:
    """A line cut at every delimiter, whatever the quotes say."""
    return line.rstrip("\r\n").split(delimiter)


def mend(line: str, delimiter: str, width: int) -> tuple[str, ...] | None:
    """Read one line with broken quotes.

    A closing quote is one that a delimiter or the line end follows, an opening one stands at the
    start of a cell; quotes elsewhere belong to the cell. Doubled quotes, and quotes behind a
    backslash as MySQL writes them, are one.

    Args:
        line: With its end.
        delimiter: One character.
        width: Columns of the table.

    Returns:
        The cells, `width` of them; None when no reading gives so many, or more than one does.
    """
    pieces = pieces_of(line, delimiter)
    if not (width <= len(pieces) <= min(_MOST_PIECES, width + _MOST_SURPLUS)):
        return None

    @cache
    def readings(start: int, cells: int) -> list[tuple[str, ...]]:
        """At most two ways to join the pieces from `start` on into so many cells."""
        if cells == 0:
            return [()] if start == len(pieces) else []
        found: list[tuple[str, ...]] = []
        # What is left must at least give one piece a cell.
        for end in range(start + 1, len(pieces) - cells + 2):
            cell = _cell(pieces[start:end], delimiter)
            if cell is not None:
                found += [(cell, *rest) for rest in readings(end, cells - 1)]
        return found[:2]

    found = readings(0, width)
    return found[0] if len(found) == 1 else None


def _cell(pieces: Sequence[str], delimiter: str) -> str | None:
    """The text of these pieces as one cell, None when they cannot be one."""
    text = delimiter.join(pieces)
    if not text.startswith('"'):
        return text if len(pieces) == 1 else None
    if text.count('"') % 2:
        return None
    if text.endswith('"'):
        return text[1:-1].replace('\\"', '"').replace('""', '"')
    return text if len(pieces) == 1 else None


def holds_rows(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines is rather several people, joined by a stray quote.

    Such a record is well formed when a second stray quote closes the first, so nobody would
    notice. It is one whose first line is a whole row by itself, and where a further line is one too
    and has a phone where the first line has one.

    Args:
        lines: Of the record, two or more.
        delimiter: One character.
        width: Columns of the table.
    """
    first, *others = ([p.strip(' "') for p in pieces_of(line, delimiter)] for line in lines)
    if width == 1:
        return sum(len(p) == 1 and is_phone(p[0]) for p in (first, *others)) > _PHONES_IN_CELL
    if len(first) < width:
        return False
    wide = [pieces for pieces in others if len(pieces) == width]
    phones = [i for i, piece in enumerate(first[:width]) if is_phone(piece)]
    if any(is_phone(pieces[i]) for pieces in wide for i in phones):
        return True
    return width >= _BROAD and len(wide) >= _BROAD - 1
