"""What a cell displays where that is not simply its value.

Most number formats only decorate the digits of a value; those are left alone. The formats here
change what a reader takes the cell to hold: `000007` is the number 7, `10%` is 0.1, `990.50` is
990.5, and `02.03.2026` is a date. A whole number stays whole, because it may be a phone or a code,
whatever decimals it is shown with. Formats that depend on the machine (`m/d/yyyy`, names of months)
are none of them: such dates are written as ISO 8601.
"""

import datetime as dt
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum


class ShownKind(IntEnum):
    """In what way a cell is shown otherwise than its value."""

    PADDED = 0
    PERCENT = 1
    DATE = 2
    FIXED = 3
    ABROAD = 4


@dataclass(frozen=True, slots=True)
class ShownAs:
    """A number format that changes what is shown.

    `digits` is the width when PADDED with zeros, the decimals when PERCENT or FIXED, the form of a
    DATE, the calling code of a phone that is shown as one ABROAD, `+998 00 000-00-00`.
    """

    kind: ShownKind
    digits: int


_PADDED = re.compile(r"0{2,}")
_PERCENT = re.compile(r"#?#?0(?:\.(0+))?%")
_FIXED = re.compile(r"[#,]*0(?:\.(0+))?")
_DECORATION = re.compile(r'"[^"]*"|\[\$[^\]]*\]|[_*\\].|[ \xa0₽€$]')
"""Currencies, spaces, and what keeps columns of numbers aligned."""
_DATES = ("", "dd.mm.yyyy", "d.m.yyyy", "yyyy-mm-dd")
_TIMES = ("", "h:mm", "hh:mm", "h:mm:ss", "hh:mm:ss")

_DATE_FORMS = {
    f"{date} {time}".strip(): index
    for index, (date, time) in enumerate((date, time) for date in _DATES for time in _TIMES)
}
DATE_FORM_COUNT = len(_DATES) * len(_TIMES)
"""Forms of dates and times; the first is none."""
_LOCALE = re.compile(r"\[\$-(?!f[48]00)[0-9a-f]{1,8}\]")
"""Names the language of a date; `F800` and `F400` mean: as this machine writes them."""
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_ABROAD = re.compile(r"\D*\+\D*([1-9]\d{0,2})\D+")
_RUSSIAN_CODE = 7
FEWEST_DIGITS = 7
"""Of a phone without its calling code."""
_LONGEST_CODE = 64
_MOMENT = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d))?(?:(?:^| )(\d\d):(\d\d):(\d\d))?")


def shown_as(code: str) -> ShownAs | None:
    """Read a number format (ECMA-376 part 1, 18.8.31); None when it leaves the value alone."""
    # Only the first section: it is the one for positive numbers.
    positive = code.partition(";")[0].removesuffix("_ ").removesuffix("\\ ")
    if len(positive) > _LONGEST_CODE:
        return None
    if _PADDED.fullmatch(positive):
        return ShownAs(ShownKind.PADDED, len(positive))
    if match := _PERCENT.fullmatch(positive):
        return ShownAs(ShownKind.PERCENT, len(match[1] or ""))
    if code_abroad := _calling_code(positive):
        return ShownAs(ShownKind.ABROAD, code_abroad)
    if match := _FIXED.fullmatch(_DECORATION.sub("", positive)):
        return ShownAs(ShownKind.FIXED, len(match[1] or ""))
    form = _LOCALE.sub("", positive.lower()).replace("\\", "").replace('"', "").strip()
    index = _DATE_FORMS.get(form, 0)
    return ShownAs(ShownKind.DATE, index) if index else None


def _calling_code(positive: str) -> int:
    """The calling code that a format writes before a phone, 0 for none or that of Russia.

    Without it `290000107`, shown as `+375 29 000-01-07`, would be taken for a Russian number.
    """
    # Other zeros for those that the format writes itself; `0` and `#` stand for digits.
    plain = _LITERAL.sub(lambda m: (m[1] or m[2] or "").replace("0", "\u0660"), positive)
    digits = plain.count("0") + plain.count("#")
    first = re.split("[0#]", plain, maxsplit=1)[0]
    found = _ABROAD.fullmatch(first + " ")
    if found is None or digits < FEWEST_DIGITS or "[" in positive:
        return 0
    return 0 if int(found[1]) == _RUSSIAN_CODE else int(found[1])


def render(text: str, kind: ShownKind, digits: int) -> str:
    """Write a value, as `cell_text` gives it, the way its cell shows it; see `ShownAs`."""
    match kind:
        case ShownKind.PADDED:
            return text.zfill(digits) if text.isdecimal() else text
        case ShownKind.PERCENT:
            return _percent(text, digits)
        case ShownKind.DATE:
            return _moment(text, digits)
        case ShownKind.ABROAD:
            return f"+{digits}{text}" if text.isdecimal() else text
        case ShownKind.FIXED:
            return _fixed(text, digits) if "." in text else text


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


def _moment(text: str, form: int) -> str:
    date, time = divmod(form, len(_TIMES))
    found = _MOMENT.fullmatch(text)
    if found is None or not form or (date and not found[1]) or not (found[1] or found[4]):
        return text
    year, month, day = (found[n] or "" for n in (1, 2, 3))
    hour, minute, second = (found[n] or "00" for n in (4, 5, 6))
    dates = ("", f"{day}.{month}.{year}", f"{int(day or 0)}.{int(month or 0)}.{year}")
    short = f"{int(hour)}:{minute}"
    times = ("", short, f"{hour}:{minute}", f"{short}:{second}", f"{hour}:{minute}:{second}")
    return f"{(*dates, f'{year}-{month}-{day}')[date]} {times[time]}".strip()


CellValue = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What calamine gives; it has no empty value but ""."""
_EXACT_WHOLE = 1 << 53
"""From here on a float skips whole numbers. Source: IEEE 754, binary64."""


def cell_text(value: CellValue) -> str:
    """Write a value the way it would be typed.

    Numbers have neither exponent nor a trailing `.0`, and at most 15 significant digits, which is
    all that a spreadsheet program keeps and shows: `0.1 + 0.2` is `0.3`. Only a whole number too
    large to be exact keeps its exponent, so that no rule takes it for one with all its digits.
    Dates and times are ISO (`2026-03-02 10:30:00`), durations `30:00:00`.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return _whole(value) if value.is_integer() else _fraction(value)
    if isinstance(value, dt.datetime):
        return (value + dt.timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S")
    return str(value)


def _whole(value: float) -> str:
    if abs(value) < _EXACT_WHOLE:
        return str(int(value))
    # Its last digits are lost; written out they would be invented, and pass for a clientId.
    return f"{value:.15g}".upper()


def _fraction(value: float) -> str:
    try:
        return format(Decimal(f"{value:.15g}"), "f")
    except ArithmeticError:
        # Not a number, or infinite: no program shows such a cell, and no rule accepts it.
        return str(value)


_COLUMN_BITS = 14
_DIGIT_BITS = 10
_KIND_BITS = 3


class ShownValues:
    """Collects how cells are shown while a sheet is scanned, and renders its rows afterwards."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, int, ShownAs]] = {}
        self._firsts = array("q")
        self._lasts = array("q")

    def add(self, row_no: int, column: int, shown: ShownAs) -> None:
        """Take a cell with a number (row from 1, column from 0); rows come in order."""
        run = self._open.get(column)
        if run is not None:
            first, last, how = run
            if last == row_no - 1 and (how is shown or how == shown):
                self._open[column] = (first, row_no, how)
                return
            self._close(column, run)
        self._open[column] = (row_no, row_no, shown)

    def _close(self, column: int, run: tuple[int, int, ShownAs]) -> None:
        first, last, shown = run
        # Two arrays of whole numbers: a column with gaps has as many runs as cells.
        self._firsts.append(first << _COLUMN_BITS | column)
        digits = min(shown.digits, (1 << _DIGIT_BITS) - 1)
        self._lasts.append((last << _KIND_BITS | shown.kind) << _DIGIT_BITS | digits)

    def render(self, rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """Write the cells of all rows, in place, as they are shown; called once, after the scan."""
        for column, run in self._open.items():
            self._close(column, run)
        self._open.clear()
        runs = map(self._run, sorted(range(len(self._firsts)), key=self._firsts.__getitem__))
        following = next(runs, None)
        active: list[tuple[int, int, ShownKind, int]] = []
        for row_no, cells in enumerate(rows, 1):
            if active:
                active = [run for run in active if run[0] >= row_no]
            while following is not None and following[0] <= row_no:
                active.append(following[1])
                following = next(runs, None)
            for _, column, kind, digits in active:
                if column < len(cells):
                    cells[column] = render(cells[column], kind, digits)
            yield cells

    def _run(self, index: int) -> tuple[int, tuple[int, int, ShownKind, int]]:
        """First row; last row, column, and how it is shown."""
        first, column = divmod(self._firsts[index], 1 << _COLUMN_BITS)
        rest, digits = divmod(self._lasts[index], 1 << _DIGIT_BITS)
        last, kind = divmod(rest, 1 << _KIND_BITS)
        return first, (last, column, ShownKind(kind), digits)
