"""How `open_table` refuses files that are no tables."""

import shutil
import zipfile
from pathlib import Path

import pytest

from campaign.domain import FileOptions
from campaign.errors import InputError
from campaign.tables import open_table
from tests.unit.tables.make_workbooks import WORKBOOKS

FIXTURES = Path(__file__).resolve().parents[2] / "torture" / "fixtures"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _error(path: Path, content: bytes | None = None) -> InputError:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught, open_table(path, FileOptions()) as table:
        list(table.rows)
    return caught.value


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "Customers.csv").write_text("phone\n1\n")

    error = _error(tmp_path / "custmers.csv")

    assert error.code == "file_missing"
    assert "Customers.csv" in error.hint


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = _error(tmp_path / "nowhere" / "a.csv")

    assert error.code == "file_missing"
    assert "nowhere" in error.hint


def test_without_a_near_name_the_tables_of_the_folder_are_listed(tmp_path: Path) -> None:
    (tmp_path / "zebra.xlsx").write_bytes(b"x")

    assert "zebra.xlsx" in _error(tmp_path / "customers-of-march.csv").hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert _error(tmp_path).code == "file_is_folder"


@pytest.mark.parametrize(("name", "content"), [("a.csv", b""), ("a.xlsx", b""), ("a.csv", b"\n \t\n")])
def test_a_file_of_nothing_or_blanks_is_empty(tmp_path: Path, name: str, content: bytes) -> None:
    assert _error(tmp_path / name, content).code == "file_empty"


def test_a_name_that_the_system_refuses_is_unreadable(tmp_path: Path) -> None:
    assert _error(tmp_path / ("a" * 300 + ".csv")).code == "file_unreadable"


def test_a_path_with_a_zero_byte_is_an_input_error(tmp_path: Path) -> None:
    assert _error(tmp_path / "a\0.csv").code in {"file_missing", "file_unreadable"}


def test_an_ole2_file_without_streams_is_damaged(tmp_path: Path) -> None:
    """The directory of such a file is often at its end: a half of it has none."""
    assert _error(tmp_path / "a.xls", OLE2 + bytes(600)).code == "workbook_broken"


@pytest.mark.parametrize(
    ("stream", "code", "what"),
    [
        ("EncryptedPackage", "workbook_password", "password"),
        ("WordDocument", "file_kind", "Word"),
        ("PowerPoint Document", "file_kind", "PowerPoint"),
    ],
)
@pytest.mark.parametrize("at", [1024, (1 << 20) - 128, (1 << 20) + 128])
def test_ole2_files_are_named_for_what_they_are(
    tmp_path: Path, stream: str, code: str, what: str, at: int
) -> None:
    """Entries of the directory are looked for wherever they stand; names elsewhere are text."""
    name = stream.encode("utf-16-le") + b"\0\0"
    lure = "Workbook".encode("utf-16-le") + b"\0\0"
    content = (OLE2 + bytes(93) + lure).ljust(at, b"\0") + name.ljust(128, b"\0")

    error = _error(tmp_path / "a.xls", content)

    assert error.code == code
    assert what in error.message
    assert error.hint


def test_a_real_protected_workbook_is_named(tmp_path: Path) -> None:
    error = _error(tmp_path / "a.xlsx", (FIXTURES / "password.xlsx").read_bytes())

    assert error.code == "workbook_password"
    assert "without a password" in error.hint


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "a.xlsx"])
@pytest.mark.parametrize(
    "page",
    [
        b"<html><table><tr><td>phone</td></tr></table></html>",
        b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><table>",
        b"<table border=1><tr>",
        "\ufeff<html><body>".encode("utf-16-le"),
        b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
    ],
)
def test_a_web_page_is_refused_with_the_way_to_save_it(tmp_path: Path, name: str, page: bytes) -> None:
    """Shops name such pages .xls, because Excel opens them."""
    error = _error(tmp_path / name, page)

    assert error.code == "file_kind"
    assert "a web page" in error.message
    assert "save it as .xlsx" in error.hint


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "XML table of Excel 2003"),
        (b'<?xml version="1.0"?><office:document xmlns:office="x">', "XML file"),
        (b"ID;PWXL;N;E\r\nC;Y1;X1", "SYLK"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"%PDF-1.7\n", "PDF"),
    ],
)  # fmt: skip
def test_other_exports_are_named(tmp_path: Path, content: bytes, what: str) -> None:

    error = _error(tmp_path / "a.xls", content)

    assert error.code == "file_kind"
    assert what in error.message


def test_text_named_xls_is_read_as_text_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text("phone\tname\n+79000000101\tAnna\n")

    with open_table(tmp_path / "a.xls", FileOptions()) as table:
        rows = [row.cells for row in table.rows]

    assert rows == [("phone", "name"), ("+79000000101", "Anna")]
    assert table.info.format == "csv"
    assert table.info.notes[0] == "The file is named .xls, but it is a text table and read as such."


@pytest.mark.parametrize(
    ("ending", "name"), [("xls", "a.csv"), ("ods", "a.xlsx"), ("xls", "a.xlsx"), ("ods", "a")]
)
def test_a_workbook_with_another_name_is_read_with_a_note(tmp_path: Path, ending: str, name: str) -> None:
    shutil.copy(WORKBOOKS / f"table.{ending}", tmp_path / name)

    with open_table(tmp_path / name, FileOptions()) as table:
        rows = [row.cells[0] for row in table.rows if row.cells]

    assert rows[0] == "Телефон"
    assert table.info.format == ending
    assert f"a workbook ({ending})" in table.info.notes[0]


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("xl/workbook.bin", ".xlsb"),
        ("Index/Document.iwa", "Numbers"),
        ("word/document.xml", "not a workbook"),
    ],
)
def test_other_archives_are_named(tmp_path: Path, member: str, what: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(member, "x")

    error = _error(tmp_path / "a.xlsx")

    assert error.code == "file_kind"
    assert what in error.message


def test_a_text_named_xlsx_is_not_read_as_text(tmp_path: Path) -> None:
    content = b"phone,name\n+79160000001,Anna\n"

    assert _error(tmp_path / "a.xlsx", content).code == "workbook_broken"


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.docx"])
def test_an_unknown_ending_is_refused(tmp_path: Path, name: str) -> None:
    error = _error(tmp_path / name, b"phone,name\n")

    assert error.code == "file_kind"
    assert ".ods" in error.hint


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(90),
        bytes(range(1, 32)) * 9,
        b"phone,name\n" * 60_000 + b"\x00\n",
    ],
    ids=["all bytes", "png", "controls", "a late zero byte"],
)
def test_binary_rubbish_is_no_text(tmp_path: Path, content: bytes) -> None:
    assert _error(tmp_path / "a.csv", content).code == "file_binary"
