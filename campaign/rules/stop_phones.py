"""Read the phones of a stop-list: every country and every kind of number.

A recipients file must hold mobiles that may be texted; a list of refusals must not lose one because
it is a landline or foreign. What cannot be read at all is an error all the same, never passed over.
"""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException

from campaign.errors import UnusableCell
from campaign.model import Phone
from campaign.rules.cells import tidy
from campaign.rules.phone import parse_phone

EVERYWHERE: Final = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
"""Every country calling code."""

_STILL_A_NUMBER: Final = frozenset({"phone_landline", "phone_premium", "phone_cannot_sms"})
_SEPARATORS: Final = re.compile(r"[,;|/\n\r]|\s(?:и|или|and|or)\s|\s(?=\+)", re.IGNORECASE)
_WHOLE_NUMBER: Final = re.compile(r"[.,]0+$")


def parse_stop_phones(cell: str, *, region: str = "RU") -> tuple[Phone, ...]:
    """Read every number in a cell of a stop-list.

    Args:
        cell: The cell as text; two numbers in it are both meant.
        region: Where a number without country code belongs, ISO 3166.

    Returns:
        At least one number, E.164 with its plus.

    Raises:
        UnusableCell: As from `parse_phone`, but never because of the country or the kind.
    """
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
    """The number in a cell that the rule above knows to hold one."""
    text = _WHOLE_NUMBER.sub("", tidy(cell).removeprefix("'").strip())
    for spelling in (text, f"+{text}"):
        try:
            number = phonenumbers.parse(spelling, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None
