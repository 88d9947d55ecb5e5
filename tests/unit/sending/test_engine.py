"""Who calls `send_chunk`, how many at once, and when the run stops."""

import threading
import time
from collections.abc import Callable

import pytest

from campaign.domain import Attempt, RunState, Status
from campaign.errors import Exit, GatewayError, GuardRefused, JournalError, LoginRefused, Refused
from campaign.sending.concurrency import Pace
from campaign.sending.engine import Ending
from campaign.sending.retry import RetryPolicy
from tests.fakes import RUN, FakeClock, FakeGateway, Fault, SilentQueues, World, chunked, recipients


@pytest.fixture
def world(world: World) -> World:
    """Ten chunks of one recipient each; queues are silent until a test lets them report."""
    world.plan(chunked(recipients(10), 1))
    return world


def drive(world: World, *faults: Fault, workers: int = 1, rate: float | None = None) -> Ending:
    world.gateway.faults = list(faults)
    world.pace = Pace(workers, rate)
    with world.process() as journal:
        return world.drive(journal)


class SlowClock(FakeClock):
    """Each wait takes a moment really, so that another worker can land meanwhile."""

    def sleep(self, seconds: float) -> None:
        time.sleep(0.1)
        super().sleep(seconds)


def failure(ending: Ending) -> tuple[str, Exit]:
    assert ending.error is not None
    return ending.error.code, ending.error.exit_code


# --- pace ---------------------------------------------------------------------------------------


class Meeting:
    """Counts how many requests are in flight together, and waits for company a moment."""

    def __init__(self, gateway: FakeGateway) -> None:
        self.most: list[int] = []
        self._inside = 0
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        gateway.before_send = self.enter

    def enter(self, attempt: Attempt) -> None:
        del attempt
        with self._changed:
            self._inside += 1
            here = len(self.most)
            self.most.append(self._inside)
            self._changed.notify_all()
            self._changed.wait_for(lambda: len(self.most) > here + 8, timeout=0.05)
            self.most[here] = max(self.most[here], self._inside)
            self._inside -= 1


def test_the_first_chunk_goes_alone_and_then_workers_double(world: World) -> None:
    """The first one calibrates: a wrong setting must not cost four chunks."""
    meeting = Meeting(world.gateway)
    drive(world, workers=4)

    assert meeting.most[0] == 1
    assert max(meeting.most[:3]) <= 2
    assert 3 <= max(meeting.most) <= 4


def test_never_more_workers_than_asked_for(world: World) -> None:
    meeting = Meeting(world.gateway)
    drive(world, workers=2)

    assert max(meeting.most) == 2


def test_trouble_brings_the_workers_back_to_one(world: World) -> None:
    meeting = Meeting(world.gateway)
    drive(world, *[Fault.NONE] * 3, *[Fault.BUSY] * 3, workers=3)

    assert set(world.statuses().values()) == {Status.ACCEPTED}
    assert len(meeting.most) == 13


def test_the_rate_is_recipients_a_second_however_small_the_chunks_are(world: World) -> None:
    """Ten chunks of one recipient at two recipients a second: half a second each, not a hundred."""
    drive(world, rate=2)

    assert world.gateway.sent_at_s == [number / 2 for number in range(10)]


def test_a_gateway_that_asks_for_time_gets_it_from_every_worker(world: World) -> None:
    """Retry-After is about the account, not about the one request that got it."""
    world.clock = world.gateway.clock = SlowClock()
    met = threading.Barrier(2, timeout=10)

    def meet(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no in {2, 3} and len(world.gateway.sends) <= 3:
            met.wait()
            came_third = world.gateway.sends[2] == (attempt.chunk.members[0].position,)
            time.sleep(0.3 if came_third else 0)  # the second one is asked to wait first

    world.gateway.before_send = meet
    drive(world, Fault.NONE, Fault.BUSY_FOR_7_S, Fault.NONE, workers=2)

    assert set(world.statuses().values()) == {Status.ACCEPTED}
    assert min(world.gateway.sent_at_s[3:]) >= 7


# --- not sent -----------------------------------------------------------------------------------


def test_what_was_not_sent_is_sent_later_without_the_operator(world: World) -> None:
    ending = drive(world, Fault.NOT_REACHED, Fault.BUSY, Fault.NONE, Fault.BROKEN_BY_LAST_BYTE)

    assert ending == Ending()
    assert set(world.statuses().values()) == {Status.ACCEPTED}
    assert world.attempts() == {"answered": 10, "not_sent": 3}


def test_a_gateway_that_stays_away_pauses_the_run(world: World) -> None:
    ending = drive(world, *[Fault.NOT_REACHED] * 3)

    assert isinstance(ending.error, GatewayError)
    assert ending.error.exit_code is Exit.UNAVAILABLE
    assert "campaign resume" in ending.error.hint
    assert world.state() is RunState.PAUSED
    assert len(world.gateway.sends) == 3


def test_a_certificate_that_does_not_fit_stops_at_once(world: World) -> None:
    ending = drive(world, Fault.BAD_CERTIFICATE)

    assert ending.error is not None
    assert len(world.gateway.sends) == 1


def test_a_refused_login_is_tried_once(world: World) -> None:
    """A second 401 might lock the account."""
    ending = drive(world, Fault.LOGIN_401)

    assert isinstance(ending.error, LoginRefused)
    assert ending.error.exit_code is Exit.LOGIN
    assert len(world.gateway.sends) == 1


def test_a_worker_that_waits_does_not_try_again_after_another_was_refused(world: World) -> None:
    """Nor does it keep the operator waiting for its own Retry-After."""
    world.clock = world.gateway.clock = SlowClock()
    met = threading.Barrier(2, timeout=10)

    def meet(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no in {2, 3} and len(world.gateway.sends) <= 3:
            met.wait()

    world.gateway.before_send = meet
    ending = drive(world, Fault.NONE, Fault.BUSY_FOR_7_S, Fault.LOGIN_401, workers=2)

    assert isinstance(ending.error, LoginRefused)
    assert len(world.gateway.sends) == 3
    assert world.clock.passed_s < 7


def test_a_refused_request_stops_the_run(world: World) -> None:
    ending = drive(world, Fault.NOT_FOUND)

    assert isinstance(ending.error, Refused)
    assert ending.error.exit_code is Exit.UNUSABLE_INPUT
    assert len(world.gateway.sends) == 1


# --- money and settings -------------------------------------------------------------------------


def test_money_pauses_and_resume_sends_the_rest_after_the_top_up(world: World) -> None:
    assert failure(drive(world, Fault.NONE, Fault.MONEY_AT_HALF)) == ("money", Exit.UNAVAILABLE)
    assert world.state() is RunState.PAUSED
    assert len(world.gateway.sends) == 2

    assert drive(world) == Ending()
    assert set(world.statuses().values()) == {Status.ACCEPTED}
    assert max(world.gateway.times_taken().values()) == 1


def test_a_wrong_setting_stops_and_resume_sends_the_rest_after_it_was_fixed(world: World) -> None:
    ending = drive(world, Fault.BAD_SENDER)
    assert isinstance(ending.error, GuardRefused)
    assert ending.error.exit_code is Exit.GUARD
    assert len(world.gateway.sends) == 1

    assert drive(world) == Ending()
    assert set(world.statuses().values()) == {Status.ACCEPTED}


def test_money_that_ends_with_the_last_chunk_pauses_too(world: World) -> None:
    """None is pending then, but the refused ones can still be sent."""
    ending = drive(world, *[Fault.NONE] * 9, Fault.MONEY_AT_HALF)

    assert ending.error is not None
    assert world.state() is RunState.PAUSED
    assert drive(world) == Ending()
    assert set(world.statuses().values()) == {Status.ACCEPTED}


# --- the breaker --------------------------------------------------------------------------------


def test_an_unknown_outcome_with_evidence_goes_on(world: World) -> None:
    """The attempt's own queue reports as many ids as recipients: they were taken."""
    ending = drive(world, *[Fault.LOST_TAKEN] * 6)

    assert ending == Ending()
    assert len(world.gateway.sends) == 10
    assert Status.UNKNOWN not in world.statuses().values()
    assert world.attempts() == {"answered": 4, "settled": 6}


def test_two_unknown_in_a_row_pause_the_run(world: World) -> None:
    """A gateway that answers 502 while it accepts would make the whole run unknown."""
    world.gateway.queues = SilentQueues()
    ending = drive(world, Fault.NONE, Fault.BAD_GATEWAY_TAKEN, Fault.BAD_GATEWAY_UNTAKEN)

    assert failure(ending) == ("paused", Exit.UNAVAILABLE)
    assert len(world.gateway.sends) == 3
    assert world.state() is RunState.PAUSED


def test_a_good_chunk_ends_the_row_of_unknowns_but_three_in_all_pause(world: World) -> None:
    world.gateway.queues = SilentQueues()
    lost, good = Fault.LOST_TAKEN, Fault.NONE
    ending = drive(world, lost, good, lost, good, lost, good)

    assert failure(ending) == ("paused", Exit.UNAVAILABLE)
    assert len(world.gateway.sends) == 5


def test_resume_after_the_breaker_goes_on_and_sends_no_unknown_again(world: World) -> None:
    world.gateway.queues = SilentQueues()
    drive(world, Fault.LOST_TAKEN, Fault.LOST_UNTAKEN)

    assert drive(world) == Ending()
    assert len(world.gateway.sends) == 10
    assert max(world.gateway.times_taken().values()) == 1


def test_a_gateway_that_does_not_even_report_the_balance_pauses_after_one(world: World) -> None:
    world.gateway.down = True
    ending = drive(world, Fault.LOST_UNTAKEN)

    assert failure(ending)[1] is Exit.UNAVAILABLE
    assert len(world.gateway.sends) == 1


def test_a_login_that_is_refused_during_the_search_for_evidence_stops(world: World) -> None:
    world.gateway.login_good = False
    ending = drive(world, Fault.LOST_TAKEN)

    assert isinstance(ending.error, LoginRefused)
    assert len(world.gateway.sends) == 1


def test_evidence_is_read_a_few_times_with_pauses(world: World) -> None:
    world.gateway.queues = SilentQueues()
    drive(world, Fault.LOST_TAKEN)

    assert [wait_s for wait_s in world.clock.slept if wait_s] == [0.5, 1.5, 3.0]
    assert len(world.gateway.drained) == 4


def test_money_and_a_missing_recipient_in_one_answer_still_pause_for_money(world: World) -> None:
    """The evidence settles the unknown; the empty account stays."""
    assert failure(drive(world, Fault.NONE, Fault.MONEY_AT_HALF))[0] == "money"


# --- stops, bugs, broken journals ------------------------------------------------------------------


def stop_at(world: World, chunk_no: int) -> None:
    def before_send(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no == chunk_no:
            world.clock.ask_stop()

    world.gateway.before_send = before_send


@pytest.mark.parametrize("workers", [1, 4])
def test_a_stop_finishes_what_is_in_flight_and_begins_nothing(world: World, workers: int) -> None:
    stop_at(world, 3)
    ending = drive(world, workers=workers)

    assert ending == Ending(interrupted=True)
    assert 3 <= len(world.gateway.sends) <= 3 + workers
    assert world.attempts() == {"answered": len(world.gateway.sends)}
    assert world.state() is RunState.PAUSED


def test_a_stop_while_the_last_chunk_waits_for_its_next_try_is_an_interruption(world: World) -> None:
    """Nothing is left to begin, but one is still pending: the run is not `sent`."""
    stop_at(world, 10)
    ending = drive(world, *[Fault.NONE] * 9, Fault.BUSY)

    assert ending == Ending(interrupted=True)
    assert world.state() is RunState.PAUSED


def test_a_stop_during_the_last_answer_leaves_nothing_to_interrupt(world: World) -> None:
    stop_at(world, 10)

    assert drive(world) == Ending()
    assert world.state() is RunState.SENT


def test_a_stop_after_a_lost_answer_leaves_the_evidence_for_later(world: World) -> None:
    """An interruption is no reason to trip the breaker: the queue was not read yet."""
    stop_at(world, 2)
    ending = drive(world, Fault.NONE, Fault.LOST_TAKEN)
    assert ending == Ending(interrupted=True)
    assert world.gateway.drained == []

    world.clock.stop_after_s = None
    world.gateway.before_send = lambda _: None
    world.resume()
    assert set(world.statuses().values()) == {Status.DELIVERED}


def bug_in(world: World, chunk_no: int, wait: Callable[[], object] = lambda: None) -> None:
    def before_send(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no == chunk_no:
            wait()
            raise ZeroDivisionError

    world.gateway.before_send = before_send


def test_a_bug_in_one_worker_loses_no_other_workers_outcome_and_does_not_hang(world: World) -> None:
    world.policy = RetryPolicy(max_tries=10_000, max_time_s=1e9)
    bug_in(world, 4)
    with pytest.raises(ZeroDivisionError):
        drive(world, *[Fault.NONE] * 4, *[Fault.BUSY] * 9_000, workers=4)

    taken = world.gateway.times_taken()
    world.gateway.faults.clear()
    world.gateway.before_send = lambda _: None
    drive(world)
    assert set(world.statuses().values()) == {Status.ACCEPTED}
    assert taken <= world.gateway.times_taken()
    assert max(world.gateway.times_taken().values()) == 1


def test_a_journal_that_cannot_be_written_stops_the_run_with_its_own_code(world: World) -> None:
    def break_journal(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no == 3 and world.store is not None:
            world.store.close()

    world.gateway.before_send = break_journal
    with world.process() as journal:
        journal.runs.set_state(RUN, RunState.SENDING)
        ending = world.engine(journal).run(RUN)

    assert isinstance(ending.error, JournalError)
    assert ending.error.exit_code is Exit.JOURNAL
    assert world.gateway.times_taken().total() == 2
