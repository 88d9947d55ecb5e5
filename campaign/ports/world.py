"""What the steps need of the world around: time, tables, progress, report files."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from campaign.model import (
    FileOptions,
    ReportRow,
    RunInfo,
    Table,
    Tally,
)


class Clock(Protocol):
    """Time, injected so that tests own it."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC: for display, schedules and ages."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never step back: for waits and deadlines."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the run is asked to stop."""
        ...

    def stop_asked(self) -> bool:
        """Whether the person (or the system) asked the run to stop."""
        ...


class TableReader(Protocol):
    """Opens one kind of recipients file."""

    def open(self, path: Path, options: FileOptions) -> AbstractContextManager[Table]:
        """Yield every row in order as text, headings and blank rows included.

        Raises:
            InputError: The file cannot be read; says what, where and what to do next. It may also
                come while the rows are read.
        """
        ...


class Progress(Protocol):
    """Told how far a stage is; draws a bar, or nothing."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins: `check`, `send`, `wait`, `report`; total None when not known."""
        ...

    def advance(self, count: int) -> None:
        """So many people further."""
        ...

    def say(self, text: str) -> None:
        """One line that the person should see now ("gateway busy, next try in 4 s")."""
        ...


class ReportWriter(Protocol):
    """Writes one kind of report."""

    @property
    def own_tables(self) -> bool:
        """Whether it shows each source by itself: its rows then come as they stood in their file.

        Other writers get the rows of several sources under common headings.
        """
        ...

    def write(self, path: Path, run: RunInfo, tally: Tally, rows: Iterable[ReportRow]) -> Path:
        """Write beside the path, then rename: a reader never sees half a report.

        Returns:
            Where it stands: a numbered copy when the place is open in another program.

        Raises:
            InputError: The place cannot be written, or the file is open elsewhere.
        """
        ...
