"""What the report over runs tells, whatever it looks like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from campaign.model import HistoryLine, RunInfo


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """What the report tells.

    Attributes:
        runs: Latest first.
        lines: What they are made of, from one view of the journal.
        since: From when on runs were taken in.
        as_of: When the report was made.
        timezone: Of the times and months that people read; programs are told UTC.
    """

    runs: Sequence[RunInfo]
    lines: Sequence[HistoryLine]
    since: datetime
    as_of: datetime
    timezone: tzinfo = UTC

    @property
    def begun(self) -> datetime:
        """The first moment that the report shows."""
        return min(self.since, self.as_of)

    def unpriced(self) -> tuple[int, int]:
        """Messages handed over whose price was never named, and their estimated SMS."""
        return (
            sum(one.unpriced for one in self.lines),
            sum(one.unpriced_segments for one in self.lines),
        )
