"""Rows that we write ourselves are, byte for byte, those that XlsxWriter would write."""

import math
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from campaign.reports.xlsx.new_book import RowWriter, open_book
from campaign.reports.xlsx.sheet import CellFormat, Cells

Line: TypeAlias = Sequence[str | float]

TEXTS = st.one_of(
    st.text(st.characters(), max_size=8), st.text("<>&_x0041\"' \t\n\r=+-@\x00\x0b\ufffe", max_size=12)
)
CELLS = st.one_of(TEXTS, st.floats(allow_nan=False, allow_infinity=False), st.integers(-9, 10**15))


def sheet_xml(path: Path, lines: Sequence[Line], *, fast: bool) -> bytes:
    """The finished XML of a sheet with a heading and these lines."""
    path.touch()
    with open_book(path) as book:
        style = CellFormat(bold=True, number="0.00")
        sheet = book.add_sheet("s")
        sheet.set_height(0, 30)
        sheet.text(0, 0, "heading", style)
        sheet.text(0, 1, "another", style)
        out: Cells = sheet.row_writer(1) if fast else sheet
        for y, line in enumerate(lines, start=1):
            for col, cell in enumerate(line):
                if isinstance(cell, str):
                    out.text(y, col, cell, style if col % 2 else None)
                else:
                    out.number(y, col, cell, style if col % 2 else None)
        if isinstance(out, RowWriter):
            out.close()
        sheet.filter(len(lines), 1)
    with zipfile.ZipFile(path) as parts:
        return parts.read("xl/worksheets/sheet1.xml")


@given(lines=st.lists(st.lists(CELLS, max_size=30), max_size=5))
def test_the_rows_are_those_that_xlsxwriter_writes(lines: list[Line]) -> None:
    """Escapes, blanks kept, control characters, numbers, dimension and filter included."""
    with TemporaryDirectory() as folder:
        ours = sheet_xml(Path(folder, "ours.xlsx"), lines, fast=True)
        theirs = sheet_xml(Path(folder, "theirs.xlsx"), lines, fast=False)

    # A style that its own copy of the book numbers: the same here. `<dimension>` may reach further
    # down over rows without a cell, which nobody sees.
    plain = re.compile(rb"<dimension[^>]*>")
    assert plain.sub(b"", ours) == plain.sub(b"", theirs)


@given(line=st.lists(TEXTS.filter(str.isprintable), min_size=1, max_size=70))
def test_a_reader_that_believes_the_dimension_sees_every_cell(line: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "ours.xlsx")
        sheet_xml(path, [["x", *line, "last"]], fast=True)
        book = load_workbook(path, read_only=True)
        rows = list(book.worksheets[0].values)
        book.close()

    assert len(rows) == 2
    assert rows[1][-1] == "last"
    assert not any(isinstance(cell, float) and math.isnan(cell) for cell in rows[1])
