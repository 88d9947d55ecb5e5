"""What a number's range tells: country, region, operator, time zones.

Only what well-kept data knows is said, and "" where it does not. phonenumbers holds no regions and
no zones of Russian mobiles (a Russian number may belong to any of 16 zones), and no operator for a
third of them; nothing is guessed in their place (decision 0010). A range is not a person either:
numbers are ported between operators and carried to other regions, so this is a hint for an eye, and
never decides who is texted when.

Importing this module is quick; the first question loads the library's tables.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from importlib import import_module
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import PhoneNumber, parse

from campaign.domain.table import Phone

_RUSSIA_AND_KAZAKHSTAN: Final = "+7"
_SHARED_BY_ALL: Final = 8
"""Zones from which on the answer is "somewhere in the country" and tells nothing."""
_KEPT_RANGES: Final = 1 << 16
_NONE: Final = "Etc/Unknown"


@dataclass(frozen=True, slots=True)
class Numbering:
    """What is known of a number's range; "" and () for what is not.

    Attributes:
        country: ISO 3166 code (``RU``).
        region: Part of the country, in the language asked for.
        operator: To whom the range was allotted; a ported number has another one.
        zones: IANA time zones, one of which is meant; () when it could be any of the country.
        source: Name and release of the data.
    """

    country: str
    region: str
    operator: str
    zones: tuple[str, ...]
    source: str


def describe(phone: Phone, lang: str = "ru") -> Numbering:
    """Say what is known of a number's range; about a microsecond once its range is known.

    Source:
        phonenumbers (Google's libphonenumber metadata); `Numbering.source` names the release.
    """
    return _of_range(phone[: _longest_prefix() + 1], len(phone), lang)


@cache
def _longest_prefix() -> int:
    """Digits after which nothing in the data can tell two numbers apart."""
    carriers = import_module("phonenumbers.carrierdata").CARRIER_LONGEST_PREFIX
    zones = import_module("phonenumbers.tzdata").TIMEZONE_LONGEST_PREFIX
    return max(int(carriers), int(zones))


@lru_cache(maxsize=_KEPT_RANGES)
def _of_range(prefix: str, length: int, lang: str) -> Numbering:
    # A tenth of a second together: nobody waits for them who does not ask.
    carrier = import_module("phonenumbers.carrier")
    digits, source = prefix.ljust(length, "0"), f"phonenumbers {phonenumbers.__version__}"
    if prefix.startswith(_RUSSIA_AND_KAZAKHSTAN):
        # Their mobiles belong to no town and to all zones alike; no need to look for either.
        number = phonenumbers.PhoneNumber(7, int(digits[2:]))
        country = "KZ" if digits[2] in "67" else "RU"
        return Numbering(country, "", str(carrier.name_for_valid_number(number, lang)), (), source)
    number = phonenumbers.parse(digits)
    return Numbering(
        country=_country(number),
        region=_region(number, lang),
        operator=str(carrier.name_for_valid_number(number, lang)),
        zones=_zones(number),
        source=source,
    )


def _zones(number: phonenumbers.PhoneNumber) -> tuple[str, ...]:
    """Never those "for geographical numbers": the table gives Moscow's for all of +79."""
    zones = tuple(import_module("phonenumbers.timezone").time_zones_for_number(number))
    return () if len(zones) >= _SHARED_BY_ALL or _NONE in zones else zones


def _country(number: phonenumbers.PhoneNumber) -> str:
    known = phonenumbers.region_code_for_number(number)
    return known or phonenumbers.region_code_for_country_code(number.country_code or 0)


def _region(number: phonenumbers.PhoneNumber, lang: str) -> str:
    """Only where mobiles have the numbers of towns: all others are "somewhere in the country"."""
    shared = phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    if phonenumbers.number_type(number) != shared:
        return ""
    geocoder = import_module("phonenumbers.geocoder")  # half a second and 80 MB
    name = geocoder.description_for_valid_number(number, lang)
    return "" if name == geocoder.country_name_for_number(number, lang) else str(name)


def local_times(phone: Phone, moment: datetime) -> tuple[datetime, datetime] | None:
    """The earliest and the latest local time that the moment may be for a phone's owner.

    Returns:
        Two aware times, equal ones where there is one zone; None when the zone is not known.
    """
    times = sorted(
        (moment.astimezone(ZoneInfo(name)) for name in _zones_of_phone(phone)),
        key=lambda local: local.replace(tzinfo=None),
    )
    return (times[0], times[-1]) if times else None


@lru_cache(maxsize=4096)
def _zones_of_phone(phone: Phone) -> tuple[str, ...]:
    number: PhoneNumber = parse(phone)
    table = import_module("phonenumbers.timezone")
    names = table.time_zones_for_number(number)
    return tuple(name for name in names if name != table.UNKNOWN_TIMEZONE)


_SHOWN_AHEAD, _SHOWN_BEHIND = 5, 2
_LEAST_HIDDEN, _MOST_HIDDEN = 5, 8
_HIDDEN: Final = "•"


def redacted(phone: str) -> str:
    """A phone that its owner recognises and nobody can dial: `+7916•••••17`.

    Args:
        phone: Of any length; where too little of it would be hidden, all of it is.
    """
    hidden = len(phone) - _SHOWN_AHEAD - _SHOWN_BEHIND
    if hidden < _LEAST_HIDDEN:
        return _HIDDEN * len(phone)
    return phone[:_SHOWN_AHEAD] + _HIDDEN * min(hidden, _MOST_HIDDEN) + phone[-_SHOWN_BEHIND:]
