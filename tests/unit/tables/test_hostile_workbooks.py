"""Workbooks that are broken, or written to hurt: each is refused with a sentence, quickly.

Source: `shared/reliability.md` 7.3, where the same files were measured against bare libraries.
"""

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from campaign.domain import FileOptions
from campaign.errors import InputError
from campaign.tables import open_table
from campaign.tables.xlsx.reader import XlsxReader
from tests.torture.workbooks import MAIN, unpacked
from tests.unit.tables.test_xlsx import replace_parts, write_raw

CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
TEXT = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.xlsx"


def _code(path: Path) -> str:
    with pytest.raises(InputError) as caught, open_table(path, FileOptions()) as table:
        list(table.rows)
    assert caught.value.hint
    return caught.value.code


def _rewrite(path: Path, **changes: bytes) -> None:
    """Replace parts, named by the end of their path with `_` for `.`."""
    replace_parts(path, lambda name, part: changes.get(name.rpartition("/")[2].replace(".", "_"), part))


def _add(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for name in names:
            archive.writestr(name, "x")


def test_a_text_of_many_megabytes_is_refused_without_holding_it(path: Path) -> None:
    write_raw(path, TEXT.format("a" * (48 << 20)))
    tracemalloc.start()
    try:
        code = _code(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert code == "workbook_hostile"
    assert peak < 48 << 20


@pytest.mark.parametrize("cell", ["XFD1048576", "ZZ60000", "IW2"])
def test_a_value_far_from_any_table_is_refused(path: Path, cell: str) -> None:
    """The library holds the whole rectangle: two cells may cost terabytes."""
    row = "".join(filter(str.isdigit, cell))
    write_raw(path, f'{CELL}<row r="{row}"><c r="{cell}"><v>1</v></c></row>')

    assert _code(path) == "workbook_hostile"


def test_a_format_far_from_any_table_is_harmless(path: Path) -> None:
    """LibreOffice writes empty formatted cells to its last column."""
    write_raw(path, '<row r="1"><c r="A1"><v>1</v></c><c r="AMJ1" s="0"/></row>')

    with XlsxReader().open(path, FileOptions()) as table:
        assert next(iter(table.rows)).cells == ("1",)


@pytest.mark.parametrize("row", ["1048577", "9999999999999999999999"])
def test_a_row_beyond_the_last_is_refused(path: Path, row: str) -> None:
    write_raw(path, f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>')

    assert _code(path) == "workbook_hostile"


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
    ],
    ids=["external", "laughs"],
)
@pytest.mark.parametrize("part", ["sheet1_xml", "workbook_xml", "styles_xml"])
def test_a_dtd_is_refused_in_every_part(path: Path, part: str, dtd: str) -> None:
    write_raw(path, TEXT.format("x"))
    parts = unpacked(path.read_bytes())
    content = next(parts[name] for name in parts if name.endswith(part.replace("_", ".")))
    _rewrite(path, **{part: dtd.encode() + content})

    assert _code(path) == "workbook_hostile"


@pytest.mark.parametrize("shown", [1, 5, 8])
def test_a_dtd_is_seen_across_the_end_of_a_chunk(path: Path, shown: int) -> None:
    """Parts are inflated in pieces of 1 MB; blanks may stand before a DTD."""
    write_raw(path, CELL)
    start, root = unpacked(path.read_bytes())["xl/styles.xml"].split(b"<styleSheet", 1)
    blanks = b" " * ((1 << 20) - len(start) - shown)
    _rewrite(path, styles_xml=start + blanks + b"<!DOCTYPE styleSheet []><styleSheet" + root)

    assert _code(path) == "workbook_hostile"


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_broken(path: Path, cut: float) -> None:
    write_raw(path, CELL)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])

    assert _code(path) == "workbook_broken"


def test_a_damaged_byte_is_noticed(path: Path) -> None:
    """ZIP members carry a checksum."""
    write_raw(path, TEXT.format("abcdefghij" * 50))
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 120
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(bytes(content))

    assert _code(path) == "workbook_broken"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        TEXT.format('<![CDATA[<row r="9" hidden="1">]]>'),
        "<!-- " + CELL + " -->" + CELL,
    ],
    ids=["out of order", "twice", "cdata", "comment"],
)
def test_rows_that_no_program_writes_are_broken(path: Path, rows: str) -> None:
    """A recipient whose row is there twice would be lost: the second one wins in the library."""
    write_raw(path, rows)

    assert _code(path) == "workbook_broken"


@pytest.mark.parametrize("part", ["sheet1_xml", "workbook_xml", "styles_xml", "workbook_xml_rels"])
@pytest.mark.parametrize("content", [b"", b"<a", "<a/>".encode("utf-16")])
def test_a_part_that_is_no_xml_is_an_input_error(path: Path, part: str, content: bytes) -> None:
    write_raw(path, CELL)
    _rewrite(path, **{part: content})

    assert _code(path) in {"workbook_broken", "file_empty"}


def test_values_that_the_library_refuses_are_broken(path: Path) -> None:
    write_raw(path, '<row r="1"><c r="A1" t="s"><v>77</v></c></row>')

    assert _code(path) == "workbook_broken"


@pytest.mark.parametrize("name", ["/etc/x.xml", "../x.xml", "xl\\..\\..\\x.xml"])
def test_parts_that_point_outside_are_refused(path: Path, name: str) -> None:
    write_raw(path, CELL)
    _add(path, name)

    assert _code(path) == "workbook_hostile"


def test_two_parts_of_one_name_are_refused(path: Path) -> None:
    """The check of limits would read one and the library the other."""
    write_raw(path, CELL)
    _add(path, "XL/Worksheets/sheet1.xml")

    assert _code(path) == "workbook_hostile"


def test_encrypted_parts_are_refused(path: Path) -> None:
    write_raw(path, CELL)
    content = path.read_bytes()
    # Bit 0 of the flags, 8 bytes into each entry of the central directory.
    marked = content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
    path.write_bytes(marked)

    assert marked != content
    assert _code(path) == "workbook_hostile"


def test_thousands_of_parts_are_refused(path: Path) -> None:
    write_raw(path, CELL)
    _add(path, *(f"x/{number}" for number in range(10_001)))

    assert _code(path) == "workbook_hostile"


def test_memory_of_the_library_is_bounded(path: Path) -> None:
    """One text in 40,000 cells: the library copies it for each, and dies of it in its process."""
    pytest.importorskip("resource")
    count, text = 40_000, "a" * 32_000
    rows = (f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, count + 1))
    write_raw(path, "".join(rows))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        strings = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'
        archive.writestr("xl/sharedStrings.xml", strings)

    assert path.stat().st_size < 1 << 20
    assert _code(path) == "workbook_hostile"
