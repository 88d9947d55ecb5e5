"""A planned send time that is over: its recipients expire in one commit, and the run goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from campaign.domain import Attempt, RunState, Status
from campaign.errors import AttemptTaken, GuardRefused
from campaign.sending.concurrency import Pace
from campaign.sending.send import send_chunk
from tests.conftest import raises_code
from tests.fakes import RUN, START, Crash, FakeGateway, Fault, World, recipients
from tests.invariants import broken

TEN_MINUTES = 600.0


@pytest.fixture
def world(world: World) -> World:
    """Three recipients: at once, in ten minutes, in ten hours."""
    moments = {2: START + timedelta(minutes=10), 3: START + timedelta(hours=10)}
    world.plan(recipients(3, send_at=moments.get))
    return world


def test_a_missed_time_stops_nobody_else(world: World) -> None:
    """Recipients that are due at once, or later, are sent; the run comes to its end."""
    world.clock.passed_s = 3600
    ending = world.resume()

    assert (ending.error, ending.interrupted) == (None, False)
    assert world.status_line() == "delivered expired delivered"
    assert world.gateway.sends == [(1,), (3,)]
    assert world.state() is RunState.SETTLED


def test_missed_times_are_counted_with_the_command_that_retries_them(world: World) -> None:
    world.clock.passed_s = 3600
    world.resume()

    (line,) = world.progress.said
    assert "planned time over before it could be sent, so not sent: 1 message" in line
    assert line.endswith(f"campaign retry {RUN} --only expired")


def test_expired_recipients_stay_expired_and_are_not_asked_for_again(world: World) -> None:
    world.clock.passed_s = 3600
    world.resume()
    world.resume()

    assert world.statuses()["c2"] is Status.EXPIRED
    assert len(world.gateway.sends) == 2


@pytest.mark.parametrize("ahead_s", [-3600, 0, 60, 119])
def test_a_time_that_is_over_or_near_makes_no_attempt(world: World, ahead_s: float) -> None:
    """The gateway sends a past time at once, which would be at night for some."""
    world.clock.passed_s = TEN_MINUTES - ahead_s
    with world.process() as journal:
        sent = send_chunk(world.sending(journal), RUN, 2)

    assert sent is not None
    assert (sent.recipients, sent.expired, sent.unknown) == (1, 1, 0)
    assert world.gateway.sends == []
    assert world.attempts() == {}


def test_two_minutes_ahead_are_enough(world: World) -> None:
    world.clock.passed_s = TEN_MINUTES - 120
    with world.process() as journal:
        send_chunk(world.sending(journal), RUN, 2)

    assert world.gateway.sends == [(2,)]


@pytest.mark.parametrize(("point", "status"), [(0, Status.PENDING), (1, Status.EXPIRED)])
def test_expiry_is_one_commit(world: World, point: int, status: Status) -> None:
    """A crash before it leaves everything as it was."""
    world.clock.passed_s = 3600
    with world.process(crash_point=point) as journal, pytest.raises(Crash):
        send_chunk(world.sending(journal), RUN, 2)

    assert world.statuses()["c2"] is status


def test_a_recipient_sent_meanwhile_does_not_expire(world: World) -> None:
    """A driver with an old view of the chunk is refused, and changes nothing."""
    with world.process() as journal:
        seen = journal.attempts.chunk(RUN, 2)
        send_chunk(world.sending(journal), RUN, 2)
        world.clock.passed_s = 3600
        with pytest.raises(AttemptTaken):
            journal.attempts.begin(seen, queue_name="q" * 16, request_digest=lambda _: "")

    assert world.statuses()["c2"] is Status.ACCEPTED


def test_a_time_that_comes_while_the_request_is_under_way_keeps_the_last_byte(world: World) -> None:
    """A connection that takes minutes must not make a message of the morning one of the night."""
    world.clock.passed_s = TEN_MINUTES - 120

    def slowly(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no == 2:
            world.clock.passed_s = TEN_MINUTES

    world.gateway.before_send = slowly
    ending = world.resume()

    assert ending.error is None
    assert world.statuses()["c2"] is Status.EXPIRED
    assert [line.client_id for line in world.gateway.ledger] == ["c1", "c3"]
    assert world.attempts() == {"answered": 2, "not_sent": 1}


def test_a_slow_rate_lets_recipients_expire_instead_of_stopping_the_run(tmp_path: Path) -> None:
    """600 recipients at one a second are not all through in five minutes."""
    world = World(tmp_path / "slow.db", pace=Pace(workers=1, rate=1.0))
    world.plan(recipients(600, send_at=lambda _: START + timedelta(minutes=5)))
    ending = world.resume()
    statuses = list(world.statuses().values())

    assert ending.error is None
    assert statuses.count(Status.EXPIRED) == 400
    assert statuses.count(Status.DELIVERED) == 200
    assert broken(world.path) == []


def test_recipients_that_are_not_sent_take_no_time_of_the_rate(tmp_path: Path) -> None:
    """One that comes after a thousand that missed their time must not wait for them."""
    world = World(tmp_path / "slow.db", pace=Pace(workers=1, rate=1.0))
    early, late = START + timedelta(minutes=1), START + timedelta(minutes=10)
    world.plan(recipients(601, send_at=lambda order: early if order <= 600 else late))
    world.resume()

    assert world.statuses()["c601"] is Status.DELIVERED
    assert world.gateway.sent_at_s == [0.0]


def test_a_missed_time_says_nothing_about_the_gateway(tmp_path: Path) -> None:
    """Between two unknowns it does not end their row: the breaker opens."""
    world = World(tmp_path / "unknowns.db")
    moments = {2: START + timedelta(minutes=1), 3: START + timedelta(hours=1)}
    world.plan(recipients(3, send_at=moments.get))
    world.gateway.faults = [Fault.LOST_UNTAKEN, Fault.LOST_UNTAKEN]
    ending = world.resume()

    assert ending.error is not None
    assert ending.error.code == "paused"
    assert "chunks without a clear answer, in all: 2" in ending.error.message


# --- two clocks ---------------------------------------------------------------------------------


class Clocked(FakeGateway):
    """A gateway whose answers show its clock."""

    shows: Callable[[], datetime | None] = staticmethod(lambda: None)

    @property
    def their_time(self) -> datetime | None:
        return self.shows()


@pytest.mark.parametrize(
    ("theirs_s", "sent"), [(-3600.0, True), (0.0, True), (TEN_MINUTES, False), (86_400.0, False)]
)
def test_a_clock_that_is_behind_lets_no_past_time_through(
    world: World, theirs_s: float, *, sent: bool
) -> None:
    """The gateway sends by its own clock; which of the two is wrong, an operator must decide."""
    world.gateway = Clocked()
    world.gateway.shows = lambda: START + timedelta(seconds=theirs_s)
    with world.process() as journal:
        if sent:
            send_chunk(world.sending(journal), RUN, 2)
        else:
            with raises_code(GuardRefused, "clocks_differ") as caught:
                send_chunk(world.sending(journal), RUN, 2)
            assert f"campaign resume {RUN}" in caught.value.hint

    assert world.gateway.sends == ([(2,)] if sent else [])
    assert world.statuses()["c2"] is (Status.ACCEPTED if sent else Status.PENDING)


def test_recipients_without_a_send_time_do_not_care_about_clocks(world: World) -> None:
    world.gateway = Clocked()
    world.gateway.shows = lambda: START + timedelta(days=1)
    with world.process() as journal:
        send_chunk(world.sending(journal), RUN, 1)

    assert world.gateway.sends == [(1,)]
