"""Read the time at which an SMS is to be sent; a closed list of forms, nothing is guessed.

A time without a zone, one that the clock skips and one that it shows twice are refused: each could
mean two moments, and a message cannot be taken back.
"""

# ruff: noqa: RUF001, RUF002 -- Moscow time is written in Russian letters
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campaign.domain.cells import shown, tidy
from campaign.errors import InputError, UnusableCell
from campaign.text import tr

MIN_AHEAD: Final = timedelta(minutes=2)
"""The gateway seems to send a past time at once; this one must still be ahead when it arrives."""
_CLOCK: Final = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.0{1,6})?)?"

_ISO: Final = re.compile(
    r"(?P<year>20\d{2})-(?P<month>\d{2})-(?P<day>\d{2})[T ]"
    rf"{_CLOCK}(?: ?(?P<offset>Z|[+-]\d{{2}}(?::?\d{{2}})?))?(?: (?P<zone>\S+))?",
    re.ASCII,
)

_DOTTED: Final = re.compile(
    rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>20\d{{2}}) {_CLOCK}(?: (?P<zone>\S+))?", re.ASCII
)
_FIELDS: Final = ("year", "month", "day", "hour", "minute", "second")
_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?", re.ASCII)
_UTC_OFFSET: Final = re.compile(rf"(?P<base>UTC|MSK|МСК){_OFFSET.pattern}", re.ASCII)
_MOSCOW_NAMES: Final = frozenset({"MSK", "МСК"})
_MOSCOW_HOURS: Final = 3
"""Source: Russian federal law 107-FZ, article 5: "МСК+2" means UTC+5."""

# `localtime`, `posixrules` and the `right/` tree of a system's zone folder mean another thing on
# another machine, so only the geographic areas are zones here.
_AREAS: Final = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific"
_ZONE_NAME: Final = re.compile(rf"(?:{_AREAS})(?:/[A-Za-z0-9_+-]+){{1,2}}", re.ASCII)
_WIDEST: Final = timedelta(hours=14)
"""The farthest offset from UTC in use, Pacific/Kiritimati."""


def parse_when(text: str, *, zone: tzinfo | None) -> datetime:
    """Read a moment, as an aware datetime in UTC.

    Forms: `2026-12-01T10:00:00+03:00` or `Z`, `2026-12-01 10:00`, `01.12.2026 10:00` (of December),
    with or without seconds, the last two also followed by `Europe/Moscow`, `UTC`, `MSK` or `МСК`. A
    time that names no zone is meant in `zone`.

    Raises:
        UnusableCell: `time_unreadable`, `time_without_zone`, `time_does_not_exist`,
            `time_ambiguous` or `zone_unknown`.
    """
    tidied = tidy(text)
    match = _ISO.fullmatch(tidied) or _DOTTED.fullmatch(tidied)
    if match is None:
        raise UnusableCell("time_unreadable", value=shown(text))
    parts = match.groupdict()
    if parts.get("offset") and parts["zone"]:  # two zones: which one counts is a guess
        raise UnusableCell("time_unreadable", value=shown(text))
    year, month, day, hour, minute, second = (int(parts[name] or 0) for name in _FIELDS)
    try:
        naive = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone comes next
    except ValueError:
        raise UnusableCell("time_unreadable", value=shown(text)) from None
    named = parts.get("offset") or parts["zone"]
    chosen = _zone_of(named, text) if named else zone
    if chosen is None:
        raise UnusableCell("time_without_zone", value=shown(text))
    return _to_utc(naive, chosen, value=shown(text))


def _zone_of(named: str, text: str) -> tzinfo:
    if named == "Z":
        return UTC
    if match := _OFFSET.fullmatch(named):
        offset = _offset(match)
        if offset is None:
            raise UnusableCell("time_unreadable", value=shown(text))
        return timezone(offset)
    return load_zone(named)


def _offset(match: re.Match[str], base_hours: int = 0) -> timedelta | None:
    minutes = int(match["minutes"] or 0)
    offset = timedelta(hours=int(match["hours"]), minutes=minutes)
    if match["sign"] == "-":
        offset = -offset
    offset += timedelta(hours=base_hours)
    return offset if abs(offset) <= _WIDEST and minutes < 60 else None  # noqa: PLR2004


def _to_utc(naive: datetime, zone: tzinfo, *, value: str) -> datetime:
    """The one moment at which the clocks of the zone show that time."""
    early, late = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late:
        return early
    # The two readings of a skipped time are both shown as another time by the clocks there.
    exists = early.astimezone(zone).replace(tzinfo=None) == naive
    code = "time_ambiguous" if exists else "time_does_not_exist"
    raise UnusableCell(code, value=value, zone=str(zone))


def require_ahead(when: datetime, *, now: datetime) -> None:
    """Raise `time_too_near` for a time that is past or less than two minutes ahead.

    Source:
        Gateway facts, "Time": a past scheduleTime seems to be sent at once (inferred).
    """
    if when - now < MIN_AHEAD:
        raise UnusableCell(
            "time_too_near",
            value=f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            minutes=str(MIN_AHEAD // timedelta(minutes=1)),
        )


def load_zone(name: str) -> tzinfo:
    """Find a time zone: an IANA name, `UTC`, `МСК`, `UTC+5`, `МСК+2`; raises `zone_unknown`."""
    key = tidy(name)
    if key.upper() == "UTC":
        return UTC
    if key.upper() in _MOSCOW_NAMES:
        return ZoneInfo("Europe/Moscow")
    if match := _UTC_OFFSET.fullmatch(key.upper()):
        offset = _offset(match, _MOSCOW_HOURS if match["base"] in _MOSCOW_NAMES else 0)
        if offset is not None:
            return timezone(offset)
    if _ZONE_NAME.fullmatch(key):
        try:
            return ZoneInfo(key)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
            pass
    raise UnusableCell("zone_unknown", value=shown(name))


_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_WHOLE: Final = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+")
_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?")


def parse_duration(text: str, *, option: str) -> float:
    """Read a duration such as `90`, `10m` or `1h30m` as seconds; raises `duration`."""
    wanted = text.strip().lower()
    if _PLAIN.fullmatch(wanted):
        return float(wanted)
    if _WHOLE.fullmatch(wanted):
        return sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(wanted))
    raise InputError(
        tr("{option} {text!r} is not a duration", option=option, text=text),
        hint=tr("For example: {option} 10m", option=option),
        code="duration",
    )
