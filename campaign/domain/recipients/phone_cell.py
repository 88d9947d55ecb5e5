"""Read a cell that holds more than one phone: none of them is ever chosen silently."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException

from campaign.domain.cells import shown, tidy
from campaign.domain.recipients.headings import heading_key
from campaign.domain.recipients.phone import RUSSIA, SEPARATORS, parse_phone
from campaign.domain.table import Phone
from campaign.errors import UnusableCell

MOST_PHONES: Final = 10
"""Phones in one cell; more are a list that slipped into it."""
_MOST_PIECES: Final = 40
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One of several numbers in a cell, as shown; `error` says why `phone` is None."""

    value: str
    phone: Phone | None = None
    error: UnusableCell | None = None


def read_phones(cell: str, *, region: str = "RU", countries: frozenset[int] = RUSSIA) -> tuple[Piece, ...]:
    """Read the numbers of a cell of which `parse_phone` reported `phone_two_numbers`, each once.

    Raises:
        UnusableCell: None of them can get an SMS: the reason of the first. `phone_two_numbers` when
            it is not clear where one ends, or there are more than ten.
    """

    def read(text: str) -> Phone:
        return parse_phone(text, region=region, countries=countries)

    pieces: dict[str, Piece] = {}
    for text in _separate(cell, read):
        piece = _read_piece(text, read)
        if piece.error is None or piece.error.code != "phone_empty":
            pieces.setdefault(piece.phone or piece.value, piece)
    found = tuple(pieces.values())
    unclear = UnusableCell("phone_two_numbers", value=shown(cell))
    errors = [piece.error for piece in found if piece.error]
    if len(found) > MOST_PHONES or any(error.code == unclear.code for error in errors):
        raise unclear
    if len(errors) == len(found):
        raise next(iter(errors), unclear)
    return found


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


_HEADINGS: Final = frozenset({
    "кодстраны", "кодстранытелефона", "телефонныйкодстраны", "международныйкод", "countrycode",
    "phonecountrycode", "countrycallingcode", "callingcode", "dialcode", "dialingcode", "phonecode",
})  # fmt: skip
_CODE: Final = re.compile(r"\s*(?:\+|00)?([1-9]\d{0,3})\s*")
_RUSSIAN: Final = frozenset({"7", "8"})
_LONGEST_NATIONAL: Final = 10


def country_column(titles: Sequence[str]) -> int | None:
    """Index of the column with the countries' calling codes; None without one, or with several."""
    found = [i for i, title in enumerate(titles) if heading_key(title) in _HEADINGS]
    return found[0] if len(found) == 1 else None


def with_country(cell: str, code_cell: str) -> str:
    """The phone cell with the calling code of the column next to it, where it is needed."""
    found = _CODE.fullmatch(code_cell)
    if found is None or found[1] in _RUSSIAN or "+" in cell:
        return cell
    digits = "".join(filter(str.isdecimal, cell))
    if digits.startswith(found[1]) and len(digits) > _LONGEST_NATIONAL:
        return f"+{cell.strip()}"
    return f"+{found[1]} {cell.strip()}"


EVERYWHERE: Final = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
_STILL_A_NUMBER: Final = frozenset({"phone_landline", "phone_premium", "phone_cannot_sms"})
_SEPARATORS: Final = re.compile(rf"{SEPARATORS.pattern}|\s(?=\+)", re.IGNORECASE)
_WHOLE_NUMBER: Final = re.compile(r"[.,]0+$")


def parse_stop_phones(cell: str, *, region: str = "RU") -> tuple[Phone, ...]:
    """Read every number in a cell of a stop-list, of any kind; raises as `parse_phone`."""
    try:
        return (_parse(cell, region),)
    except UnusableCell as error:
        if error.code != "phone_two_numbers":
            raise
    pieces = [piece for piece in _SEPARATORS.split(cell) if any(map(str.isdigit, piece))]
    return tuple(dict.fromkeys(_parse(piece, region) for piece in pieces))


def _parse(cell: str, region: str) -> Phone:
    try:
        return parse_phone(cell, region=region, countries=EVERYWHERE)
    except UnusableCell as error:
        if error.code == "phone_comment":  # "Anna 8916…": whoever she is, her number is meant
            return _parse(error.details["number"], region)
        if error.code not in _STILL_A_NUMBER:
            raise
        found = _any_kind(cell, region)
        if found is None:
            raise
        return found


def _any_kind(cell: str, region: str) -> Phone | None:
    """The number in a cell that is known to hold one."""
    text = _WHOLE_NUMBER.sub("", tidy(cell).removeprefix("'").strip())
    for spelling in (text, f"+{text}"):
        try:
            number = phonenumbers.parse(spelling, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None
