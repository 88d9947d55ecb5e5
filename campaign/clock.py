"""The real clock, whose sleep ends when the run is asked to stop."""

import os
import threading
import time
import warnings
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Time, injected so that tests own it."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC: for display, schedules and ages."""

    def monotonic_s(self) -> float:
        """Seconds that never step back: for waits and deadlines."""

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the run is asked to stop."""

    def stop_asked(self) -> bool:
        """Whether the operator (or the system) asked the run to stop."""


class SystemClock:
    """The system's time (`Clock`); a stop ends its waits at once."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds that never step back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the run is asked to stop."""
        self._stop.wait(seconds)

    def stop_asked(self) -> bool:
        """Whether `ask_stop` was called."""
        return self._stop.is_set()

    def ask_stop(self) -> None:
        """Let everything that waits go on at once, and no new chunk begin."""
        self._stop.set()


class _SystemZone(tzinfo):
    """What the system's own clock shows, where its zone has no name (`TZ=MSK-3`, a copied file)."""

    def utcoffset(self, wall: datetime | None, /) -> timedelta | None:
        return None if wall is None else wall.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, _wall: datetime | None, /) -> None:
        """Not known."""

    def tzname(self, wall: datetime | None, /) -> str | None:
        return None if wall is None else wall.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime, /) -> datetime:
        # Either of the two hours in which clocks are set back.
        there = moment.replace(tzinfo=UTC).astimezone()
        wall = there.replace(tzinfo=self, fold=0)
        return wall if self.utcoffset(wall) == there.utcoffset() else wall.replace(fold=1)


def local_zone() -> tzinfo:
    """The zone of this machine; never an error: at worst the system's clock without its name."""
    import tzlocal  # noqa: PLC0415 - most commands show no times

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # contradictions are settled below
            found = tzlocal.reload_localzone()  # not remembered: TZ may have been set since
            zone = ZoneInfo(str(getattr(found, "key", "")))
    except (KeyError, ValueError, OSError):  # no such zone, no name, no file
        return _SystemZone()
    named = bool(os.environ.get("TZ"))
    return zone if named or _agrees(zone) else _SystemZone()


def _agrees(zone: tzinfo) -> bool:
    """Whether the system's clock says the same; a stale /etc/timezone does not."""
    now = datetime.now(UTC)
    return now.astimezone(zone).utcoffset() == now.astimezone().utcoffset()
