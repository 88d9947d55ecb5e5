"""Wait for the delivery statuses: pass after pass, each attempt when its age says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaign.domain import OpenQueue, RunId
from campaign.domain.polling import is_young, next_poll
from campaign.sending.statuses import Polling, PollResult, poll_once

_FIRST_WAIT_S = 1.0
_MAX_WAIT_S = 15.0
_TROUBLE_MAX_WAIT_S = 3600.0
_CALM_WAIT_S = 60.0
"""Once nothing is young, attempts whose times lie close together are polled together."""


def poll(polling: Polling, run: RunId, *, wait_s: float, poll_s: float | None = None) -> PollResult:
    """Pass after pass until all statuses are final, the time is over, or a stop is asked.

    The first pass and the last read everything. Between them young attempts are polled after 1 s,
    growing to 15 s, older ones when their age says so (`domain.polling`); with `poll_s` everything
    is read so often instead. Queues are read each time; single messages of the young are asked for
    every third time only, because one queue read answers as much as five status calls. It also
    ends when nothing can change any more.
    """
    deadline_s = polling.clock.monotonic_s() + wait_s
    rounds = _Rounds(polling, run, poll_s)
    while True:
        last = polling.clock.monotonic_s() + rounds.pause_s >= deadline_s
        result = rounds.next(last=last)
        if last or not result.open_count or polling.clock.stop_asked():
            return result
        if not rounds.wait(deadline_s):
            return result


class _Rounds:
    """The passes of one `poll`, and the pauses between them."""

    def __init__(self, polling: Polling, run: RunId, poll_s: float | None) -> None:
        self._polling = polling
        self._run = run
        self._poll_s = poll_s
        self._number = 0
        self._asked_at: datetime | None = None  # a pass with trouble leaves what was due due
        self._again_s = _CALM_WAIT_S  # after trouble; doubles while it lasts
        self.pause_s = poll_s or _FIRST_WAIT_S

    def next(self, *, last: bool) -> PollResult:
        self._number += 1
        began_at = self._polling.clock.now()
        calm = not self._poll_s and not self._young(self._queues())
        ask_each = last or calm or self._number % 3 == 0
        since = None if last or self._poll_s else self._asked_at
        result = poll_once(self._polling, self._run, ask_each=ask_each, since=since)
        if ask_each and not result.trouble:
            self._asked_at = began_at
        doubled_s = min(self._again_s * 2, _TROUBLE_MAX_WAIT_S)
        self._again_s = doubled_s if result.trouble else _CALM_WAIT_S
        return result

    def wait(self, deadline_s: float) -> bool:
        """Sleep until the next pass; False when there is nothing to wait for."""
        clock, queues = self._polling.clock, self._queues()
        if self._poll_s or self._young(queues):
            clock.sleep(self.pause_s)
            if not self._poll_s:
                self.pause_s = min(self.pause_s * 1.5, _MAX_WAIT_S)
            return True
        now = clock.now()
        end_at = now + timedelta(seconds=deadline_s - clock.monotonic_s())
        if all(queue.born_at > end_at or not next_poll(queue.born_at, now) for queue in queues):
            return False
        soonest_at = now + timedelta(seconds=self._again_s)
        times = [next_poll(queue.born_at, self._asked_at or now) for queue in queues]
        due_at = min((one for one in times if one is not None), default=soonest_at)
        self._sleep_until(min(max(due_at, soonest_at), end_at), deadline_s)
        return True

    def _sleep_until(self, moment: datetime, deadline_s: float) -> None:
        clock = self._polling.clock
        # In pieces: a machine that was suspended finds out when it wakes.
        while not clock.stop_asked():
            left_s = min((moment - clock.now()).total_seconds(), deadline_s - clock.monotonic_s())
            if left_s <= 0:
                return
            clock.sleep(min(left_s, _CALM_WAIT_S))

    def _queues(self) -> tuple[OpenQueue, ...]:
        return self._polling.journal.statuses.open_queues(self._run)

    def _young(self, queues: Sequence[OpenQueue]) -> bool:
        now = self._polling.clock.now()
        return any(is_young(queue.born_at, now) for queue in queues)
