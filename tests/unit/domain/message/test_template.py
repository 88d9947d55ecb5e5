"""Placeholders fill in values and do nothing else."""

import pytest

from campaign.domain.message.template import Template
from campaign.errors import InputError, UnusableCell
from tests.conftest import raises_code

HEADING = ("Телефон", " Имя ", "Сумма")
ROW = ("+79161234567", "Иван", "100")


def fill(text: str, cells: tuple[str, ...] = ROW) -> str:
    return Template.parse(text, HEADING).render(cells)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("", ""),
        ("Без подстановок", "Без подстановок"),
        ("{Имя}, с вас {Сумма} р.", "Иван, с вас 100 р."),
        ("{имя}{ИМЯ}{ Имя }", "ИванИванИван"),
        ("{{Имя}}", "{Имя}"),
        ("{{{Имя}}}", "{Иван}"),
        ("100% {Имя} %s %(x)s %%", "100% Иван %s %(x)s %%"),
        ("  края  ", "  края  "),
        ("{Имя|клиент}", "Иван"),
    ],
)
def test_placeholders_are_filled_and_all_else_stays(text: str, rendered: str) -> None:
    assert fill(text) == rendered


def test_a_value_with_braces_stays_text() -> None:
    """One pass: a customer called {Сумма} must not see an amount."""
    assert fill("{Имя}", ("", "{Сумма} {{x}} %s", "100")) == "{Сумма} {{x}} %s"


def test_a_value_is_as_it_is_in_the_file() -> None:
    assert fill("<{Имя}>", ("", "  Иван\n", "")) == "<  Иван\n>"


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "\u200b", "\ufeff "])
def test_a_blank_value_without_default_rejects_the_row(blank: str) -> None:
    with raises_code(UnusableCell, "placeholder_empty") as caught:
        fill("{имя}", ("", blank, ""))

    assert caught.value.details == {"column": "Имя"}


@pytest.mark.parametrize(
    ("text", "rendered"), [("{имя|клиент}", "клиент"), ("{имя| друг|2}", " друг|2"), ("{имя|}", "")]
)
def test_a_default_stands_in_for_a_blank_value(text: str, rendered: str) -> None:
    assert fill(text, ("", " ", "")) == rendered


def test_a_missing_cell_is_a_blank_one() -> None:
    with pytest.raises(UnusableCell, match="placeholder_empty"):
        fill("{Сумма}", ("+79161234567",))


@pytest.mark.parametrize(
    ("text", "position"),
    [("Привет, {имя", 9), ("{a{b}", 1), ("}", 1), ("ab}", 3), ("{имя}}", 6), ("x{}", 2), ("{ |d}", 1)],
)
def test_braces_without_sense_are_refused_with_their_position(text: str, position: int) -> None:
    with raises_code(InputError, "template_bad", match=f"character {position}:"):
        Template.parse(text, HEADING)


@pytest.mark.parametrize("text", ["{a{b}}", "Привет, {имя|{город}}!"])
def test_a_placeholder_inside_another_is_called_so(text: str) -> None:
    with pytest.raises(InputError, match="inside another"):
        Template.parse(text, HEADING)


def test_a_lone_brace_is_not_called_a_nested_placeholder() -> None:
    with pytest.raises(InputError, match=r"a lone '\{' at character 9"):
        Template.parse("Привет, {имя и {город}", HEADING)


def test_columns_without_headings_are_called_by_their_letters() -> None:
    letters = ("A", "B")

    assert Template.parse("{B}, {b}", letters).render(("x", "Иван")) == "Иван, Иван"


def test_columns_are_found_in_the_order_of_the_text() -> None:
    slots = Template.parse("{Б} {а|x} {б} {{в}}", ("а", "Б")).slots

    assert [slot.column for slot in slots] == ["Б", "а", "Б"]


def test_an_unknown_column_names_the_nearest_and_lists_all() -> None:
    with raises_code(InputError, "template_unknown_column") as caught:
        Template.parse("{имья}", HEADING)

    assert "{Имя}" in caught.value.message
    assert "Телефон, Имя, Сумма" in caught.value.hint


@pytest.mark.parametrize("text", ["{Имя.__class__}", "{Имя!r}", "{Имя:>99}", "{0}"])
def test_there_are_no_attributes_and_no_formats(text: str) -> None:
    with pytest.raises(InputError, match="no such column"):
        Template.parse(text, HEADING)


def test_two_columns_of_one_name_are_never_chosen_between() -> None:
    with raises_code(InputError, "template_ambiguous_column"):
        Template.parse("{имя}", ("Имя", "ИМЯ"))


def test_the_spelling_decides_between_names_that_differ_in_case() -> None:
    assert Template.parse("{ИМЯ}", ("Имя", "ИМЯ")).render(("a", "b")) == "b"
