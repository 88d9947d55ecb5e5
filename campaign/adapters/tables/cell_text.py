"""Turn the value of a workbook's cell into text, without losing or inventing a digit."""

import datetime as dt
from decimal import Decimal

CellValue = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What calamine gives; it has no empty value but ""."""


def cell_text(value: CellValue) -> str:
    """Write a value as a person would type it.

    Numbers have neither exponent nor a trailing `.0`, and at most 15 significant digits when they
    are not whole, which is all that a spreadsheet program keeps and shows: `0.1 + 0.2` is `0.3`.

    Args:
        value: One cell.

    Returns:
        Text as it stands; whole numbers as digits; `TRUE` or `FALSE`; dates and times as ISO
        (`2026-03-02`, `2026-03-02 10:30:00`, `10:30:00`); durations as `30:00:00`.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _fraction(value)
    if isinstance(value, dt.datetime):
        return (value + dt.timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S")
    return str(value)


def _fraction(value: float) -> str:
    try:
        return format(Decimal(f"{value:.15g}"), "f")
    except ArithmeticError:
        # Not a number, or infinite: no program shows such a cell, and no rule accepts it.
        return str(value)
