"""The same text to the same phone within 30 days: refused, whatever the file is called."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from campaign.domain import CheckedRow, Message, Phone, Rejection, RunId, RunState, Status
from campaign.errors import GuardRefused
from campaign.sending.guards import without_sent
from campaign.sending.send import Sending, recover, send_chunk
from tests.fakes import RUN, Crash, Fault, World, bad_row, recipients, run_plan

LATER = RunId("later-000002")
DAY_S = 86_400.0


def sent(world: World, *faults: Fault, number: int = 3) -> None:
    """The first run, once through, however that ended; statuses are not polled."""
    world.gateway.faults = list(faults)
    world.plan(recipients(number))
    with world.process() as journal:
        world.drive(journal)


def passed(
    world: World, rows: list[CheckedRow], *, account: str = "", skip: bool = False
) -> list[CheckedRow]:
    with world.process() as journal:
        sent_before = journal.sent_before
        return list(without_sent(iter(rows), sent_before, account=account, skip=skip))


def changed(rows: list[CheckedRow], change: Callable[[Message], Message]) -> list[CheckedRow]:
    return [replace(row, outcome=change(row.outcome)) for row in rows if isinstance(row.outcome, Message)]


def test_a_repetition_is_refused_with_the_count_and_the_run(world: World) -> None:
    sent(world, number=3)

    with pytest.raises(GuardRefused, match=rf"^3 of 5 recipients .* from run {RUN};") as refused:
        passed(world, [*recipients(5), bad_row(9)])

    assert refused.value.exit_code == 5
    assert refused.value.code == "already_sent"
    assert "--skip-sent" in refused.value.hint
    assert "--again" in refused.value.hint


def test_those_recipients_can_be_left_out(world: World) -> None:
    sent(world, number=3)

    rows = passed(world, [*recipients(5), bad_row(9)], skip=True)

    assert [row.row.row_no for row in rows] == [2, 3, 4, 5, 6, 9]
    left_out = [row.outcome for row in rows[:3]]
    assert left_out == [
        Rejection(number, Status.ALREADY_SENT, "", "already_sent", {"run": RUN}) for number in (2, 3, 4)
    ]
    assert all(isinstance(row.outcome, Message) for row in rows[3:5])


def test_a_plan_without_those_recipients_sends_to_the_others_only(world: World) -> None:
    sent(world, number=3)
    rows = passed(world, recipients(5), skip=True)
    with world.process() as journal:
        journal.plans.plan(replace(run_plan(LATER), settings={"skip_sent": True}), rows)

    world.resume(LATER)

    assert set(world.gateway.times_taken().values()) == {1}
    with world.process() as journal:
        assert journal.runs.tally(LATER).statuses == {Status.ALREADY_SENT: 3, Status.DELIVERED: 2}


def test_more_recipients_than_one_look_up_holds_are_all_compared(world: World) -> None:
    sent(world, number=700)

    with pytest.raises(GuardRefused, match=r"^700 of 1300 recipients"):
        passed(world, recipients(1300))


@pytest.mark.parametrize(("days", "refused"), [(29.99, True), (30.01, False)])
def test_after_thirty_days_it_is_another_message(world: World, days: float, *, refused: bool) -> None:
    sent(world)
    world.clock.passed_s = days * DAY_S

    if refused:
        with pytest.raises(GuardRefused):
            passed(world, recipients(3))
    else:
        assert passed(world, recipients(3)) == recipients(3)


@pytest.mark.parametrize(
    "change",
    [
        lambda message: replace(message, text="Привет!"),
        lambda message: replace(message, phone=Phone("+79990000000")),
    ],
)
def test_another_text_or_phone_is_no_repetition(world: World, change: Callable[[Message], Message]) -> None:
    sent(world)
    rows = changed(recipients(3), change)

    assert passed(world, rows) == rows


def test_another_account_is_no_repetition(world: World) -> None:
    sent(world)

    assert passed(world, recipients(3), account="another") == recipients(3)


@pytest.mark.parametrize(
    "fault",
    [Fault.NOT_REACHED, Fault.LOGIN_401, Fault.NOT_FOUND, Fault.BUSY, Fault.BROKEN_BY_LAST_BYTE,
     Fault.BAD_SENDER],
)  # fmt: skip
def test_what_was_certainly_not_taken_does_not_count(world: World, fault: Fault) -> None:
    sent(world, *[fault] * 3)
    assert world.gateway.ledger == []

    assert passed(world, recipients(3)) == recipients(3)


def test_a_refused_recipient_does_not_count_and_the_others_do(world: World) -> None:
    sent(world, Fault.MONEY_AT_HALF, number=4)

    with pytest.raises(GuardRefused, match=r"^2 of 4 recipients"):
        passed(world, recipients(4))


@pytest.mark.parametrize(
    "fault", [Fault.LOST_UNTAKEN, Fault.LOST_TAKEN, Fault.BAD_GATEWAY_UNTAKEN, Fault.CUT_TAKEN]
)
def test_what_may_have_been_taken_counts(world: World, fault: Fault) -> None:
    sent(world, fault)

    with pytest.raises(GuardRefused, match=r"^3 of 3"):
        passed(world, recipients(3))


@pytest.mark.parametrize("recovered", [False, True])
def test_an_attempt_that_a_crash_left_open_counts(world: World, *, recovered: bool) -> None:
    """Unknown counts as sent."""
    with pytest.raises(Crash):
        sent(world, Fault.CRASH_UNTAKEN)
    if recovered:
        with world.process() as journal:
            recover(world.sending(journal), RUN)

    with pytest.raises(GuardRefused, match=r"^3 of 3"):
        passed(world, recipients(3))


def test_a_crash_before_the_commit_point_does_not_count(world: World) -> None:
    with pytest.raises(Crash):
        sent(world, Fault.CRASH_UNARMED)

    assert passed(world, recipients(3)) == recipients(3)


def test_no_phone_and_no_text_can_be_read_in_the_ledger(world: World) -> None:
    """Keyed digests: with the ledger alone not even all phones can be tried out."""
    sent(world)
    other = World(world.path.with_name("other.db"))
    sent(other)
    dumps = []
    for path in (world.path, other.path):
        with closing(sqlite3.connect(path)) as connection:
            dumps.append(connection.execute("SELECT digest,account FROM sent_before").fetchall())
    written = repr(dumps).encode()

    assert len(dumps[0]) == 3
    assert all(len(digest) == 16 for digest, _ in dumps[0])
    assert not {digest for digest, _ in dumps[0]} & {digest for digest, _ in dumps[1]}
    for message in (row.outcome for row in recipients(3)):
        assert isinstance(message, Message)
        assert message.phone[1:].encode() not in written
        assert message.text.encode() not in written


# --- two plans, made before either is sent --------------------------------------------------------


def both_planned(world: World, *, again: str = "") -> None:
    world.plan(recipients(3))
    with world.process() as journal:
        journal.plans.plan(replace(run_plan(LATER), settings={"again": again}), recipients(3))


def test_the_second_of_two_plans_stops_before_its_first_attempt(world: World) -> None:
    both_planned(world)
    world.resume()

    ending = world.resume(LATER)

    assert isinstance(ending.error, GuardRefused)
    assert ending.error.exit_code == 5
    assert f"run {RUN} has sent" in ending.error.message
    assert world.attempts(LATER) == {}
    assert set(world.statuses(LATER).values()) == {Status.PENDING}
    assert len(world.gateway.sends) == 1


def test_on_purpose_it_is_sent_once_more(world: World) -> None:
    both_planned(world, again="second")
    world.resume()

    assert world.resume(LATER).error is None
    assert set(world.gateway.times_taken().values()) == {2}


def test_a_run_is_no_repetition_of_itself(world: World) -> None:
    """What was not sent is tried again; what was refused may be fixed and sent."""
    world.gateway.faults = [Fault.BUSY, Fault.MONEY_AT_HALF]
    world.plan(recipients(4))
    world.resume()
    world.resume()

    assert set(world.statuses().values()) == {Status.DELIVERED}
    assert set(world.gateway.times_taken().values()) == {1}


def test_of_two_drivers_that_began_at_the_same_moment_one_may_send(world: World) -> None:
    """Both read the ledger before either wrote to it."""
    both_planned(world)
    with world.process() as journal:
        for run in (RUN, LATER):
            journal.runs.set_state(run, RunState.SENDING)

        def overtaken(_attempt: object) -> None:
            world.gateway.before_send = lambda _: None
            send_chunk(world.sending(journal), RUN, 1)

        world.gateway.before_send = overtaken
        with pytest.raises(GuardRefused, match=f"run {RUN} has sent"):
            send_chunk(world.sending(journal), LATER, 1)

    assert set(world.gateway.times_taken().values()) == {1}
    released(world)


def released(world: World) -> None:
    """The attempt that was not committed is closed by the next start, and nothing is skipped."""
    with world.process() as journal:
        recover(Sending(journal, world.gateway, world.clock, str), LATER)
        assert journal.runs.tally(LATER).attempts == {"not_sent": 1}
    assert set(world.statuses(LATER).values()) == {Status.PENDING}
