"""Several phones in a cell, and the countries that may be texted."""

import pytest

from campaign.domain.recipients.phone import parse_countries, parse_phone
from campaign.domain.recipients.phone_cell import MOST_PHONES, read_phones
from campaign.errors import InputError, UnusableCell
from tests.conftest import raises_code

ONE, TWO, THREE = "+79161234567", "+79161234568", "+79161234569"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("89161234567, 89161234568", (ONE, TWO)),
        ("89161234567;89161234568;89161234569", (ONE, TWO, THREE)),
        ("89161234567\n89161234568", (ONE, TWO)),
        ("89161234567 или 89161234568", (ONE, TWO)),
        ("89161234567 89161234568", (ONE, TWO)),
        ("8 916 123 45 67 8 916 123 45 68 8 916 123 45 69", (ONE, TWO, THREE)),
        ("89161234567 / +7 (916) 123-45-67", (ONE,)),
        ("84951234567, 89161234568", ("phone_landline", TWO)),
        ("89161234567, 84951234567 доб. 12", (ONE, "phone_extension")),
        ("89161234567 (жена); 89161234568", ("phone_comment", TWO)),
        ("8916123456, 89161234567, 89161234568", ("phone_impossible", ONE, TWO)),
    ],
)
def test_each_number_of_a_cell_is_read_by_itself(cell: str, found: tuple[str, ...]) -> None:
    """What cannot be texted is named with its own reason, never dropped."""
    with pytest.raises(UnusableCell, match="phone_two_numbers"):
        parse_phone(cell)
    pieces = read_phones(cell)

    assert tuple(p.phone or (p.error and p.error.code) for p in pieces) == found


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("84951234567, 88001234567", "phone_landline"),
        ("375291234567; 84951234567", "phone_foreign"),
        (", ".join(f"891612345{n:02}" for n in range(MOST_PHONES + 1)), "phone_two_numbers"),
        ("+7916123456, 791612345678", "phone_too_short"),
    ],
)
def test_a_cell_without_a_phone_gives_the_reason_of_its_first_number(cell: str, code: str) -> None:
    with raises_code(UnusableCell, code):
        read_phones(cell)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", {7}),
        ("375", {7, 375}),
        ("7,375, 998", {7, 375, 998}),
        ("+375;+998", {7, 375, 998}),
        ("by UZ", {7, 375, 998}),
        ("KZ", {7}),
        ("GB,1", {7, 44, 1}),
    ],
)
def test_countries_are_named_by_calling_code_or_iso_name(text: str, codes: set[int]) -> None:
    assert parse_countries(text) == codes


@pytest.mark.parametrize("text", ["XX", "Беларусь", "0", "999", "7375", "-7", "BYUZ", "+"])
def test_what_is_no_country_is_refused_by_name(text: str) -> None:
    with raises_code(InputError, "countries") as caught:
        parse_countries(f"7,{text}")

    assert repr(text) in caught.value.message
