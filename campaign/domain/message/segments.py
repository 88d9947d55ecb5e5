"""Count the parts in which an SMS travels and is billed.

The count is exact for GSM 03.38: an extension sign and a surrogate pair are never cut in two, so a
part may end one unit early. The gateway's smsCount is the bill; this is the forecast.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from campaign.domain.cells import LOOK_ALIKES

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


class Segments(NamedTuple):
    """How an SMS travels: in units of septets or UTF-16; an empty one is billed as one part."""

    encoding: Encoding
    units: int
    parts: int


def count_segments(text: str) -> Segments:
    """Count units and parts of a text; GSM-7 when every sign is in that alphabet, else UCS-2.

    Source:
        GSM 03.38 (3GPP TS 23.038) section 6.2.1; 160 septets or 70 UTF-16 units alone, 153 or 67 a
        part of a long one.
    """
    if _GSM.fullmatch(text):
        wide = len(_TWO_SEPTETS.findall(text))
        units = len(text) + wide
        if units <= GSM_ALONE:
            return Segments("GSM-7", units, 1)
        if not wide:
            return Segments("GSM-7", units, -(-units // GSM_PART))
        parts = _cut(_TWO_SEPTETS.sub(_ESCAPE + r"\g<0>", text), GSM_PART)
        return Segments("GSM-7", units, parts)
    # A text of the file may hold half a pair; next to its other half it becomes a whole one.
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units <= UCS_ALONE:
        return Segments("UCS-2", units, 1)
    return Segments("UCS-2", units, _cut(_TWO_UNITS.sub(_as_pair, text), UCS_PART))


def count_parts(text: str) -> int:
    """The parts alone."""
    return count_segments(text).parts


def _as_pair(match: re.Match[str]) -> str:
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
    if left == _ESCAPE:
        return True
    return _FIRST_HIGH <= ord(left) < _FIRST_LOW <= ord(right) <= _LAST_LOW


HINTS: Final = MappingProxyType(
    dict.fromkeys("«»„“”‟〝〞″", '"')
    | dict.fromkeys("‘’‚‛′`´ʼ", "'")  # noqa: RUF001  # typographic quotes on purpose
    | dict.fromkeys("‐‑‒–—―−", "-")  # noqa: RUF001  # dashes on purpose
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\t", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
    | {"…": "...", "•": "*", "·": "*", "№": "No.", "₽": "RUB", "™": "(TM)", "\u00d7": "x"}
    | {"ł": "l", "Ł": "L", "đ": "d", "\u0131": "i"}
)
"""What is usually written instead; a hint, never applied."""
MOST_NAMED: Final = 8
"""Different characters in one text; with more of them its language needs UCS-2."""
_MOST_LINES: Final = 10_000
_GSM_CLASS: Final = "".join(map(re.escape, sorted(GSM_CHARACTERS)))
_FOREIGN: Final = re.compile(f"[^{_GSM_CLASS}]")
_FOREIGN_LETTER: Final = rf"(?:(?![{_GSM_CLASS}])[^\W\d_])"
_SCRIPT_LETTERS: Final = 3
_OTHER_SCRIPT: Final = re.compile(f"{_FOREIGN_LETTER}{{{_SCRIPT_LETTERS}}}")


@dataclass(frozen=True, slots=True)
class ForcingLine:
    """What makes texts UCS-2: characters in order, parts as they are and with `suggestion`s."""

    characters: str
    texts: int
    parts: int
    parts_without: int

    @property
    def extra_parts(self) -> int:
        """SMS that these characters cost; times the price of one it is money."""
        return self.parts - self.parts_without


@lru_cache(maxsize=4096)
def suggestion(character: str) -> str:
    """What people write instead of a character, "" when it can only be left out."""
    hint = HINTS.get(character)
    if hint is not None:
        return hint
    if latin := LOOK_ALIKES.get(character):
        return latin
    plain = "".join(c for c in unicodedata.normalize("NFD", character) if c in GSM_CHARACTERS)
    return plain if plain.strip() else ""


def forcing_characters(text: str) -> ForcingLine | None:
    """Find what makes a text UCS-2; None when nothing does, or when its script needs UCS-2.

    Of such a script are three letters in a row outside the GSM alphabet, or more than eight
    different foreign characters.
    """
    first = _FOREIGN.search(text)
    if first is None or _OTHER_SCRIPT.match(text, first.start()):
        return None
    found = _FOREIGN.findall(text)
    characters = sorted(set(found))
    if len(characters) > MOST_NAMED:
        return None
    if sum(map(str.isalpha, found)) >= _SCRIPT_LETTERS and _OTHER_SCRIPT.search(text):
        return None
    without = text
    for character in characters:  # a suggestion holds no character that is replaced itself
        without = without.replace(character, suggestion(character))
    return ForcingLine("".join(characters), 1, count_parts(text), count_parts(without))


class ForcingTally:
    """Adds up over a list what its foreign characters cost; a few kilobytes for any list."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[int, int, int]] = {}

    def note(self, text: str) -> None:
        """Count one text that will be sent."""
        found = forcing_characters(text)
        if found is None or found.parts == found.parts_without:
            return
        key = found.characters
        if key not in self._lines and len(self._lines) >= _MOST_LINES:
            key = ""  # a list like that is no slip; the sum stays right
        texts, parts, without = self._lines.get(key, (0, 0, 0))
        self._lines[key] = (texts + 1, parts + found.parts, without + found.parts_without)

    @property
    def extra_parts(self) -> int:
        """SMS that could be saved in all."""
        return sum(parts - without for _, parts, without in self._lines.values())

    def lines(self) -> tuple[ForcingLine, ...]:
        """The most expensive first."""
        lines = (ForcingLine(characters, *sums) for characters, sums in self._lines.items())
        return tuple(sorted(lines, key=lambda line: (-line.extra_parts, line.characters)))
