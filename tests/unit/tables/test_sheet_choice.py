"""Which sheet is taken, and that no other one is passed over silently."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from campaign.domain import FileOptions, RawRow
from campaign.errors import InputError
from campaign.tables import open_table
from campaign.tables.sheet_properties import SheetProperties, SheetView
from campaign.tables.sheets import choose_sheet, property_notes
from campaign.text import some
from tests.conftest import raises_code

PATH = Path("book.xlsx")
NOTES = [RawRow(1, ("Отчёт за март",)), RawRow(2, ("всего", "3"))]
RECIPIENTS = [RawRow(1, ("Телефон", "Имя")), RawRow(2, ("+79000000101", "Анна"))]
PHONES = [RawRow(1, ("+79000000101", "Анна")), RawRow(2, ("+79000000102", "Пётр"))]


def _choose(
    heads: dict[str, Sequence[RawRow] | None], wanted: str | None = None, *, hidden: str = ""
) -> tuple[str, tuple[str, ...]]:
    """Choose among sheets by their first rows; None is a sheet that cannot be read."""
    views = [SheetView(name, name != hidden, bool(head) or head is None)
             for name, head in heads.items()]  # fmt: skip

    def head(name: str) -> Sequence[RawRow]:
        rows = heads[name]
        if rows is None:
            raise InputError("it is damaged", hint="Save it again.", code="workbook_hostile")
        return rows

    sheet, notes = choose_sheet(PATH, views, wanted, head=head)
    return sheet.name, notes


@pytest.mark.parametrize(
    ("heads", "hidden", "chosen", "notes"),
    [
        ({"Отчёт": NOTES, "Клиенты": RECIPIENTS, "Ещё": NOTES}, "", "Клиенты", "'Отчёт', 'Ещё'."),
        ({"Список": PHONES, "Клиенты": RECIPIENTS}, "", "Клиенты", ""),
        ({"Клиенты": RECIPIENTS, "Отчёт": NOTES, "Итог": NOTES}, "Клиенты", "Отчёт",
         "'Клиенты' (hidden), 'Итог'."),
        ({"A": NOTES, "B": NOTES}, "", "A", "'B'."),
    ],
    ids=["phones anywhere", "headings before phones alone", "hidden", "no phones"],
)  # fmt: skip
def test_the_visible_sheet_with_recipients_is_taken_or_the_first(
    heads: dict[str, Sequence[RawRow] | None], hidden: str, chosen: str, notes: str
) -> None:
    name, noted = _choose(heads, hidden=hidden)

    assert name == chosen
    assert not notes or noted == (f"Sheets with data that are not read: {notes}",)


def test_a_second_sheet_with_recipients_is_reported_loudly() -> None:
    name, notes = _choose({"Март": RECIPIENTS, "Отчёт": NOTES, "Апрель": RECIPIENTS})

    assert name == "Март"
    assert notes == (
        (
            "ATTENTION: more than one sheet contains phones. Read: 'Март'; NOT read: 'Апрель'. "
            "To choose another: --sheet 'Апрель'."
        ),
        "Sheets with data that are not read: 'Отчёт'.",
    )


def test_a_sheet_that_the_user_named_is_taken_without_comparing() -> None:
    name, notes = _choose({"Март": RECIPIENTS, "Отчёт": None}, "отчёт ")

    assert name == "Отчёт"
    assert notes == ("Sheets with data that are not read: 'Март'.",)


def test_a_sheet_that_cannot_be_read_is_reported() -> None:
    name, notes = _choose({"Старьё": None, "Клиенты": RECIPIENTS})

    assert name == "Клиенты"
    assert notes[-1] == "Sheet 'Старьё' was not looked at: it is damaged."


def test_when_no_sheet_can_be_read_the_first_error_is_the_answer() -> None:
    with raises_code(InputError, "workbook_hostile"):
        _choose({"A": None, "B": None})


def test_of_very_many_sheets_the_rest_is_reported() -> None:
    heads: dict[str, Sequence[RawRow] | None] = {f"Л{n}": NOTES for n in range(40)}

    _, notes = _choose(heads)

    assert any("'Л30' was not looked at" in note for note in notes)


def test_only_hidden_data_is_refused_with_the_way_to_it() -> None:
    with raises_code(InputError, "file_empty") as caught:
        _choose({"Клиенты": RECIPIENTS, "Пусто": []}, hidden="Клиенты")

    assert "--sheet 'Клиенты'" in caught.value.hint


def test_a_list_of_names_is_short() -> None:
    assert some(map(str, range(7))) == "0, 1, 2, 3, 4 and 2 more"
    assert some(["1"], 9) == "1 and 8 more"


def test_hidden_neighbours_are_reported_as_one() -> None:
    """Many users hide every column to the right of their table."""
    properties = SheetProperties(hidden_columns=[1, *range(10, 256)])

    assert list(property_notes(properties, include_hidden=False)) == [
        "Hidden columns that are not used: B, K:IV (--include-hidden uses them)."
    ]


def test_of_a_real_workbook_the_sheet_with_recipients_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Отчёт за март"])
    for title in ("Клиенты", "Архив"):
        sheet = book.create_sheet(title)
        sheet.append([None])
        sheet.append(["Телефон", "Имя"])
        sheet.append([79000000101, title])
    book.save(tmp_path / "a.xlsx")

    with open_table(tmp_path / "a.xlsx", FileOptions()) as table:
        rows = list(table.rows)

    assert table.info.sheet == "Клиенты"
    assert rows[2] == RawRow(3, ("79000000101", "Клиенты"))
    assert "NOT read: 'Архив'" in table.info.notes[0]
