"""What a number's range shows: country, operator, local time; nothing where it is not known.

phonenumbers holds no regions and no zones of Russian mobiles (a Russian number may belong to any of
16 zones), and no operator for a third of them; nothing is guessed in their place (decision 0010).
Numbers are ported between operators and carried to other regions, so this is a hint for an eye, and
never decides who is texted when. The first call loads the library's tables.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from importlib import import_module
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers

from campaign.domain.table import Phone

_RUSSIA_AND_KAZAKHSTAN: Final = "+7"
_CACHED_RANGES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Numbering:
    """What is known of a number's range, "" for what is not.

    `country` is an ISO 3166 code; `operator` is to whom the range was allotted, a ported number has
    another one.
    """

    country: str
    operator: str


def describe(phone: Phone, lang: str = "ru") -> Numbering:
    """Look up a number's range; the operator is named in that language."""
    return _of_range(phone[: _longest_prefix() + 1], len(phone), lang)


@cache
def _longest_prefix() -> int:
    """Digits after which nothing in the data can tell two numbers apart."""
    carriers = import_module("phonenumbers.carrierdata").CARRIER_LONGEST_PREFIX
    zones = import_module("phonenumbers.tzdata").TIMEZONE_LONGEST_PREFIX
    return max(int(carriers), int(zones))


@lru_cache(maxsize=_CACHED_RANGES)
def _of_range(prefix: str, length: int, lang: str) -> Numbering:
    # A tenth of a second together: nobody waits for them who does not ask.
    carrier = import_module("phonenumbers.carrier")
    digits = prefix.ljust(length, "0")
    if prefix.startswith(_RUSSIA_AND_KAZAKHSTAN):
        number = phonenumbers.PhoneNumber(7, int(digits[2:]))
        country = "KZ" if digits[2] in "67" else "RU"
    else:
        number = phonenumbers.parse(digits)
        known = phonenumbers.region_code_for_number(number)
        country = known or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return Numbering(country, str(carrier.name_for_valid_number(number, lang)))


def local_times(phone: Phone, moment: datetime) -> tuple[datetime, datetime] | None:
    """The earliest and the latest local time that the moment may be for a phone's owner.

    Equal ones where there is one zone; None when the zone is not known.
    """
    times = sorted(
        (moment.astimezone(ZoneInfo(name)) for name in _zones_of_phone(phone)),
        key=lambda local: local.replace(tzinfo=None),
    )
    return (times[0], times[-1]) if times else None


@lru_cache(maxsize=4096)
def _zones_of_phone(phone: Phone) -> tuple[str, ...]:
    table = import_module("phonenumbers.timezone")
    names = table.time_zones_for_number(phonenumbers.parse(phone))
    return tuple(name for name in names if name != table.UNKNOWN_TIMEZONE)


_SHOWN_AHEAD, _SHOWN_BEHIND = 5, 2
_LEAST_HIDDEN, _MOST_HIDDEN = 5, 8
_HIDDEN: Final = "•"


def redacted(phone: str) -> str:
    """Hide most of a phone: `+7916•••••17`, and all of a short one."""
    hidden = len(phone) - _SHOWN_AHEAD - _SHOWN_BEHIND
    if hidden < _LEAST_HIDDEN:
        return _HIDDEN * len(phone)
    return phone[:_SHOWN_AHEAD] + _HIDDEN * min(hidden, _MOST_HIDDEN) + phone[-_SHOWN_BEHIND:]
