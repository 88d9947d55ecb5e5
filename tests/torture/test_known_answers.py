"""Clean text tables come out cell for cell as the csv module of the standard library reads them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaign.domain import FileOptions
from campaign.errors import InputError
from campaign.tables import open_table
from tests.conftest import SAMPLES
from tests.torture.expect import HEADING, RECIPIENTS

_CODECS = ("utf-8", "utf-8-sig", "cp1251", "cp866", "koi8-r", "utf-16", "utf-16-le", "utf-16-be")
_GUESSED = FileOptions()
_DELIMITERS = (",", ";", "\t", "|")
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯ"
_SIGNS = "abcXYZ0123456789 .,;:|\t\"'+-()\n"


def _read(path: Path, options: FileOptions = _GUESSED) -> list[tuple[str, ...]]:
    with open_table(path, options) as table:
        return [row.cells for row in table.rows]


@pytest.mark.parametrize("name", ["customers.csv", "customers-1c.csv"])
def test_the_samples_read_as_the_csv_module_reads_them(name: str) -> None:
    codec, delimiter = ("cp1251", ";") if "1c" in name else ("utf-8", ",")
    with (SAMPLES / name).open(encoding=codec, newline="") as file:
        expected = [tuple(row) for row in csv.reader(file, delimiter=delimiter)]

    assert _read(SAMPLES / name) == expected


@pytest.mark.parametrize("codec", _CODECS)
@pytest.mark.parametrize("delimiter", _DELIMITERS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_clean_table_reads_as_the_csv_module_reads_it(
    codec: str, delimiter: str, end: str, tmp_path: Path
) -> None:
    expected = [HEADING, *RECIPIENTS, ("+79000000105", 'ООО "Ёж", Тверь; склад|5', "A005")]
    path = tmp_path / "table.csv"
    path.write_bytes(_written(expected, delimiter, end).encode(codec))

    assert _read(path) == expected


@given(
    rows=st.lists(
        st.lists(st.text(_LETTERS + _SIGNS, max_size=12), min_size=2, max_size=4), min_size=1, max_size=6
    ),
    codec=st.sampled_from(_CODECS),
    delimiter=st.sampled_from(_DELIMITERS),
)
def test_any_table_comes_back_or_is_refused_with_a_reason(
    rows: list[list[str]], codec: str, delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Issue 4: cell for cell; the user names encoding and delimiter, so nothing is guessed."""
    expected = [tuple(row) for row in rows]
    # A row of one blank cell is written like a blank line; two cells never are.
    text = _written(expected, delimiter, "\r\n")
    assume(text.strip())
    path = tmp_path_factory.mktemp("any") / "table.csv"
    path.write_bytes(text.encode(codec))

    assert _read_or_reason(path, codec, delimiter) in (expected, [])


def _read_or_reason(path: Path, codec: str, delimiter: str) -> list[tuple[str, ...]]:
    """The cells; nothing when the file was refused with a reason and a hint."""
    try:
        return _read(path, FileOptions(encoding=codec, delimiter=delimiter))
    except InputError as error:
        return [] if error.message and error.hint else [("no hint",)]


def _written(rows: Sequence[Sequence[str]], delimiter: str, end: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()
