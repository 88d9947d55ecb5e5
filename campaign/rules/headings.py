"""How headings are compared, and how well one fits a role.

Comparison ignores what people do not see or do not mean: case, spaces, punctuation, the dots of yo.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

from campaign.model import Layout, Role
from campaign.rules.cells import name_key
from campaign.rules.words_headings import KNOWN, MAYBE_PHONE, PHONE_STEMS, YO

NAMED_EXACTLY, KNOWN_WORD, MAYBE, NO = 3, 2, 1, 0
"""Ranks of a heading for a role: named as the role, a word for it, perhaps, not at all."""

_LONGEST_HEADING: Final = 30
"""Letters from which on a cell that speaks of phones is a sentence and no heading."""

_LETTERS: Final = 26
_LAST_LETTERS: Final = 3


def heading_key(heading: str) -> str:
    """Letters and digits of a heading alone: `Client_ID:` and `client id` are the same.

    Case, the dots of yo, spaces, underscores, punctuation and invisible signs do not count.
    """
    folded = unicodedata.normalize("NFKC", heading).casefold().translate(YO)
    return "".join(filter(str.isalnum, folded))


def column_letter(index: int) -> str:
    """Name of a column as spreadsheet programs show it, from 0: `A`, `Z`, `AA`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def heading_of(layout: Layout, role: Role) -> str:
    """Heading of the column with that role, its letter where the heading is blank."""
    index = layout.roles[role]
    title = layout.heading[index].strip() if index < len(layout.heading) else ""
    return title or column_letter(index)


def columns_named(heading: Sequence[str], name: str) -> list[int]:
    """Columns with that heading; the narrowest comparison that finds any decides."""
    spellings = (str.strip, name_key, heading_key)
    for key in spellings:
        wanted = key(name)
        found = [i for i, title in enumerate(heading) if wanted and key(title) == wanted]
        if found:
            return found
    return []


def letter_index(name: str, width: int) -> int | None:
    """Index of the column with that letter, if the file is that wide."""
    letters = name.strip().upper()
    if not (letters.isascii() and letters.isalpha() and len(letters) <= _LAST_LETTERS):
        return None
    index = 0
    for letter in letters:
        index = index * _LETTERS + ord(letter) - ord("A") + 1
    return index - 1 if index <= width else None


def rank(role: Role, title: str) -> int:
    """How well a heading fits a role, 0 not at all."""
    if role is Role.PHONE:
        return rank_phone(title)
    if title.strip() == role:
        return NAMED_EXACTLY
    return KNOWN_WORD if heading_key(title) in KNOWN[role] else NO


def rank_phone(title: str) -> int:
    """The same for the phone, where "phone" and "телефон" are equals: neither wins silently."""
    key = heading_key(title)
    if key in KNOWN[Role.PHONE]:
        return KNOWN_WORD
    if key in MAYBE_PHONE:
        return MAYBE
    speaks_of_phones = len(key) <= _LONGEST_HEADING and any(stem in key for stem in PHONE_STEMS)
    return MAYBE if speaks_of_phones else NO
