"""A new file format is a folder and two rows: how files are named, and which reader opens them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from campaign.domain import FileOptions, RawRow, Table, TableInfo
from campaign.tables import READERS, open_table, reader_for
from campaign.tables.child import WORKBOOKS
from campaign.tables.detect import SUFFIXES, TABLE_SUFFIXES, Kind


class LinesReader:
    """One cell a line."""

    @contextmanager
    def open(self, path: Path, options: FileOptions) -> Iterator[Table]:
        assert options == FileOptions()
        rows = (RawRow(no, (line,)) for no, line in enumerate(path.read_text().splitlines(), 1))
        yield Table(TableInfo("lines"), rows)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_file_has_its_two_rows(kind: Kind) -> None:
    assert set(SUFFIXES[kind]) <= TABLE_SUFFIXES
    assert callable(reader_for(kind).open)


def test_no_suffix_belongs_to_two_kinds() -> None:
    assert sum(map(len, SUFFIXES.values())) == len(TABLE_SUFFIXES)


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_what_a_child_opens_is_next_to_the_reader(kind: str) -> None:
    module = READERS[Kind(kind)].partition(":")[0]

    assert hasattr(import_module(module), WORKBOOKS[kind])


def test_a_row_is_enough_for_another_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, Kind.TEXT, f"{__name__}:LinesReader")
    path = tmp_path / "recipients.txt"
    path.write_text("phone\n+79000000101\n")

    with open_table(path, FileOptions()) as table:
        assert [row.cells for row in table.rows] == [("phone",), ("+79000000101",)]
