"""A text is sent as it is; what may be a slip is a warning, what no phone shows is refused."""

import pytest

from campaign.domain import RowWarning
from campaign.domain.message.review import LONG_VALUE, reviewer
from campaign.domain.message.template import Template
from campaign.errors import UnusableCell
from tests.conftest import raises_code

HEADING = ("Телефон", "Имя")


def codes(text: str) -> list[str]:
    return [warning.code for warning in reviewer(None, "Текст")(text, ())]


def about(template: str, name: str) -> tuple[RowWarning, ...]:
    bound = Template.parse(template, HEADING)
    cells = ("+79161234567", name)
    return reviewer(bound, "")(bound.render(cells), cells)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Привет", []),
        ("Привет,\nмир", []),
        ("1\u00a0234 ₽ — «скидка»", []),
        ("Семья 👨\u200d👩\u200d👧 и ❤\ufe0f\u200d🔥", []),
        (" Привет", ["text_edge_blanks"]),
        ("Привет\n", ["text_edge_blanks"]),
        ("Привет,  мир", ["text_double_space"]),
        ("  Привет", ["text_double_space", "text_edge_blanks"]),
        ("При\u00adвет", ["text_invisible"]),
        ("При\u200bвет", ["text_invisible"]),
        ("При\ufeffвет", ["text_invisible"]),
        ("а\u200dб", ["text_invisible"]),
        ("При\tвет", ["text_invisible"]),
        ("сайт shop.example.com/x", []),
    ],
)
def test_slips_in_a_text_are_warned_about(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ("\x00", "U+0000"),
        ("\x07", "U+0007"),
        ("\x1b", "U+001B"),
        ("\x85", "U+0085"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\ud83d", "U+D83D"),
        ("\udc00", "U+DC00"),
        ("\ufffd", "U+FFFD REPLACEMENT CHARACTER"),
        ("\uffff", "U+FFFF"),
    ],
)
def test_a_character_that_cannot_be_sent_is_refused_by_name(bad: str, name: str) -> None:
    with raises_code(UnusableCell, "text_bad_characters") as caught:
        codes(f"При{bad}вет")

    assert name in caught.value.details["character"]


@pytest.mark.parametrize(
    "name",
    [
        *("Анна", "И. И.", "1 234,50", "ООО Ромашка", "3.5", "а.б", "Нестор", "Тестова", "0", "5%"),
        *("кВт", "AT&T", "a < b", "x=5", "А-Я", "О'Нил", "«Ёж»", "ООО «Ёж» — №1"),
    ],
)
def test_ordinary_values_are_not_remarked_upon(name: str) -> None:
    assert about("{имя}. Ждём.\nwww.shop.example", name) == ()


ODD_VALUES = {
    "value_link": (
        "http://x.example/1", "HTTPS://X.example", "www.x.example", "bit.ly/abc", "магазин.рф",
    ),
    "value_lines": ("Анна\nПетровна", "Анна\r\nПетровна", "Анна\rПетровна"),
    "value_long": ("я" * (LONG_VALUE + 1),),
    "value_odd": (
        "NULL", "\\N", "Не указано", "-", "'Анна'", "аННА", "Ромашка &amp; Ко", "Анна<br>",
        "%D0%90%D0%BD", "\\u0410\\u043d", "_x041F_ётр",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for code, names in ODD_VALUES.items() for name in names]
)
def test_an_odd_value_is_reported_with_its_column(name: str, code: str) -> None:
    found = about("{имя}, ждём. {имя}\n", name)

    assert [(w.field, w.code) for w in found if w.code.startswith("value")] == [("Имя", code)]


def test_a_blank_default_leaves_blanks_with_a_warning() -> None:
    bound = Template.parse("Ждём, {имя|} , вас", HEADING)
    cells = ("+79161234567", "")

    found = reviewer(bound, "")(bound.render(cells), cells)
    assert bound.render(cells) == "Ждём,  , вас"
    assert [warning.code for warning in found] == ["text_double_space"]


def test_a_garbled_value_is_refused_with_its_column_and_its_reading() -> None:
    with raises_code(UnusableCell, "text_garbled") as caught:
        about("{имя}, ждём", "Àííà")

    assert caught.value.details == {"column": "Имя", "value": "Àííà", "reading": "Анна"}


def test_lost_letters_are_refused() -> None:
    with raises_code(UnusableCell, "text_letters_lost"):
        about("{имя}, ждём", "???? ?????")


def test_a_garbled_text_of_the_user_is_refused() -> None:
    with pytest.raises(UnusableCell) as caught:
        about("Æäёì, {имя}".replace("ё", "¸"), "Анна")

    assert caught.value.details["reading"] == "Ждём"
