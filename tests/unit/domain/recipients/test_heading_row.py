"""Layouts of real tables: headings in two lines or none, doubled ones, rows that are no recipients."""

from collections.abc import Iterator

import pytest

from campaign.domain import Layout, RawRow, Role
from campaign.domain.recipients.columns import locate
from campaign.domain.recipients.heading_row import recipients_rank
from campaign.errors import InputError

ANNA = ("+79161234567", "Анна")
PETER = ("+79161234568", "Пётр")


def _rows(*cells: tuple[str, ...]) -> Iterator[RawRow]:
    return iter([RawRow(number, row) for number, row in enumerate(cells, 1)])


def _read(*cells: tuple[str, ...], header: int | None = None, **mapping: str) -> tuple[Layout, list[RawRow]]:
    layout, data = locate(_rows(*cells), {Role(role): name for role, name in mapping.items()}, header=header)
    return layout, list(data)


def _error(*cells: tuple[str, ...], header: int | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        _read(*cells, header=header)
    return caught.value


# --- two lines of headings


def test_a_group_line_above_the_headings_is_part_of_them() -> None:
    layout, data = _read(
        ("Клиент", "", "Контакты", ""),
        ("ФИО", "Город", "Телефон", "Email"),
        ("Анна", "Уфа", ANNA[0], "a@example.org"),
    )

    assert layout.heading_row_no == 2
    assert layout.roles[Role.PHONE] == 2
    assert layout.heading == ("ФИО", "Город", "Телефон", "Email")
    assert [row.row_no for row in data] == [3]


def test_cells_merged_downwards_keep_their_heading() -> None:
    layout, data = _read(
        ("ФИО", "Телефон", "Адрес", ""), ("", "", "Город", "Улица"), ("Анна", ANNA[0], "Уфа", "Мира")
    )

    assert layout.heading == ("ФИО", "Телефон", "Город", "Улица")
    assert layout.roles[Role.PHONE] == 1
    assert [row.row_no for row in data] == [3]
    assert any("1 and 2" in note for note in layout.notes)


def test_doubled_headings_are_distinguished_by_their_group() -> None:
    layout, _ = _read(
        ("Плательщик", "", "Получатель", ""),
        ("Имя", "Код", "Имя", "Телефон"),
        ("Анна", "1", "Пётр", PETER[0]),
    )

    assert layout.heading == ("Плательщик Имя", "Код", "Получатель Имя", "Телефон")


def test_two_phones_under_one_group_are_not_chosen_between() -> None:
    error = _error(("Имя", "Телефон", ""), ("", "Основной", "Второй"), ("Анна", ANNA[0], PETER[0]))

    assert error.code == "phone_column_ambiguous"
    assert "'Телефон Основной' (B), 'Телефон Второй' (C)" in error.message


def test_a_row_with_a_blank_phone_is_no_second_line_of_headings() -> None:
    """It is a recipient without a phone, and must be reported."""
    _, data = _read(("Телефон", "Имя"), ("", "Вера"), ANNA)

    assert [row.row_no for row in data] == [2, 3]


# --- no headings


def test_without_headings_every_row_is_data_with_a_note() -> None:
    layout, data = _read(ANNA, PETER)

    assert layout.heading_row_no == 0
    assert layout.heading == ("A", "B")
    assert layout.roles == {Role.PHONE: 0}
    assert [row.row_no for row in data] == [1, 2]
    assert any("no headings" in note for note in layout.notes)


def test_a_first_recipient_with_a_wrong_phone_is_not_taken_for_a_heading() -> None:
    layout, data = _read(("12345", "Вера"), ANNA, PETER)

    assert layout.heading_row_no == 0
    assert [row.row_no for row in data] == [1, 2, 3]


def test_a_title_above_recipients_without_headings_is_noted() -> None:
    layout, data = _read(("Наши клиенты", ""), ANNA, PETER)

    assert layout.heading_row_no == 0
    assert [row.row_no for row in data] == [2, 3]
    assert "Row 1 above the table: not read." in layout.notes


def test_a_blank_above_the_phones_is_neither_recipient_nor_heading() -> None:
    error = _error(("", "Вера", "Уфа"), (*ANNA, "Уфа"), (*PETER, "Тверь"))

    assert error.code == "no_phone_column"


# --- the phone column by its cells


def test_under_unknown_headings_the_only_column_of_phones_is_taken_with_a_note() -> None:
    layout, data = _read(("Кто", "Связь"), ANNA[::-1], PETER[::-1])

    assert layout.heading_row_no == 1
    assert layout.roles[Role.PHONE] == 1
    assert len(data) == 2
    assert any("Column B (Связь)" in note for note in layout.notes)


def test_one_wrong_phone_in_ten_does_not_hide_the_column() -> None:
    recipients = [("Анна", f"+7916123456{n}") for n in range(9)]

    assert _read(("Кто", "Связь"), *recipients, ("Вера", "нет"))[0].roles[Role.PHONE] == 1
    assert _error(("Кто", "Связь"), *recipients[:5], ("Вера", "нет")).code == "no_phone_column"


def test_numbers_that_are_named_otherwise_are_no_phones() -> None:
    """Some INN look exactly like a mobile number of Kazakhstan."""
    error = _error(("Кто", "ИНН"), ("Анна", "7710140679"), ("Пётр", "7715938849"))

    assert error.code == "no_phone_column"


def test_a_column_number_of_the_row_gives_way_to_phones() -> None:
    layout, _ = _read(("Номер", "Связь"), ("1", ANNA[0]), ("2", PETER[0]))

    assert layout.roles[Role.PHONE] == 1
    assert layout.notes


# --- doubled headings


def test_of_two_phone_columns_a_blank_one_is_out_with_a_note() -> None:
    layout, _ = _read(("Телефон", "Имя", "Телефон"), ("", "Анна", ANNA[0]), ("", "Пётр", PETER[0]))

    assert layout.roles[Role.PHONE] == 2
    assert any("Column C" in note and "blank" in note for note in layout.notes)


def test_between_two_filled_phone_columns_nothing_is_chosen() -> None:
    error = _error(("Телефон", "Имя", "Телефон"), ("нет", "Анна", ANNA[0]))

    assert error.code == "phone_column_ambiguous"
    assert "(A)" in error.message
    assert "(C)" in error.message


def test_a_home_phone_that_cannot_get_an_sms_gives_way() -> None:
    layout, _ = _read(("Телефон домашний", "Мобильный телефон клиента"), ("+74951234567", ANNA[0]))

    assert layout.roles[Role.PHONE] == 1
    assert layout.notes


# --- rows that are no recipients


def test_a_repeated_heading_is_marked() -> None:
    _, data = _read(("Телефон", "Имя"), ANNA, (" телефон:", "ИМЯ"), PETER)

    assert [row.problem for row in data] == ["", "repeated_heading", ""]


def test_both_lines_of_a_heading_may_be_repeated() -> None:
    lines = (("Имя", "Контакты", ""), ("", "Телефон", "Email"))
    _, data = _read(*lines, ("Анна", ANNA[0], "x"), *lines, ("Пётр", PETER[0], "y"))

    assert [row.problem for row in data] == ["", "repeated_heading", "repeated_heading", ""]


@pytest.mark.parametrize(
    "row", [("Итого: 25", ""), ("", "Итого"), ("ВСЕГО", "25"), ("Total", "2 people"), ("Итого", "9")]
)
def test_totals_are_marked(row: tuple[str, ...]) -> None:
    _, data = _read(("Имя", "Телефон"), ANNA[::-1], row)

    assert [one.problem for one in data] == ["", "totals_row"]


def test_a_recipient_with_a_phone_is_never_totals() -> None:
    _, data = _read(("Имя", "Телефон"), ("Итого", ANNA[0]), ("Телефон", "+7 (916) 123-45-68"))

    assert [row.problem for row in data] == ["", ""]


def test_another_table_below_is_refused() -> None:
    """Its columns mean something else: names would come from the wrong ones."""
    error = _error(("Телефон", "Имя", "Город"), (*ANNA, "Уфа"), ("Имя", "Город", "Телефон"))

    assert error.code == "second_heading"
    assert "Row 3" in error.message


def test_a_table_without_phones_below_is_rejected_row_by_row() -> None:
    _, data = _read(("Телефон", "Имя"), ANNA, ("Товар", "Цена"), ("Ваза", "1500"))

    assert [row.cells for row in data] == [ANNA, ("Товар", "Цена"), ("Ваза", "1500")]


def test_two_tables_side_by_side_are_not_chosen_between() -> None:
    error = _error(("Телефон", "Имя", "", "Телефон", "Имя"), (*ANNA, "", *PETER), (*PETER, "", *ANNA))

    assert error.code == "phone_column_ambiguous"


# --- ragged rows


def test_a_row_with_more_filled_cells_than_headings_is_not_trusted() -> None:
    """Cells may have moved: the phone would be next to another name."""
    _, data = _read(("Телефон", "Имя"), (*ANNA, "Уфа"), (*PETER, "", " "), ANNA[:1])

    assert [row.problem for row in data] == ["row_too_wide", "", ""]


def test_without_headings_most_rows_say_how_wide_a_row_may_be() -> None:
    _, data = _read((*ANNA, "Уфа"), PETER, PETER)

    assert [row.problem for row in data] == ["row_too_wide", "", ""]


def test_a_problem_that_a_row_already_has_stays() -> None:
    _, data = locate(iter([RawRow(1, ("Телефон",)), RawRow(2, ("Телефон",), "row_hidden")]), {})

    assert [row.problem for row in data] == ["row_hidden"]


# --- --header


def test_the_user_may_choose_the_row_of_the_headings() -> None:
    layout, data = _read(("Телефон", "Менеджер"), ("+79161111111", "Мария"), ("Связь", "Кто"), ANNA, header=3)

    assert layout.heading == ("Связь", "Кто")
    assert layout.roles[Role.PHONE] == 0
    assert [row.row_no for row in data] == [4]
    assert any("hold a phone" in note and "2" in note for note in layout.notes)


def test_header_0_makes_every_row_data() -> None:
    layout, data = _read(("Телефон", "Имя"), ANNA, header=0, phone="A")

    assert layout.heading == ("A", "B")
    assert [row.row_no for row in data] == [1, 2]


def test_a_header_far_down_is_found() -> None:
    titles = [(f"Строка {n}", "") for n in range(40)]
    layout, data = _read(*titles, ("Телефон", "Имя"), ANNA, PETER, header=41)

    assert layout.heading == ("Телефон", "Имя")
    assert [row.row_no for row in data] == [42, 43]


@pytest.mark.parametrize("header", [2, 99])
def test_a_header_that_is_no_row_is_refused(header: int) -> None:
    error = _error(("Телефон", "Имя"), ("", ""), ANNA, header=header)

    assert error.code == "header_row"
    assert "--header 1" in error.hint


def test_phones_above_the_headings_have_a_hint() -> None:
    assert "--header 2" in _error(ANNA, ("Телефон", "Имя"), PETER).hint


# --- which sheet


@pytest.mark.parametrize(
    ("cells", "rank"),
    [
        ([], 0),
        ([("Товар", "Цена"), ("Ваза", "1500")], 0),
        ([("Номер", "Дата"), ("1", "01.12.2026")], 0),
        ([("Телефон", "Имя")], 1),
        ([ANNA, PETER], 2),
        ([("Отчёт", ""), ("Телефон", "Имя"), ANNA, PETER], 3),
        ([("Номер", "Имя"), ANNA, PETER], 3),
    ],
)
def test_sheets_are_ranked_by_phones_and_headings(cells: list[tuple[str, ...]], rank: int) -> None:
    assert recipients_rank(list(_rows(*cells))) == rank
