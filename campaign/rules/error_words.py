"""Words that a spreadsheet shows where a formula failed: nobody wants to read them in an SMS."""

import re
from typing import Final

NO_VALUE_TEXT: Final = "#FORMULA?"
"""Stands in a cell whose formula has no stored result, so that its row is never taken for blank."""

_WORDS: Final = frozenset(
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


def is_error_word(cell: str) -> bool:
    """Whether the cell holds nothing but the word of a failed formula."""
    # The first sign decides nearly always; this is asked for every value of a text.
    if cell[:1] not in "#EО ":  # noqa: RUF001
        return False
    word = cell.strip()
    return word.upper() in _WORDS or _NUMBERED.fullmatch(word) is not None
