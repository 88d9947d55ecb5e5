"""Every reader gives the same rows for the same table, whatever it was written with."""

import csv
import io
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.domain import FileOptions, RawRow
from campaign.errors import InputError
from campaign.tables import open_table
from campaign.tables.base import TableReader
from campaign.tables.ods.reader import OdsReader
from campaign.tables.text.reader import CsvReader
from campaign.tables.xls.reader import XlsReader
from campaign.tables.xlsx.reader import XlsxReader
from tests.contract.tables import TABLE
from tests.torture import odf
from tests.unit.tables.make_workbooks import WORKBOOKS, write_table

Writer = Callable[[Path], FileOptions]


def _csv(encoding: str, delimiter: str, newline: str) -> Writer:
    def write(path: Path) -> FileOptions:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
        writer.writerows(TABLE)
        path.write_bytes(out.getvalue().encode(encoding))
        return FileOptions()

    return write


def _openpyxl(path: Path) -> FileOptions:
    write_table(path)
    return FileOptions()


def _libreoffice(path: Path) -> FileOptions:
    """As `tests.unit.tables.make_workbooks` had it written."""
    shutil.copy(WORKBOOKS / path.name, path)
    return FileOptions()


def _odf(path: Path) -> FileOptions:
    rows = [odf.row(row).replace("\t", "<text:tab/>") for row in TABLE]
    path.write_bytes(odf.ods(odf.sheet(rows)))
    return FileOptions()


def _xlsxwriter(*, inline_strings: bool) -> Writer:
    def write(path: Path) -> FileOptions:
        book = xlsxwriter.Workbook(path, {"constant_memory": inline_strings})
        sheet = book.add_worksheet()
        for row, texts in enumerate(TABLE):
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text)
        book.close()
        return FileOptions()

    return write


CASES: dict[str, tuple[TableReader, str, Writer]] = {
    **{
        f"{encoding} {delimiter!r} {newline!r}": (
            CsvReader(),
            "table.csv",
            _csv(encoding, delimiter, newline),
        )
        for encoding in ("utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le")
        for delimiter in ",;\t|"
        for newline in ("\n", "\r\n")
    },
    "utf-16-be": (CsvReader(), "table.txt", _csv("utf-16-be", "\t", "\r\n")),
    "utf-32": (CsvReader(), "table.txt", _csv("utf-32", "\t", "\r\n")),
    "openpyxl": (XlsxReader(), "table.xlsx", _openpyxl),
    "xlsxwriter": (XlsxReader(), "table.xlsx", _xlsxwriter(inline_strings=False)),
    "xlsxwriter inline": (XlsxReader(), "table.xlsx", _xlsxwriter(inline_strings=True)),
    "libreoffice ods": (OdsReader(), "table.ods", _libreoffice),
    "libreoffice xls": (XlsReader(), "table.xls", _libreoffice),
    "odf by hand": (OdsReader(), "table.ods", _odf),
}


def _without_trailing_blanks(row: RawRow) -> tuple[int, tuple[str, ...], str]:
    cells = list(row.cells)
    while cells and not cells[-1]:
        cells.pop()
    return row.row_no, tuple(cells), row.problem


EXPECTED = [_without_trailing_blanks(RawRow(no, cells)) for no, cells in enumerate(TABLE, 1)]


@pytest.mark.parametrize("case", CASES)
def test_the_same_table_is_read_identically(tmp_path: Path, case: str) -> None:
    """A text is never taken for a number, a missing value or a formula."""
    reader, name, write = CASES[case]
    options = write(tmp_path / name)

    with reader.open(tmp_path / name, options) as table:
        rows = [_without_trailing_blanks(row) for row in table.rows]

    assert rows == EXPECTED


@pytest.mark.parametrize("case", ["utf-8 ',' '\\n'", "openpyxl", "odf by hand", "libreoffice xls"])
def test_the_reader_is_chosen_and_may_be_left_before_its_end(tmp_path: Path, case: str) -> None:
    """`preview` reads a few rows; nothing may hang or stay behind."""
    reader, name, write = CASES[case]
    options = write(tmp_path / name)

    with open_table(tmp_path / name, options) as table:
        rows = [_without_trailing_blanks(row) for row in table.rows]
    with reader.open(tmp_path / name, options) as table:
        first = next(table.rows)

    assert rows == EXPECTED
    assert first.cells == TABLE[0]


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx", "table.ods", "table.xls"])
def test_an_unreadable_file_is_an_input_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04" + bytes(range(256)) * 4)

    with pytest.raises(InputError) as caught, open_table(tmp_path / name, FileOptions()):
        pass

    assert caught.value.code == "workbook_broken"
    assert caught.value.hint


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(
    table=st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_csv_wrote_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    table: list[list[str]],
    delimiter: str,
    newline: str,
    encoding: str,
) -> None:
    """Quotes, delimiters and line ends inside cells come through, in every encoding."""
    path = tmp_path_factory.getbasetemp() / "round-trip.csv"
    out = io.StringIO(newline="")
    out.write("x" + delimiter + "y" + newline)  # something besides blanks and controls
    csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(table)
    path.write_bytes(out.getvalue().encode(encoding))

    options = FileOptions(encoding=encoding, delimiter=delimiter)
    with CsvReader().open(path, options) as opened:
        rows = [row.cells for row in opened.rows]

    assert rows[1:] == [tuple(row) for row in table]


@cache
def _whole(case: str, folder: Path) -> bytes:
    """Written once: a second time it would be as long as its clock says."""
    _, name, write = CASES[case]
    write(folder / name)
    return (folder / name).read_bytes()


@settings(max_examples=15)
@given(data=st.data())
@pytest.mark.parametrize("case", ["openpyxl", "libreoffice ods", "libreoffice xls"])
def test_a_damaged_workbook_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, case: str, data: st.DataObject
) -> None:
    """Whatever bytes are wrong: a sentence, or rows; archives carry checksums, so the same rows."""
    path = tmp_path_factory.getbasetemp() / f"damaged-{CASES[case][1]}"
    content = bytearray(_whole(case, tmp_path_factory.getbasetemp()))
    for _ in range(data.draw(st.sampled_from([1, 3, 30]))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)

    try:
        with open_table(path, FileOptions()) as table:
            rows = [_without_trailing_blanks(row) for row in table.rows]
    except InputError as error:
        assert error.hint  # noqa: PT017  to be read is as right as to be refused
        return
    assert case == "libreoffice xls" or rows == EXPECTED
