"""What an account shows of itself: calibration, learned from the first chunk."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from campaign.domain import (
    Balance,
    Chunk,
    Consequence,
    RecipientOutcome,
    Reply,
    ReplyVerdict,
    Status,
    Verdict,
)
from campaign.journal.sqlite.budget import (
    CHARGED,
    FactBook,
)
from tests.fakes import RUN, Journal, World, chunked, recipients
from tests.invariants import broken


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two chunks of two people at 2.50 each."""
    made = World(tmp_path / "journal.db")
    made.plan(chunked(recipients(4), 2))
    yield made
    assert broken(made.path) == []


def rubles(amount: str) -> tuple[Balance, ...]:
    return (Balance("SMS", Decimal(3), Decimal(0)), Balance("RUB", Decimal(amount), Decimal(0)))


def answered(world: World, journal: Journal, chunk_no: int, balance: tuple[Balance, ...]) -> None:
    chunk: Chunk = journal.sends.chunk(RUN, chunk_no)
    attempt = journal.sends.begin(
        chunk, queue_name=f"{chunk_no:016}", request_digest=world.gateway.request_digest
    )
    world.clock.sleep(1)
    journal.sends.arm(attempt)
    world.clock.sleep(1)
    journal.sends.store_reply(attempt, Reply(200, b"{}"))
    outcomes = tuple(
        RecipientOutcome(
            one.position, Status.ACCEPTED, "accepted", smsc_ids=(f"{one.position}",), sms_count=1,
            cost=Decimal("2.50"),
        )
        for one in chunk.members
    )  # fmt: skip
    journal.sends.apply(
        attempt,
        ReplyVerdict(Verdict.ANSWERED, Consequence.GO_ON, "answered", outcomes, balance=balance),
    )


@pytest.mark.parametrize(
    ("before", "after", "fact"),
    [("100", "95.00", "yes"), ("100", "100.00", "no"), ("100", "60", None), ("100", "101", None)],
)
def test_the_first_chunk_shows_when_money_is_charged(
    world: World, before: str, after: str, fact: str | None
) -> None:
    """It goes alone; a sum that fits nothing is somebody else's use of the account."""
    with world.process() as journal:
        facts = FactBook(journal.store, world.clock)
        assert not facts.knows(RUN, CHARGED)
        answered(world, journal, 1, rubles(after))
        facts.learn_charging(RUN, rubles(before))

        assert {name: value for _, name, value in facts.facts()}.get(CHARGED) == fact
        assert facts.knows(RUN, CHARGED) is (fact is not None)


def test_a_balance_that_the_answer_does_not_name_shows_nothing(world: World) -> None:
    with world.process() as journal:
        facts = FactBook(journal.store, world.clock)
        answered(world, journal, 1, ())
        facts.learn_charging(RUN, rubles("100"))

        assert facts.facts() == ()


def test_the_chunks_after_the_first_do_not_count(world: World) -> None:
    """They may overlap; the first one never does."""
    with world.process() as journal:
        facts = FactBook(journal.store, world.clock)
        answered(world, journal, 1, rubles("95"))
        answered(world, journal, 2, rubles("90"))
        facts.learn_charging(RUN, rubles("100"))

        assert facts.knows(RUN, CHARGED)
