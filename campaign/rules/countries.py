"""Understand which countries may be texted (`--countries`)."""

import re
from typing import Final

import phonenumbers

from campaign.errors import InputError
from campaign.rules.phone import RUSSIA

_CALLING_CODE: Final = re.compile(r"\+?([1-9]\d{0,2})", re.ASCII)


def parse_countries(text: str) -> frozenset[int]:
    """Read a list of countries that may be texted besides +7.

    Args:
        text: Calling codes and ISO 3166 names, in any mix: ``375,998`` or ``BY,UZ`` or ``+375``.

    Returns:
        Country calling codes, always with 7 (Russia and Kazakhstan).

    Raises:
        InputError: ``countries``: one of them is neither.
    """
    words = text.replace(";", ",").replace(",", " ").split()
    return RUSSIA.union(map(_calling_code, words))


def _calling_code(word: str) -> int:
    if match := _CALLING_CODE.fullmatch(word):
        code = int(match[1])
        known = code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    else:
        code = int(phonenumbers.country_code_for_region(word.upper()))
        known = code > 0
    if not known:
        raise InputError(
            f"--countries: {word!r} is neither a country calling code nor a country",
            hint='Write calling codes or ISO names with commas: --countries "375,UZ".',
            code="countries",
        )
    return code
