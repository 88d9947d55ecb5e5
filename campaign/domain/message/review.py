"""Review a text before it is sent: refuse what no phone can show, warn of what may be a slip.

Nothing is changed, because registered templates are compared byte by byte. A million texts pass
through here, so the few quick checks that clear nearly all of them come first.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from campaign.domain.cells import INVISIBLE, is_blank, name_character, shown
from campaign.domain.check import RowWarning
from campaign.domain.message.mojibake import letters_lost, mojibake
from campaign.domain.message.template import Template
from campaign.errors import UnusableCell

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


def placeholder_value(value: str) -> str:
    """What looks like a placeholder in a value that a column puts into a text; "" for nothing odd.

    That is a value without meaning (`NULL`, `-`), one with its quotes still on, a word whose case
    is turned, or a stretch as `coded` finds it.
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


LONG_VALUE: Final = 100
"""Characters that one column may put into a text without a word; names and amounts have fewer."""
Review = Callable[[str, Sequence[str]], tuple[RowWarning, ...]]
"""(text, cells) to warnings; raises `UnusableCell`."""

_BAD: Final = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f"  # control characters; tab, line and page breaks are none
    "\u202a-\u202e\u2066-\u2069"  # turn the order of what follows: a text would show another one
    "\ud800-\udfff"  # half of a pair: no request can carry it
    "\ufdd0-\ufdef\ufffd-\uffff]"  # what a program leaves for a character it could not read
)
_JOINED_EMOJI: Final = "[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]\u200d"
_INVISIBLE: Final = re.compile(
    f"{_JOINED_EMOJI}|(?P<sign>[{''.join(map(re.escape, map(chr, INVISIBLE)))}\t])"
)

_LINK: Final = re.compile(
    r"https?:|www\.|\b[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}/|\b[\w-]{2,}\.(?:ru|com|net|org|рф|me)\b",
    re.IGNORECASE,
)
_LINE: Final = re.compile("[\n\r]")
_NAME: Final = re.compile(
    "(?!Не|Тест|Пуст|Отс|Без)[А-ЯЁ][а-яё]+(?:[ -][А-ЯЁ][а-яё]+){0,3}"  # noqa: RUF001
).fullmatch
"""What nearly every value is; one that may stand for nothing is reviewed more closely."""
_BROKEN: Final = "\ufffd"
_LINE_FEED: Final = "\n"


def reviewer(template: Template | None, field: str) -> Review:
    """Make the function that reviews every text of a file; `field` is the text column, if any.

    The function gives the warnings, mostly none; it raises `UnusableCell` `text_bad_characters`,
    `text_garbled` or `text_letters_lost`, with `column` where the value came from one.
    """
    edges = (RowWarning(field, "text_edge_blanks"),)
    double = (RowWarning(field, "text_double_space"),)
    values = _own_text_reviewer(field) if template is None else _value_reviewer(template)

    def review(text: str, cells: Sequence[str]) -> tuple[RowWarning, ...]:
        found = values(text, cells)
        if not text.replace(_LINE_FEED, "").isprintable() or _BROKEN in text:
            found += _unprintable(text, field)
        if "  " in text:
            found += double
        if text.strip() != text:
            found += edges
        return found

    return review


def _unprintable(text: str, field: str) -> tuple[RowWarning, ...]:
    """Judge a text with a character that Python would not print: NBSP is one, and harmless."""
    if bad := _BAD.search(text):
        raise UnusableCell("text_bad_characters", character=name_character(bad[0]))
    for match in _INVISIBLE.finditer(text):
        if sign := match["sign"]:
            return (RowWarning(field, "text_invisible", {"character": name_character(sign)}),)
    return ()


def _refuse_unreadable(text: str, column: str) -> None:
    """Refuse what another program has spoilt; what was meant is offered, never sent."""
    if found := mojibake(text):
        value, reading = map(shown, found)
        raise UnusableCell("text_garbled", column=column, value=value, reading=reading)
    if letters_lost(text):
        raise UnusableCell("text_letters_lost", column=column, value=shown(text))


def _own_text_reviewer(field: str) -> Review:
    def review(text: str, _cells: Sequence[str]) -> tuple[RowWarning, ...]:
        _refuse_unreadable(text, field)
        return _odd(field, coded(text))

    return review


def _odd(column: str, value: str) -> tuple[RowWarning, ...]:
    details = {"column": column, "value": shown(value)}
    return (RowWarning(column, "value_odd", details),) if value else ()


def _value_reviewer(template: Template) -> Review:
    """Review the values only when the text shows that one of them is unusual.

    A text with no more dots and line breaks than the template has, and not much longer, cannot hold
    a link, a line break or a long value from the file.
    """
    literal = template.literal
    usual = len(literal) + LONG_VALUE
    dots, feeds, returns = (literal.count(sign) for sign in ".\n\r")
    named = tuple(dict.fromkeys((slot.index, slot.column) for slot in template.slots))
    # A console or a file of the text may be in another encoding than is believed.
    spoilt = mojibake(literal) is not None or letters_lost(literal)

    def review(text: str, cells: Sequence[str]) -> tuple[RowWarning, ...]:
        if spoilt:
            _refuse_unreadable(literal, "")
        odd: tuple[RowWarning, ...] = ()
        for index, column in named:
            value = cells[index] if index < len(cells) else ""
            if _NAME(value) is None:
                odd += _unusual(value, column)
        if (
            len(text) <= usual
            and text.count(".") == dots
            and text.count("\n") == feeds
            and text.count("\r") == returns
        ):
            return odd
        return odd + tuple(_about_values(named, cells))

    return review


def _unusual(value: str, column: str) -> tuple[RowWarning, ...]:
    """Review a value that is no plain name; a blank one is not in the text."""
    if is_blank(value):
        return ()
    _refuse_unreadable(value, column)
    return _odd(column, placeholder_value(value))


def _about_values(named: Sequence[tuple[int, str]], cells: Sequence[str]) -> Iterator[RowWarning]:
    for index, column in named:
        value = cells[index] if index < len(cells) else ""
        if len(value) > LONG_VALUE:
            yield RowWarning(column, "value_long", {"column": column, "length": str(len(value))})
        if _LINK.search(value):
            yield RowWarning(column, "value_link", {"column": column, "value": shown(value)})
        if _LINE.search(value):
            yield RowWarning(column, "value_lines", {"column": column})
