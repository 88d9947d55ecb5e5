"""The order of sending one chunk, and what each stop in it leaves behind."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from campaign.domain import Attempt, Consequence, Member, Reply, ReplyVerdict, Status, Verdict
from campaign.errors import LoginRefused, NotSent, Refused
from campaign.sending.send import Sending, Sent, recover, send_chunk
from tests.fakes import RUN, START, Crash, FakeGateway, Fault, World, recipients


def send(world: World, *faults: Fault, number: int = 3) -> Sent | None:
    world.gateway.faults = list(faults)
    world.plan(recipients(number))
    with world.process() as journal:
        return send_chunk(world.sending(journal), RUN, 1)


def attempt_state(world: World) -> str:
    """As another process would see it at this moment."""
    with closing(sqlite3.connect(world.path)) as connection:
        row = connection.execute("SELECT state FROM attempt ORDER BY attempt_id DESC").fetchone()
    return "" if row is None else str(row[0])


class Watching(FakeGateway):
    """Notes what is on disk at each moment of an attempt."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.seen: list[tuple[str, str]] = []
        self.before_send = lambda _: self.note("before the last byte")

    def note(self, moment: str) -> None:
        self.seen.append((moment, attempt_state(self.world)))

    def _answer(self, attempt: Attempt, fault: Fault) -> Reply:
        self.note("the last byte leaves")
        return super()._answer(attempt, fault)

    def judge(self, members: tuple[Member, ...], reply: Reply) -> ReplyVerdict:  # type: ignore[override]
        self.note("judged")
        return super().judge(members, reply)


def test_intent_arm_raw_and_apply_are_on_disk_in_that_order(world: World) -> None:
    """The last byte leaves only after the commit point; nothing is parsed before it is stored."""
    gateway = world.gateway = Watching(world)
    sent = send(world)
    gateway.note("done")

    assert gateway.seen == [
        ("before the last byte", "prepared"),
        ("the last byte leaves", "in_flight"),
        ("judged", "replied"),
        ("done", "answered"),
    ]
    assert sent == Sent(1, recipients=3, unknown=0, consequence=Consequence.GO_ON, status_text="answered")


def test_a_chunk_of_nobody_makes_no_attempt(world: World) -> None:
    send(world)
    with world.process() as journal:
        assert send_chunk(world.sending(journal), RUN, 1) is None
    assert len(world.gateway.sends) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.NOT_REACHED, NotSent),
        (Fault.BAD_CERTIFICATE, NotSent),
        (Fault.BROKEN_BY_LAST_BYTE, NotSent),
        (Fault.BUSY, NotSent),
        (Fault.LOGIN_401, LoginRefused),
        (Fault.EARLY_401, LoginRefused),
        (Fault.NOT_FOUND, Refused),
    ],
)
def test_what_was_surely_not_taken_leaves_everybody_pending(
    world: World, fault: Fault, error: type[Exception]
) -> None:
    with pytest.raises(error):
        send(world, fault)

    assert set(world.statuses().values()) == {Status.PENDING}
    assert attempt_state(world) in {"not_sent", "refused"}
    assert world.gateway.ledger == []


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Fault.LOST_TAKEN, "unknown unknown unknown unknown"),
        (Fault.LOST_UNTAKEN, "unknown unknown unknown unknown"),
        (Fault.BAD_GATEWAY_TAKEN, "unknown unknown unknown unknown"),
        (Fault.HTML_TAKEN, "unknown unknown unknown unknown"),
        (Fault.EMPTY_TAKEN, "unknown unknown unknown unknown"),
        (Fault.CUT_TAKEN, "accepted unknown unknown unknown"),
        (Fault.ONE_MISSING, "accepted accepted accepted unknown"),
        (Fault.ONE_TWICE, "unknown accepted accepted accepted"),
        (Fault.MONEY_AT_HALF, "accepted accepted refused refused"),
        (Fault.BAD_SENDER, "refused refused refused refused"),
        (Fault.NONE, "accepted accepted accepted accepted"),
    ],
)
def test_each_answer_gives_each_recipient_one_status(world: World, fault: Fault, statuses: str) -> None:
    sent = send(world, fault, number=4)

    assert sent is not None
    assert " ".join(world.statuses().values()) == statuses
    assert sent.unknown == statuses.count("unknown")


def test_the_retry_after_of_a_busy_gateway_comes_with_the_error(world: World) -> None:
    with pytest.raises(NotSent) as caught:
        send(world, Fault.BUSY_FOR_7_S)

    assert caught.value.retry_after_s == 7.0
    assert not caught.value.final


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.CRASH_UNARMED, Status.PENDING),
        (Fault.CRASH_UNTAKEN, Status.UNKNOWN),
        (Fault.CRASH_TAKEN, Status.UNKNOWN),
    ],
)
def test_a_crash_before_arming_is_not_sent_and_after_it_unknown(
    world: World, fault: Fault, status: Status
) -> None:
    with pytest.raises(Crash):
        send(world, fault)
    with world.process() as journal:
        for _ in range(2):
            recover(world.sending(journal), RUN)

    assert set(world.statuses().values()) == {status}
    assert len(world.gateway.sends) == 1


def test_a_stored_answer_is_judged_again_after_a_crash(world: World) -> None:
    """Once the answer is stored everything is known: none stays unknown."""
    world.plan(recipients(3))
    with world.process(crash_point=5) as journal, pytest.raises(Crash):
        send_chunk(world.sending(journal), RUN, 1)
    assert attempt_state(world) == "replied"
    with world.process() as journal:
        recover(world.sending(journal), RUN)

    assert set(world.statuses().values()) == {Status.ACCEPTED}
    assert attempt_state(world) == "answered"


def test_a_bug_in_the_judge_keeps_the_answer_for_a_fixed_program(world: World) -> None:
    class Buggy(FakeGateway):
        def judge(self, members: object, reply: Reply) -> ReplyVerdict:
            del members, reply
            raise ZeroDivisionError

    good, world.gateway = world.gateway, Buggy()
    with pytest.raises(ZeroDivisionError):
        send(world)
    world.gateway = good
    with world.process() as journal:
        recover(world.sending(journal), RUN)

    assert set(world.statuses().values()) == {Status.ACCEPTED}


def test_a_journal_that_cannot_commit_keeps_the_last_byte(world: World) -> None:
    world.plan(recipients(3))
    with world.process(crash_point=2) as journal, pytest.raises(Crash):
        send_chunk(world.sending(journal), RUN, 1)

    assert world.gateway.ledger == []
    assert attempt_state(world) == "prepared"


def test_every_attempt_has_its_own_queue(world: World) -> None:
    names: list[str] = []
    world.gateway.before_send = lambda attempt: names.append(attempt.queue_name)
    with pytest.raises(NotSent):
        send(world, Fault.BUSY)
    with world.process() as journal:
        send_chunk(world.sending(journal), RUN, 1)

    assert len(set(names)) == 2


def test_the_request_is_the_chunk_as_planned_whatever_became_of_its_neighbours(world: World) -> None:
    """Only those still pending are in the next try."""
    send(world, Fault.MONEY_AT_HALF, number=4)
    with world.process() as journal:
        journal.attempts.retry_refused(RUN, codes=["refused_money"], operator="me", why="topped up")
        sending: Sending = world.sending(journal)
        send_chunk(sending, RUN, 1)

    assert world.gateway.sends == [(1, 2, 3, 4), (3, 4)]
    assert world.gateway.judge((), Reply(200, b"{}")).verdict is not Verdict.NOT_SENT


def test_an_id_that_is_another_recipients_counts_as_an_unknown_of_its_chunk(world: World) -> None:
    """The breaker and the search for evidence get every unknown, also the journal's own."""
    moments = {1: START + timedelta(days=1), 2: START + timedelta(days=2)}
    world.plan(recipients(2, send_at=moments.__getitem__))
    with world.process() as journal:
        first = send_chunk(world.sending(journal), RUN, 1)
        world.gateway._ids = iter([int(world.gateway.ledger[0].smsc_id)])  # noqa: SLF001  a gateway that repeats itself
        second = send_chunk(world.sending(journal), RUN, 2)

    assert first is not None
    assert second is not None
    assert (first.unknown, second.unknown) == (0, 1)
