"""Whatever a gateway reports, and in whatever order: an end is never left, nor made up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from campaign.domain import Delivery
from campaign.domain.delivery import ASK_AGAIN_AFTER_US, FINAL_DELIVERIES, Known, Transition, transition
from campaign.domain.polling import HORIZON, POLL_AFTER, is_due, next_poll

MEANINGS = {
    "queued": Delivery.ON_ITS_WAY,
    "smsc submit": Delivery.ON_ITS_WAY,
    "delivered": Delivery.DELIVERED,
    "delivery error": Delivery.UNDELIVERED,
    "smsc reject": Delivery.UNDELIVERED,
    "incorrect id": Delivery.LOST,
    "frobnicated": Delivery.UNRECOGNISED,
}
Reports = list[tuple[str, int]]
"""Status texts, each so many microseconds after the one before."""

reports = st.lists(
    st.tuples(st.sampled_from(sorted(MEANINGS)), st.integers(0, 2 * ASK_AGAIN_AFTER_US)), max_size=30
)
START = datetime(2026, 12, 1, 9, tzinfo=UTC)
ages = st.integers(0, int(timedelta(hours=80).total_seconds()))


def steps_of(reported: Reports) -> list[Transition]:
    known, now_us, steps = Known(), 0, []
    for text, later_us in reported:
        now_us += later_us
        steps.append(transition(known, text, MEANINGS[text], now_us))
        known = steps[-1].known
    return steps


@given(reports)
def test_the_last_end_that_was_reported_is_what_is_known(reported: Reports) -> None:
    steps = steps_of(reported)
    ends = [text for text, _ in reported if MEANINGS[text] in FINAL_DELIVERIES]

    if ends:
        assert steps[-1].known.status_text == ends[-1]
    elif steps:
        assert steps[-1].known.delivery not in FINAL_DELIVERIES


@given(reports)
def test_a_message_ends_only_by_an_end_or_by_a_loss_reported_twice(reported: Reports) -> None:
    for number, done in enumerate(steps_of(reported)):
        before = [text for text, _ in reported[: number + 1]]
        if done.ends and not any(MEANINGS[text] in FINAL_DELIVERIES for text in before):
            assert before[-2:] == ["incorrect id", "incorrect id"]


@given(reports)
def test_it_is_a_contradiction_when_two_ends_differ_in_kind(reported: Reports) -> None:
    kinds = [MEANINGS[text] for text, _ in reported if MEANINGS[text] in FINAL_DELIVERIES]
    changes = sum(one is not other for one, other in pairwise(kinds))

    assert sum(done.contradicts for done in steps_of(reported)) == changes


@given(reports)
def test_a_status_reported_again_at_once_changes_nothing(reported: Reports) -> None:
    """A queue that repeats itself brings no news."""
    steps = steps_of(reported)
    doubled = steps_of([one for text, later in reported for one in ((text, later), (text, 0))])

    assert [done.known for done in steps] == [done.known for done in doubled[1::2]]
    assert not any(done.moved for done in doubled[1::2])


@given(st.lists(ages, min_size=1, max_size=40))
def test_each_mark_is_due_once_and_only_once(moments: list[int]) -> None:
    """However often and whenever somebody polls, a mark is due at the first poll after it."""
    looks = sorted(START + timedelta(seconds=age) for age in moments)
    due = [
        later
        for sooner, later in zip([START, *looks], looks, strict=False)
        if is_due(START, polled_at=sooner, now=later)
    ]
    passed = {min((look for look in looks if look >= START + mark), default=None) for mark in POLL_AFTER} - {
        None
    }

    assert sorted(set(due)) == sorted(look for look in passed if look is not None)


@given(ages)
def test_the_next_mark_lies_ahead_and_within_the_horizon(age: int) -> None:
    now = START + timedelta(seconds=age)
    mark = next_poll(START, now)

    assert (mark is None) == (now >= START + HORIZON)
    assert mark is None or now < mark <= START + HORIZON
