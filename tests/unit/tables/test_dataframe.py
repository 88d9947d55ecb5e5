"""A DataFrame as texts: its cells digit by digit, and nothing invented."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.app.sources import sources_of_frame
from campaign.domain import FileOptions
from campaign.errors import InputError
from campaign.tables.dataframe import texts_of
from tests.conftest import raises_code

PHONE = 79160000001
MOMENT = pd.Timestamp("2026-03-02 10:30:00+03:00")


def column(values: object) -> list[str]:
    """The texts of one column."""
    heading, *rows = texts_of(pd.DataFrame({"x": values}))
    assert heading == ("x",)
    return [cells[0] for cells in rows]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([PHONE], ["79160000001"]),
        ([PHONE, None], ["79160000001", ""]),
        ([float(PHONE), float("nan")], ["79160000001", ""]),
        (pd.array([PHONE, None], dtype="Int64"), ["79160000001", ""]),
        (pd.array([float(PHONE), None], dtype="Float64"), ["79160000001", ""]),
        (np.array([PHONE], dtype="uint64"), ["79160000001"]),
        ([Decimal("79160000001.0"), Decimal("NaN")], ["79160000001", ""]),
        (pd.Series(["79160000001", None], dtype="category"), ["79160000001", ""]),
        (pd.Series([PHONE, None], dtype="category"), ["79160000001", ""]),
        (["007", "NA", "1E5", " x ", "=1+1"], ["007", "NA", "1E5", " x ", "=1+1"]),
        ([None, float("nan"), pd.NaT, pd.NA], ["", "", "", ""]),
        ([0.1, 1e-7, -0.0], ["0.1", "0.0000001", "0"]),
        ([True, False], ["TRUE", "FALSE"]),
        (pd.array([True, None], dtype="boolean"), ["TRUE", ""]),
        ([MOMENT], ["2026-03-02 10:30:00+03:00"]),
        ([dt.date(2026, 3, 2)], ["2026-03-02"]),
    ],
)  # fmt: skip
def test_a_cell_is_what_a_user_would_have_typed(values: object, texts: list[str]) -> None:
    assert column(values) == texts


@pytest.mark.parametrize(
    "values", [np.array([PHONE], dtype="float32"), [1e16], pd.array([PHONE], dtype="Float32")]
)
def test_lost_digits_are_shown_as_lost(values: object) -> None:
    """A float32 cannot hold a phone: what is left of it must not pass for one."""
    assert "E+" in column(values)[0]


def test_the_index_is_no_column_and_headings_are_texts() -> None:
    frame = pd.DataFrame({"phone": [PHONE], 5: ["x"], ("a", "b"): ["y"]}, index=[99])

    assert texts_of(frame) == (("phone", "5", "a b"), ("79160000001", "x", "y"))


@pytest.mark.parametrize("cell", [["a list"], {"a": 1}, b"bytes", object()])
def test_what_is_no_text_is_refused_with_its_position(cell: object) -> None:
    with raises_code(InputError, "frame_cell", match=r"row 1, column 'x'") as refused:
        texts_of(pd.DataFrame({"x": ["fine", cell]}))

    assert "astype(str)" in refused.value.hint


def test_half_a_character_is_refused_before_anything_is_stored() -> None:
    with pytest.raises(InputError, match="half a character"):
        texts_of(pd.DataFrame({"x": ["\ud83d"]}))


def test_a_frame_without_columns_is_refused() -> None:
    with pytest.raises(InputError, match="no columns"):
        texts_of(pd.DataFrame(index=[1, 2]))


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_texts_come_through_exactly(cells: list[list[str]]) -> None:
    frame = pd.DataFrame(cells, columns=["a", "b"], dtype="object")

    assert texts_of(frame)[1:] == tuple(map(tuple, cells))


def test_the_same_cells_are_the_same_source_whatever_their_types() -> None:
    numbers = sources_of_frame(pd.DataFrame({"phone": [PHONE], "n": [1.0]}), "clients")
    texts = sources_of_frame(pd.DataFrame({"phone": [str(PHONE)], "n": ["1"]}, index=[7]), "clients")
    others = sources_of_frame(pd.DataFrame({"phone": [str(PHONE)], "n": ["2"]}), "clients")

    assert numbers.sha256 == texts.sha256
    assert numbers.sha256 != others.sha256


def test_cells_cannot_pass_for_their_neighbours() -> None:
    one = sources_of_frame(pd.DataFrame({"a": ['x","y'], "b": ["z"]}), "clients")
    two = sources_of_frame(pd.DataFrame({"a": ["x"], "b": ['y","z']}), "clients")

    assert one.sha256 != two.sha256


def test_rows_are_numbered_as_below_a_heading() -> None:
    """So `row` of the report minus two is the position in the DataFrame."""
    frame = pd.DataFrame({"phone": [PHONE, PHONE + 1]})
    sources = sources_of_frame(frame, "clients")
    frame.loc[0, "phone"] = 0

    with sources.files[0].open(FileOptions()) as table:
        rows = [(row.row_no, row.cells) for row in table.rows]

    assert rows == [(1, ("phone",)), (2, ("79160000001",)), (3, ("79160000002",))]
