"""How many requests are in flight, how fast, and when unknown outcomes stop them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock

from campaign.clock import Clock

_SLICE_S = 0.5
"""A waiting worker takes so long at most to see that the run has stopped."""

_UNKNOWN_IN_A_ROW = 2
_UNKNOWN_IN_ALL = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast: requests in flight at most, and messages a second at most."""

    workers: int
    rate: float | None = None


class WorkerClock:
    """The clock of the workers; its waits also end when something else has stopped the run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopped = Event()

    def now(self) -> datetime:
        """The clock's."""
        return self._clock.now()

    def monotonic_s(self) -> float:
        """The clock's."""
        return self._clock.monotonic_s()

    def sleep(self, seconds: float) -> None:
        """Wait in slices, so that a stop is seen soon."""
        until_s = self._clock.monotonic_s() + seconds
        while not self.stop_asked() and (left_s := until_s - self._clock.monotonic_s()) > 0:
            self._clock.sleep(min(left_s, _SLICE_S))

    def stop_asked(self) -> bool:
        """Whether the operator, or another worker, has stopped the run."""
        return self._stopped.is_set() or self._clock.stop_asked()

    def stop(self) -> None:
        """Let no worker begin anything more."""
        self._stopped.set()


class RateLimiter:
    """Lets workers through one by one: at the agreed rate, and not while the gateway is busy."""

    def __init__(self, clock: Clock, rate: float | None) -> None:
        self._clock = clock
        self._rate = rate
        self._lock = Lock()
        self._free_at_s = clock.monotonic_s()
        self._paused_until_s = self._free_at_s
        self._open = Event()
        self._open.set()

    def wait_turn(self, recipients: int) -> None:
        """Wait for this worker's turn; returns early when the run is stopped."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            starts_s = max(now_s, self._free_at_s)
            self._free_at_s = starts_s + (recipients / self._rate if self._rate else 0)
        self._clock.sleep(starts_s - now_s)
        self._open.wait()
        while not self._clock.stop_asked() and (left_s := self._left_s()) > 0:
            self._clock.sleep(left_s)

    def _left_s(self) -> float:
        with self._lock:
            return self._paused_until_s - self._clock.monotonic_s()

    def pause_for(self, seconds: float) -> None:
        """Let no worker through for a while, not even one that waits already."""
        with self._lock:
            paused_until_s = self._clock.monotonic_s() + seconds
            self._paused_until_s = max(self._paused_until_s, paused_until_s)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no worker through while the block runs."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()


@dataclass(slots=True)
class Breaker:
    """Counts outcomes that stay unknown although their evidence was asked for."""

    in_a_row: int = 0
    in_all: int = 0

    def success(self) -> None:
        """A chunk's outcome is known, at once or by evidence: unknown ones in a row end."""
        self.in_a_row = 0

    def unknown(self) -> bool:
        """One more that stays unknown; whether the run must pause now."""
        self.in_a_row += 1
        self.in_all += 1
        return self.in_a_row >= _UNKNOWN_IN_A_ROW or self.in_all >= _UNKNOWN_IN_ALL


@dataclass(slots=True)
class SlowStart:
    """How many workers may send now."""

    limit: int
    size: int = 1

    def success(self) -> None:
        """One more good answer: twice as many."""
        self.size = min(self.size * 2, self.limit)

    def trouble(self) -> None:
        """Trouble: one by one again."""
        self.size = 1
