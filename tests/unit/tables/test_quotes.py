"""Broken quotes: read where there is one way to read them, and no row vanishes in an open one."""

from pathlib import Path

import pytest

from campaign.domain import FileOptions, RawRow, TableInfo
from campaign.errors import InputError
from campaign.tables.text.reader import CsvReader
from campaign.tables.text.records import fix, holds_rows
from tests.conftest import raises_code

HEAD = "Телефон;Имя;Код\n"
GOOD = "79160000009;Анна;K9\n"


def _read(folder: Path, text: str) -> tuple[TableInfo, list[RawRow]]:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with CsvReader().open(path, FileOptions(delimiter=";")) as table:
        return table.info, list(table.rows)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"ООО "Ромашка""', 'ООО "Ромашка"'),
        ('"ООО "Ромашка" и Ко"', 'ООО "Ромашка" и Ко'),
        ('""Ромашка""', '"Ромашка"'),
        ('"Ромашка" ООО', '"Ромашка" ООО'),
        ('"ООО "Ромашка"; филиал"', 'ООО "Ромашка"; филиал'),
        ('"ООО \\"Ромашка\\""', 'ООО "Ромашка"'),
        ('ООО "Ромашка"', 'ООО "Ромашка"'),
    ],
)
def test_quotes_of_1c_are_read_where_there_is_one_way(tmp_path: Path, written: str, meant: str) -> None:
    _, rows = _read(tmp_path, f"{HEAD}79160000001;{written};K1\n{GOOD}")

    assert rows[1].cells == ("79160000001", meant, "K1")
    assert rows[2].cells == ("79160000009", "Анна", "K9")
    assert not any(row.problem for row in rows)


def test_fixed_rows_are_counted_and_named(tmp_path: Path) -> None:
    broken = '79160000001;"ООО "Ромашка"";K1\n'
    info, _ = _read(tmp_path, HEAD + broken + GOOD + broken * 11)

    (note,) = info.notes
    assert "12 (2, 4, 5" in note
    assert "2 more" in note


@pytest.mark.parametrize(
    "written",
    [
        '"ООО "Ромашка";K1',  # where does the name end?
        '"A";"B";"C "D""',  # more cells than headings
        '"ООО "Ромашка""',  # fewer
    ],
)
def test_a_row_without_one_reading_is_rejected_alone(tmp_path: Path, written: str) -> None:
    _, rows = _read(tmp_path, f"{HEAD}79160000001;{written}\n{GOOD}")

    assert [row.problem for row in rows] == ["", "quote_broken", ""]
    assert rows[2] == RawRow(3, ("79160000009", "Анна", "K9"))


def test_two_readings_are_none() -> None:
    """A name of two parts, or a name and a town? That is not guessed."""
    assert fix('"a "x";"b";"c"y"\n', ";", 2) is None
    assert fix('1;"a "x"";2\n', ";", 3) == ("1", 'a "x"', "2")


def test_row_numbers_go_on_behind_broken_rows(tmp_path: Path) -> None:
    broken = '79160000001;"ООО "Ромашка"";K1\n'
    _, rows = _read(tmp_path, HEAD + broken * 3 + '79160000002;"two\nlines";K2\n' + broken + GOOD)

    assert [row.row_no for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert rows[4].cells[1] == "two\nlines"


@pytest.mark.parametrize(
    "swallowed",
    [
        '79160000001;"Анна;K1\n79160000002;Пётр;K2\n',
        '79160000001;"Анна;K1\n79160000002;Пётр";K2\n',
        '79160000001;"Анна;K1\n79160000002;Пётр;K2\n79160000003;Вера";K3\n',
        '79160000001;"Анна;K1\n79160000002;"Пётр";K2\n',
        '"79160000001;Анна;K1\n"79160000002;Пётр;K2\n',
        ';"Анна;K1\n;Пётр;K2\n;Вера;K3\n;Ольга";K4\n',
    ],
)
def test_an_open_quote_never_swallows_the_next_recipients(tmp_path: Path, swallowed: str) -> None:
    """Closed by another stray quote, such a record is well formed: only its content shows it."""
    with raises_code(InputError, "quote_open") as caught:
        _read(tmp_path, HEAD + swallowed + GOOD)

    assert "line 2" in caught.value.message


@pytest.mark.parametrize(
    "text", ["Здравствуйте!\nЖдём вас; приходите", "Ваш менеджер:\n+79160000005; Иван", "а\nб\nв; г\nд"]
)
def test_a_text_of_several_lines_is_no_swallowed_row(tmp_path: Path, text: str) -> None:
    _, rows = _read(tmp_path, f'{HEAD}79160000001;"{text}";K1\n{GOOD}')

    assert rows[1].cells[1] == text


def test_in_one_column_three_phones_are_three_recipients() -> None:
    lines = ["79160000001\n", "79160000002\n", '79160000003"\n']

    assert holds_rows(['"79160000000\n', *lines], ";", 1)
    assert not holds_rows(['"79160000000\n', lines[2]], ";", 1)


def test_many_broken_rows_do_not_take_long(tmp_path: Path) -> None:
    """A search for readings must not grow with the power of the cells."""
    nasty = "79160000001;" + '"a";' * 60 + '"b\n'
    _, rows = _read(tmp_path, HEAD + GOOD * 500 + nasty.replace('"b\n', '"b"c\n') * 50 + GOOD)

    assert [row.problem for row in rows[501:551]] == ["quote_broken"] * 50
    assert rows[-1].problem == ""
