"""One cell, one phone number that can get an SMS, or a precise reason why not."""

import pytest

from campaign.domain.recipients.phone import ask_library, parse_phone
from campaign.errors import UnusableCell
from tests.conftest import raises_code

MOSCOW_MOBILE = "+79161234567"
BELARUS = frozenset({7, 375})


@pytest.mark.parametrize(
    "cell",
    [
        "+79161234567", "79161234567", "89161234567", "9161234567", "+7 (916) 123-45-67",
        "8 916 123 45 67", "8(916)123-45-67", "8.916.123.45.67",
        "+7\u00a0916\u00a0123\u00a045\u00a067", "\u202a+7 916 123\u201145\u201167\u202c",
        "\ufeff79161234567", "'+79161234567", "\u2019+79161234567\u2019", '"89161234567"',
        " \t89161234567\n", "0079161234567", "00 7 916 123-45-67", "810 7 916 123 45 67",
        "79161234567.0", "+79161234567.0", "79161234567,00", "9161234567.0", "7.9161234567E10",
        "7,9161234567E+10", "tel:+79161234567", "тел. 89161234567", "моб.: 8-916-123-45-67",
        "номер телефона 89161234567", "+79161234567 (моб.)", "WhatsApp +7 916 123-45-67",
        "№ 79161234567", "７９１６１２３４５６７", "٧٩١٦١٢٣٤٥٦٧",
    ],
)  # fmt: skip
def test_every_way_of_writing_a_mobile_is_one_number(cell: str) -> None:
    assert parse_phone(cell) == MOSCOW_MOBILE


REFUSED = {
    "phone_empty": ("", " \u00a0\u200b ", "'"),
    "phone_not_a_number": (
        "нет", "#######", "#N/A", "-", "anna@example.com", "доб. 12", "с 8 до 9", "8916CALLNOW",
    ),
    "phone_letters": ("8916О234567", "89161234567Иван"),
    "phone_comment": (
        "+79161234567 Иван", "Иван +79161234567", "79161234567 (жена)", "79161234567 (сын 2)",
        "не звонить 89161234567",
    ),
    "phone_landline": ("84951234567 (офис)", "дом 84951234567", "84951234567", "+7 812 123-45-67"),
    "phone_short": ("112", "02"),
    "phone_digits_lost": ("7,91612E+10", "7.91612E+10", "7,91612Е+10", "8E+10", "7.9161234567E+99"),
    "phone_too_short": ("5", "1234567", "+7916123456", "79003"),
    "phone_too_long": ("791612345678", "7916123456712345678901", "+79991234567890"),
    "phone_impossible": ("+79300012345", "+89161234567"),
    "phone_premium": ("88001234567", "88091234567"),
    "phone_foreign": (
        "375291234567", "+375 29 123-45-67", "00375291234567", "380671234567", "998901234567",
    ),
    "phone_extension": ("+79161234567 доб. 12", "+79161234567 ext 12", "89161234567#12"),
    "phone_two_numbers": (
        "+79161234567, +79161234568", "89161234567;89161234568", "89161234567/89161234568",
        "89161234567\n89161234568", "89161234567 или 89161234568", "89161234567 89161234568",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "code"), [(cell, code) for code, cells in REFUSED.items() for cell in cells]
)
def test_what_cannot_get_an_sms_says_why(cell: str, code: str) -> None:
    with raises_code(UnusableCell, code) as caught:
        parse_phone(cell)

    assert "value" in caught.value.details


def test_a_foreign_number_names_its_country() -> None:
    with pytest.raises(UnusableCell) as caught:
        parse_phone("375291234567")

    assert caught.value.details == {"value": "375291234567", "country": "+375"}


@pytest.mark.parametrize("cell", ["375291234567", "+375 29 123-45-67", "00375 29 1234567"])
def test_an_allowed_country_needs_no_plus(cell: str) -> None:
    """Spreadsheets drop the plus of a number cell."""
    assert parse_phone(cell, countries=BELARUS) == "+375291234567"


def test_a_region_decides_what_a_number_without_country_code_means() -> None:
    assert parse_phone("80291234567", region="BY", countries=BELARUS) == "+375291234567"


def test_a_comment_is_named_with_its_number() -> None:
    """No program can distinguish "wife" and "do not call" from "work"."""
    with pytest.raises(UnusableCell) as caught:
        parse_phone("8 916 123-45-67 (не звонить)")

    assert caught.value.details["number"] == "8 916 123-45-67"
    assert caught.value.details["comment"] == "не звонить"


def test_a_letter_among_the_digits_is_named_by_its_alphabet() -> None:
    """A Cyrillic O for a zero is not to be seen."""
    with pytest.raises(UnusableCell) as caught:
        parse_phone("8916О234567")

    assert "CYRILLIC CAPITAL LETTER O" in caught.value.details["character"]


def test_kazakhstan_shares_the_country_code() -> None:
    assert parse_phone("8 701 234 56 78") == "+77012345678"


def test_russia_is_not_texted_when_it_is_not_allowed() -> None:
    """The short way must not overlook the list of countries."""
    with pytest.raises(UnusableCell, match="phone_foreign"):
        parse_phone("+79161234567", countries=frozenset({375}))


def test_a_mistyped_russian_number_is_not_called_foreign() -> None:
    """The second try with a plus counts only when it gives a mobile somewhere."""
    with pytest.raises(UnusableCell, match="phone_too_long"):
        parse_phone("791612345678")


def test_a_long_cell_is_quoted_short() -> None:
    with pytest.raises(UnusableCell) as caught:
        parse_phone("слово " * 50)

    assert len(caught.value.details["value"]) == 40


def test_a_landline_of_a_country_with_one_range_for_both_is_texted() -> None:
    """North America does not tell mobiles from landlines."""
    assert ask_library("+1 202 555 0123", countries=frozenset({1})) == "+12025550123"
