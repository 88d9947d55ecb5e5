"""Values that stand for nothing, and letters written in a code: nobody wants to read them."""

import re
from typing import Final

_NOTHING: Final = frozenset(
    (
        *("null", "(null)", "\\n", "none", "nan", "nil", "undefined", "n/a", "na", "empty"),
        *("нет", "нет данных", "не указано", "не указан", "не заполнено", "не известно", "нд"),
        *("неизвестно", "неизвестный", "пусто", "без имени", "н/д", "отсутствует", "тест", "test"),
        *("loading...", "загрузка..."),  # Google Sheets, exported too early
    )
)
"""What programs and people write where they know nothing, or only try out."""
_LONGEST_NOTHING: Final = 12

_CODE: Final = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});"  # HTML: &quot; &#1040;
    r"|</?(?:b|i|u|p|a|br|hr|em|li|ul|td|tr|div|span|font|strong|style|script|img)\b[^<>]{0,200}>"
    r"|(?:%d[01]%[89ab][0-9a-f]){2}"  # a link: %D0%90%D0%BD
    r"|(?:=d[01]=[89ab][0-9a-f]){2}"  # a mail: =D0=90=D0=BD
    r"|_x0[0-9a-f]{3}_"  # a workbook: _x041F_
    r"|(?:\\u04[0-9a-f]{2}){2}",  # a program: \u0410\u043d
    re.IGNORECASE,
)
_CODE_SIGNS: Final = ("&", "<", "%", "=", "\\", "_x")
_QUOTED: Final = re.compile(r"'[^']+'|`[^`]+`")
_CASE_TURNED: Final = re.compile(r"(?<!\w)[а-яё][А-ЯЁ]{2,}(?!\w)")  # noqa: RUF001
"""Caps Lock, or KOI8-R and cp1251 taken for one another: in both, capitals become small."""


def odd_value(value: str) -> str:
    """What is odd in a value that a column puts into a text.

    Returns:
        The value when it is a word for nothing, like `NULL`, has no letter and no digit, like `-`,
        or has its quotes still on; a word whose case is turned; a stretch as `coded` finds it; ""
        when nothing is odd.
    """
    if len(value) <= _LONGEST_NOTHING and value.strip().casefold() in _NOTHING:
        return value
    if _QUOTED.fullmatch(value) or not any(map(str.isalnum, value)):
        return value
    turned = _CASE_TURNED.search(value)
    return turned[0] if turned else coded(value)


def coded(text: str) -> str:
    """The first stretch that a web page or a program would show as letters; "" without one."""
    if not any(sign in text for sign in _CODE_SIGNS):
        return ""
    found = _CODE.search(text)
    return found[0] if found else ""
