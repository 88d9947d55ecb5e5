"""ClientIds of messages that are sent once more: their own, never anybody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain import Status
from campaign.domain.ids import MAX_LENGTH, parse_client_id
from campaign.domain.retry_policy import RETRYABLE, parse_only, retry_client_id
from campaign.errors import InputError

ids = st.text("aArR01", min_size=1, max_size=MAX_LENGTH)


def renamed(client_id: str, generation: int, order: int = 1) -> str:
    return retry_client_id(client_id, generation, seed="digest", order=order)


@given(st.lists(ids, unique_by=str.lower), st.integers(1, 3))
def test_recipients_with_different_names_keep_different_ones(names: list[str], times: int) -> None:
    """Ignoring case, as the gateway may; also after a retry of a retry."""
    for generation in range(1, times + 1):
        names = [renamed(name, generation, order) for order, name in enumerate(names)]

    assert len({name.lower() for name in names}) == len(names)
    assert all(parse_client_id(name) == name for name in names)


@given(ids.filter(lambda name: len(name) < MAX_LENGTH - 2), st.integers(1, 9))
def test_the_recipients_own_name_can_be_recognised(name: str, times: int) -> None:
    found = name
    for generation in range(1, times + 1):
        found = renamed(found, generation)

    assert found == f"{name}r{times}"


@given(st.lists(st.sampled_from(RETRYABLE), min_size=1))
def test_the_order_of_only_makes_no_difference(statuses: list[Status]) -> None:
    assert parse_only(",".join(statuses)) == parse_only(" , ".join(reversed(statuses)).upper())


@pytest.mark.parametrize("status", sorted(set(Status) - set(RETRYABLE)))
def test_every_other_status_is_refused_with_what_to_do(status: Status) -> None:
    with pytest.raises(InputError, match=status.value) as refused:
        parse_only(f"refused,{status}")

    assert refused.value.code == "retry_fate"


@pytest.mark.parametrize("text", ["", " , ", "lost"])
def test_what_names_no_status_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_only(text)
