"""Counts of events over time, in as many steps as a chart has room for, in bounded memory."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_STEPS_S: Final = (1, 5, 15, 60, 300, 900, 3600, 10_800, 21_600, 86_400, 604_800)
"""Each divides the next, so that counts can be put together; behind the last one they double."""

_KEPT: Final = 4096
"""Steps counted apart while events come in; with more of them, longer ones are used."""


@dataclass(frozen=True, slots=True)
class Point:
    """How many events there have been until a moment.

    Attributes:
        until: End of the step.
        totals: Name of the series to the events from the beginning to `until`.
    """

    until: datetime
    totals: Mapping[str, int]


class Timeline:
    """Counts events of several series in common steps.

    Args:
        names: Of the series.
    """

    def __init__(self, *names: str) -> None:
        self._counts: dict[str, Counter[int]] = {name: Counter() for name in names}
        self._step_s = _STEPS_S[0]

    def add(self, name: str, moment: datetime) -> None:
        """One more event of a series; microseconds are dropped."""
        counts = self._counts[name]
        counts[int(moment.timestamp()) // self._step_s] += 1
        if len(counts) > _KEPT:
            self._coarsen()

    def points(self, at_most: int = 36) -> list[Point]:
        """Totals at the end of each step, the first of which is the beginning, with nothing.

        Args:
            at_most: Steps, at least 1.

        Returns:
            Empty when nothing happened; else 2 to `at_most` + 1 points.
        """
        if not any(self._counts.values()):
            return []
        first, last = self._ends()
        while last - first >= at_most:
            self._coarsen()
            first, last = self._ends()
        totals = dict.fromkeys(self._counts, 0)
        points = [Point(self._moment(first), dict(totals))]
        for step in range(first, last + 1):
            for name, counts in self._counts.items():
                totals[name] += counts[step]
            points.append(Point(self._moment(step + 1), dict(totals)))
        return points

    def _ends(self) -> tuple[int, int]:
        steps = [step for counts in self._counts.values() for step in counts]
        return min(steps), max(steps)

    def _moment(self, step: int) -> datetime:
        return datetime.fromtimestamp(step * self._step_s, UTC)

    def _coarsen(self) -> None:
        """Go over to the next longer step."""
        longer = next((s for s in _STEPS_S if s > self._step_s), 2 * self._step_s)
        ratio = longer // self._step_s
        for name, counts in self._counts.items():
            merged: Counter[int] = Counter()
            for step, count in counts.items():
                merged[step // ratio] += count
            self._counts[name] = merged
        self._step_s = longer
