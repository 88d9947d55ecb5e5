"""Durations as people type them: `90`, `30s`, `10m`, `2h`, `1d`, `1h30m`."""

import re
from typing import Final

from campaign.errors import InputError

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_WHOLE: Final = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+")
_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?")


def parse_duration(text: str, *, option: str) -> float:
    """Read a duration.

    Args:
        text: A bare number means seconds.
        option: Named in the error.

    Returns:
        Seconds, zero or more.

    Raises:
        InputError: Not a duration.
    """
    wanted = text.strip().lower()
    if _PLAIN.fullmatch(wanted):
        return float(wanted)
    if _WHOLE.fullmatch(wanted):
        return sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(wanted))
    raise InputError(
        f"{option} {text!r} is no duration", hint=f"For example: {option} 10m", code="duration"
    )
