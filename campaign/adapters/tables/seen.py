"""What a person sees in a cell where that is not simply its value.

Most number formats only decorate the digits of a value; those are left alone. The formats here
change what a person believes to stand in the cell: `000007` is the number 7, `10%` is 0.1, `990.50`
is 990.5, and `02.03.2026` is a date. A whole number stays whole, because it may be a phone or a
code, whatever decimals it is shown with.

A format whose look depends on the machine that shows it (`m/d/yyyy`, names of months) is none of
them: such dates are written as ISO 8601, which nobody can read in two ways.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum


class LookKind(IntEnum):
    """In what way a cell is shown otherwise than its value."""

    PADDED = 0
    PERCENT = 1
    DATE = 2
    FIXED = 3
    ABROAD = 4


@dataclass(frozen=True, slots=True)
class ShownAs:
    """A number format that changes what is seen.

    Attributes:
        kind: PADDED with zeros, PERCENT, DATE, FIXED decimals, or a phone that the format shows as
            a number ABROAD, `+998 00 000-00-00`.
        digits: Width when padded, decimals when percent or fixed, place in the table of looks when
            a date, calling code when abroad.
    """

    kind: LookKind
    digits: int


_PADDED = re.compile(r"0{2,}")
_PERCENT = re.compile(r"#?#?0(?:\.(0+))?%")
_FIXED = re.compile(r"[#,]*0(?:\.(0+))?")
_DECORATION = re.compile(r'"[^"]*"|\[\$[^\]]*\]|[_*\\].|[ \xa0₽€$]')
"""Currencies, spaces, and what keeps columns of numbers aligned."""
_DATES = ("", "dd.mm.yyyy", "d.m.yyyy", "yyyy-mm-dd")
_TIMES = ("", "h:mm", "hh:mm", "h:mm:ss", "hh:mm:ss")
_LOOKS = {
    f"{date} {time}".strip(): place
    for place, (date, time) in enumerate((date, time) for date in _DATES for time in _TIMES)
}
LOOK_COUNT = len(_DATES) * len(_TIMES)
"""Places in the table of looks; the first is none."""
_LOCALE = re.compile(r"\[\$-(?!f[48]00)[0-9a-f]{1,8}\]")
"""Names the language of a date; `F800` and `F400` mean: as this machine writes them."""
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_ABROAD = re.compile(r"\D*\+\D*([1-9]\d{0,2})\D+")
_RUSSIAN_CODE = 7
_FEWEST_DIGITS = 7
"""Of a phone without its calling code."""
_LONGEST_CODE = 64
_MOMENT = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d))?(?:(?:^| )(\d\d):(\d\d):(\d\d))?")


def shown_as(code: str) -> ShownAs | None:
    r"""Understand a number format; None when it leaves the value as it is.

    Args:
        code: As a workbook states it, for example `dd\.mm\.yyyy;@`.

    Source:
        ECMA-376 part 1, 18.8.31 numFmts.
    """
    # Only the first section: it is the one for positive numbers.
    positive = code.partition(";")[0].removesuffix("_ ").removesuffix("\\ ")
    if len(positive) > _LONGEST_CODE:
        return None
    if _PADDED.fullmatch(positive):
        return ShownAs(LookKind.PADDED, len(positive))
    if match := _PERCENT.fullmatch(positive):
        return ShownAs(LookKind.PERCENT, len(match[1] or ""))
    if code_abroad := _calling_code(positive):
        return ShownAs(LookKind.ABROAD, code_abroad)
    if match := _FIXED.fullmatch(_DECORATION.sub("", positive)):
        return ShownAs(LookKind.FIXED, len(match[1] or ""))
    look = _LOCALE.sub("", positive.lower()).replace("\\", "").replace('"', "").strip()
    place = _LOOKS.get(look, 0)
    return ShownAs(LookKind.DATE, place) if place else None


def _calling_code(positive: str) -> int:
    """The calling code that a format writes before a phone, 0 for none or that of Russia.

    Without it `290000107`, shown as `+375 29 000-01-07`, or ten digits shown as `+91 …`, would be
    taken for a Russian number.
    """
    # Other zeros for those that the format writes itself; `0` and `#` are places for digits.
    plain = _LITERAL.sub(lambda m: (m[1] or m[2] or "").replace("0", "\u0660"), positive)
    places = plain.count("0") + plain.count("#")
    first = re.split("[0#]", plain, maxsplit=1)[0]
    found = _ABROAD.fullmatch(first + " ")
    if found is None or places < _FEWEST_DIGITS or "[" in positive:
        return 0
    return 0 if int(found[1]) == _RUSSIAN_CODE else int(found[1])


def render(text: str, kind: LookKind, argument: int) -> str:
    """Write a value as its cell shows it.

    Args:
        text: What `cell_text` made of the value.
        kind: In what way.
        argument: `ShownAs.digits`.
    """
    match kind:
        case LookKind.PADDED:
            return text.zfill(argument) if text.isdecimal() else text
        case LookKind.PERCENT:
            return _percent(text, argument)
        case LookKind.DATE:
            return _moment(text, argument)
        case LookKind.ABROAD:
            return f"+{argument}{text}" if text.isdecimal() else text
        case LookKind.FIXED:
            return _fixed(text, argument) if "." in text else text


def _fixed(text: str, decimals: int, *, times: int = 1) -> str:
    """Round as spreadsheet programs do what they show: halves away from zero."""
    if not text.removeprefix("-").replace(".", "", 1).isdecimal():
        return text
    try:
        shown = (Decimal(text) * times).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    except ArithmeticError:
        # More digits than any program shows.
        return text
    return f"{shown:f}"


def _percent(text: str, decimals: int) -> str:
    shown = _fixed(text, decimals, times=100)
    return text if shown is text else f"{shown}%"


def _moment(text: str, place: int) -> str:
    date, time = divmod(place, len(_TIMES))
    found = _MOMENT.fullmatch(text)
    if found is None or not place or (date and not found[1]) or not (found[1] or found[4]):
        return text
    year, month, day = (found[n] or "" for n in (1, 2, 3))
    hour, minute, second = (found[n] or "00" for n in (4, 5, 6))
    dates = ("", f"{day}.{month}.{year}", f"{int(day or 0)}.{int(month or 0)}.{year}")
    short = f"{int(hour)}:{minute}"
    times = ("", short, f"{hour}:{minute}", f"{short}:{second}", f"{hour}:{minute}:{second}")
    return f"{(*dates, f'{year}-{month}-{day}')[date]} {times[time]}".strip()
