"""Readers of recipients files: every cell is text, no type is ever guessed.

`open_table` is the one way in. It looks at the content before it looks at the name, because a
workbook renamed to `.csv` must never be read as text, and it refuses with a sentence what it cannot
read rightly. The readers, and the libraries that they need, are imported only when used.
"""

import difflib
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path

from campaign.errors import InputError
from campaign.model import FileOptions, Table
from campaign.ports import TableReader

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})

_ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_OLE2_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC_LENGTH = 8
_SAVE_AS = "Open it in a spreadsheet program and save it as .xlsx or as CSV (UTF-8)."


class _Kind(StrEnum):
    TEXT = "text"
    WORKBOOK = "workbook"


def open_table(path: Path, options: FileOptions) -> AbstractContextManager[Table]:
    """Choose the reader for a recipients file.

    Args:
        path: The file, as the person named it.
        options: What the person said about it; the rest is guessed and told in `Table.info`.

    Returns:
        A context manager that yields the open table; leaving it closes the file.

    Raises:
        InputError: With one of the codes `file_missing`, `file_is_folder`, `file_empty`,
            `file_kind`, `file_unreadable`; entering the context raises the codes of the reader.
    """
    kind = _kind(path, _first_bytes(path))
    reader: TableReader
    if kind is _Kind.WORKBOOK:
        from campaign.adapters.tables.xlsx import XlsxReader  # noqa: PLC0415  start-up time

        reader = XlsxReader()
    else:
        from campaign.adapters.tables.csv import CsvReader  # noqa: PLC0415  start-up time

        reader = CsvReader()
    return reader.open(path, options)


def _first_bytes(path: Path) -> bytes:
    """Read the magic number; every way in which a path may be no file is told here."""
    try:
        if path.is_dir():
            raise InputError(
                f"{path} is a folder, not a file",
                hint="Name the file inside it.",
                code="file_is_folder",
            )
        if path.exists() and not path.is_file():
            raise InputError(
                f"{path} is not an ordinary file", hint="Save it to disk first.", code="file_kind"
            )
        with path.open("rb") as file:
            first = file.read(_MAGIC_LENGTH)
    except FileNotFoundError:
        raise InputError(
            f"There is no file {path}", hint=_nearest_names(path), code="file_missing"
        ) from None
    except (OSError, ValueError) as error:
        # ValueError: a NUL in the path.
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"{path} cannot be read: {reason}",
            hint="Check that you may read it and that no other program holds it.",
            code="file_unreadable",
        ) from error
    if not first:
        raise InputError(
            f"{path} is empty", hint="Save the table again, then name it here.", code="file_empty"
        )
    return first


def _nearest_names(path: Path) -> str:
    """What the person may have meant."""
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {folder} either."
    try:
        names = sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.suffix.lower() in TEXT_SUFFIXES | WORKBOOK_SUFFIXES | {".toml"}
        )
    except OSError:
        return f"The folder {folder} cannot be listed."
    # Compared without case, because that is what a person mistypes first.
    folded = {name.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(path.name.casefold(), folded, n=3, cutoff=0.5)
    if near:
        return "Did you mean " + ", ".join(str(folder / folded[name]) for name in near) + "?"
    if names:
        return f"Tables in {folder}: " + ", ".join(names[:5]) + "."
    return f"There is no table in {folder}."


def _kind(path: Path, first: bytes) -> _Kind:
    suffix = path.suffix.lower()
    if first.startswith(_OLE2_MAGIC):
        raise InputError(
            f"{path} is an old .xls or password-protected workbook: save it as .xlsx",
            hint="In Excel: File, Save as, Excel workbook (.xlsx), without a password.",
            code="file_kind",
        )
    if first.startswith((_ZIP_MAGIC, _EMPTY_ZIP_MAGIC)):
        return _zip_kind(path)
    if suffix in WORKBOOK_SUFFIXES:
        raise InputError(
            f"{path} is named {suffix}, but it is not a workbook",
            hint="If it is a text table, rename it to .csv; otherwise save it again as .xlsx.",
            code="workbook_broken",
        )
    if suffix in TEXT_SUFFIXES:
        return _Kind.TEXT
    named = f"Files named {suffix}" if suffix else "Files without an ending in their name"
    raise InputError(
        f"{named} cannot be read: {path}",
        hint=f"Readable are .csv .tsv .txt .xlsx .xlsm. {_SAVE_AS}",
        code="file_kind",
    )


def _zip_kind(path: Path) -> _Kind:
    """Tell a workbook from the other things that are ZIP archives."""
    from campaign.adapters.tables.guard import member_names  # noqa: PLC0415  start-up time

    names = member_names(path)
    if "xl/workbook.xml" in names:
        return _Kind.WORKBOOK
    if "xl/workbook.bin" in names:
        what = "a binary workbook (.xlsb)"
    elif "content.xml" in names:
        what = "an OpenDocument file (.ods)"
    elif any(name.startswith("xl/") for name in names):
        # A workbook part under a name of its own: legal, so let the reader find it.
        return _Kind.WORKBOOK
    else:
        what = "a ZIP archive, not a workbook"
    raise InputError(f"{path} is {what}", hint=_SAVE_AS, code="file_kind")
