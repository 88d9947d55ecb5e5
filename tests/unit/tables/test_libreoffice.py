"""What LibreOffice makes of the samples is read as the samples are."""

import shutil
from pathlib import Path

import pytest

from campaign.domain import FileOptions
from campaign.tables import open_table
from tests.unit.tables.make_workbooks import convert

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
CSV = "csv:Text - txt - csv (StarCalc):{delimiter},34,{encoding},1"
KINDS = {
    "xlsx": "xlsx",
    "ods": "ods",
    "xls": "xls:MS Excel 97",
    "csv utf-8 ,": CSV.format(delimiter=44, encoding=76),
    "csv utf-8 tab": CSV.format(delimiter=9, encoding=76),
    "csv cp1251 ;": CSV.format(delimiter=59, encoding=34),
    "csv utf-16 tab": CSV.format(delimiter=9, encoding=65535),
}
AS_TEXT = "CSV:44,34,76,1," + "/".join(f"{column}/2" for column in range(1, 12))
"""Commas, quotes, UTF-8, and every column a text, as a careful user opens it."""

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="soffice is not installed"),
]


def _rows(path: Path) -> list[tuple[str, ...]]:
    """The cells of every row, without the blank ones at its end."""
    with open_table(path, FileOptions(include_hidden=True)) as table:
        rows = [list(row.cells) for row in table.rows]
    for cells in rows:
        while cells and not cells[-1]:
            cells.pop()
    while rows and not rows[-1]:
        rows.pop()
    return [tuple(cells) for cells in rows]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["customers.xlsx", "customers.csv"])
def test_a_sample_that_libreoffice_saved_again_is_the_same(tmp_path: Path, name: str, kind: str) -> None:
    source = tmp_path / f"from.{name.partition('.')[2]}"
    shutil.copy(SAMPLES / name, source)
    opened_as = AS_TEXT if name.endswith(".csv") else ""
    (written,) = convert([source], KINDS[kind], tmp_path / "out", opened_as=opened_as)

    expected = _rows(SAMPLES / name)
    if "cp1251" in kind:
        # It has no zero-width space; LibreOffice writes a question mark.
        expected = [tuple(cell.replace("\u200b", "?") for cell in row) for row in expected]
    assert _rows(written) == expected
