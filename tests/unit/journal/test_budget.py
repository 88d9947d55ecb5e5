"""`--max-cost` is held while a run is sent, whatever the price was believed to be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from campaign.domain import Attempt, Balance, CheckedRow, Member, Phone, Reply, ReplyVerdict, RunId, Status
from campaign.errors import Exit
from campaign.sending.concurrency import Pace
from campaign.sending.engine import Ending
from tests.fakes import RUN, FakeGateway, Fault, SilentQueues, World, chunked, recipients, run_plan
from tests.invariants import broken

EARLIER = RunId("earlier-4f1c21")


@dataclass(slots=True)
class Priced(FakeGateway):
    """A gateway with a tariff of its own; None: it names none."""

    price: Decimal | None = Decimal("2.50")
    money: Decimal | None = None
    parts: int = 1

    def _take(self, attempt: Attempt, member: Member) -> dict[str, object]:
        named = FakeGateway._take(self, attempt, member)  # noqa: SLF001  # slots: no zero-argument super
        if self.money is not None:
            self.money -= 25
        if self.price is None:
            return {key: value for key, value in named.items() if key != "msgCost"}
        return named | {"msgCost": str(self.price), "smsCount": self.parts}

    def judge(self, members: tuple[Member, ...], reply: Reply) -> ReplyVerdict:  # type: ignore[override]
        reply_verdict = FakeGateway.judge(self, members, reply)
        if self.money is None:
            return reply_verdict
        return replace(reply_verdict, balance=(Balance("RUB", self.money, Decimal(0)),))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An earlier run of one recipient has taught that a part costs 2.50."""
    made = World(tmp_path / "journal.db", Priced())
    made.plan(recipients(1), EARLIER)
    made.resume(EARLIER)
    made.gateway.sends.clear()
    yield made
    assert broken(made.path) == []


def gateway(world: World) -> Priced:
    assert isinstance(world.gateway, Priced)
    return world.gateway


def plan(world: World, max_cost: str | None, rows: list[CheckedRow], **more: object) -> None:
    bound = {} if max_cost is None else {"max_cost": max_cost}
    with world.process() as journal:
        journal.plans.plan(replace(run_plan(), settings={**bound, "again": "x", **more}), rows)


def resume(world: World, max_cost: str = "") -> Ending:
    with world.process() as journal:
        if max_cost:
            journal.budget.bound(RUN, Decimal(max_cost))
        return world.drive(journal)


def code(ending: Ending) -> str:
    assert ending.error is not None
    return ending.error.code


def handed_over(world: World) -> int:
    return list(world.statuses().values()).count(Status.ACCEPTED)


def test_a_price_that_was_learned_wrongly_costs_one_chunk(world: World) -> None:
    """The first chunk goes alone and shows it; the others stay pending."""
    gateway(world).price = Decimal("25.00")
    world.pace = Pace(workers=4)
    plan(world, "25.00", chunked(recipients(10), 1))
    ending = resume(world)

    assert ending.error is not None
    assert (ending.error.code, ending.error.exit_code) == ("over_budget", Exit.GUARD)
    assert "25.00 is spent, the rest would cost about 225.00" in ending.error.message
    assert ending.error.hint.endswith(f"campaign resume {RUN} --max-cost 250.00")
    assert handed_over(world) == 1
    assert world.attempts() == {"answered": 1}


def test_again_without_a_higher_bound_sends_nothing(world: World) -> None:
    gateway(world).price = Decimal("25.00")
    plan(world, "25.00", chunked(recipients(10), 1))
    for _ in range(3):
        assert code(resume(world)) == "over_budget"

    assert handed_over(world) == 1


def test_the_command_of_the_hint_goes_on_to_the_end(world: World) -> None:
    gateway(world).price = Decimal("25.00")
    plan(world, "25.00", chunked(recipients(10), 1))
    resume(world)
    ending = resume(world, "250.00")

    assert ending.error is None
    assert handed_over(world) == 10
    assert resume(world).error is None


@pytest.mark.parametrize(("bound", "sent"), [("24.99", 0), ("25.00", 10), ("25,00", 10)])
def test_a_bound_that_is_just_met_is_met(world: World, bound: str, sent: int) -> None:
    """The estimate of the plan is the estimate of sending; also where money has a comma."""
    plan(world, bound, chunked(recipients(10), 1))
    resume(world)

    assert handed_over(world) == sent


def test_a_price_that_rises_in_the_middle_stops_before_the_bound(world: World) -> None:
    """Another operator, a night tariff: what is spent never exceeds the bound by a whole chunk."""
    plan(world, "30.00", chunked(recipients(10), 1))

    def dearer(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no == 6:
            gateway(world).price = Decimal("10.00")

    world.gateway.before_send = dearer

    assert code(resume(world)) == "over_budget"
    assert handed_over(world) == 6


def test_without_a_bound_any_price_is_paid(world: World) -> None:
    gateway(world).price = Decimal("2500.00")
    plan(world, None, chunked(recipients(4), 1))

    assert resume(world).error is None
    assert handed_over(world) == 4


def test_a_gateway_that_counts_more_parts_than_we_do_is_seen_by_its_bill(world: World) -> None:
    """Ten estimated parts that are billed as twenty: the price is of what we estimate."""
    gateway(world).price, gateway(world).parts = Decimal("5.00"), 2
    plan(world, "30.00", chunked(recipients(10), 1))

    assert resume(world).error is not None
    assert handed_over(world) == 1


def test_an_unknown_that_may_have_cost_the_bound_stops_the_rest(world: World) -> None:
    """Three at 2.50, one of them unknown and still counted: 7.49 is not enough for the third."""
    plan(world, "7.50", chunked(recipients(3), 1))
    world.gateway.queues = SilentQueues()
    world.gateway.faults = [Fault.LOST_TAKEN, Fault.NOT_FOUND]
    resume(world)
    world.gateway.faults = []
    ending = resume(world, "7.49")

    assert ending.error is not None
    assert "2.50 is spent" in ending.error.message
    assert handed_over(world) == 0


def test_a_gateway_that_names_no_price_is_judged_by_its_balance(world: World) -> None:
    """Two answers show by how much the money fell: 25 a part and not 2.50."""
    gateway(world).price = None
    gateway(world).money = Decimal(1000)
    plan(world, "25.00", chunked(recipients(10), 1))
    ending = resume(world)

    assert ending.error is not None
    assert ending.error.code == "over_budget"
    assert "at 25.00 a part" in ending.error.message
    assert handed_over(world) == 2


def test_without_any_price_the_learned_one_counts(world: World) -> None:
    gateway(world).price = None
    plan(world, "25.00", chunked(recipients(10), 1))

    assert resume(world).error is None
    assert handed_over(world) == 10


def test_a_bound_that_cannot_be_held_sends_nothing(tmp_path: Path) -> None:
    """As at the plan: an unknown price cannot be bounded."""
    world = World(tmp_path / "new.db", Priced())
    plan(world, "1000", recipients(1))

    assert code(resume(world)) == "price_unknown"
    assert world.gateway.sends == []


def test_a_test_may_teach_the_price_that_the_bound_needs(tmp_path: Path) -> None:
    world = World(tmp_path / "new.db", Priced())
    plan(world, "1000", recipients(1), test=True)

    assert resume(world).error is None
    assert handed_over(world) == 1


def test_recipients_that_expire_on_the_way_need_no_money(world: World) -> None:
    """Ten at 5.00 are too dear for 25.00; the five that are left of them are not."""
    plan(world, "25.00", chunked(recipients(10), 1))

    def a_week_passes(attempt: Attempt) -> None:
        if attempt.chunk.chunk_no == 1:
            world.clock.passed_s = 6 * 86_400.0

    gateway(world).price = Decimal("5.00")
    world.gateway.before_send = a_week_passes

    assert resume(world).error is None
    assert handed_over(world) == 4
    assert list(world.statuses().values()).count(Status.EXPIRED) == 6


def test_recipients_on_the_stop_list_need_no_money(world: World) -> None:
    """They were planned, and refused since."""
    plan(world, "25.00", recipients(10))
    with world.process() as journal:
        stops = journal.stop_list
        stops.add([Phone(f"+7916{order:07d}") for order in range(1, 6)], operator="me", why="asked")
        journal.budget.bound(RUN, Decimal("12.50"))

    assert resume(world).error is None
    assert handed_over(world) == 5
