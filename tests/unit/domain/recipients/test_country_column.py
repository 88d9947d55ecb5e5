"""A calling code in a column of its own belongs to the phone next to it."""

import pytest

from campaign.domain.recipients.phone_cell import country_column, with_country


@pytest.mark.parametrize("title", ["Код страны", "country_code", "Dial code", "КОД СТРАНЫ:"])
def test_the_column_is_known_by_its_heading(title: str) -> None:
    assert country_column(("Имя", title, "Телефон")) == 1


@pytest.mark.parametrize(
    "titles", [(), ("Код", "Телефон"), ("Код страны", "Country code"), ("Страна", "Телефон")]
)
def test_another_heading_or_two_of_them_say_nothing(titles: tuple[str, ...]) -> None:
    assert country_column(titles) is None


@pytest.mark.parametrize(
    ("phone", "code", "expected"),
    [
        ("9000000101", "996", "+996 9000000101"),
        ("9000000101", " +91 ", "+91 9000000101"),
        ("9100000101", "91", "+91 9100000101"),
        ("919000000101", "91", "+919000000101"),
        ("29 123-45-67", "00375", "+375 29 123-45-67"),
        ("9000000101", "7", "9000000101"),
        ("9000000101", "+7", "9000000101"),
        ("89000000101", "8", "89000000101"),
        ("+79000000101", "996", "+79000000101"),
        ("9000000101", "", "9000000101"),
        ("9000000101", "RU", "9000000101"),
        ("9000000101", "0", "9000000101"),
    ],
)
def test_the_code_is_put_before_a_phone_that_names_no_country(phone: str, code: str, expected: str) -> None:
    assert with_country(phone, code) == expected
