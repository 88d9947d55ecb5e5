"""What a spreadsheet leaves in a cell besides its letters: invisible signs, blanks, odd spaces.

Nothing here changes a text that is sent; it only decides whether a cell is blank, how a heading is
compared, and how much of a cell a message may quote.
"""

import re
import unicodedata
from types import MappingProxyType
from typing import Final

INVISIBLE: Final[dict[int, None]] = dict.fromkeys(
    (
        0x00AD,  # soft hyphen
        0x061C,  # Arabic letter mark
        0x180E,  # Mongolian vowel separator
        *range(0x200B, 0x2010),  # zero width space and joiners, left-to-right and right-to-left marks
        *range(0x202A, 0x202F),  # bidirectional embeddings and overrides
        *range(0x2060, 0x2070),  # word joiner, isolates
        0xFEFF,  # byte order mark
    )
)
"""Table for `str.translate` that deletes the signs nobody sees."""
SHOWN_LENGTH: Final = 40
"""Characters of a cell that a message quotes at most."""
_SPACES: Final = re.compile(r"\s+")


def is_blank(cell: str) -> bool:
    """Whether nothing can be seen in the cell."""
    # The first sign decides nearly always; this is asked several times a row.
    if cell[:1].isalnum():
        return False
    stripped = cell.strip()
    if not stripped:
        return True
    return not stripped[0].isprintable() and not stripped.translate(INVISIBLE).strip()


def tidy(cell: str) -> str:
    """The cell without invisible signs, with every run of white space as one space."""
    return _SPACES.sub(" ", cell.translate(INVISIBLE)).strip()


def column_letters(index: int) -> str:
    """Name of a column as spreadsheet programs show it, from 0: `A`, `Z`, `AA`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The inverse of `column_letters`, for capital letters."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def name_key(name: str) -> str:
    """What two spellings of the same column name have in common: no case, no stray spaces."""
    return tidy(name).casefold()


def shown(cell: str) -> str:
    """The cell as a message may quote it: at most 40 characters, encodable everywhere."""
    text = cell.strip()
    if len(text) > SHOWN_LENGTH:
        text = text[: SHOWN_LENGTH - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")


LOOK_ALIKES: Final = MappingProxyType(
    dict(zip("АВЕЅІЈКМНОРСТУХЗаеѕіјкорсух", "ABESIJKMHOPCTYX3aesijkopcyx", strict=True))
)
"""Cyrillic letters to the Latin letter or digit for which they are mistaken."""


def name_character(character: str) -> str:
    """Name a character as Unicode does, `— (U+2014 EM DASH)`; by its code alone if invisible."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    full = f"{code} {name}" if name else code
    if not character.isprintable() or character.isspace() or unicodedata.combining(character):
        return full
    return f"{character} ({full})"


NO_VALUE_TEXT: Final = "#FORMULA?"
"""Stands in a cell whose formula has no stored result, so that its row is never taken for blank."""

_ERRORS: Final = frozenset(
    # English, then Russian Excel.
    (
        *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"),
        *("#SPILL!", "#CALC!", "#GETTING_DATA"),
        *("#ПУСТО!", "#ДЕЛ/0!", "#ЗНАЧ!", "#ССЫЛКА!", "#ИМЯ?", "#ЧИСЛО!", "#Н/Д"),  # noqa: RUF001
        *("#ПЕРЕНОС!", "#ВЫЧИСЛ!"),
    )
)
"""Source: Microsoft Support, "Error values", in English and Russian; no hashtag is among them."""
_NUMBERED: Final = re.compile(r"#{3,}|(?:Err|Ошибка):5\d\d")
"""A number too wide for its column, saved as it was shown; an error of LibreOffice Calc."""


def is_formula_error(cell: str) -> bool:
    """Whether the cell holds nothing but what a failed formula shows."""
    # The first sign decides nearly always; this is asked for every value of a text.
    if cell[:1] not in "#EО ":  # noqa: RUF001
        return False
    text = cell.strip()
    return text.upper() in _ERRORS or _NUMBERED.fullmatch(text) is not None
