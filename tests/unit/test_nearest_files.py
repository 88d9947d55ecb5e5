"""A file that is not there: what may have been meant comes first, then a few others."""

from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.config import read_toml
from campaign.errors import InputError, nearest_files
from campaign.text import tr

NAMES = ["april.csv", "Customers.xlsx", "customers-1c.csv", "d.csv", "e.csv", "f.csv", "g.csv"]


def test_the_nearest_name_comes_first_and_at_most_five_others_follow() -> None:
    said = nearest_files(PurePath("list/custmers.xlsx"), NAMES, kind=tr("tables"))

    assert said.startswith(f"Did you mean {PurePath('list/Customers.xlsx')}? Other tables in list: ")
    assert said.endswith(", ….")
    assert said.count(", ") == 5


def test_without_a_near_name_the_tables_are_listed() -> None:
    assert (
        nearest_files(PurePath("zzzzz"), ["a.csv"], kind=tr("tables"))
        == "There are these tables in .: a.csv."
    )
    assert nearest_files(PurePath("q/zz"), [], kind=tr("tables")) == "There are no tables in q."


@given(st.lists(st.text("abc.", min_size=1), unique=True), st.sampled_from("abc"))
def test_a_name_that_is_one_letter_off_is_named_first(names: list[str], letter: str) -> None:
    meant = "customers-of-march.csv"

    said = nearest_files(PurePath(f"{letter}{meant}"), [*names, meant], kind=tr("tables"))

    assert said.startswith(f"Did you mean {meant}?")


def test_a_campaign_file_that_is_missing_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "spring.toml").write_text("")

    with pytest.raises(InputError) as caught:
        read_toml(tmp_path / "sprnig.toml", what="campaign file")

    assert caught.value.hint == f"Did you mean {tmp_path / 'spring.toml'}?"
