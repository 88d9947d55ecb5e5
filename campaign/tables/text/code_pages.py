"""Choose the code page of a text that is not UTF-8, by how usual its letters make its words.

A file with a known heading needs no more evidence; without one there must be enough Cyrillic words.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from campaign.domain.recipients.headings import COMMON, KNOWN, MAYBE_PHONE, YO, heading_key

EDGE: Final = "^"
"""Start or end of a word."""
LETTERS: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґў"
_UNIT_BITS: Final = 1.5

_TABLE: Final = (
    "93333345335233332323444544699955457679",
    "17434345454323264233554545699975396699",
    "42566827729536429247295777453586549999",
    "21865527629536326435577656893598549999",
    "32756429939637418266399879999979949999",
    "32645624529444325335396666974477449799",
    "26524344473323244233755445599996598889",
    "32495216929456249848399759999597759999",
    "31435335839443225357399778973496449999",
    "25534435442333244333854425699995397899",
    "06566468699444347624988555999999699999",
    "21958948629646518333399596897789859999",
    "32695626929446527855397968995293349999",
    "22467729929555424648377759994478549999",
    "22674436629378329733468557793496449999",
    "27313344454333364233655645699976595899",
    "42898829939639514156399677994598549999",
    "32554425729454325633365655894485449999",
    "43648638939234333541476656975386359999",
    "22639629829456426236377869994285449999",
    "24333343355333373223954634499963698599",
    "42795919819747728244459999996588949999",
    "12947949939645319354498979996779949999",
    "33748829819357738765498698993294429999",
    "12979917929466249684397965999599759999",
    "32947919929234336553396799999388959999",
    "52999919919999439799399999999599959999",
    "46666616666666666666666666666665166666",
    "16434426562432494433892753899999699999",
    "19545529547294257924967554799994388699",
    "38646288684222284232836785888868788888",
    "15344364476234495332994435399995999599",
    "09445445486344296443994545599995498799",
    "24424395492434245333665544599995383499",
    "18728484485444288655883584888888865888",
    "18825487788842285242838484488883884488",
    "41666612666666626366666666666666666666",
    "24444444444444444444444444444444444444",
)
"""A row for the letter in front and a column for the one behind it, the edge first in both: minus
the logarithm of the share, base 2, in steps of 1.5 bits; 9 is all but never."""

_COST: Final = {
    (first, second): int(digit) * _UNIT_BITS
    for first, row in zip(EDGE + LETTERS, _TABLE, strict=True)
    for second, digit in zip(EDGE + LETTERS, row, strict=True)
}


def surprise(word: str) -> float:
    """How many bits a word of Cyrillic letters takes, edges included; fewer is more usual."""
    edged = f"{EDGE}{word.translate(YO)}{EDGE}"
    return sum(_COST[pair] for pair in pairwise(edged))


CYRILLIC: Final = ("cp1251", "koi8_r", "koi8_u", "cp866", "cp1125", "mac_cyrillic")
"""The likelier first: of those that read a file the same way, the first is named."""
_FAMILIES: Final = (frozenset({"koi8_r", "koi8_u"}), frozenset({"cp866", "cp1125"}))
_HEADINGS: Final = frozenset().union(COMMON, MAYBE_PHONE, *KNOWN.values())
_TOKEN: Final = re.compile(rb"[A-Za-z\x80-\xff]+")
_CELL: Final = re.compile(r"[;,|\t\"\r\n]+")
_WORD: Final = re.compile(rf"(?<!\w)[{LETTERS}ё]{{3,}}(?!\w)", re.IGNORECASE)
_MOST_TOKENS: Final = 3000
_HEAD_BYTES: Final = 16 << 10
_SIGN_BITS, _CASE_BITS, _SCRIPT_BITS, _GAP_BITS, _EDGE_BITS = 14.0, 6.0, 10.0, 3.0, 5.0
"""What a sign inside a word, a capital behind a small letter, two alphabets in one word, a dash or
a fixed space between words, and a quotation mark at the edge of one cost."""
_CLEAR_BITS: Final = 10.0
"""How much better the best must be: 1 to 1000."""
_RARE_BITS: Final = {"mac_cyrillic": 4.0}
"""How much less likely a code page is before anything is read; hardly any program writes it now."""
_FEWEST_LETTERS: Final = 5
"""Letters in words of three or more, wholly Cyrillic, that are evidence without a known heading."""
_USUAL_BITS: Final = 5.0
"""Bits a letter that real words stay below on the average; random letters take 9 and more."""
_OPENING, _CLOSING, _BETWEEN = "«„“№", "»”“’…", "–—\u00a0"  # noqa: RUF001  # typographic
_PUNCTUATION: Final = _OPENING + _CLOSING + _BETWEEN + "§°€"
_LETTER_SET: Final = frozenset(LETTERS + "ё")


def guess(sample: bytes, seen: frozenset[int]) -> str | None:
    """Choose the code page; None when the evidence does not decide.

    `sample` is pieces of the file, its start first; `seen` every byte beyond ASCII in all of it.
    """
    tokens = sorted({t for t in _TOKEN.findall(sample) if not t.isascii()})
    if not tokens:
        return None
    tokens = tokens[:: len(tokens) // _MOST_TOKENS + 1]
    candidates = [c for c in CYRILLIC if _decodes(seen, c)]
    by_heading = [c for c in candidates if _has_known_heading(sample[:_HEAD_BYTES], c)]
    costs = {c: _cost(tokens, seen, c) for c in by_heading or candidates}
    if not costs:
        return None
    best = min(costs, key=costs.__getitem__)
    rivals = [c for c in costs if costs[c] - costs[best] < _CLEAR_BITS]
    if any(set(rivals) <= family for family in _FAMILIES):
        # They differ in Ukrainian letters only, which the other one reads as frames.
        rivals = [c for c in rivals if all(map(_is_usual, _read(seen, c)))] or rivals
    if len({_read(seen, c) for c in rivals}) > 1:
        return None
    if not by_heading and not _is_enough(tokens, costs[best], best):
        return None
    return next(c for c in CYRILLIC if c in rivals)


def _is_enough(tokens: Sequence[bytes], cost: float, encoding: str) -> bool:
    """Whether without a known heading there is enough to go by, and it reads like words."""
    letters = sum(map(len, tokens)) + len(tokens)
    words = [word for t in tokens for word in _WORD.findall(t.decode(encoding))]
    return cost <= _USUAL_BITS * letters and sum(map(len, words)) >= _FEWEST_LETTERS


def examples(sample: bytes) -> Sequence[tuple[str, str]]:
    """How the first word beyond ASCII reads under the code pages that differ."""
    token = next((t for t in _TOKEN.findall(sample) if not t.isascii()), b"")
    found: dict[str, str] = {}
    for encoding in ("cp1251", "koi8_r", "cp866", "cp1252"):
        found.setdefault(token[:30].decode(encoding, "replace"), encoding)
    return [(encoding, text) for text, encoding in found.items()]


def _read(seen: frozenset[int], encoding: str) -> str:
    return bytes(sorted(seen)).decode(encoding)


def _decodes(seen: frozenset[int], encoding: str) -> bool:
    try:
        _read(seen, encoding)
    except UnicodeDecodeError:
        return False
    return True


def _has_known_heading(head: bytes, encoding: str) -> bool:
    cells = _CELL.split(head.decode(encoding, "replace"))
    # A comparison of headings drops the signs that a wrong code page makes of letters.
    return any(
        heading_key(cell) in _HEADINGS and all(c.isascii() or _is_usual(c) for c in cell)
        for cell in cells
        if not cell.isascii()
    )


def _cost(tokens: Sequence[bytes], seen: frozenset[int], encoding: str) -> float:
    used = frozenset(b"".join(tokens))
    # Bytes that stand outside the sample can at least be letters or not.
    unseen = sum(not _is_usual(text) for text in _read(seen - used, encoding))
    prior = _RARE_BITS.get(encoding, 0.0) + unseen * _SIGN_BITS
    return prior + sum(_token_cost(t.decode(encoding)) for t in tokens)


def _is_usual(character: str) -> bool:
    return character.lower() in _LETTER_SET or character in _PUNCTUATION


def _token_cost(token: str) -> float:
    words = re.split(f"[{_BETWEEN}]", token)
    cost = _GAP_BITS * (len(words) - 1)
    return cost + sum(map(_word_cost, words))


def _word_cost(edged: str) -> float:
    word = edged.lstrip(_OPENING).rstrip(_CLOSING)
    cost, run = _EDGE_BITS * (len(edged) - len(word)), ""
    for before, character in zip(" " + word, word, strict=False):
        small = character.lower()
        if small in _LETTER_SET:
            if before.isalpha() and before.islower() and character.isupper():
                cost += _CASE_BITS
            run += small
            continue
        if run:
            cost += surprise(run)
            run = ""
        cost += _SCRIPT_BITS if character.isascii() else _SIGN_BITS
    return cost + (surprise(run) if run else 0.0)
