"""An operator stops a run: after the chunk in hand, or for good."""

from collections.abc import Iterator

import pytest

from campaign.app.outcome import Outcome
from campaign.domain import Attempt, Chunk, RunId, RunState, Status
from campaign.errors import AttemptTaken, PauseRequested
from campaign.sending.send import recover, send_chunk
from tests.fakes import RUN, Fault, OpenJournal, World, chunked, recipients


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """Two chunks of three recipients, none of whom may get a text twice."""
    world.plan(chunked(recipients(6), 3))
    yield world
    assert max(world.gateway.times_taken().values(), default=0) <= 1


# --- pause ---------------------------------------------------------------------------------------


def pause(world: World, operator: str = "anna") -> None:
    with world.process() as journal:
        journal.runs.ask_pause(RUN, operator=operator)


def test_a_pause_takes_effect_after_the_chunk_in_hand_and_names_the_operator(world: World) -> None:
    other = World(world.path, world.gateway, world.clock)

    def while_the_first_is_sent(_: Attempt) -> None:
        world.gateway.before_send = lambda _: None
        pause(other)

    world.gateway.before_send = while_the_first_is_sent
    ending = world.resume()

    assert isinstance(ending.error, PauseRequested)
    assert ending.error.message == "paused by anna"
    assert world.gateway.sends == [(1, 2, 3)]
    with world.process() as journal:
        assert journal.runs.tally(RUN).state is RunState.PAUSED
        journal.runs.clear_pause(RUN, up_to=journal.runs.last_pause(RUN))
    world.resume()
    assert len(world.gateway.sends) == 2


def test_resuming_clears_only_the_pauses_that_were_asked_for_before(world: World) -> None:
    """A request that comes while the next driver starts must not be lost."""
    pause(world)
    with world.process() as journal:
        pauses = journal.runs
        known = pauses.last_pause(RUN)
        pauses.ask_pause(RUN, operator="boris")
        pauses.clear_pause(RUN, up_to=known)
        with pytest.raises(PauseRequested, match="boris"):
            send_chunk(world.sending(journal), RUN, 1)


# --- cancel --------------------------------------------------------------------------------------


def cancel(journal: OpenJournal) -> int:
    return journal.runs.cancel(RUN, operator="anna", why="wrong list")


def test_a_cancelled_run_sends_nobody_more_and_can_still_be_followed(world: World) -> None:
    world.gateway.status_text = "queued"
    with world.process() as journal:
        recover(world.sending(journal), RUN)
        journal.runs.set_state(RUN, RunState.SENDING)
        send_chunk(world.sending(journal), RUN, 1)
        assert cancel(journal) == 3
        assert journal.attempts.pending_chunks(RUN) == ()
    world.gateway.status_text = "delivered"
    world.gateway.forgets = False
    world.gateway.queues[next(iter(world.gateway.queues))] = [line.smsc_id for line in world.gateway.ledger]
    with world.process() as journal:
        world.pass_over(journal)
        tally = journal.runs.tally(RUN)

    assert tally.state is RunState.CANCELLED
    assert tally.statuses == {Status.CANCELLED: 3, Status.DELIVERED: 3}


def test_recipients_of_a_cancelled_run_who_were_certainly_not_sent_are_cancelled_too(world: World) -> None:
    """Else they would stay pending for ever in a run that nobody can resume."""
    world.gateway.faults = [Fault.LOST_UNTAKEN]
    with world.process() as journal:
        recover(world.sending(journal), RUN)
        journal.runs.set_state(RUN, RunState.SENDING)
        sent_members = journal.attempts.chunk(RUN, 1).members
        sent = send_chunk(world.sending(journal), RUN, 1)
        assert sent is not None
        assert cancel(journal) == 3
        assert journal.runs.tally(RUN).statuses == {Status.CANCELLED: 3, Status.UNKNOWN: 3}
        journal.unknown.resolve(
            RUN, sent.attempt_id, sent=False, operator="anna", why="the cabinet shows nothing"
        )
        assert journal.runs.tally(RUN).statuses == {Status.CANCELLED: 6}
        sent_texts = [(one.phone, one.text) for one in sent_members]
        assert journal.sent_before.earlier("", sent_texts) == {}  # another run may


def begin(journal: OpenJournal, chunk: Chunk) -> Attempt:
    return journal.attempts.begin(chunk, queue_name="q" * 16, request_digest=lambda _: "0")


def test_a_run_cannot_be_cancelled_while_a_request_of_it_is_under_way(world: World) -> None:
    with world.process() as journal:
        journal.attempts.commit_point(begin(journal, journal.attempts.chunk(RUN, 1)))
        with pytest.raises(AttemptTaken, match="being sent"):
            cancel(journal)
        assert journal.runs.tally(RUN).state is RunState.PLANNED


def test_a_run_is_called_cancelled_when_nobody_in_it_is_pending_and_then_nothing_begins(world: World) -> None:
    """The database refuses it, whoever asks: they would be pending for ever."""
    with world.process() as journal:
        with pytest.raises(AttemptTaken, match="still pending"):
            journal.runs.set_state(RUN, RunState.CANCELLED)
        stale = journal.attempts.chunk(RUN, 1)
        cancel(journal)
        with pytest.raises(AttemptTaken):
            begin(journal, stale)


def test_a_finished_run_cannot_be_cancelled(world: World) -> None:
    world.resume()
    with world.process() as journal, pytest.raises(AttemptTaken, match="illegal run transition"):
        cancel(journal)


def test_a_run_that_another_one_has_overtaken_is_offered_to_be_cancelled(world: World) -> None:
    """`resume` would end the same way again, for ever."""
    again = RunId("sale-again-1")
    world.plan(recipients(6), again)
    with world.process() as journal:
        journal.store.write(
            lambda connection: connection.execute("UPDATE run SET settings='{}'")
        )  # as if the second run had been planned before the first one was sent
    world.resume()

    ending = world.resume(again)
    with world.process() as journal:
        tally = journal.runs.tally(again)
    assert ending.error is not None
    assert ending.error.code == "already_sent"
    assert f"campaign cancel {again}" in ending.error.hint
    assert Outcome(tally, error=ending.error).next_command == f"campaign cancel {again}"
    assert Outcome(tally).next_command == f"campaign resume {again}"
