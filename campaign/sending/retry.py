"""Try again what was certainly not sent, bounded in tries and in time: the only use of tenacity.

An `unknown` outcome is a return value, not an exception, so it cannot come in here: nothing in
this module can make a recipient get a message twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    wait_exponential,
    wait_random,
)
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from campaign.clock import Clock
from campaign.errors import NotSent

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a chunk that was not sent is tried.

    No try begins later than `max_time_s` after the first. Waits begin with `first_wait_s` and double
    up to `max_wait_s`, plus jitter; none is shorter, also when the gateway asks for none.
    """

    max_tries: int = 8
    max_time_s: float = 900.0
    first_wait_s: float = 0.5
    max_wait_s: float = 60.0


def until_sent(
    operation: Callable[[], T],
    *,
    policy: RetryPolicy,
    clock: Clock,
    on_wait: Callable[[NotSent, float, int], None],
) -> T:
    """Call `operation` until it does not raise `NotSent`, or the policy's end is reached.

    `on_wait` is called before each wait with: why, how many seconds, which try failed.

    Raises:
        NotSent: The last one, when tries or time are used up or the run is asked to stop.
    """

    def report(state: RetryCallState) -> None:
        error = _failure(state)
        if error is not None and state.next_action is not None:
            on_wait(error, state.next_action.sleep, state.attempt_number)

    failures: list[NotSent] = []

    def once() -> T:
        if failures and clock.stop_asked():
            raise failures[-1]  # the stop came while we waited: no further try begins
        try:
            return operation()
        except NotSent as error:
            failures.append(error)
            raise

    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, NotSent) and not error.final),
        wait=_WaitAsAsked(policy),
        stop=stop_any(stop_after_attempt(policy.max_tries), _StopInTime(policy, clock)),
        sleep=clock.sleep,
        before_sleep=report,
        reraise=True,
    )
    return retrying(once)


def _failure(state: RetryCallState) -> NotSent | None:
    error = None if state.outcome is None else state.outcome.exception()
    return error if isinstance(error, NotSent) else None


class _WaitAsAsked(wait_base):
    """What the gateway asked for, else an exponential wait with jitter."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._least_s = policy.first_wait_s
        self._backoff = wait_exponential(multiplier=policy.first_wait_s, max=policy.max_wait_s) + wait_random(
            0, policy.first_wait_s
        )

    def __call__(self, retry_state: RetryCallState) -> float:
        error = _failure(retry_state)
        if error is not None and error.retry_after_s is not None:
            return max(error.retry_after_s, self._least_s)
        return float(self._backoff(retry_state))


class _StopInTime(stop_base):
    """The time is used up, or a stop was asked for; by the injected clock."""

    def __init__(self, policy: RetryPolicy, clock: Clock) -> None:
        self._deadline_s = clock.monotonic_s() + policy.max_time_s
        self._clock = clock

    def __call__(self, retry_state: RetryCallState) -> bool:
        next_try_s = self._clock.monotonic_s() + retry_state.upcoming_sleep
        return self._clock.stop_asked() or next_try_s >= self._deadline_s
