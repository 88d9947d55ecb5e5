"""What LibreOffice writes is read as what it was made from. A sweep: starting it takes seconds."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from campaign.domain import FileOptions
from campaign.tables import open_table
from tests.conftest import SAMPLES
from tests.torture.product import ask_campaign

_SOFFICE = shutil.which("soffice")
_CSV = "csv:Text - txt - csv (StarCalc):{},34,{},1,,0,false,true,false,false,false,{}"
"""Delimiter, quote, encoding, first line; shown values, no formulas, no blanks cut off, sheet."""
_ENCODINGS = {"76": "utf-8", "34": "cp1251", "65535": "utf-16"}
_DELIMITERS = {"44": ",", "59": ";", "9": "\t"}
_TEXT = "{name|клиент}, скидка {discount|5}%"

pytestmark = [pytest.mark.sweep, pytest.mark.skipif(_SOFFICE is None, reason="LibreOffice is not installed")]


def _convert(folder: Path, kind: str, *sources: Path, read_as: str = "") -> None:
    """One call for several files; each gets another ending in the same folder."""
    home = (folder / "profile").as_uri()
    options = [f"--infilter={read_as}"] if read_as else []
    command = [str(_SOFFICE), f"-env:UserInstallation={home}", "--headless", *options]
    subprocess.run(
        [*command, "--convert-to", kind, "--outdir", str(folder), *map(str, sources)],
        check=True,
        capture_output=True,
        timeout=180,
    )


def _rows(path: Path) -> list[tuple[str, ...]]:
    with open_table(path, FileOptions()) as table:
        rows = [_trimmed(row.cells) for row in table.rows]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without blank cells at the end: formats differ in whether they are there."""
    end = max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return cells[:end]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples as LibreOffice writes them, in every format."""
    folder = tmp_path_factory.mktemp("libreoffice")
    as_text = folder / "text"
    as_text.mkdir()
    # Every column as text, as a careful user imports it: LibreOffice must not eat the plus.
    columns = "/".join(f"{n}/2" for n in range(1, 7))
    read_as = f"Text - txt - csv (StarCalc):44,34,76,1,{columns}"
    _convert(as_text, "xlsx", SAMPLES / "customers.csv", read_as=read_as)
    for kind in ("ods", "xls:MS Excel 97"):
        _convert(as_text, kind, as_text / "customers.xlsx")
    book = folder / "book"
    book.mkdir()
    for kind in ("ods", "xls:MS Excel 97", "xlsx"):
        _convert(book, kind, SAMPLES / "customers.xlsx")
    for encoding, python_name in _ENCODINGS.items():
        for delimiter in _DELIMITERS:
            place = folder / f"{python_name}-{delimiter}"
            place.mkdir()
            kind = _CSV.format(delimiter, encoding, 1)
            _convert(place, kind, as_text / "customers.xlsx", SAMPLES / "customers.xlsx")
    return folder


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_a_text_table_saved_as_a_workbook_reads_identically(folder: Path, ending: str) -> None:
    expected = _rows(SAMPLES / "customers.csv")

    assert _rows(folder / "text" / f"customers.{ending}") == expected


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_a_workbook_saved_in_another_format_gives_the_same_messages(folder: Path, ending: str) -> None:
    """Titles, numbers, dates, a hidden row: each as in the original workbook."""
    settings = {"text": "{Имя|клиент} {Дата рождения} {Скидка|5}%", "client_id": ""}
    expected = ask_campaign(SAMPLES / "customers.xlsx", settings)

    assert len(expected.sent) > 900
    assert ask_campaign(folder / "book" / f"customers.{ending}", settings) == expected


@pytest.mark.parametrize("encoding", _ENCODINGS.values())
@pytest.mark.parametrize("delimiter", _DELIMITERS)
def test_a_table_saved_as_text_reads_identically(folder: Path, encoding: str, delimiter: str) -> None:
    """LibreOffice itself says nothing of encoding and delimiter: both are found."""
    made = folder / f"{encoding}-{delimiter}"
    path = next(one for one in made.iterdir() if one.name.startswith("customers"))
    with path.open(encoding=encoding, newline="") as file:
        expected = [_trimmed(tuple(row)) for row in csv.reader(file, delimiter=_DELIMITERS[delimiter])]

    assert len(expected) > 1000
    assert _rows(path) == expected
