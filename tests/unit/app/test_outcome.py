"""How a command ends: the highest-ranking exit code, and what to type next."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import pytest

from campaign.app.outcome import Outcome, command, store_option
from campaign.cli.output.results import cost_lines
from campaign.domain import RunState, Status, Tally
from campaign.errors import (
    RANKING,
    CampaignError,
    Exit,
    GatewayError,
    GuardRefused,
    InputError,
    JournalError,
    LoginRefused,
    NothingToDo,
    RunLocked,
)
from campaign.sending.engine import worse
from tests.fakes import RUN


def outcome(
    statuses: Mapping[Status, int],
    *,
    error: CampaignError | None = None,
    interrupted: bool = False,
    option: str = "",
) -> Outcome:
    tally = Tally(RUN, RunState.SENT, sum(statuses.values()), statuses, {}, {}, 0, 0)
    return Outcome(tally, error=error, interrupted=interrupted, store_option=option)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ({Status.DELIVERED: 2}, Exit.DONE),
        ({Status.ACCEPTED: 2}, Exit.DONE),
        ({Status.ACCEPTED: 1, Status.INVALID: 1}, Exit.SOME_NOT_REACHED),
        ({Status.ACCEPTED: 1, Status.DUPLICATE: 1}, Exit.SOME_NOT_REACHED),
        ({Status.ACCEPTED: 1, Status.REFUSED: 1}, Exit.SOME_NOT_REACHED),
        ({Status.ACCEPTED: 1, Status.UNDELIVERED: 1}, Exit.SOME_NOT_REACHED),
        ({Status.DELIVERED: 1, Status.NO_FINAL_STATUS: 1}, Exit.SOME_NOT_REACHED),
        ({Status.DELIVERED: 1, Status.UNKNOWN: 1, Status.INVALID: 1}, Exit.UNKNOWN),
    ],
)
def test_statuses_alone_decide_when_nothing_stopped_the_run(
    statuses: Mapping[Status, int], expected: Exit
) -> None:
    assert outcome(statuses).exit_code is expected


RANKED: list[tuple[CampaignError | None, bool, Mapping[Status, int], Exit]] = [
    (JournalError("disk full"), True, {Status.UNKNOWN: 1}, Exit.JOURNAL),
    (LoginRefused("401"), False, {Status.UNKNOWN: 1, Status.PENDING: 1}, Exit.LOGIN),
    (None, True, {Status.PENDING: 1, Status.INVALID: 1}, Exit.INTERRUPTED),
    (RunLocked("other"), False, {Status.PENDING: 1}, Exit.LOCKED),
    (GatewayError("paused"), False, {Status.UNKNOWN: 1, Status.PENDING: 9}, Exit.UNKNOWN),
    (GatewayError("money"), False, {Status.PENDING: 9, Status.REFUSED: 1}, Exit.UNAVAILABLE),
    (GuardRefused("setting"), False, {Status.REFUSED: 9}, Exit.GUARD),
    (InputError("404"), False, {Status.PENDING: 9, Status.INVALID: 1}, Exit.UNUSABLE_INPUT),
    (NothingToDo("sent already"), False, {Status.DELIVERED: 9}, Exit.NOTHING_TO_DO),
]


@pytest.mark.parametrize(("error", "interrupted", "statuses", "expected"), RANKED)
def test_the_highest_ranking_code_applies(
    error: CampaignError | None, statuses: Mapping[Status, int], expected: Exit, *, interrupted: bool
) -> None:
    """74 6 11 8 7 5 4 3: what needs an operator first comes first."""
    assert outcome(statuses, error=error, interrupted=interrupted).exit_code is expected


ORDER = (74, 6, 130, 11, 8, 7, 5, 4, 9, 3)


def test_of_any_two_codes_the_ranking_decides() -> None:
    for first, second in product(map(Exit, ORDER), repeat=2):
        one, other = CampaignError("one"), CampaignError("other")
        one.exit_code, other.exit_code = first, second

        found = worse(one, other).exit_code

        assert found == min(first, second, key=ORDER.index)
        assert min(first, second, key=lambda code: code.rank) == found
    assert set(RANKING) == set(Exit)
    assert RANKING[-1] is Exit.DONE


STORE = " --store 'my store.db'"


@pytest.mark.parametrize(
    ("statuses", "command_line"),
    [
        ({Status.PENDING: 1, Status.UNKNOWN: 1, Status.ACCEPTED: 1}, f"campaign resume {RUN}{STORE}"),
        ({Status.ACCEPTED: 1}, f"campaign report {RUN}{STORE}"),
        ({Status.UNKNOWN: 1, Status.DELIVERED: 1}, f"campaign unknown {RUN}{STORE}"),
        ({Status.DELIVERED: 1, Status.UNDELIVERED: 1, Status.INVALID: 1}, ""),
    ],
)
def test_the_next_command_is_complete(statuses: Mapping[Status, int], command_line: str) -> None:
    assert outcome(statuses, option=STORE).next_command == command_line


def test_a_store_with_blanks_can_be_copied_into_a_shell() -> None:
    shown = command("report", RUN, store_option("a b.db"))
    assert shown == f"campaign report {RUN} --store 'a b.db'"
    assert store_option("") == ""


def test_the_json_has_every_key_of_the_contract() -> None:
    found = outcome({Status.DELIVERED: 1}, error=NothingToDo("done", hint="--again")).as_json()

    assert set(found) >= {
        "schema", "run", "state", "rows", "statuses", "attempts", "cost", "segments", "reports",
        "exit", "next",
    }  # fmt: skip
    assert found["schema"] == 1
    assert found["exit"] == 9
    assert found["error"] == {"code": "nothing_to_do", "text": "done", "hint": "--again"}


@pytest.mark.parametrize("state", [RunState.PAUSED, RunState.SENDING])
def test_a_run_that_was_begun_and_has_recipients_left_is_not_done(state: RunState) -> None:
    tally = Tally(RUN, state, 3, {Status.PENDING: 1, Status.DELIVERED: 1, Status.INVALID: 1}, {}, {}, 0, 0)

    assert Outcome(tally).exit_code is Exit.UNAVAILABLE
    assert Outcome(tally).next_command == f"campaign resume {RUN}"
    assert Outcome(tally, error=GuardRefused("setting")).exit_code is Exit.GUARD


@pytest.mark.parametrize("state", [RunState.PLANNED, RunState.CANCELLED])
def test_a_run_that_was_never_begun_or_was_cancelled_waits_for_nobody(state: RunState) -> None:
    assert Outcome(Tally(RUN, state, 1, {Status.PENDING: 1}, {}, {}, 0, 0)).exit_code is Exit.DONE


def test_a_command_that_did_what_it_was_asked_ends_well() -> None:
    """Recipients whose request is in flight count as unknown while a run is being paused."""
    tally = Tally(RUN, RunState.SENDING, 2, {Status.UNKNOWN: 1, Status.PENDING: 1}, {}, {}, 0, 0)

    assert Outcome(tally, did_as_asked=True).exit_code is Exit.DONE
    assert Outcome(tally, did_as_asked=True, error=RunLocked("x")).exit_code is not Exit.DONE


NAMED = {"RUB": Decimal("997.50")}
MISSING = "the gateway did not report the price of 500 messages"


@pytest.mark.parametrize(
    ("cost", "unpriced", "line"),
    [
        (NAMED, (0, 0), "Total cost: 997.50 RUB"),
        (NAMED, (500, 600), f"Cost reported so far: 997.50 RUB for 399 SMS; {MISSING} (about 1,500.00 RUB)"),
        ({}, (500, 600), f"Cost: {MISSING}"),
        ({}, (0, 0), ""),
    ],
)  # fmt: skip
def test_a_price_that_was_never_named_is_not_passed_over(
    cost: dict[str, Decimal], unpriced: tuple[int, int], line: str
) -> None:
    tally = Tally(RUN, RunState.SENT, 999, {Status.DELIVERED: 999}, {}, cost, 999, 399 * bool(cost))

    assert "".join(cost_lines(Outcome(tally, unpriced=unpriced), "en")).strip() == line
