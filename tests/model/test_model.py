"""The model holds its promises, each wrong rule breaks one, and its moves are the journal's."""

import re
from importlib.resources import files

import pytest

from tests.model.protocol import ACCEPTED, PENDING, Assumptions, Model, Rules, Scope, explore

SMALL = Scope(tries=2, crashes=1, drains=1)
TWO_DRIVERS = Scope(tries=2, crashes=1, drains=1, take_overs=1)
CAREFUL = Rules(epoch_checked_at_intent=True)

KEPT = {
    "one chunk, two crashes": Model(),
    "ids are echoed": Model(SMALL, world=Assumptions(echoes=True)),
    "two drivers": Model(TWO_DRIVERS, CAREFUL),
    "two chunks": Model(Scope(chunks=((0,), (1,)), tries=2, crashes=1, drains=1)),
}
KEPT_LONG = {
    "four tries, three crashes": Model(Scope(tries=4, crashes=3, drains=3)),
    "two chunks, three tries": Model(Scope(chunks=((0,), (1,)), tries=3, crashes=1, drains=2)),
    "two drivers, three tries": Model(Scope(tries=3, crashes=1, drains=1, take_overs=1), CAREFUL),
    "three recipients": Model(Scope(chunks=((0, 1, 2),), tries=3, crashes=1, drains=1)),
}
WRONG_RULES = {
    "no commit point": (Model(SMALL, Rules(commit=False)), "DUPLICATE"),
    "the last byte before the commit": (Model(SMALL, Rules(byte_waits_for_commit=False)), "DUPLICATE"),
    "unknown is not sent after a crash": (Model(SMALL, Rules(recover_unknown=PENDING)), "DUPLICATE"),
    "tried again after silence": (Model(SMALL, Rules(silence=PENDING)), "DUPLICATE"),
    "tried again after 5xx, HTML or status:error": (Model(SMALL, Rules(bad_answer=PENDING)), "DUPLICATE"),
    "missing recipients are tried again": (Model(SMALL, Rules(missing=PENDING)), "DUPLICATE"),
    "missing recipients are accepted": (Model(SMALL, Rules(missing=ACCEPTED)), "FALSE_ACCEPTED"),
    "an empty queue means not sent": (Model(SMALL, Rules(empty_queue=PENDING)), "DUPLICATE"),
    "fewer ids than recipients prove all": (Model(SMALL, Rules(ids_short_of_all=1)), "FALSE_ACCEPTED"),
    "unknown recipients are sent again": (Model(SMALL, Rules(resend=True)), "DUPLICATE"),
    "the epoch is not checked": (Model(TWO_DRIVERS, Rules(epoch_checked=False)), "STALE_DRIVER_COMMITTED"),
    "two open attempts are let in": (Model(TWO_DRIVERS, Rules(one_open_attempt=False)), "TWO_OPEN_ATTEMPTS"),
}
FALSE_ASSUMPTIONS = {
    "A1 a commit is lost": Model(SMALL, world=Assumptions(commits_last=False)),
    "A2 an incomplete body is acted on": Model(SMALL, world=Assumptions(whole_bodies_only=False)),
    "A3 a request is processed twice": Model(SMALL, world=Assumptions(taken_once=False)),
    "A4 an old journal is put back": Model(SMALL, world=Assumptions(one_journal=False)),
    "A5 'not taken' is a lie": Model(SMALL, world=Assumptions(safe_answers=False)),
}


@pytest.mark.parametrize("name", KEPT)
def test_no_order_of_steps_breaks_the_promise(name: str) -> None:
    found = explore(KEPT[name])

    assert found.broken == {}
    assert found.states > 1_000
    assert set(found.ends) >= {("accepted", 1), ("unknown", 0), ("unknown", 1)}


@pytest.mark.sweep
@pytest.mark.parametrize("name", KEPT_LONG)
def test_no_longer_order_of_steps_breaks_it_either(name: str) -> None:
    assert explore(KEPT_LONG[name]).broken == {}


@pytest.mark.parametrize("name", WRONG_RULES)
def test_a_wrong_rule_breaks_it(name: str) -> None:
    model, breaks = WRONG_RULES[name]

    assert breaks in explore(model, until=breaks).broken


@pytest.mark.parametrize("name", FALSE_ASSUMPTIONS)
def test_each_assumption_is_needed(name: str) -> None:
    assert "DUPLICATE" in explore(FALSE_ASSUMPTIONS[name], until="DUPLICATE").broken


def test_a_commit_before_the_body_is_safe_and_leaves_more_unknown() -> None:
    """Allowed, but a crash while the body leaves would then hold people: more at rest in vain."""
    early = explore(Model(SMALL, Rules(commit_after_body=False)))
    ours = explore(Model(SMALL))

    assert early.broken == {}
    assert early.idle_holds / early.rests > ours.idle_holds / ours.rests


def test_a_driver_that_was_taken_over_can_at_worst_delay_its_chunk() -> None:
    """It may write an INTENT and die; nothing is sent twice, and the next start clears it away."""
    assert set(explore(Model(TWO_DRIVERS)).broken) == {"WAITS_FOR_THE_NEXT_START"}


def test_moves_are_those_that_the_journal_allows() -> None:
    """A new state in the schema must come into the model, and the other way round."""
    schema = files("campaign.journal.sqlite").joinpath("schema.sql").read_text(encoding="utf-8")
    allowed = set(re.findall(r"\('attempt','(\w+)','(\w+)'\)", schema))

    assert explore(Model(SMALL)).moves == allowed


def test_the_shortest_way_to_a_broken_promise_is_reported() -> None:
    found = explore(Model(SMALL, Rules(silence=PENDING)), until="DUPLICATE")

    assert found.broken["DUPLICATE"].count("the last byte") == 2
