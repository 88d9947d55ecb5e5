"""Turn the value of a workbook's cell into text, without losing or inventing a digit."""

import datetime as dt
from decimal import Decimal

CellValue = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What calamine gives; it has no empty value but ""."""

_EXACT_WHOLE = 1 << 53
"""From here on a float skips whole numbers. Source: IEEE 754, binary64."""

_LOST_FROM = 1e15


def cell_text(value: CellValue) -> str:
    """Write a value as a person would type it.

    Numbers have neither exponent nor a trailing `.0`, and at most 15 significant digits, which is
    all that a spreadsheet program keeps and shows: `0.1 + 0.2` is `0.3`. A whole number of more
    digits has lost its last ones when it was typed; it is written with an exponent, as it is shown,
    so that no rule takes it for whole.
    Only a whole number too large to be exact keeps its exponent, so that nobody takes it for one
    with all its digits.

    Args:
        value: One cell.

    Returns:
        Text as it stands; whole numbers as digits; `TRUE` or `FALSE`; dates and times as ISO
        (`2026-03-02`, `2026-03-02 10:30:00`, `10:30:00`); durations as `30:00:00`.
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
