"""How the workbooks of Excel until 2003 are read; `make_workbooks` had LibreOffice write them."""

from pathlib import Path
from struct import pack, unpack_from

import pytest

from campaign.domain import FileOptions, RawRow, TableInfo
from campaign.errors import InputError
from campaign.tables import open_table
from tests.conftest import raises_code
from tests.unit.tables.make_workbooks import WORKBOOKS

FIXTURES = Path(__file__).resolve().parents[2] / "torture" / "fixtures"
SECTOR = 512
LOUD = (
    "Sheets with data that are not read: 'Тайный' (hidden), 'Заметки'.",
    "Hidden or filtered rows that are not used: 1 (4).",
    "Hidden columns that are not used: K (--include-hidden uses them).",
    "Merged cells count for their first cell only: A10:C10.",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.xls"


def _read(path: Path, **options: object) -> tuple[TableInfo, list[RawRow]]:
    with open_table(path, FileOptions(**options)) as table:  # type: ignore[arg-type]
        return table.info, list(table.rows)


def _trimmed(rows: list[RawRow]) -> list[RawRow]:
    """Without the blank cells at the ends of rows: formats differ in how far they go."""
    return [RawRow(r.row_no, tuple(" ".join(r.cells).split()), r.problem) for r in rows]


def _code(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        _read(path)
    assert caught.value.hint
    return caught.value.code


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_everything_in_a_workbook_is_read_as_it_is_shown(ending: str) -> None:
    info, rows = _read(WORKBOOKS / f"mix.{ending}")

    assert info == TableInfo(ending, sheet="Клиенты", notes=LOUD)
    assert rows[1].cells[:10] == (
        *("79000000101", "Имя 1", "000001", "10%", "01.03.2026", "10:30", "FALSE", "1990.50"),
        *("Имя 1!", "#N/A"),
    )
    assert rows[3].problem == "row_hidden"
    assert rows[7].cells[:5] == (*("слово   и", "две\nстроки", "02.03.2026 10:30", "2026-03-02", "30:00:00"),)
    assert not any(row.cells[10] for row in rows if len(row.cells) > 10)


def test_hidden_rows_and_columns_are_used_when_asked_for() -> None:
    info, rows = _read(WORKBOOKS / "mix.xls", include_hidden=True)

    assert rows[0].cells[10] == "Тайна"
    assert {row.problem for row in rows} == {""}
    assert any("as --include-hidden says: 1 (4)" in note for note in info.notes)


def test_a_named_hidden_sheet_is_read() -> None:
    info, rows = _read(WORKBOOKS / "mix.xls", sheet="тайный")

    assert info.sheet == "Тайный"
    assert [row.cells for row in rows] == [("Телефон",), ("79000000199",)]


def test_what_other_programs_write_is_read(path: Path) -> None:
    """xlwt: the library behind many a web back end."""
    path.write_bytes((FIXTURES / "xlwt.xls").read_bytes())

    _, rows = _read(path)

    assert rows[1].cells == ("+79000000101", "Анна", "A001", "01.03.2026", "000007")
    assert rows[2].cells[0] == "79000000102"
    assert [row.row_no for row in rows if row.problem == "row_hidden"] == [4]


@pytest.mark.parametrize("at", [8, 100, 511, 512, 1024, 4000, 7000, 8704, 8999])
def test_a_truncated_workbook_is_broken(path: Path, at: int) -> None:
    whole = (WORKBOOKS / "mix.xls").read_bytes()
    assert at < len(whole)

    assert _code(path, whole[:at]) in {"workbook_broken", "file_kind"}


def test_a_lost_sector_is_damage_or_changes_nothing(path: Path) -> None:
    """A bad disk leaves zeros; recipients in them must not be skipped silently."""
    whole = (WORKBOOKS / "mix.xls").read_bytes()
    expected = _trimmed(_read(WORKBOOKS / "mix.xls")[1])
    broken = 0
    for sector in range(1, len(whole) // SECTOR):
        holed = bytearray(whole)
        holed[sector * SECTOR : (sector + 1) * SECTOR] = bytes(SECTOR)
        path.write_bytes(holed)
        try:
            assert _trimmed(_read(path)[1]) == expected
        except InputError as error:
            assert error.code == "workbook_broken"  # noqa: PT017  both ends are right
            broken += 1

    assert broken > 8


def test_a_file_allocation_table_that_runs_in_circles_ends(path: Path) -> None:
    whole = bytearray((WORKBOOKS / "mix.xls").read_bytes())
    (fat_sector,) = unpack_from("<I", whole, 76)
    start = (fat_sector + 1) * SECTOR
    for entry in range(SECTOR // 4):
        whole[start + entry * 4 : start + entry * 4 + 4] = pack("<I", 0)

    assert _code(path, bytes(whole)) == "workbook_broken"


def test_a_protected_workbook_is_named(path: Path) -> None:
    """The record FILEPASS behind the first one says so; the cells behind it are encrypted."""
    whole = bytearray((WORKBOOKS / "mix.xls").read_bytes())
    first = whole.index(pack("<HH", 0x0809, 16))
    (length,) = unpack_from("<H", whole, first + 22)
    assert length >= 2
    whole[first + 20 : first + 22] = pack("<H", 0x002F)

    assert _code(path, bytes(whole)) == "workbook_password"


def test_rubbish_in_a_workbook_is_damage(path: Path) -> None:
    whole = bytearray((WORKBOOKS / "mix.xls").read_bytes())
    whole[SECTOR:-SECTOR] = bytes(range(256)) * ((len(whole) - 2 * SECTOR) // 256)

    assert _code(path, bytes(whole)) == "workbook_broken"


def test_records_without_a_file_around_them_are_no_workbook(path: Path) -> None:
    assert _code(path, b"\x09\x08" + bytes(range(200))) == "workbook_broken"


def test_a_file_of_hundreds_of_megabytes_is_refused(path: Path) -> None:
    entry = "Workbook".encode("utf-16-le").ljust(128, b"\0")
    with path.open("wb") as file:
        file.write((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(SECTOR, b"\0")) + entry)
        file.truncate(257 << 20)
    with raises_code(InputError, "workbook_hostile"):
        _read(path)
