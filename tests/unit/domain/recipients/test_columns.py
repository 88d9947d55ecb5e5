"""The heading is found below its titles, and the phone column is never a silent guess."""

from collections.abc import Iterator

import pytest

from campaign.domain import Layout, RawRow, Role
from campaign.domain.cells import column_letters
from campaign.domain.recipients.columns import locate
from campaign.domain.recipients.headings import heading_key, heading_of
from campaign.errors import InputError
from tests.conftest import raises_code

RECIPIENT = ("+79161234567", "Иван")


def rows(*cells: tuple[str, ...]) -> Iterator[RawRow]:
    return iter([RawRow(number, row) for number, row in enumerate(cells, 1)])


def found(heading: tuple[str, ...], mapping: dict[Role, str] | None = None) -> Layout:
    layout, _ = locate(rows(heading), mapping or {})
    return layout


@pytest.mark.parametrize(
    "heading",
    [
        "phone", "PHONE", "Phone number", "phone_number", "Mobile", "msisdn", "tel.", "Телефон",
        "телефон:", "Номер телефона", "НОМЕР_ТЕЛЕФОНА", "Мобильный", "Моб. тел.", "\ufeffтелефон",
        "\u202aтел\u200bефон\u202c", "Номер\u00a0телефона", "Контактный телефон", "Номер",
        "Телефон клиента", "Сотовый", "phone (mobile)",
    ],
)  # fmt: skip
def test_phone_headings(heading: str) -> None:
    assert found(("Имя", heading)).roles == {Role.PHONE: 1}


HEADINGS = {
    Role.CLIENT_ID: ("clientId", "client_id", "ID", "ИД", "Код клиента"),
    Role.TEXT: ("Текст", "Текст сообщения", "message", "SMS"),
    Role.SENDER: ("Подпись", "sender", "Имя отправителя"),
    Role.SCHEDULE: ("Время отправки", "Дата отправки", "scheduleTime"),
    Role.TIMEZONE: ("Часовой пояс", "time zone"),
    Role.FLASH: ("flash",),
    Role.WAPURL: ("wapurl",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "role"), [(heading, role) for role, headings in HEADINGS.items() for heading in headings]
)
def test_other_headings(heading: str, role: Role) -> None:
    assert found(("phone", heading)).roles == {Role.PHONE: 0, role: 1}


@pytest.mark.parametrize("heading", ["Имя", "Текстиль", "Дата", "Сумма", "", "№", "from date"])
def test_strange_headings_have_no_role(heading: str) -> None:
    assert found(("phone", heading)).roles == {Role.PHONE: 0}


def test_titles_and_blank_rows_above_the_heading_are_skipped() -> None:
    layout, data = locate(
        rows(
            ("Список телефонов клиентов", ""),
            ("", " "),
            ("Выгрузка", "01.12.2026"),
            ("Телефон", "Имя"),
            RECIPIENT,
        ),
        {},
    )

    assert layout.heading_row_no == 4
    assert layout.heading == ("Телефон", "Имя")
    assert [row.row_no for row in data] == [5]


def test_the_rows_behind_the_heading_are_a_stream() -> None:
    """A million rows must not be held."""
    taken = 0

    def endless() -> Iterator[RawRow]:
        nonlocal taken
        yield RawRow(1, ("phone",))
        while True:
            taken += 1
            yield RawRow(taken + 1, ("+79161234567",))

    _, data = locate(endless(), {})

    assert [next(data).row_no for _ in range(100)] == list(range(2, 102))
    assert taken == 100


def test_a_recipient_above_the_heading_is_not_skipped_silently() -> None:
    with raises_code(InputError, "rows_above_heading") as caught:
        locate(rows(RECIPIENT, ("Телефон", "Имя"), RECIPIENT), {})

    assert "Row 1" in caught.value.message


@pytest.mark.parametrize(
    "heading", [("phone", "phone"), ("phone", "Телефон"), ("Телефон 1", "Телефон 2"), ("Мобильный", "tel")]
)
def test_two_equally_good_phone_columns_are_not_chosen_between(heading: tuple[str, ...]) -> None:
    with raises_code(InputError, "phone_column_ambiguous") as caught:
        found(heading)

    assert "--map phone=" in caught.value.hint


def test_the_better_phone_heading_wins() -> None:
    layout = found(("Номер", "Телефон бухгалтерии", "Телефон"))

    assert layout.roles[Role.PHONE] == 2


@pytest.mark.parametrize(
    ("heading", "index"), [(("Текст", "text"), 1), (("Сообщение", "Текст"), 0), (("id", "client_id"), 1)]
)
def test_for_other_roles_the_exact_name_wins_then_the_first(heading: tuple[str, ...], index: int) -> None:
    roles = found((*heading, "phone")).roles

    assert index in roles.values()
    assert len(roles) == 2


@pytest.mark.parametrize("name", ["Контакт для связи", "контакт для связи ", "Контакт_для_связи"])
def test_a_mapped_heading_is_found(name: str) -> None:
    layout, data = locate(rows(("Отчёт",), ("Имя", "Контакт для связи"), RECIPIENT), {Role.PHONE: name})

    assert layout.heading_row_no == 2
    assert layout.roles == {Role.PHONE: 1}
    assert len(list(data)) == 1


def test_a_mapped_column_wins_over_a_known_heading() -> None:
    assert found(("Телефон", "Рабочий"), {Role.PHONE: "Рабочий"}).roles == {Role.PHONE: 1}


@pytest.mark.parametrize("letter", ["B", "b"])
def test_a_column_may_be_mapped_by_its_letter(letter: str) -> None:
    assert found(("Телефон", "Телефон"), {Role.PHONE: letter}).roles[Role.PHONE] == 1


def test_a_heading_wins_over_a_letter() -> None:
    assert found(("Телефон", "x", "A"), {Role.TEXT: "A"}).roles[Role.TEXT] == 2


def test_a_letter_finds_an_unknown_heading() -> None:
    layout, data = locate(rows(("Список", ""), ("Имя", "Связь"), RECIPIENT[::-1]), {Role.PHONE: "B"})

    assert layout.heading == ("Имя", "Связь")
    assert [row.cells for row in data] == [RECIPIENT[::-1]]


def test_a_letter_makes_a_file_without_headings_usable() -> None:
    """The first recipient is no heading."""
    layout, data = locate(rows(RECIPIENT, RECIPIENT), {Role.PHONE: "A"})

    assert layout.heading_row_no == 0
    assert layout.heading == ("A", "B")
    assert [row.row_no for row in data] == [1, 2]


@pytest.mark.parametrize("role", [Role.PHONE, Role.TEXT])
@pytest.mark.parametrize("name", ["Телефоны клиентовв", "ZZ"])
def test_a_wrong_map_lists_what_there_is(role: Role, name: str) -> None:
    with raises_code(InputError, "map_unknown_column") as caught:
        found(("Телефоны клиентов", "Имя"), {role: name})

    assert "Телефоны клиентов, Имя" in caught.value.hint
    assert ("Did you mean" in caught.value.message) == (name != "ZZ")


@pytest.mark.parametrize(
    ("role", "code"), [(Role.PHONE, "phone_column_ambiguous"), (Role.TEXT, "map_ambiguous_column")]
)
def test_a_map_to_a_doubled_heading_asks_for_the_letter(role: Role, code: str) -> None:
    with raises_code(InputError, code, match="2 columns") as caught:
        found(("Телефон", "x", "x"), {role: "x"})

    assert f"--map {role}=B" in caught.value.hint


def test_no_phone_column_lists_the_headings() -> None:
    with raises_code(InputError, "no_phone_column") as caught:
        locate(rows(("Отчёт", ""), ("Имя", "Связь")), {})

    assert "Имя, Связь" in caught.value.message
    assert '--map phone="…"' in caught.value.hint


def test_two_columns_of_phones_without_headings_are_not_chosen_between() -> None:
    with raises_code(InputError, "phone_column_ambiguous", match="A, C") as caught:
        locate(rows((RECIPIENT[0], "x", RECIPIENT[0]), (RECIPIENT[0], "y", RECIPIENT[0])), {})

    assert "--map phone=A" in caught.value.hint


@pytest.mark.parametrize("cells", [(), (("", " "), ("\u200b",))])
def test_a_file_without_rows_is_empty(cells: tuple[tuple[str, ...], ...]) -> None:
    with raises_code(InputError, "empty_file"):
        locate(rows(*cells), {})


def test_a_heading_alone_is_no_error_here() -> None:
    _, data = locate(rows(("Телефон",)), {})

    assert list(data) == []


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (16383, "XFD")])
def test_column_letters(index: int, letter: str) -> None:
    assert column_letters(index) == letter


def test_a_blank_heading_is_shown_as_its_letter() -> None:
    assert heading_of(Layout(1, ("phone", " "), {Role.TEXT: 1}), Role.TEXT) == "B"


def test_heading_keys_compare_letters_and_digits_only() -> None:
    assert heading_key(" Учётный_Код: ") == heading_key("учетный код") == "учетныйкод"
