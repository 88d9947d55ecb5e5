"""Wait for the delivery statuses: pass after pass, each attempt when its age says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaign.domain import (
    OpenQueue,
    RunId,
)
from campaign.domain.polling import (
    is_young,
    next_mark,
)
from campaign.sending.statuses import (
    Following,
    Pass,
    one_pass,
)

_FIRST_WAIT_S = 1.0
_MAX_WAIT_S = 15.0
_TROUBLE_MAX_WAIT_S = 3600.0
_CALM_WAIT_S = 60.0
"""Once nothing is young, attempts whose marks lie close together are looked at together."""


def follow(following: Following, run: RunId, *, wait_s: float, poll_s: float | None = None) -> Pass:
    """Pass after pass until everybody's end is known, the time is over, or a stop is asked.

    The first pass and the last look at everything. Between them young attempts are looked at
    after 1 s, growing to 15 s, older ones when their age says so (`rules.looks`). Queues are read
    each time; single messages of the young are asked for every third time only, because one queue
    read tells as much as five status calls. It also ends when nothing is worth a look any more.

    Args:
        following: Journal, gateway, clock.
        run: Whose statuses.
        wait_s: Seconds at most.
        poll_s: Look at everything so often instead.
    """
    deadline_s = following.clock.monotonic_s() + wait_s
    looks = _Looks(following, run, poll_s)
    while True:
        last = following.clock.monotonic_s() + looks.pause_s >= deadline_s
        result = looks.take(last=last)
        if last or not result.open_count or following.clock.stop_asked():
            return result
        if not looks.wait(deadline_s):
            return result


class _Looks:
    """The passes of one `follow`, and the pauses between them."""

    def __init__(self, following: Following, run: RunId, poll_s: float | None) -> None:
        self._following = following
        self._run = run
        self._poll_s = poll_s
        self._number = 0
        self._asked_at: datetime | None = None  # a pass with trouble leaves what was due due
        self._again_s = _CALM_WAIT_S  # after trouble; doubles while it lasts
        self.pause_s = poll_s or _FIRST_WAIT_S

    def take(self, *, last: bool) -> Pass:
        """One pass over what is due, or over everything."""
        self._number += 1
        began_at = self._following.clock.now()
        calm = not self._poll_s and not self._young(self._queues())
        ask_each = last or calm or self._number % 3 == 0
        since = None if last or self._poll_s else self._asked_at
        result = one_pass(self._following, self._run, ask_each=ask_each, since=since)
        if ask_each and not result.trouble:
            self._asked_at = began_at
        doubled_s = min(self._again_s * 2, _TROUBLE_MAX_WAIT_S)
        self._again_s = doubled_s if result.trouble else _CALM_WAIT_S
        return result

    def wait(self, deadline_s: float) -> bool:
        """Sleep until the next pass; False when there is nothing to wait for."""
        clock, queues = self._following.clock, self._queues()
        if self._poll_s or self._young(queues):
            clock.sleep(self.pause_s)
            if not self._poll_s:
                self.pause_s = min(self.pause_s * 1.5, _MAX_WAIT_S)
            return True
        now = clock.now()
        end_at = now + timedelta(seconds=deadline_s - clock.monotonic_s())
        if all(queue.born_at > end_at or not next_mark(queue.born_at, now) for queue in queues):
            return False
        soonest_at = now + timedelta(seconds=self._again_s)
        marks = [next_mark(queue.born_at, self._asked_at or now) for queue in queues]
        due_at = min((mark for mark in marks if mark is not None), default=soonest_at)
        self._sleep_until(min(max(due_at, soonest_at), end_at), deadline_s)
        return True

    def _sleep_until(self, moment: datetime, deadline_s: float) -> None:
        """Sleep in pieces: a machine that was suspended finds out when it wakes."""
        clock = self._following.clock
        while not clock.stop_asked():
            left_s = min((moment - clock.now()).total_seconds(), deadline_s - clock.monotonic_s())
            if left_s <= 0:
                return
            clock.sleep(min(left_s, _CALM_WAIT_S))

    def _queues(self) -> tuple[OpenQueue, ...]:
        return self._following.journal.statuses.open_queues(self._run)

    def _young(self, queues: Sequence[OpenQueue]) -> bool:
        now = self._following.clock.now()
        return any(is_young(queue.born_at, now) for queue in queues)
