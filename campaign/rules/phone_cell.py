"""Read a cell that holds more than one phone: who is meant must be said, never chosen silently."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from campaign.errors import UnusableCell
from campaign.model import Phone
from campaign.rules.cells import shown
from campaign.rules.phone import RUSSIA, SEPARATORS, parse_phone

MOST_PHONES: Final = 10
"""Phones in one cell; more are a list that slipped into it."""

_MOST_PIECES: Final = 40
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One of several numbers in a cell.

    Attributes:
        value: As it stands there, short enough to be shown.
        phone: None when it cannot get an SMS.
        error: Why not.
    """

    value: str
    phone: Phone | None = None
    error: UnusableCell | None = None


def read_phones(
    cell: str, *, region: str = "RU", countries: frozenset[int] = RUSSIA
) -> tuple[Piece, ...]:
    """Read a cell of which `parse_phone` said ``phone_two_numbers``.

    Args:
        cell: The cell as text.
        region: Where a number without country code belongs.
        countries: Country calling codes that may be texted.

    Returns:
        Its numbers in order, the same one once; at least one has a phone.

    Raises:
        UnusableCell: None of them can get an SMS: the reason of the first. ``phone_two_numbers``
            when it cannot be told where one ends, or there are more than ten.
    """

    def read(text: str) -> Phone:
        return parse_phone(text, region=region, countries=countries)

    whole = shown(cell)
    pieces: dict[str, Piece] = {}
    for text in _separate(cell, read):
        piece = _read_piece(text, read)
        if piece.error is None or piece.error.code != "phone_empty":
            pieces.setdefault(piece.phone or piece.value, piece)
    found = tuple(pieces.values())
    if len(found) > MOST_PHONES or any(_is_two(piece) for piece in found):
        raise UnusableCell("phone_two_numbers", value=whole)
    if not any(piece.phone for piece in found):
        raise next(
            (piece.error for piece in found if piece.error),
            UnusableCell("phone_two_numbers", value=whole),
        )
    return found


def _is_two(piece: Piece) -> bool:
    return piece.error is not None and piece.error.code == "phone_two_numbers"


def _read_piece(text: str, read: Callable[[str], Phone]) -> Piece:
    try:
        return Piece(shown(text), read(text))
    except UnusableCell as error:
        return Piece(shown(text), error=error)


def _separate(cell: str, read: Callable[[str], Phone]) -> Iterator[str]:
    """Cut at separators; where there are only spaces, at the one with a phone on both sides."""
    pieces = [piece for piece in SEPARATORS.split(cell) if piece.strip()]
    if len(pieces) > 1:
        yield from pieces[:_MOST_PIECES]
        return
    rest = cell
    while cut := _first_phone(rest, read):
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


def _first_phone(text: str, read: Callable[[str], Phone]) -> int:
    """Where the first phone of a row of digits ends, 0 when nothing but one number is left."""
    gaps = [gap.start() for gap in _SPACE.finditer(text.rstrip()) if gap.start()]
    for gap in gaps[:_MOST_PIECES]:
        try:
            read(text[:gap])
        except UnusableCell:
            continue
        return gap
    return 0
