"""A pandas DataFrame as a table of texts.

A number that a column's type could not hold whole is written with an exponent: then no rule takes
what is left of a phone for the phone.
"""

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from campaign.errors import InputError
from campaign.text import tr

if TYPE_CHECKING:
    import pandas as pd

HEADING_ROW: Final = 1
"""The headings are the first row, as in a file; so the frame's first row is row 2."""
_EXACT_WHOLE: Final = {2: 1 << 11, 4: 1 << 24, 8: 1 << 53}
"""Bytes of a float to the whole number from which on it skips some. Source: IEEE 754."""
_MISSING: Final = frozenset({"NAType", "NaTType"})
_BOOLEANS: Final = frozenset({"bool", "bool_"})


def texts_of(frame: "pd.DataFrame") -> tuple[tuple[str, ...], ...]:
    """Every cell as text, the headings first; the index is no column.

    Missing values (None, NaN, NaT, NA) are blank. Whole numbers are digits, also where a blank made
    pandas turn them into floats: `79161234567.0` is `79161234567`; one too large for its type to be
    exact keeps an exponent (`7.9161238E+10`). Booleans are `TRUE` and `FALSE`, moments `2026-03-02
    10:30:00+03:00`.

    Raises:
        InputError: It has no columns (`empty_file`), or a cell is no text, number, date or boolean
            (`frame_cell`).
    """
    if not len(frame.columns):
        raise InputError(
            tr("The DataFrame has no columns."),
            hint=tr('pd.DataFrame({{"phone": [...], "name": [...]}})'),
            code="empty_file",
        )
    heading = tuple(_heading(name) for name in frame.columns)
    columns = [_column(frame.iloc[:, at], name) for at, name in enumerate(heading)]
    return (heading, *zip(*columns, strict=True))


def _heading(name: object) -> str:
    parts = name if isinstance(name, tuple) else (name,)
    texts = [_written(part, _EXACT_WHOLE[8]) for part in parts]
    if None in texts:
        raise _unusable(tr("the column {name!r}", name=str(name)), name)
    return _encodable(" ".join(filter(None, texts)), tr("a heading"))


def _column(series: "pd.Series[Any]", name: str) -> list[str]:
    import pandas as pd  # noqa: PLC0415  # a third of a second, only with a frame

    if isinstance(series.dtype, pd.CategoricalDtype):
        values = _column(pd.Series(series.dtype.categories), name)
        return ["" if code < 0 else values[code] for code in series.cat.codes.tolist()]
    kind, size = getattr(series.dtype, "kind", "O"), getattr(series.dtype, "itemsize", 8)
    limit = _EXACT_WHOLE.get(size, _EXACT_WHOLE[8]) if kind == "f" else _EXACT_WHOLE[8]
    found = list(map(_written, series.tolist(), repeat(limit)))
    for at, text in enumerate(found):
        if text is None or not text.isascii():
            where = tr("row {row}, column {name!r}", row=at, name=name)
            if text is None:
                raise _unusable(where, series.iloc[at])
            _encodable(text, where)
    return [text or "" for text in found]


def _written(value: object, limit: int) -> str | None:  # noqa: PLR0911  # one return a type
    if isinstance(value, str):
        return str(value)
    if value is None or type(value).__name__ in _MISSING:
        return ""
    if type(value).__name__ in _BOOLEANS:
        return str(bool(value)).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return _number(value, limit)


def _number(value: object, limit: int) -> str | None:
    """A float, or a number of NumPy's, whose type may be narrower than its column's."""
    kind = getattr(getattr(value, "dtype", None), "kind", "f" if isinstance(value, float) else "")
    if kind in {"i", "u"}:
        return str(int(str(value)))
    if kind != "f":
        return None
    size = getattr(value, "itemsize", 8)
    return _float(float(str(value)), min(limit, _EXACT_WHOLE.get(size, limit)))


def _float(number: float, limit: int) -> str:
    if math.isnan(number):
        return ""
    if not number.is_integer():
        return _decimal(Decimal(repr(number)))
    if abs(number) < limit:
        return str(int(number))
    digits = 15 if limit == _EXACT_WHOLE[8] else 7
    return f"{number:.{digits}e}".upper()


def _decimal(number: Decimal) -> str:
    if number.is_nan():
        return ""
    if not number.is_finite():
        return str(number)
    whole = number.to_integral_value()
    return format(whole if whole == number else number, "f")


def _encodable(text: str, where: str) -> str:
    """The text, if it can be stored: half a surrogate pair is no character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            tr("The DataFrame, {where}: the text holds half a character (a lone surrogate).", where=where),
            hint=tr('Decode the source rightly, or: series.str.encode("utf-8", "replace")'),
            code="frame_cell",
        ) from error
    return text


def _unusable(where: str, value: object) -> InputError:
    return InputError(
        tr("The DataFrame, {where}: a {name} is not text.", where=where, name=type(value).__name__),
        hint=tr("Turn the column into texts first: frame[column].astype(str)"),
        code="frame_cell",
    )


def as_lines(texts: Sequence[Sequence[str]]) -> list[str]:
    """The canonical CSV of a table, a line a row: every field quoted, quotes doubled."""
    return [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in texts]
