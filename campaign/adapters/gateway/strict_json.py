"""JSON of others, distrusted: one unambiguous object, and its values as text, count or money."""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

_SEPARATOR = re.compile(r"[\s,]*")
_MAX_DEPTH = 32

_MONEY = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?")
"""Plain notation only: arithmetic with 1E+9999999 raises, and printing it takes a gigabyte."""

JsonObject = Mapping[str, object]


class NotJson(ValueError):
    """The body is not one unambiguous JSON object."""


def parse(body: bytes) -> JsonObject:
    """One JSON object, read strictly.

    Raises:
        NotJson: Not UTF-8, not JSON, not an object, a key twice, NaN, or nested too deep.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_fraction,
            parse_constant=_no_constant,
            object_pairs_hook=_no_repeated_key,
        )
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:200]) from error
    if not isinstance(value, dict) or _is_too_deep(value):
        raise NotJson("not an object, or nested too deep")
    return value


def _is_too_deep(value: object) -> bool:
    """A fixed limit: where Python's own recursion ends depends on who called."""
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _fraction(text: str) -> object:
    """A number with a point; as text where no Decimal can hold it (1e99999999999999999999)."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _no_constant(name: str) -> object:
    raise NotJson(f"{name} is not a number")


def _no_repeated_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a key stands twice in one object")
    return found


_DECODER = json.JSONDecoder(
    parse_float=_fraction,
    parse_constant=_no_constant,
    object_pairs_hook=_no_repeated_key,
)


def whole_object(text: str, position: int) -> tuple[JsonObject, int] | None:
    """The object that begins at a place (blanks and commas skipped), and where it ends."""
    gap = _SEPARATOR.match(text, position)
    position = position if gap is None else gap.end()
    if not text.startswith("{", position):
        return None
    try:
        value, end = _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError):
        return None
    return None if _is_too_deep(value) else (value, end)


def as_text(value: object) -> str:
    """At most 200 characters; half of a surrogate pair could be neither stored nor shown."""
    return value[:200].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def as_id(value: object) -> str:
    """Ids come as strings or as JSON integers above 2^31; they are text to us."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    return as_text(value)


def as_count(value: object) -> int | None:
    """A number of at most four digits, None for anything else."""
    text = as_id(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004


def as_money(value: object) -> Decimal | None:
    """A sum below 10^12 in plain notation, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    text = str(value).strip()
    return Decimal(text) if _MONEY.fullmatch(text) else None
