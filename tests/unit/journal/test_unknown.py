"""Unknown recipients: what is shown, what an operator may say, and when to try again."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from campaign.app.send import SETTLE_TIME
from campaign.domain import (
    Balance,
    Member,
    Reply,
    ReplyVerdict,
    RunId,
    RunState,
    Status,
    UnknownAttempt,
    UnknownShare,
    Verdict,
)
from campaign.errors import GuardRefused, InputError
from campaign.journal.sqlite.doctor import examine
from campaign.sending.statuses import collect_evidence
from tests.conftest import raises_code
from tests.fakes import RUN, START, FakeGateway, Fault, World, recipients

QUARTER_S = SETTLE_TIME.total_seconds()
WHY = "the cabinet shows nothing"


def sent(world: World, *faults: Fault, number: int = 6, size: int = 3) -> None:
    world.send_once(*faults, number=number, size=size)


def unknowns(world: World) -> tuple[UnknownAttempt, ...]:
    with world.process() as journal:
        return journal.unknown.of(RUN)


def resolve(world: World, number: int, *, sent: bool) -> int:
    with world.process() as journal:
        return journal.unknown.resolve(RUN, number, sent=sent, operator="anna", why=WHY)


def actions(world: World) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(world.path)) as connection:
        return connection.execute(
            "SELECT operator,action,attempt_id,position,why FROM operator_action ORDER BY action_id"
        ).fetchall()


# --- what is shown --------------------------------------------------------------------------------


def test_an_unknown_names_its_attempt_recipients_and_reason(world: World) -> None:
    sent(world, Fault.NONE, Fault.BAD_GATEWAY_UNTAKEN)

    (unknown,) = unknowns(world)

    assert (unknown.attempt_id, unknown.chunk_no, unknown.try_no) == (2, 2, 1)
    assert (unknown.member_count, unknown.unknown_count) == (3, 3)
    assert unknown.code == "http_status"
    assert unknown.committed_at == START
    assert unknown.phones == tuple(f"+7916{number:07d}" for number in (4, 5, 6))
    assert (unknown.ids_seen, unknown.queue_answers, unknown.queue_losses) == (0, 0, 0)


def test_reads_of_the_queue_are_counted_answered_and_lost(world: World) -> None:
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN)
    world.poll()
    world.poll()
    world.gateway.down = True
    world.poll()

    (unknown,) = unknowns(world)

    assert unknown.queue_answers == 2
    assert unknown.queue_losses >= 1
    assert unknown.ids_seen == 0


def test_ids_in_the_queue_are_evidence(world: World) -> None:
    sent(world, Fault.NONE, Fault.LOST_HALF_TAKEN, number=8, size=4)
    world.poll()

    (unknown,) = unknowns(world)

    assert unknown.ids_seen == 2
    assert unknown.unknown_count == 4


def test_ids_whose_owner_was_named_are_evidence_for_the_rest_too(world: World) -> None:
    """status.json named two of the four; the gateway still took part of the attempt."""
    world.gateway.echoes = True
    sent(world, Fault.NONE, Fault.LOST_HALF_TAKEN, number=8, size=4)
    world.poll()

    (unknown,) = unknowns(world)

    assert unknown.ids_seen == 2
    assert unknown.unknown_count == 2
    with pytest.raises(GuardRefused):
        resolve(world, unknown.attempt_id, sent=False)


class PayingGateway(FakeGateway):
    """One whose answers name what is left, a second apart."""

    def judge(self, members: Sequence[Member], reply: Reply) -> ReplyVerdict:
        judged = super().judge(members, reply)
        clock = self.clock
        assert clock is not None
        clock.passed_s += 1
        left = Balance("RUB", Decimal(100 - 10 * int(clock.passed_s)), Decimal(0))
        return replace(judged, balance=() if judged.verdict is Verdict.UNKNOWN else (left,))


def test_money_before_and_after_is_shown(world: World) -> None:
    world.gateway = PayingGateway(clock=world.clock)
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN, Fault.NONE, number=9)

    (unknown,) = unknowns(world)

    assert unknown.balance_before == "90 RUB"
    assert unknown.balance_after == "70 RUB"


def test_a_recipient_missing_in_an_answer_is_unknown_alone(world: World) -> None:
    sent(world, Fault.ONE_MISSING)

    unknown = unknowns(world)[0]

    assert (unknown.unknown_count, unknown.member_count) == (1, 3)
    assert unknown.phones == ("+79160000003",)


def test_the_share_that_was_settled_without_an_operator_is_reported(world: World) -> None:
    """Of nine unknown the queue settles three, an operator three, and three are left."""
    sent(world, Fault.LOST_TAKEN, Fault.LOST_UNTAKEN, Fault.LOST_UNTAKEN, Fault.NONE, number=12)
    world.poll()
    resolve(world, 2, sent=False)
    with world.process() as journal:
        share = journal.unknown.share(RUN)

    assert share == UnknownShare(RUN, recipients=9, by_evidence=3, by_operator=3, resent=0, left=3)


def test_a_run_without_unknowns_has_none(world: World) -> None:
    sent(world)

    assert unknowns(world) == ()


def test_a_run_that_does_not_exist_is_refused(world: World) -> None:
    sent(world)

    with world.process() as journal, pytest.raises(InputError, match="there is no run"):
        journal.unknown.of(RunId("nobody-000000"))


# --- an operator's answer ------------------------------------------------------------------------------


def test_an_operator_says_sent(world: World) -> None:
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN)

    assert resolve(world, 2, sent=True) == 3

    assert actions(world) == [("anna", "sent", 2, None, WHY)]
    assert world.status_line() == "accepted " * 5 + "accepted"
    assert unknowns(world) == ()
    assert world.attempts() == {"answered": 1, "settled": 1}
    with world.process() as journal, journal.reports.view(RUN) as view:
        found = [(row.code, row.handed_over_at) for row in view.rows()][3:]
    assert found == [("settled_operator", START)] * 3
    assert not [one for one in examine(world.path) if one.level == "error"]


def test_an_operator_says_not_sent_and_the_next_resume_sends_once(world: World) -> None:
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN)

    assert resolve(world, 2, sent=False) == 3

    assert actions(world) == [("anna", "not-sent", 2, None, WHY)]
    assert world.status_line() == "accepted accepted accepted pending pending pending"
    assert world.state() is RunState.PAUSED
    world.resume()
    world.resume()
    assert world.status_line() == "delivered " * 5 + "delivered"
    assert set(world.gateway.times_taken().values()) == {1}
    assert not [one for one in examine(world.path) if one.level == "error"]


def test_between_the_answer_and_the_resume_the_journal_is_whole(world: World) -> None:
    """A run that counts as sent has no recipient pending."""
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN)
    resolve(world, 2, sent=False)

    assert not [one for one in examine(world.path) if one.level == "error"]


def test_against_evidence_not_sent_is_refused(world: World) -> None:
    sent(world, Fault.NONE, Fault.LOST_HALF_TAKEN, number=8, size=4)
    world.poll()

    with raises_code(GuardRefused, "evidence", match="shows 2 messages of attempt 2") as refused:
        resolve(world, 2, sent=False)

    assert "--as sent" in refused.value.hint
    assert actions(world) == []
    assert resolve(world, 2, sent=True) == 4


@pytest.mark.parametrize("number", [1, 3, 0, -1])
def test_an_attempt_that_is_not_unknown_cannot_be_resolved(world: World, number: int) -> None:
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN)

    with pytest.raises(InputError, match=f"attempt {number} of run {RUN} has no unknown status"):
        resolve(world, number, sent=True)
    assert actions(world) == []


def test_an_attempt_is_resolved_once(world: World) -> None:
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN)
    resolve(world, 2, sent=True)

    with pytest.raises(InputError):
        resolve(world, 2, sent=False)


def test_the_one_missing_in_an_answer_can_be_resolved_alone(world: World) -> None:
    sent(world, Fault.ONE_MISSING, number=3)

    assert resolve(world, 1, sent=False) == 1
    world.resume()

    assert world.gateway.sends == [(1, 2, 3), (3,)]


# --- the policy `resend` --------------------------------------------------------------------------


def resend(world: World) -> int:
    with world.process() as journal:
        before = world.clock.now() - SETTLE_TIME
        return journal.unknown.resend(RUN, before=before, operator="anna")


def unscheduled(world: World, *faults: Fault) -> None:
    """Two chunks to be sent at once: 200 recipients and 3."""
    world.gateway.faults = list(faults)
    world.plan(recipients(203))
    world.send_planned()


def later(world: World, seconds: float = QUARTER_S + 1) -> None:
    world.clock.passed_s += seconds


def test_old_unknowns_with_a_silent_queue_are_sent_once_more(world: World) -> None:
    unscheduled(world, Fault.NONE, Fault.LOST_UNTAKEN)
    later(world)
    world.poll()

    assert resend(world) == 3

    assert actions(world) == [("anna", "resend", 2, None, "on-unknown")]
    assert list(world.statuses().values()).count(Status.PENDING) == 3
    world.resume()
    assert set(world.statuses().values()) == {Status.DELIVERED}
    assert set(world.gateway.times_taken().values()) == {1}


def test_a_fresh_unknown_is_left(world: World) -> None:
    unscheduled(world, Fault.NONE, Fault.LOST_UNTAKEN)
    later(world, QUARTER_S - 1)
    world.poll()

    assert resend(world) == 0
    assert actions(world) == []


def test_an_unknown_whose_send_time_was_just_now_is_left(world: World) -> None:
    """The queue of a scheduled message may be silent until it is due."""
    sent(world, Fault.NONE, Fault.LOST_UNTAKEN)  # due after one and two days
    later(world, 2 * 86_400 + QUARTER_S - 1)
    world.poll()
    assert resend(world) == 0

    later(world, 2)
    world.poll()
    assert resend(world) == 3


@pytest.mark.parametrize(
    ("first", "second", "steps", "ids_seen"),
    [
        (Fault.NONE, Fault.LOST_UNTAKEN, "poll later", 0),
        (Fault.NONE, Fault.LOST_UNTAKEN, "later", 0),
        (Fault.LOST_UNTAKEN, Fault.LOST_UNTAKEN, "later poll", 0),
        (Fault.NONE, Fault.LOST_HALF_TAKEN, "later poll", 1),
    ],
    ids=["read too early", "never read", "no queue that spoke", "evidence"],
)
def test_a_queue_that_proves_nothing_lets_nobody_be_sent_again(
    world: World, first: Fault, second: Fault, steps: str, ids_seen: int
) -> None:
    unscheduled(world, first, second)
    for step in steps.split():
        if step == "later":
            later(world)
        else:
            world.poll()

    assert unknowns(world)[0].ids_seen == ids_seen
    assert resend(world) == 0


def test_the_answer_for_others_is_evidence_too(world: World) -> None:
    """The gateway answered for all but one: it had the request."""
    unscheduled(world, Fault.NONE, Fault.ONE_MISSING)
    world.gateway.queues = {name: ids[:200] for name, ids in world.gateway.queues.items()}
    last = list(world.gateway.queues)[-1]
    world.gateway.queues[last] = world.gateway.queues[last][:2]
    later(world)
    world.poll()
    assert unknowns(world)[0].ids_seen == 0

    assert resend(world) == 0


def test_after_a_lost_answer_of_the_queue_nobody_is_sent_again(world: World) -> None:
    """It forgets what it reported: the lost answer may have been the proof."""
    unscheduled(world, Fault.NONE, Fault.LOST_UNTAKEN)
    later(world)
    world.gateway.down = True
    with world.process() as journal:
        collect_evidence(world.polling(journal), RUN, 2)
    world.gateway.down = False
    world.poll()
    assert unknowns(world)[0].queue_losses >= 1

    assert resend(world) == 0


def test_nobody_is_sent_again_a_second_time(world: World) -> None:
    unscheduled(world, Fault.NONE, Fault.LOST_UNTAKEN)
    later(world)
    world.poll()
    assert resend(world) == 3
    world.gateway.faults = [Fault.LOST_UNTAKEN]
    world.resume()
    later(world)
    world.poll()
    assert unknowns(world)[0].try_no == 2

    assert resend(world) == 0
    assert len(world.gateway.sends) == 3


def test_without_the_policy_time_changes_nothing(world: World) -> None:
    unscheduled(world, Fault.NONE, Fault.LOST_UNTAKEN)
    for _ in range(5):
        later(world, timedelta(days=1).total_seconds())
        world.resume()

    assert len(world.gateway.sends) == 2
    assert unknowns(world)[0].unknown_count == 3
