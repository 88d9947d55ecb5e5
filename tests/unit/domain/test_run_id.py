"""The same file with the same settings is the same run, whenever and however it is typed."""

import pytest

from campaign.domain import RunId
from campaign.domain.ids import make_run_id, pick_run, run_digest
from campaign.errors import InputError
from tests.conftest import raises_code

RUNS = (RunId("spisok-4f1c22aa"), RunId("spisok-4f1d0000"), RunId("march-00ab12cd"))
DIGEST = "4f1c22aa" + "0" * 56


def test_the_order_of_settings_makes_no_difference() -> None:
    assert run_digest("ab", {"a": 1, "b": ["ё"]}) == run_digest("ab", {"b": ["ё"], "a": 1})


def test_every_setting_and_the_file_make_a_difference() -> None:
    digests = {
        run_digest("ab", {"a": 1}),
        run_digest("ac", {"a": 1}),
        run_digest("ab", {"a": "1"}),
        run_digest("ab", {"a": None}),
        run_digest("ab", {}),
    }

    assert len(digests) == 5


def test_a_digest_is_the_same_on_every_machine() -> None:
    digest = run_digest("00", {"text": "Привет"})

    assert digest == "db2b0490578c79afd68da14b692584b2394bbabdb71e3f2aca7007d14bbe53ce"


def test_a_setting_that_is_no_json_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        run_digest("ab", {"a": object()})


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("customers.csv", "customers-4f1c22aa"),
        ("/home/me/Список клиентов.xlsx", "spisok-klientov-4f1c22aa"),
        ("Щука & Ёж (2).csv", "shchuka-ezh-2-4f1c22aa"),
        ("a.b.csv", "a-b-4f1c22aa"),
        ("客户.csv", "run-4f1c22aa"),
        ("", "run-4f1c22aa"),
        ("x" * 60 + ".csv", "x" * 24 + "-4f1c22aa"),
        ("x" * 23 + " y.csv", "x" * 23 + "-4f1c22aa"),
    ],
)
def test_a_run_is_named_after_its_file(name: str, run: str) -> None:
    assert make_run_id(name, DIGEST) == run


@pytest.mark.parametrize("prefix", ["spisok-4f1c22aa", "spisok-4f1c", "4f1c", "4F1C22AA", " 4f1c "])
def test_a_unique_prefix_of_name_or_digits_finds_the_run(prefix: str) -> None:
    assert pick_run(prefix, RUNS) == "spisok-4f1c22aa"


def test_a_whole_name_wins_over_longer_ones() -> None:
    runs = (RunId("a-11112222"), RunId("a-11112222-33334444"))

    assert pick_run("a-11112222", runs) == "a-11112222"


@pytest.mark.parametrize("prefix", ["spisok", "4f1", ""])
def test_an_ambiguous_prefix_lists_the_candidates(prefix: str) -> None:
    with raises_code(InputError, "run_ambiguous", match="spisok-4f1c22aa, spisok-4f1d0000"):
        pick_run(prefix, RUNS)


def test_an_unknown_run_names_the_nearest() -> None:
    with raises_code(InputError, "run_unknown", match=r"Did you mean march-00ab12cd\?") as caught:
        pick_run("marhc", RUNS)

    assert caught.value.hint == "campaign runs"


def test_there_is_no_run_at_all() -> None:
    with pytest.raises(InputError, match="no run 'x'"):
        pick_run("x", ())
