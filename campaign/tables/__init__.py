"""Readers of recipients files: every cell is text, no type is ever guessed.

`open_table` is the one way in. It checks the content before the name, because a workbook renamed to
`.csv` must never be read as text. The readers, and the libraries that they need, are imported only
when used.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Final

from campaign.domain import FileOptions, Table
from campaign.errors import InputError, nearest_files
from campaign.tables.base import TableReader
from campaign.tables.detect import HEAD_BYTES, TABLE_SUFFIXES, Kind, kind_of, naming_note
from campaign.text import tr

READERS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "campaign.tables.text.reader:CsvReader",
    Kind.XLSX: "campaign.tables.xlsx.reader:XlsxReader",
    Kind.ODS: "campaign.tables.ods.reader:OdsReader",
    Kind.XLS: "campaign.tables.xls.reader:XlsReader",
}
"""A new format is a folder, a row here, and what `detect` knows it by."""


def open_table(path: Path, options: FileOptions) -> AbstractContextManager[Table]:
    """Choose the reader for a recipients file; leaving the context closes the file.

    Raises:
        InputError: `file_missing`, `file_is_folder`, `file_empty`, `file_kind`, `file_unreadable`,
            `workbook_broken`, `workbook_password`; on entering the context those of the reader.
    """
    kind = kind_of(path, _first_bytes(path))
    opened = reader_for(kind).open(path, options)
    note = naming_note(path, kind)
    return _noted(opened, note) if note else opened


def reader_for(kind: Kind) -> TableReader:
    """The reader of a kind of file."""
    module, _, name = READERS[kind].partition(":")
    reader: TableReader = getattr(import_module(module), name)()
    return reader


@contextmanager
def _noted(opened: AbstractContextManager[Table], note: str) -> Iterator[Table]:
    with opened as table:
        notes = table.info.notes
        if isinstance(notes, list):  # it grows while the rows are read
            notes.insert(0, note)
            yield table
        else:
            yield replace(table, info=replace(table.info, notes=(note, *notes)))


def _first_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(
                tr("{path} is a folder, not a file", path=path),
                hint=tr("Name the file inside it."),
                code="file_is_folder",
            )
        if path.exists() and not path.is_file():
            raise InputError(
                tr("{path} is not an ordinary file", path=path),
                hint=tr("Save it to disk first."),
                code="file_kind",
            )
        with path.open("rb") as file:
            first = file.read(HEAD_BYTES)
    except FileNotFoundError:
        raise InputError(
            tr("There is no file {path}", path=path), hint=_nearest_names(path), code="file_missing"
        ) from None
    except (OSError, ValueError) as error:
        # ValueError: a NUL in the path.
        raise InputError(
            tr("{path} cannot be read: {error}", path=path, error=error),
            hint=tr("Check that you may read it and that no other program has locked it."),
            code="file_unreadable",
        ) from error
    if not first:
        raise InputError(
            tr("{path} is empty", path=path),
            hint=tr("Save the table again, then name it here."),
            code="file_empty",
        )
    return first


def _nearest_names(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return tr("There is no folder {folder} either.", folder=folder)
    try:
        names = [
            entry.name
            for entry in folder.iterdir()
            if entry.suffix.lower() in TABLE_SUFFIXES | {".toml"} and not entry.name.startswith("~$")
        ]
    except OSError:
        return tr("The folder {folder} cannot be listed.", folder=folder)
    return nearest_files(path, names, kind=tr("tables"))
