"""Two drivers of one run: the one that was frozen wakes up and is no longer wanted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaign.app.run_lock import only_driver
from campaign.domain import Attempt, Status
from campaign.errors import AttemptTaken, Exit, JournalError, RunLocked
from campaign.journal.sqlite.doctor import examine
from campaign.journal.sqlite.reply_fallback import ReplyFallback
from campaign.sending.send import recover, send_chunk
from campaign.sending.statuses import poll_once
from tests.fakes import RUN, Fault, OpenJournal, World, chunked, recipients
from tests.invariants import broken


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two chunks of two recipients."""
    made = World(tmp_path / "journal.db")
    made.plan(chunked(recipients(4), 2))
    yield made
    assert broken(made.path) == []
    assert max(made.gateway.times_taken().values(), default=0) <= 1


def test_the_second_driver_of_a_run_is_turned_away_with_the_process_that_has_it(tmp_path: Path) -> None:
    """And when the first one has ended, the run is free."""
    lock = tmp_path / "locks" / "run.lock"
    with only_driver(lock, RUN):
        with (
            pytest.raises(RunLocked, match=f"process {os.getpid()} on ") as turned_away,
            only_driver(lock, RUN),
        ):
            pass
        assert turned_away.value.exit_code is Exit.LOCKED
    with only_driver(lock, RUN):
        pass


def test_a_driver_that_was_taken_over_cannot_commit_any_more(world: World) -> None:
    """Whatever it has begun: the epoch alone forbids it."""

    def overtaken(_: Attempt) -> None:
        assert world.store is not None
        world.store.write(lambda connection: connection.execute("UPDATE run SET epoch=epoch+1"))

    world.gateway.before_send = overtaken
    with world.process() as journal:
        recover(world.sending(journal), RUN)
        with pytest.raises(AttemptTaken, match="another driver"):
            send_chunk(world.sending(journal), RUN, 1)

    assert world.gateway.ledger == []
    world.gateway.before_send = lambda _: None
    world.resume()
    assert set(world.statuses().values()) == {Status.DELIVERED}


def test_a_driver_frozen_with_its_body_on_the_wire_does_not_send_the_last_byte(world: World) -> None:
    other = World(world.path, world.gateway, world.clock)

    def freeze(_: Attempt) -> None:
        world.gateway.before_send = lambda _: None
        other.resume()

    world.gateway.before_send = freeze
    with world.process() as journal:
        recover(world.sending(journal), RUN)
        with pytest.raises(JournalError):
            send_chunk(world.sending(journal), RUN, 1)

    assert set(world.statuses().values()) == {Status.DELIVERED}


def test_a_driver_that_was_taken_over_opens_no_connection(world: World) -> None:
    """A body less its last byte would be harmless, but it is no longer this driver's to send."""
    with world.process() as first, world.process() as second:
        recover(world.sending(first), RUN)
        recover(world.sending(second), RUN)
        with pytest.raises(AttemptTaken, match="another driver") as refused:
            send_chunk(world.sending(first), RUN, 1)

    assert world.gateway.sends == []
    assert "campaign status --offline" in refused.value.hint


# --- the answer that comes too late ---------------------------------------------------------------


class Late:
    """A send whose driver is taken over between the last byte and the answer."""

    def __init__(self, world: World, first: OpenJournal, second: OpenJournal, fault: Fault) -> None:
        world.gateway.faults = [fault]
        self.world, self.first, self.second = world, first, second
        recover(world.sending(first), RUN)
        self.chunk = first.attempts.chunk(RUN, 1)
        self.attempt = first.attempts.begin(
            self.chunk, queue_name="q" * 16, request_digest=world.gateway.request_digest
        )
        self.reply = world.gateway.send(self.attempt, lambda: first.attempts.commit_point(self.attempt))
        recover(world.sending(second), RUN)

    def arrive(self) -> None:
        """What `send_chunk` does with the answer."""
        verdict = self.world.gateway.judge(self.chunk.members, self.reply)
        self.first.attempts.store_reply(self.attempt, self.reply)
        self.first.attempts.apply(self.attempt, verdict)

    def put_back(self) -> None:
        """An operator is wrong about them."""
        self.second.unknown.resolve(RUN, self.attempt.attempt_id, sent=False, operator="me", why="a guess")


@contextmanager
def late_answer(world: World, fault: Fault = Fault.NONE) -> Iterator[tuple[Late, OpenJournal]]:
    """Also the journal of the second driver, which has taken over."""
    with world.process() as first, world.process() as second:
        yield Late(world, first, second, fault), second


def test_a_late_answer_is_evidence_for_those_who_are_unknown(world: World) -> None:
    """The gateway's queue has nothing here: the answer is the only witness."""
    world.gateway.status_text = "queued"
    with late_answer(world) as (late, second):
        assert second.runs.tally(RUN).statuses[Status.UNKNOWN] == 2
        late.arrive()

        tally = second.runs.tally(RUN)
        assert tally.statuses == {Status.ACCEPTED: 2, Status.PENDING: 2}
        assert tally.attempts == {"settled": 1}
        assert {one.client_id for one in second.statuses.open_messages(RUN)} == {"c1", "c2"}
        with pytest.raises(AttemptTaken, match="another driver"):
            send_chunk(world.sending(late.first), RUN, 2)

    world.resume()
    assert set(world.statuses().values()) == {Status.ACCEPTED}


def test_a_late_answer_that_refuses_by_name_is_believed_too(world: World) -> None:
    with late_answer(world, Fault.MONEY_AT_HALF) as (late, second):
        late.arrive()

        statuses = second.runs.tally(RUN).statuses
        assert statuses == {Status.PENDING: 2, Status.REFUSED: 1, Status.ACCEPTED: 1}


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.LOGIN_401, Fault.NOT_FOUND])
def test_a_late_answer_never_puts_anybody_back(world: World, fault: Fault) -> None:
    """Not even one that proves that nothing was taken: that is an operator's decision by now."""
    with late_answer(world, fault) as (late, second):
        late.arrive()

        assert second.runs.tally(RUN).statuses == {Status.PENDING: 2, Status.UNKNOWN: 2}
        assert second.attempts.pending_chunks(RUN) == (2,)


@pytest.mark.parametrize("stored_only", [True, False], ids=["stored, not applied", "fallback"])
def test_a_late_answer_that_was_only_stored_is_understood_by_the_next_recovery(
    world: World, *, stored_only: bool
) -> None:
    """The woken driver may die again right after it, or find the disk full."""
    with late_answer(world) as (late, second):
        if stored_only:
            late.first.attempts.store_reply(late.attempt, late.reply)
        else:
            fallback = ReplyFallback(world.path)
            assert fallback.save(late.attempt.attempt_id, late.reply) is not None
        recover(world.sending(second), RUN)

        assert second.runs.tally(RUN).statuses == {Status.ACCEPTED: 2, Status.PENDING: 2}
        assert list(world.path.parent.glob("*.answer.json")) == []


def test_somebody_put_back_whom_a_late_answer_names_is_not_sent_again(world: World) -> None:
    """The operator was wrong, and the proof came in time."""
    with late_answer(world) as (late, second):
        late.put_back()
        assert second.attempts.pending_chunks(RUN) == (1, 2)
        late.arrive()

        assert second.attempts.pending_chunks(RUN) == (2,)
    world.resume()
    assert set(world.statuses().values()) == {Status.DELIVERED}


def test_a_late_answer_about_somebody_who_was_sent_again_raises_an_alarm(tmp_path: Path) -> None:
    """Twice, by an operator's decision against the truth: nobody may overlook it."""
    world = World(tmp_path / "journal.db")
    world.plan(recipients(2))
    with late_answer(world) as (late, second):
        late.put_back()
        send_chunk(world.sending(second), RUN, 1)
        late.arrive()

    assert world.gateway.times_taken() == {"c1": 2, "c2": 2}
    alarms = [one.text for one in examine(world.path) if one.code == "I25"]
    assert len(alarms) == 1
    assert broken(world.path) == []


def test_a_late_answer_names_the_ids_that_the_queue_had(world: World) -> None:
    """Evidence first, answer second: each id gets its owner, nobody two."""
    world.gateway.status_text = "queued"
    with late_answer(world) as (late, second):
        poll_once(world.polling(second), RUN)
        assert second.runs.tally(RUN).statuses == {Status.ACCEPTED: 2, Status.PENDING: 2}
        assert second.statuses.open_messages(RUN) == ()
        late.arrive()

        assert len(second.statuses.open_messages(RUN)) == 2
        assert second.statuses.unidentified(RUN) == ()
        assert second.runs.tally(RUN).segments_billed == 2
