"""Only what was surely not sent is tried again, within bounds."""

from collections.abc import Callable

import pytest

from campaign.errors import LoginRefused, NotSent, Refused
from campaign.sending.retry import RetryPolicy, until_sent
from tests.fakes import FakeClock

POLICY = RetryPolicy(max_tries=8, max_time_s=900, first_wait_s=0.5, max_wait_s=60)


class Operation:
    """Raises what it is given, in order, and then succeeds."""

    def __init__(self, *failures: Exception, then: str = "sent") -> None:
        self.failures = list(failures)
        self.then = then
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.then


def attempt(
    operation: Callable[[], str], clock: FakeClock, policy: RetryPolicy = POLICY
) -> tuple[str, list[tuple[float, int]]]:
    waits: list[tuple[float, int]] = []
    result = until_sent(
        operation,
        policy=policy,
        clock=clock,
        on_wait=lambda _error, wait_s, try_no: waits.append((wait_s, try_no)),
    )
    return result, waits


def test_not_sent_is_tried_again() -> None:
    operation, clock = Operation(NotSent("busy"), NotSent("busy")), FakeClock()
    result, waits = attempt(operation, clock)

    assert result == "sent"
    assert operation.calls == 3
    assert [try_no for _, try_no in waits] == [1, 2]
    assert [wait_s for wait_s, _ in waits] == clock.slept


def test_an_unknown_outcome_is_a_result_and_is_never_tried_again() -> None:
    operation = Operation(then="unknown")

    assert attempt(operation, FakeClock()) == ("unknown", [])
    assert operation.calls == 1


@pytest.mark.parametrize(
    "error", [NotSent("TLS", final=True), LoginRefused("401"), Refused("404"), ValueError("bug")]
)
def test_what_trying_again_cannot_help_is_not_tried_again(error: Exception) -> None:
    operation, clock = Operation(error), FakeClock()
    with pytest.raises(type(error)):
        attempt(operation, clock)

    assert operation.calls == 1
    assert clock.slept == []


def test_tries_are_bounded_and_the_last_error_comes_through() -> None:
    operation = Operation(*(NotSent(str(number)) for number in range(1, 20)))
    with pytest.raises(NotSent, match=r"^8$"):
        attempt(operation, FakeClock())

    assert operation.calls == 8


def test_no_try_begins_after_the_time_is_over() -> None:
    clock = FakeClock()
    begun_at_s: list[float] = []

    def operation() -> str:
        begun_at_s.append(clock.monotonic_s())
        raise NotSent("busy", retry_after_s=300)

    with pytest.raises(NotSent):
        attempt(operation, clock)

    assert begun_at_s == [0, 300, 600]
    assert clock.passed_s == 600


@pytest.mark.parametrize("asked_s", [1.0, 7.0, 299.5])
def test_retry_after_is_honoured(asked_s: float) -> None:
    clock = FakeClock()
    attempt(Operation(NotSent("busy", retry_after_s=asked_s)), clock)

    assert clock.slept == [asked_s]


def test_a_gateway_that_asks_for_no_wait_is_not_hammered() -> None:
    clock = FakeClock()
    attempt(Operation(*[NotSent("busy", retry_after_s=0.0)] * 4), clock)

    assert clock.slept == [POLICY.first_wait_s] * 4


def test_waits_double_up_to_the_bound_with_as_much_jitter_as_the_first() -> None:
    """Without jitter all workers would come back at the same moment."""
    policy = RetryPolicy(max_tries=12, max_time_s=1e6, first_wait_s=1.0, max_wait_s=60)
    seen = set()
    for _ in range(30):
        clock = FakeClock()
        attempt(Operation(*[NotSent("busy")] * 11), clock, policy)
        for number, wait_s in enumerate(clock.slept):
            least_s = min(60.0, 2.0**number)
            assert least_s <= wait_s <= least_s + 1.0
            seen.add(wait_s)

    assert len(seen) > 300


def test_a_stop_that_is_asked_for_ends_the_tries() -> None:
    operation, clock = Operation(*[NotSent("busy")] * 5), FakeClock()
    clock.ask_stop()
    with pytest.raises(NotSent):
        attempt(operation, clock)

    assert operation.calls == 1
    assert clock.slept == []


def test_a_stop_that_comes_during_the_wait_begins_no_further_try() -> None:
    """Ctrl-C wakes the wait; the operator who pressed it does not expect one more request."""
    operation, clock = Operation(NotSent("busy", retry_after_s=5)), FakeClock()
    clock.stop_after_s = 4
    with pytest.raises(NotSent, match="busy"):
        attempt(operation, clock)

    assert operation.calls == 1
