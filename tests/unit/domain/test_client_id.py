"""The clientId pairs an answer with a recipient: it is used as it is or not at all."""

import pytest

from campaign.domain.ids import make_client_id, parse_client_id, part_client_id
from campaign.errors import UnusableCell
from tests.conftest import raises_code


@pytest.mark.parametrize(
    ("cell", "client_id"), [("007", "007"), (" aB9\u00a0", "aB9"), ("x" * 72, "x" * 72), ("1", "1")]
)
def test_letters_and_digits_stay_as_they_are(cell: str, client_id: str) -> None:
    assert parse_client_id(cell) == client_id


REFUSED = {
    "client_id_empty": ("", " \t"),
    "client_id_dash": ("ab-7", "ab\u20137", "ab\u22127"),
    "client_id_space": ("a b", "a\u00a0b", "a\nb"),
    "client_id_bad_characters": ("Иван", "a_b", "é", "٧", "a\u200b"),
    "client_id_look_alike": ("А1", "1С"),
    "client_id_too_long": ("x" * 73,),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "code"), [(cell, code) for code, cells in REFUSED.items() for cell in cells]
)
def test_nothing_is_fixed(cell: str, code: str) -> None:
    """A changed identifier would no longer match the customer's records."""
    with raises_code(UnusableCell, code):
        parse_client_id(cell)


def test_the_bad_character_is_named() -> None:
    with pytest.raises(UnusableCell) as caught:
        parse_client_id("ab-7")

    assert caught.value.details == {"value": "ab-7", "character": "- (U+002D HYPHEN-MINUS)", "position": "3"}


def test_a_cyrillic_letter_that_looks_latin_is_named_with_it() -> None:
    with pytest.raises(UnusableCell) as caught:
        parse_client_id("12С")

    assert caught.value.details["latin"] == "C"
    assert caught.value.details["character"] == "С (U+0421 CYRILLIC CAPITAL LETTER ES)"


def test_an_invisible_character_is_named_and_not_shown() -> None:
    with pytest.raises(UnusableCell) as caught:
        parse_client_id("a\u200b7")

    assert caught.value.details["character"] == "U+200B ZERO WIDTH SPACE"


def test_the_messages_of_a_row_have_names_of_their_own() -> None:
    own = parse_client_id("A17")

    assert [part_client_id(own, part) for part in range(4)] == ["A17", "A17", "A17p2", "A17p3"]
    with pytest.raises(UnusableCell, match="client_id_too_long"):
        part_client_id(parse_client_id("x" * 71), 2)


def test_made_ids_are_steady_and_differ_by_row_and_seed() -> None:
    """A run planned twice from the same file must be the same run."""
    made = make_client_id("seed", 17)

    assert made == "EYLFHFL242CVKM6IDUYQ"
    assert made != make_client_id("seed", 18)
    assert made != make_client_id("other", 17)


def test_a_made_id_is_a_valid_one() -> None:
    made = make_client_id("seed", 2)

    assert parse_client_id(made) == made
    assert len(made) == 20
    assert made == made.upper()
