"""What the clock of a phone's owner may show.

A number tells its country, and a landline its town; a mobile number only where it was first sold,
and not even that after it was taken to another operator. So there is mostly a range.

Source:
    phonenumbers (Google's libphonenumber), its table of time zones; updated with each release.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from phonenumbers import PhoneNumber, parse
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

from campaign.model import Phone


def local_times(phone: Phone, moment: datetime) -> tuple[datetime, datetime] | None:
    """The earliest and the latest local time that the moment may be for a phone's owner.

    Args:
        phone: Normalised, with country code.
        moment: Aware.

    Returns:
        Two aware times, equal ones where there is one zone; None when the zone is not known.
    """
    times = sorted(
        (moment.astimezone(ZoneInfo(name)) for name in _zones(phone)),
        key=lambda local: local.replace(tzinfo=None),
    )
    return (times[0], times[-1]) if times else None


@lru_cache(maxsize=4096)
def _zones(phone: Phone) -> tuple[str, ...]:
    number: PhoneNumber = parse(phone)
    names = time_zones_for_number(number)
    return tuple(name for name in names if name != UNKNOWN_TIMEZONE)
