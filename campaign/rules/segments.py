"""Count the parts in which an SMS travels and is billed.

The count is exact for GSM 03.38: an extension sign and a surrogate pair are never cut in two, so a
part may end one unit early. The gateway's smsCount is the bill; this is the forecast.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = "^{}\\[~]|€\f"
_GSM: Final = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*")
_TWO_SEPTETS: Final = re.compile(f"[{re.escape(_EXTENSION)}]")
_TWO_UNITS: Final = re.compile("[\U00010000-\U0010ffff]")

_ESCAPE: Final = "\x1b"
_FIRST_HIGH, _FIRST_LOW, _LAST_LOW = 0xD800, 0xDC00, 0xDFFF

GSM_CHARACTERS: Final = frozenset(_BASIC + _EXTENSION)
"""What an SMS of septets can hold; one other character makes all of it UCS-2."""

GSM_ALONE, GSM_PART = 160, 153
UCS_ALONE, UCS_PART = 70, 67


Encoding = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True, slots=True)
class Segments:
    """How an SMS travels.

    Attributes:
        encoding: GSM-7 when every sign is in that alphabet, else UCS-2 for the whole text.
        units: Septets or UTF-16 units.
        parts: SMS that are billed; 1 for an empty text.
    """

    encoding: Encoding
    units: int
    parts: int


def count_segments(text: str) -> Segments:
    """Count units and parts of a text.

    Source:
        GSM 03.38 (3GPP TS 23.038) section 6.2.1; 160 septets or 70 UTF-16 units alone, 153 or 67 a
        part of a long one.
    """
    encoding, units, parts = _measure(text)
    return Segments(encoding, units, parts)


def count_parts(text: str) -> int:
    """The parts alone, for those who count a million texts."""
    return _measure(text)[2]


def _measure(text: str) -> tuple[Encoding, int, int]:
    """Encoding, units, parts."""
    if _GSM.fullmatch(text):
        wide = len(_TWO_SEPTETS.findall(text))
        units = len(text) + wide
        if units <= GSM_ALONE:
            return "GSM-7", units, 1
        if not wide:
            return "GSM-7", units, -(-units // GSM_PART)
        return "GSM-7", units, _cut(_TWO_SEPTETS.sub(_ESCAPE + r"\g<0>", text), GSM_PART)
    # A text of the file may hold half a pair; beside its other half it becomes a whole one.
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units <= UCS_ALONE:
        return "UCS-2", units, 1
    return "UCS-2", units, _cut(_TWO_UNITS.sub(_as_pair, text), UCS_PART)


def _as_pair(match: re.Match[str]) -> str:
    """The two UTF-16 units of a sign outside the basic plane."""
    offset = ord(match[0]) - 0x10000
    return chr(_FIRST_HIGH + (offset >> 10)) + chr(_FIRST_LOW + (offset & 0x3FF))


def _cut(units: str, size: int) -> int:
    """Count the parts of a text that is spread out to one character a unit."""
    parts, start, end = 0, 0, len(units)
    while start < end:
        stop = start + size
        if stop < end and _belongs_together(units[stop - 1], units[stop]):
            stop -= 1
        start = stop
        parts += 1
    return parts


def _belongs_together(left: str, right: str) -> bool:
    """Whether a cut between the two units would break a sign."""
    if left == _ESCAPE:
        return True
    return _FIRST_HIGH <= ord(left) < _FIRST_LOW <= ord(right) <= _LAST_LOW
