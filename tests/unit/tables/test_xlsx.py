"""How workbooks are read: as a user sees them, and nothing is skipped silently."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from campaign.domain import FileOptions, RawRow, TableInfo
from campaign.domain.recipients.columns import locate
from campaign.errors import InputError
from campaign.tables.xlsx.reader import XlsxReader
from tests.conftest import raises_code
from tests.torture.workbooks import MAIN, archive, unpacked

SHEET = "xl/worksheets/sheet1.xml"


def _read(path: Path, sheet: str | None = None) -> tuple[TableInfo, list[RawRow]]:
    with XlsxReader().open(path, FileOptions(sheet=sheet)) as table:
        return table.info, list(table.rows)


def _error(path: Path, sheet: str | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        _read(path, sheet)
    return caught.value


def _book() -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Клиенты"
    return book, sheet


def write_raw(path: Path, rows: str, *, after: str = "", root: str = "worksheet") -> Path:
    """Write a workbook whose one sheet has exactly this XML between `<sheetData>` and its end."""
    _book()[0].save(path)
    prefix = root.removesuffix("worksheet")
    declared = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    xml = f'<{root} {declared}="{MAIN}"><{prefix}sheetData>{rows}</{prefix}sheetData>{after}</{root}>'
    replace_parts(path, lambda name, part: xml.encode() if name == SHEET else part)
    return path


def replace_parts(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Write the workbook anew with other parts."""
    parts = unpacked(path.read_bytes())
    path.write_bytes(archive({name: change(name, part) for name, part in parts.items()}))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.xlsx"


def test_every_kind_of_value_becomes_its_text(path: Path) -> None:
    book, sheet = _book()
    day = dt.date(2026, 3, 2)
    moment = dt.datetime(2026, 3, 2, 10, 30)  # noqa: DTZ001  a workbook's date has no zone
    times = (day, moment, dt.time(10, 30), dt.timedelta(hours=30))
    sheet.append([79161234567, 1990.5, 0.1 + 0.2, True, *times, -7, 0.0000001, "0012", "NULL"])
    book.save(path)

    _, rows = _read(path)

    assert rows[0].cells == (
        *("79161234567", "1990.5", "0.3", "TRUE", "2026-03-02", "2026-03-02 10:30:00"),
        *("10:30:00", "30:00:00", "-7", "0.0000001", "0012", "NULL"),
    )


def test_a_number_that_has_lost_digits_shows_it(path: Path) -> None:
    """A code of 20 digits typed as a number: its end is anybody's guess."""
    write_raw(
        path,
        '<row r="1"><c r="A1"><v>12345678901234567890</v></c><c r="B1"><v>999999999999999</v></c>'
        '<c r="C1"><v>7.9000000101E+10</v></c></row>',
    )

    assert _read(path)[1][0].cells == ("1.23456789012346E+19", "999999999999999", "79000000101")


def test_rows_and_columns_are_the_true_ones(path: Path) -> None:
    """A table in the middle of the sheet: row 4 is row 4, column C is the third."""
    book, sheet = _book()
    sheet["C4"] = "phone"
    sheet["D6"] = "Anna"
    book.save(path)

    _, rows = _read(path)

    assert [row.row_no for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[3].cells == ("", "", "phone", "")
    assert rows[5].cells == ("", "", "", "Anna")


def test_hidden_rows_come_with_a_problem_and_a_note(path: Path) -> None:
    """A height of nothing hides too; a hidden row without a value is a blank row."""
    attributes = {2: 'hidden="1"', 3: 'ht="0" customHeight="1"', 4: 'hidden="0"', 5: 'ht="0.5"'}
    row = '<row r="{0}" {1}><c r="A{0}"><v>7916000000{0}</v></c></row>'
    filled = "".join(row.format(n, attributes.get(n, "")) for n in range(1, 6))
    write_raw(path, filled + '<row r="9" hidden="1"><c r="A9" s="0"/></row>')

    info, rows = _read(path)

    assert [row.row_no for row in rows if row.problem == "row_hidden"] == [2, 3]
    assert rows[1].cells == ("79160000002",)
    assert "Hidden or filtered rows that are not used: 2 (2, 3)." in info.notes


def test_hidden_columns_sheets_and_merges_are_noted(path: Path) -> None:
    book, sheet = _book()
    sheet.append(["title"])
    sheet.append(["phone", "name"])
    sheet.merge_cells("A1:B1")
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("Заметки").append(["x"])
    secret = book.create_sheet("Старое")
    secret.append(["y"])
    secret.sheet_state = "hidden"
    book.create_sheet("Пустой")
    book.save(path)

    info, _ = _read(path)

    assert info == TableInfo(
        "xlsx",
        sheet="Клиенты",
        notes=(
            "Sheets with data that are not read: 'Заметки', 'Старое' (hidden).",
            "Hidden columns that are not used: B (--include-hidden uses them).",
            "Merged cells count for their first cell only: A1:B1.",
        ),
    )


def test_the_first_visible_sheet_with_data_is_read(path: Path) -> None:
    book, sheet = _book()
    sheet.append(["old"])
    sheet.sheet_state = "hidden"
    book.create_sheet("Пустой")
    book.create_sheet("Март").append(["new"])
    book.save(path)

    info, rows = _read(path)

    assert (info.sheet, rows[0].cells) == ("Март", ("new",))


def test_a_named_sheet_is_read_whatever_the_case(path: Path) -> None:
    book, sheet = _book()
    sheet.append(["a"])
    book.create_sheet("Март").append(["b"])
    book.save(path)

    assert _read(path, "март")[1][0].cells == ("b",)


def test_an_unknown_sheet_is_refused_with_the_names(path: Path) -> None:
    book, sheet = _book()
    sheet.append(["a"])
    book.save(path)

    error = _error(path, "Май")

    assert error.code == "sheet_unknown"
    assert "Клиенты" in error.hint


@pytest.mark.parametrize("wanted", [None, "Клиенты"])
def test_a_workbook_without_data_is_empty(path: Path, wanted: str | None) -> None:
    _book()[0].save(path)

    assert _error(path, wanted).code == "file_empty"


def test_error_cells_keep_their_text(path: Path) -> None:
    """The library gives nothing for them, and a blank name would be filled by the default."""
    write_raw(
        path,
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c>'
        '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    )

    assert _read(path)[1][0].cells == ("1", "#N/A", "#DIV/0!")


def test_an_error_that_the_library_does_not_know_is_reported_with_its_cell(path: Path) -> None:
    write_raw(path, '<row r="7"><c r="C7" t="e"><v>#GETTING_DATA</v></c></row>')

    error = _error(path)

    assert error.code == "cell_unreadable"
    assert "cell C7" in error.message


def test_a_formula_without_a_result_is_a_problem(path: Path) -> None:
    """Not a blank: where a user sees a number, a blank name would be filled by the default."""
    book, sheet = _book()
    sheet.append(["79160000001", '="Anna"'])
    sheet.append(["79160000002", "Olga"])
    sheet["A5"] = "=A1"
    book.save(path)

    info, rows = _read(path)

    assert [(row.row_no, row.problem) for row in rows] == [
        (1, "formula_without_value"),
        (2, ""),
        (5, "formula_without_value"),
    ]
    assert rows[0].cells == ("79160000001", "#FORMULA?")
    assert rows[2].cells == ("#FORMULA?",)
    assert any("old results" in note for note in info.notes)


def test_a_hidden_row_stays_hidden_whatever_else_is_wrong(path: Path) -> None:
    write_raw(path, '<row r="1" hidden="1"><c r="A1"><f>B1</f></c><c r="B1"><v>1</v></c></row>')

    assert _read(path)[1] == [RawRow(1, ("#FORMULA?", "1"), "row_hidden")]


def test_a_formula_whose_result_is_an_empty_text_is_none(path: Path) -> None:
    write_raw(
        path,
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>IF(A1,"","x")</f><v></v></c>'
        '<c r="C1"><f>A1</f><v>1</v></c></row>',
    )

    assert _read(path)[1] == [RawRow(1, ("1", "", "1"))]


def test_displayed_values_are_rendered(path: Path) -> None:
    book, sheet = _book()
    sheet.append([7, 0.125, 0.125, 7, 1234567, "7", 1990.5, dt.date(2026, 3, 2)])
    formats = ("000000", "0%", "0.0%", "0.00", "000000", "000000", "#,##0.00", "dd.mm.yyyy")
    for column, number_format in enumerate(formats, 1):
        sheet.cell(1, column).number_format = number_format
    book.save(path)

    _, rows = _read(path)

    assert rows[0].cells == (*("000007", "13%", "12.5%", "7", "1234567", "7", "1990.50", "02.03.2026"),)


def test_formats_are_found_however_a_cell_is_written(path: Path) -> None:
    """Other orders of the attributes, cells without a name, a style on the row."""
    book, sheet = _book()
    sheet["A1"] = 7
    sheet["A1"].number_format = "000000"
    book.save(path)
    styles = unpacked(path.read_bytes())["xl/styles.xml"]
    write_raw(
        path,
        '<row r="1"><c r="A1" s="1"><v>7</v></c><c r="B1" s="1" t="n"><v>8</v></c></row>'
        '<row r="2"><c s="1" r="A2"><v>7</v></c><c t="n" s="1" r="B2"><v>8</v></c></row>'
        '<row r="3" s="1"><c s="1"><v>7</v></c><c t="str" s="1"><v>8</v></c></row>',
    )
    replace_parts(path, lambda name, part: styles if name == "xl/styles.xml" else part)

    _, rows = _read(path)

    assert [row.cells for row in rows] == [("000007", "000008"), ("000007", "000008"), ("000007", "8")]


def test_hidden_rows_and_columns_are_used_when_asked_for(path: Path) -> None:
    book, sheet = _book()
    sheet.append(["phone", "name"])
    sheet.append(["79000000101", "Anna"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(path)

    with XlsxReader().open(path, FileOptions(include_hidden=True)) as table:
        rows = list(table.rows)

    assert _read(path)[1][1] == RawRow(2, ("79000000101", ""), "row_hidden")
    assert rows[1] == RawRow(2, ("79000000101", "Anna"))
    assert table.info.notes == (
        "Hidden or filtered rows that are used, as --include-hidden says: 1 (2).",
        "Hidden columns that are used, as --include-hidden says: B.",
    )


def test_a_column_without_width_is_hidden(path: Path) -> None:
    write_raw(path, '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>')
    columns = b'<cols><col min="2" max="2" width="0" customWidth="1"/></cols><sheetData>'
    replace_parts(path, lambda _, part: part.replace(b"<sheetData>", columns))

    assert _read(path)[1][0].cells == ("1", "")


def test_an_error_about_a_column_says_that_some_were_left_out(path: Path) -> None:
    """Accounting programs hide columns; "no phone column" alone would be a riddle."""
    book, sheet = _book()
    sheet.append(["name", "phone"])
    sheet.append(["Anna", "79000000101"])
    sheet.column_dimensions["B"].hidden = True
    book.save(path)

    with (
        raises_code(InputError, "no_phone_column") as caught,
        XlsxReader().open(path, FileOptions()) as table,
    ):
        locate(table.rows, {})

    assert "Hidden columns were left out: B; --include-hidden uses them." in caught.value.hint


def test_macros_are_reported_and_not_touched(path: Path) -> None:
    write_raw(path, '<row r="1"><c r="A1"><v>1</v></c></row>')
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 rubbish")
    path = path.rename(path.with_suffix(".xlsm"))

    assert "macros" in _read(path)[0].notes[0]


def test_two_sheets_of_one_name_are_refused(path: Path) -> None:
    """The scan would read one and the library read the other: hidden rows would be texted."""
    book, sheet = _book()
    sheet.append(["a"])
    book.create_sheet("other").append(["b"])
    book.save(path)
    replace_parts(path, lambda _, part: part.replace(b'"other"', '"Клиенты"'.encode()))

    assert _error(path).code == "workbook_hostile"


def test_cells_without_names_are_counted(path: Path) -> None:
    """The `r` of rows and cells is optional, and some exporters leave it out."""
    write_raw(
        path,
        "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/>"
        '<row hidden="1"><c><v>5</v></c><c t="e"><v>#N/A</v></c></row>',
    )

    _, rows = _read(path)

    assert rows[0].cells == ("1", "", "3")
    assert rows[2] == RawRow(3, ("5", "#N/A", ""), "row_hidden")


def test_other_prefixes_and_quotes_are_understood(path: Path) -> None:
    """.NET libraries write `<x:row>`, some templates write single quotes."""
    rows_xml = (
        '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        '<x:row r="2" hidden="true"><x:c r="A2" t="e"><x:v>#REF!</x:v></x:c></x:row>'
    )
    write_raw(path, rows_xml, root="x:worksheet")
    double = _read(path)[1]
    path.unlink()

    write_raw(path, rows_xml.replace("x:", ""))
    replace_parts(path, lambda name, part: part.replace(b'"', b"'") if name == SHEET else part)

    assert double == [RawRow(1, ("1",)), RawRow(2, ("#REF!",), "row_hidden")]
    assert _read(path)[1] == double


def test_facts_of_a_sheet_are_found_wherever_a_chunk_ends(path: Path) -> None:
    """The XML comes in pieces of 1 MB that cut rows anywhere."""
    row = (
        '<row r="{0}"{1}><c r="A{0}" t="inlineStr"><is><t>Анна {0}</t></is></c>'
        '<c r="B{0}" t="e"><v>#N/A</v></c></row>'
    )
    count = 20_000
    write_raw(
        path,
        "".join(row.format(n, ' hidden="1"' if n % 3 == 0 else "") for n in range(1, count + 1)),
        after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
    )

    info, rows = _read(path)

    assert [row.row_no for row in rows] == list(range(1, count + 1))
    assert all((row.problem == "row_hidden") == (row.row_no % 3 == 0) for row in rows)
    assert all(row.cells == (f"Анна {row.row_no}", "#N/A") for row in rows)
    assert info.notes[0].startswith("Hidden or filtered rows that are not used: 6666 (3, 6, 9")
    assert info.notes[1] == "Merged cells count for their first cell only: A1:B1."
