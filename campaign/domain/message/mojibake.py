"""Recognise text that some program read in a wrong encoding and saved so, or whose letters it lost.

Such a file is right UTF-8 from end to end, so no reader of files can notice: it holds the letters
`Àííà` where somebody is called Анна. Only what can hardly be anything else is recognised, because a
row is refused for it; what the letters were is offered, never used.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from campaign.text import tr

_RUSSIAN: Final = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ")


class _Slip(NamedTuple):
    """A stretch that suggests a mistake: bytes of `right` that were read as `wrong`."""

    stretch: re.Pattern[str]
    wrong: str
    right: str


def _tails(encoding: str) -> str:
    """How the second bytes of Cyrillic letters in UTF-8 look in a code page; for a set."""
    pairs = ((byte, bytes([byte]).decode(encoding, "ignore")) for byte in range(0x80, 0xC0))
    # A byte that the code page lacks is mostly kept as a control character, or as U+FFFD.
    return re.escape("".join({sign or chr(byte) for byte, sign in pairs})) + "\ufffd"


def _doubled(heads: str, tails: str) -> re.Pattern[str]:
    """Two letters of UTF-8 in a row, each read as two signs; one may be chance."""
    # Written out: a pattern that begins with a set is searched for many times faster.
    return re.compile(f"[{heads}][{tails}][{heads}][{tails}](?:[{heads}][{tails}])*")


_CP1251_TWICE: Final = _doubled("РС", _tails("cp1251"))  # noqa: RUF001  these are Cyrillic
_DOS_SIGNS: Final = "¤¦§©¬®«"
_DOS_LETTERS: Final = f"а-яЁёЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЄЇ‚„…†‡€‰‹›‘’“”•–—™\u00a0\u00ad{_DOS_SIGNS}"  # noqa: RUF001
_DOS_SURE: Final = re.compile(f"«+|[ЂЃЉЊЌЋЏђљњќћџЈ†‡€‰{_DOS_SIGNS}]|\u00ad(?=[\u00ad\u00a0])")
"""Signs and letters of other languages, of which one in a word may be right and two are not; doubled
quotes are one, as people type them; soft hyphens stand between letters where they are meant."""
_DOS_TEXT: Final = re.compile(f"[{_DOS_LETTERS}]+(?:[{_DOS_SIGNS}]|\u00ad[\u00ad\u00a0])[{_DOS_LETTERS}]*")
_SLIPS: Final = (
    _Slip(_CP1251_TWICE, "cp1251", "utf-8"),
    _Slip(_doubled("ÐÑ", _tails("cp1252") + "\x80-\x9f"), "cp1252", "utf-8"),
    _Slip(_doubled("╨╤", _tails("cp866")), "cp866", "utf-8"),
    _Slip(re.compile("(?<![A-Za-z])[À-ÿ¨¸]{3,}(?![A-Za-z])"), "cp1252", "cp1251"),  # noqa: RUF001
    _Slip(re.compile("[\u2500-\u2593][р-яЁёЄєЇїЎў°∙·√№¤■]{2,}"), "cp866", "cp1251"),  # noqa: RUF001
    _Slip(_DOS_TEXT, "cp1251", "cp866"),
    _Slip(re.compile("вЂ.|â€."), "", "utf-8"),
)
"""UTF-8 read as a code page, then one code page read as another; last its quotes and dashes."""
_RARE: Final = re.compile(f"[À-ÿ\u2500-\u2593Ђ€\u00ad{_DOS_SIGNS}]")
"""Signs of which every slip but the first has one, and hardly any other text."""
_LOST_RUN: Final = re.compile(r"(?<![\w?!.,)»”\"'])\?{2,}")
_FEWEST: Final = 2
"""Letters that a stretch must give at least when it is read rightly."""


def mojibake(text: str) -> tuple[str, str] | None:
    """Find the first stretch that was read in a wrong encoding, and what it was meant to be.

    None where nothing is wrong: with names in French, German or Turkish, quotes, dashes and `№`.
    """
    if text.isascii():
        return None
    rare = _RARE.search(text) is not None
    for slip in _SLIPS if rare else _SLIPS[:1]:
        for match in slip.stretch.finditer(text):
            reading = _reread(match[0], slip)
            if reading:
                return match[0], reading
    return None


def letters_lost(text: str) -> bool:
    """Whether question marks stand where letters did: `????? ??????`, but not `Как дела???`."""
    if "??" not in text or not text.isascii():
        return False
    alone = not any(map(str.isalnum, text))
    return alone or len(_LOST_RUN.findall(text)) > 1


def mojibake_hint(titles: Sequence[str]) -> str:
    """A sentence for a hint when the headings were read in a wrong encoding; else ""."""
    if found := mojibake(" ".join(titles)):
        stretch, reading = found
        return tr(
            "They were read in a wrong encoding by the program that wrote the file: {stretch} was "
            "probably {reading}. Export it again, as .xlsx or CSV (UTF-8).",
            stretch=stretch,
            reading=reading,
        )
    if any(map(letters_lost, titles)):
        return tr(
            "The program that wrote the file has put question marks for their letters. "
            "Export it again, as .xlsx or CSV (UTF-8)."
        )
    return ""


def _reread(stretch: str, slip: _Slip) -> str:
    """What the stretch was meant to be; "" when that is no Russian, so that it is no slip."""
    if not slip.wrong:
        # A quotation mark or a dash; of its three signs two are enough to be sure.
        return _typographic(stretch)
    # A sign that was lost on the way is one letter that nobody knows any more.
    text = b"".join(_byte(sign, slip.wrong) for sign in stretch).decode(slip.right, "replace")
    letters = text.replace("\ufffd", "")
    if slip.right != "utf-8" and letters != text:
        return ""
    if slip.right == "cp866" and len(_DOS_SURE.findall(stretch)) < _FEWEST:
        return ""
    right = len(letters) >= _FEWEST and _RUSSIAN.issuperset(letters)
    return re.sub("\ufffd+", "…", text) if right else ""


def _typographic(stretch: str) -> str:
    for wrong in ("cp1251", "cp1252"):
        try:
            return stretch.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
    return "…"


def _byte(sign: str, encoding: str) -> bytes:
    """The byte that was read as this sign; a control character stands for itself."""
    try:
        return sign.encode(encoding)
    except UnicodeEncodeError:
        return bytes([ord(sign)]) if ord(sign) < 0x100 else b"\xff"  # noqa: PLR2004  one byte
