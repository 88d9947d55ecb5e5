"""The values of OpenDocument cells as text, the way the sheet displays them."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from campaign.tables.values import DATE_FORM_COUNT, FEWEST_DIGITS, ShownKind, cell_text, render

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_TYPE = OFFICE + "value-type"
_SHOWN_TYPE = _CALCEXT + "value-type"
_FORMULA = TABLE + "formula"
_STRING = OFFICE + "string-value"
_TRUE = frozenset({"TRUE", "ИСТИНА"})
_FALSE = frozenset({"FALSE", "ЛОЖЬ"})
_PERCENT = re.compile(r"-?\d+(?:[.,](\d+))?\s?%")
_DECIMALS = re.compile(r"[.,](\d{1,4})\D*$")
_NO_DIGIT = re.compile(r"\D")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:[.,]\d+)?)?")
_TIME = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S")
_DAY_HOURS = 24
_RUSSIAN_CODE = "7"


def ods_text(attributes: Mapping[str, str], shown: str) -> str | None:
    """The value of a cell as text; None for a formula whose result is not stored."""
    kind = attributes.get(_TYPE)
    calculated = _FORMULA in attributes
    if attributes.get(_SHOWN_TYPE) == "error":
        return shown or "#ERROR"
    if calculated and shown.startswith(("#", "Err:")):
        return shown
    if kind in _STATED:
        name, write = _STATED[kind]
        return write(attributes.get(name, ""), shown)
    if calculated and not kind and not shown:
        return None
    return shown or attributes.get(_STRING, "")


def _float_text(value: str) -> str | None:
    try:
        return cell_text(float(value))
    except (ValueError, OverflowError):
        return None


def _number(value: str, shown: str) -> str:
    text = _float_text(value)
    if text is None:
        return shown
    # A logical formula is stored as 0 or 1 and shown as a word.
    if text in {"0", "1"} and shown in _TRUE | _FALSE:
        return "TRUE" if shown in _TRUE else "FALSE"
    if shown.isdecimal() and render(text, ShownKind.PADDED, len(shown)) == shown:
        return shown
    if shown.startswith("+") and text.isdecimal():
        return _abroad(text, shown)
    return _fixed(text, shown) if "." in text else text


def _abroad(text: str, shown: str) -> str:
    """With the calling code that the format writes before a phone; see `ShownKind.ABROAD`."""
    digits = _NO_DIGIT.sub("", shown)
    code = digits.removesuffix(text)
    if code in {digits, "", _RUSSIAN_CODE} or len(text) < FEWEST_DIGITS:
        return text
    return f"+{digits}"


def _fixed(text: str, shown: str) -> str:
    """With the decimals that were shown, if that is all that the format did to the digits."""
    found = _DECIMALS.search(shown)
    fixed = render(text, ShownKind.FIXED, len(found[1]) if found else 0)
    return fixed if _NO_DIGIT.sub("", fixed) == _NO_DIGIT.sub("", shown) else text


def _percent(value: str, shown: str) -> str:
    text = _float_text(value)
    if text is None:
        return shown
    found = _PERCENT.fullmatch(shown)
    return render(text, ShownKind.PERCENT, len(found[1] or "")) if found else text


def _date(value: str, shown: str) -> str:
    found = _DATE.fullmatch(value)
    if found is None:
        return shown
    clock = found[2] if found[2] and found[2] != "00:00:00" else ""
    return _date_form(f"{found[1]} {clock}".strip(), shown)


def _time(value: str, shown: str) -> str:
    found = _TIME.fullmatch(value)
    if found is None:
        return shown
    hours, minutes, seconds = map(int, found.groups())
    if hours < _DAY_HOURS:
        return _date_form(f"{hours:02}:{minutes:02}:{seconds:02}", shown)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _boolean(value: str, shown: str) -> str:
    return (value or shown).upper()


@lru_cache(maxsize=4096)
def _date_form(moment: str, shown: str) -> str:
    """What was shown, if it is one of the forms that can be read in one way only."""
    if any(render(moment, ShownKind.DATE, form) == shown for form in range(DATE_FORM_COUNT)):
        return shown
    return moment


_STATED: dict[str | None, tuple[str, Callable[[str, str], str]]] = {
    "float": (OFFICE + "value", _number),
    "currency": (OFFICE + "value", _number),
    "percentage": (OFFICE + "value", _percent),
    "date": (OFFICE + "date-value", _date),
    "time": (OFFICE + "time-value", _time),
    "boolean": (OFFICE + "boolean-value", _boolean),
}
"""Type of a value to the attribute that states it, and how it is written."""
