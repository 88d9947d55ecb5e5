"""A person's word stops a run: after the chunk in hand, or for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.app.outcome import Outcome
from campaign.domain import (
    Attempt,
    Fate,
    RunId,
    RunState,
)
from campaign.errors import (
    AttemptTaken,
    PauseAsked,
)
from campaign.journal.sqlite.runs import HaltBook
from campaign.journal.sqlite.sent_before import LedgerBook
from campaign.journal.sqlite.unknown import DoubtBook
from campaign.sending.send import (
    recover,
    send_chunk,
)
from tests.fakes import RUN, Books, Fault, World, chunked, people
from tests.invariants import broken


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two chunks of three people."""
    made = World(tmp_path / "journal.db")
    made.plan(chunked(people(6), 3))
    yield made
    assert broken(made.path) == []
    assert max(made.gateway.times_taken().values(), default=0) <= 1


# --- pause ---------------------------------------------------------------------------------------


def pause(world: World, who: str = "anna") -> None:
    with world.process() as books:
        HaltBook(books.store, world.clock).ask_pause(RUN, who=who)


def test_a_pause_takes_effect_after_the_chunk_in_hand_and_says_who_asked(world: World) -> None:
    other = World(world.path, world.gateway, world.clock)

    def while_the_first_is_sent(_: Attempt) -> None:
        world.gateway.before_send = lambda _: None
        pause(other)

    world.gateway.before_send = while_the_first_is_sent
    ending = world.resume()

    assert isinstance(ending.error, PauseAsked)
    assert ending.error.message == "paused by anna"
    assert world.gateway.sends == [(1, 2, 3)]
    with world.process() as books:
        halts = HaltBook(books.store, world.clock)
        assert books.reports.tally(RUN).state is RunState.PAUSED
        halts.clear_pause(RUN, up_to=halts.last_pause(RUN))
    world.resume()
    assert len(world.gateway.sends) == 2


def test_going_on_takes_back_only_the_pauses_that_were_asked_for_before(world: World) -> None:
    """A word that comes while the next driver starts must not be lost."""
    pause(world)
    with world.process() as books:
        halts = HaltBook(books.store, world.clock)
        known = halts.last_pause(RUN)
        halts.ask_pause(RUN, who="boris")
        halts.clear_pause(RUN, up_to=known)
        with pytest.raises(PauseAsked, match="boris"):
            send_chunk(world.sending(books), RUN, 1)


# --- cancel --------------------------------------------------------------------------------------


def cancel(world: World, books: Books) -> int:
    return HaltBook(books.store, world.clock).cancel(RUN, who="anna", why="wrong list")


def test_a_cancelled_run_sends_nobody_more_and_can_still_be_followed(world: World) -> None:
    world.gateway.word = "queued"
    with world.process() as books:
        recover(world.sending(books), RUN)
        books.sends.set_state(RUN, RunState.SENDING)
        send_chunk(world.sending(books), RUN, 1)
        assert cancel(world, books) == 3
        assert books.sends.pending_chunks(RUN) == ()
    world.gateway.word = "delivered"
    world.gateway.forgets = False
    world.gateway.queues[next(iter(world.gateway.queues))] = [
        line.smsc_id for line in world.gateway.ledger
    ]
    with world.process() as books:
        world.pass_over(books)
        tally = books.reports.tally(RUN)

    assert tally.state is RunState.CANCELLED
    assert tally.fates == {Fate.CANCELLED: 3, Fate.DELIVERED: 3}


def test_people_of_a_cancelled_run_who_were_certainly_not_sent_are_cancelled_too(
    world: World,
) -> None:
    """Else they would stay pending for ever in a run that nobody can resume."""
    world.gateway.faults = [Fault.LOST_UNTAKEN]
    with world.process() as books:
        recover(world.sending(books), RUN)
        books.sends.set_state(RUN, RunState.SENDING)
        sent_members = books.sends.chunk(RUN, 1).members
        sent = send_chunk(world.sending(books), RUN, 1)
        assert sent is not None
        assert cancel(world, books) == 3
        assert books.reports.tally(RUN).fates == {Fate.CANCELLED: 3, Fate.UNKNOWN: 3}
        DoubtBook(books.store, world.clock).resolve(
            RUN, sent.attempt_id, sent=False, who="anna", why="the cabinet shows nothing"
        )
        assert books.reports.tally(RUN).fates == {Fate.CANCELLED: 6}
        told = [(one.phone, one.text) for one in sent_members]
        assert LedgerBook(books.store, world.clock).earlier("", told) == {}  # another run may


def test_a_run_cannot_be_cancelled_while_a_request_of_it_is_under_way(world: World) -> None:
    with world.process() as books:
        chunk = books.sends.chunk(RUN, 1)
        attempt = books.sends.begin(chunk, queue_name="q" * 16, request_digest=lambda _: "0")
        books.sends.arm(attempt)
        with pytest.raises(AttemptTaken, match="being sent"):
            cancel(world, books)
        assert books.reports.tally(RUN).state is RunState.PLANNED


def test_no_attempt_begins_in_a_cancelled_run(world: World) -> None:
    with world.process() as books:
        stale = books.sends.chunk(RUN, 1)
        cancel(world, books)
        with pytest.raises(AttemptTaken):
            books.sends.begin(stale, queue_name="q" * 16, request_digest=lambda _: "0")


def test_a_finished_run_cannot_be_cancelled(world: World) -> None:
    world.resume()
    with world.process() as books, pytest.raises(AttemptTaken, match="illegal run transition"):
        cancel(world, books)


def test_a_run_that_another_one_has_overtaken_is_offered_to_be_cancelled(world: World) -> None:
    """`resume` would end the same way again, for ever."""
    again = RunId("sale-again-1")
    world.plan(people(6), again)
    with world.process() as books:
        books.store.write(
            lambda connection: connection.execute("UPDATE run SET settings='{}'")
        )  # as if the second run had been planned before the first one was sent
    world.resume()

    ending = world.resume(again)
    with world.process() as books:
        tally = books.reports.tally(again)
    assert ending.error is not None
    assert ending.error.code == "already_sent"
    assert f"campaign cancel {again}" in ending.error.hint
    assert Outcome(tally, error=ending.error).next_command == f"campaign cancel {again}"
    assert Outcome(tally).next_command == f"campaign resume {again}"


def test_a_run_is_not_called_cancelled_while_somebody_in_it_is_pending(world: World) -> None:
    """The database refuses it, whoever asks: they would be pending for ever."""
    with world.process() as books, pytest.raises(AttemptTaken, match="still pending"):
        books.sends.set_state(RUN, RunState.CANCELLED)
