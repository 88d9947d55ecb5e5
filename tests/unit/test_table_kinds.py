"""What `open_table` says of files that are no tables."""

import zipfile
from pathlib import Path

import pytest

from campaign.adapters.tables import open_table
from campaign.errors import InputError
from campaign.model import FileOptions


def _error(path: Path) -> InputError:
    with pytest.raises(InputError) as caught, open_table(path, FileOptions()) as table:
        list(table.rows)
    return caught.value


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "Customers.csv").write_text("phone\n1\n")

    error = _error(tmp_path / "custmers.csv")

    assert error.code == "file_missing"
    assert "Customers.csv" in error.hint


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    error = _error(tmp_path / "nowhere" / "a.csv")

    assert error.code == "file_missing"
    assert "nowhere" in error.hint


def test_without_a_near_name_the_tables_of_the_folder_are_listed(tmp_path: Path) -> None:
    (tmp_path / "zebra.xlsx").write_bytes(b"x")

    assert "zebra.xlsx" in _error(tmp_path / "customers-of-march.csv").hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert _error(tmp_path).code == "file_is_folder"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_an_empty_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    assert _error(tmp_path / name).code == "file_empty"


def test_a_file_of_blanks_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\n \n\t\n")

    assert _error(tmp_path / "a.csv").code == "file_empty"


def test_a_name_that_the_system_refuses_is_unreadable(tmp_path: Path) -> None:
    assert _error(tmp_path / ("a" * 300 + ".csv")).code == "file_unreadable"


def test_a_path_with_a_zero_byte_is_an_input_error(tmp_path: Path) -> None:
    assert _error(tmp_path / "a\0.csv").code in {"file_missing", "file_unreadable"}


def test_an_old_workbook_is_named_for_what_it_is(tmp_path: Path) -> None:
    """Both .xls and encrypted .xlsx are OLE2; the name says nothing."""
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))

    error = _error(tmp_path / "a.xlsx")

    assert error.code == "file_kind"
    assert "save it as .xlsx" in error.message


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("content.xml", ".ods"),
        ("xl/workbook.bin", ".xlsb"),
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
    (tmp_path / "a.xlsx").write_text("phone,name\n+79160000001,Anna\n")

    assert _error(tmp_path / "a.xlsx").code == "workbook_broken"


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xls"])
def test_an_unknown_ending_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<html><table></table></html>")

    assert _error(tmp_path / name).code == "file_kind"


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + bytes(90), bytes(range(1, 32)) * 9],
    ids=["all bytes", "png", "controls"],
)
def test_binary_rubbish_is_no_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)

    assert _error(tmp_path / "a.csv").code == "file_binary"


def test_a_late_zero_byte_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"phone,name\n" * 60_000 + b"\x00\n")

    assert _error(tmp_path / "a.csv").code == "file_binary"
