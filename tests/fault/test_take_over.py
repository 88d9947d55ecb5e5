"""Two drivers of one run: the one that was frozen wakes up and is no longer wanted."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.compose.locks import sole_driver
from campaign.errors import AttemptTaken, Exit, JournalError, RunLocked
from campaign.model import Attempt, Fate
from campaign.steps.send import recover, send_chunk
from tests.fakes import RUN, World, chunked, people
from tests.invariants import broken


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two chunks of two people."""
    made = World(tmp_path / "journal.db")
    made.plan(chunked(people(4), 2))
    yield made
    assert broken(made.path) == []
    assert max(made.gateway.times_taken().values(), default=0) <= 1


def test_the_second_driver_of_a_run_is_turned_away_and_told_who_has_it(tmp_path: Path) -> None:
    """And when the first one has ended, the run is free."""
    lock = tmp_path / "locks" / "run.lock"
    with sole_driver(lock, RUN):
        with (
            pytest.raises(RunLocked, match=f"process {os.getpid()} on ") as turned_away,
            sole_driver(lock, RUN),
        ):
            pass
        assert turned_away.value.exit_code is Exit.LOCKED
    with sole_driver(lock, RUN):
        pass


def test_a_driver_that_was_taken_over_cannot_arm_any_more(world: World) -> None:
    """Frozen between two chunks it holds nothing that the recovery could close: only the epoch."""
    with world.process() as first, world.process() as second:
        recover(world.sending(first), RUN)
        recover(world.sending(second), RUN)
        with pytest.raises(AttemptTaken, match="another driver"):
            send_chunk(world.sending(first), RUN, 1)

    assert world.gateway.ledger == []
    world.resume()
    assert set(world.fates().values()) == {Fate.DELIVERED}


def test_a_driver_frozen_with_its_body_on_the_wire_does_not_send_the_last_byte(
    world: World,
) -> None:
    other = World(world.path, world.gateway, world.clock)

    def freeze(_: Attempt) -> None:
        world.gateway.before_send = lambda _: None
        other.resume()

    world.gateway.before_send = freeze
    with world.process() as books:
        recover(world.sending(books), RUN)
        with pytest.raises(JournalError):
            send_chunk(world.sending(books), RUN, 1)

    assert set(world.fates().values()) == {Fate.DELIVERED}


def test_a_driver_frozen_before_its_answer_is_stored_leaves_doubt_and_no_second_copy(
    world: World,
) -> None:
    """The one who took over cannot know of the answer; the queue tells it."""
    world.gateway.word = "queued"
    with world.process() as first, world.process() as second:
        recover(world.sending(first), RUN)
        chunk = first.sends.chunk(RUN, 1)
        attempt = first.sends.begin(
            chunk, queue_name="q" * 16, request_digest=world.gateway.request_digest
        )
        reply = world.gateway.send(attempt, lambda: first.sends.arm(attempt))
        recover(world.sending(second), RUN)
        with pytest.raises(JournalError):
            first.sends.store_reply(attempt, reply)
        assert second.reports.tally(RUN).fates[Fate.UNKNOWN] == 2

    world.resume()
    assert set(world.fates().values()) == {Fate.ACCEPTED}
