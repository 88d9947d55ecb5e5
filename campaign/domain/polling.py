"""The polling schedule of delivery statuses: a function of a message's age, so nothing is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from campaign.domain.delivery import OpenQueue

HORIZON: Final = timedelta(hours=72)
"""After that long no final status is expected any more."""
YOUNG: Final = timedelta(minutes=5)
"""So long after its birth a message may be polled at any time: most final statuses come then."""

POLL_AFTER: Final = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60)),
    *(timedelta(hours=hours) for hours in range(6, 73, 6)),
)
"""Ages at which a message is polled; the last one is the horizon."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is still open, and when that will change.

    Attributes:
        open_count: Recipients without a final status, unknown ones included.
        next_check_at: When to poll again; None when nothing is open, or too old.
        tracking_ends_at: When tracking ends for the last of them; None when none is tracked. It never
            ends for unknown ones.
    """

    open_count: int
    as_of: datetime
    next_check_at: datetime | None = None
    tracking_ends_at: datetime | None = None


def next_poll(born_at: datetime, now: datetime) -> datetime | None:
    """The next moment to poll a message born (`OpenQueue.born_at`) then, None after the last."""
    age = now - born_at
    return next((born_at + later for later in POLL_AFTER if later > age), None)


def is_due(born_at: datetime, *, polled_at: datetime | None, now: datetime) -> bool:
    """Whether an age of `POLL_AFTER` has passed since the last poll (None: not polled yet)."""
    if polled_at is None:
        return True
    due_at = next_poll(born_at, polled_at)
    return due_at is not None and due_at <= now


def is_young(born_at: datetime, now: datetime) -> bool:
    """Whether it was born within the last minutes; not before its birth."""
    return timedelta(0) <= now - born_at < YOUNG


def outlook(queues: Iterable[OpenQueue], now: datetime) -> Outlook:
    """Look ahead over all attempts that are not over."""
    count, checks, ends = 0, [], []
    for queue in queues:
        count += queue.open_count
        if (mark := next_poll(queue.born_at, now)) is not None:
            checks.append(mark)
        if queue.waited_for:
            ends.append(max(queue.born_at + HORIZON, now))
    return Outlook(count, now, min(checks, default=None), max(ends, default=None))
