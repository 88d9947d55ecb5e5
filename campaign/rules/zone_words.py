"""How a report names the time zone in which its times stand, in English or Russian.

The zone is named by its distance from UTC, which everybody can check; a zone with summer time has
two, so there the name says which zone it is, and each moment with its zone its own distance.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from campaign.rules.words import Lang

_NAMES: Final = {  # the Russian ones go with "время", which stands before them everywhere
    "Europe/Kaliningrad": ("Kaliningrad time", "калининградское"),
    "Europe/Moscow": ("Moscow time", "московское"),
    "Europe/Samara": ("Samara time", "самарское"),
    "Asia/Yekaterinburg": ("Yekaterinburg time", "екатеринбургское"),
    "Asia/Omsk": ("Omsk time", "омское"),
    "Asia/Novosibirsk": ("Novosibirsk time", "новосибирское"),
    "Asia/Krasnoyarsk": ("Krasnoyarsk time", "красноярское"),
    "Asia/Irkutsk": ("Irkutsk time", "иркутское"),
    "Asia/Yakutsk": ("Yakutsk time", "якутское"),
    "Asia/Vladivostok": ("Vladivostok time", "владивостокское"),
    "Asia/Magadan": ("Magadan time", "магаданское"),
    "Asia/Kamchatka": ("Kamchatka time", "камчатское"),
}
_LOCAL: Final = ("local time", "местное время")
_UTC: Final = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal"})
_ETC: Final = "Etc/"
"""`Etc/GMT-3` is UTC+03:00: its sign is the other way round, so it is better not shown."""
_STEP: Final = timedelta(days=7)
_YEAR: Final = timedelta(days=366)
_AFTER_MINUTES: Final = len("2026-01-01T00:00")
_WITHOUT_SECONDS: Final = len("+03:00")
"""Local mean times of the 19th century have seconds."""


def at_moment(zone: tzinfo, moment: datetime) -> str:
    """The zone of one moment: `UTC+03:00`, or `UTC`."""
    return "UTC" if _is_utc(zone) else _distance(zone, moment)


def in_short(zone: tzinfo, lang: Lang, begun: datetime) -> str:
    """The zone for a heading: its distance where it has but one, else its name.

    Args:
        zone: In which times are shown.
        lang: Of its name.
        begun: The first of these times; the distance is that of the year that begins with it.

    Returns:
        `UTC`, `UTC+03:00`, `Europe/Berlin`, or `local time` where it has no name.
    """
    found = _distances(zone, begun, begun + _YEAR)
    if len(found) == 1:
        return found[0]
    return _name(zone, lang) or _LOCAL[lang == "ru"]


def in_full(zone: tzinfo, lang: Lang, begun: datetime, ended: datetime) -> str:
    """The zone where it is named once for all times of a report.

    Args:
        zone: In which times are shown.
        lang: Of its name.
        begun: The first of these times.
        ended: The last one.

    Returns:
        `UTC`, `Moscow time, UTC+03:00`, or `Europe/Berlin, UTC+02:00 / UTC+01:00` where the clock
        was changed in between.
    """
    said = " / ".join(_distances(zone, begun, ended))
    name = _name(zone, lang)
    return f"{name}, {said}" if name else said


def _name(zone: tzinfo, lang: Lang) -> str:
    key = str(getattr(zone, "key", None) or "")
    if key in _NAMES:
        return _NAMES[key][lang == "ru"]
    return "" if _is_utc(zone) or key.startswith(_ETC) or "/" not in key else key


def _is_utc(zone: tzinfo) -> bool:
    return zone is UTC or getattr(zone, "key", None) in _UTC


def _distances(zone: tzinfo, begun: datetime, ended: datetime) -> tuple[str, ...]:
    """Each distance from UTC in that time, looked at once a week."""
    if _is_utc(zone):
        return ("UTC",)
    found: dict[str, None] = {}
    moment = begun
    while moment < ended:
        found[_distance(zone, moment)] = None
        moment += _STEP
    found[_distance(zone, ended)] = None
    return tuple(found)


def _distance(zone: tzinfo, moment: datetime) -> str:
    said = moment.astimezone(zone).isoformat(timespec="minutes")[_AFTER_MINUTES:]
    return f"UTC{said[:_WITHOUT_SECONDS]}"
