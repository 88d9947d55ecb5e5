"""The real clock, whose sleep ends when the run is asked to stop."""

import threading
import time
from datetime import UTC, datetime


class SystemClock:
    """Wall time, monotonic time and waits (`ports.Clock`)."""

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
        """Whether somebody asked the run to stop."""
        return self._stop.is_set()

    def ask_stop(self) -> None:
        """Let everything that waits go on at once, and no new chunk begin."""
        self._stop.set()
