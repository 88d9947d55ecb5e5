"""Find the characters that make an SMS travel as UCS-2, and tell what they cost.

One typographic dash in a Latin text more than doubles its parts. A text in Russian is UCS-2 by its
letters, whatever its dashes: there is nothing to gain, and nothing is said.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from campaign.rules.characters import LOOK_ALIKES
from campaign.rules.segments import GSM_CHARACTERS, count_parts

HINTS: Final = MappingProxyType(
    dict.fromkeys("«»„“”‟〝〞″", '"')
    | dict.fromkeys("‘’‚‛′`´ʼ", "'")  # noqa: RUF001  # typographic quotes on purpose
    | dict.fromkeys("‐‑‒–—―−", "-")  # noqa: RUF001  # dashes on purpose
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\t", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
    | {"…": "...", "•": "*", "·": "*", "№": "No.", "₽": "RUB", "™": "(TM)", "\u00d7": "x"}
    | {"ł": "l", "Ł": "L", "đ": "d", "\u0131": "i"}
)
"""What people write instead; a hint to the person, never a mend."""

MOST_NAMED: Final = 8
"""Different characters in one text; with more of them its language needs UCS-2."""

_MOST_LINES: Final = 10_000
_GSM: Final = "".join(map(re.escape, sorted(GSM_CHARACTERS)))
_FOREIGN: Final = re.compile(f"[^{_GSM}]")
_FOREIGN_LETTER: Final = rf"(?:(?![{_GSM}])[^\W\d_])"
_LETTERS_OF_A_WORD: Final = 3
_OTHER_SCRIPT: Final = re.compile(f"{_FOREIGN_LETTER}{{{_LETTERS_OF_A_WORD}}}")


@dataclass(frozen=True, slots=True)
class Forcing:
    """What makes one text UCS-2.

    Attributes:
        characters: In the order of their code points, each once.
        parts: As the text stands.
        parts_without: With each of them replaced as `suggestion` says.
    """

    characters: str
    parts: int
    parts_without: int


@dataclass(frozen=True, slots=True)
class ForcingLine:
    """The same over all texts in which exactly these characters force UCS-2.

    Attributes:
        texts: How many there are.
        parts: SMS that they take as they stand.
        parts_without: SMS that they would take.
    """

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


def forcing_characters(text: str) -> Forcing | None:
    """Find what makes a text UCS-2.

    Returns:
        None when nothing does, or when the text is in a script that needs UCS-2 (three letters in a
        row outside the GSM alphabet, or more than eight different foreign characters).
    """
    first = _FOREIGN.search(text)
    if first is None or _OTHER_SCRIPT.match(text, first.start()):
        return None
    found = _FOREIGN.findall(text)
    characters = sorted(set(found))
    if len(characters) > MOST_NAMED:
        return None
    if sum(map(str.isalpha, found)) >= _LETTERS_OF_A_WORD and _OTHER_SCRIPT.search(text):
        return None
    without = text
    for character in characters:  # a suggestion holds no character that is replaced itself
        without = without.replace(character, suggestion(character))
    return Forcing("".join(characters), count_parts(text), count_parts(without))


class ForcingTally:
    """Adds up over a list what its foreign characters cost; a few kilobytes for any list."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[int, int, int]] = {}

    def note(self, text: str) -> None:
        """Look at one text that will be sent."""
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
        """The dearest first."""
        return tuple(
            sorted(self._unsorted(), key=lambda line: (-line.extra_parts, line.characters))
        )

    def _unsorted(self) -> Iterator[ForcingLine]:
        for characters, (texts, parts, without) in self._lines.items():
            yield ForcingLine(characters, texts, parts, without)
