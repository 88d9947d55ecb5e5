"""Read recipients from an OpenDocument workbook.

The archive is looked at here; its XML is only ever opened in a process of its own (`ods_child`).
"""

from contextlib import AbstractContextManager, closing
from pathlib import Path

from campaign.adapters.tables.child_process import seconds_for
from campaign.adapters.tables.child_reader import open_in_child
from campaign.adapters.tables.guard import SAVE_AGAIN, Workbook, password_needed
from campaign.errors import InputError
from campaign.model import FileOptions, Table

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_WHOLE_PACKAGE = "encrypted-package"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_BASE_MEMORY = 512 << 20
_MEMORY_FACTOR = 2
_MOST_MEMORY = 4 << 30


class OdsReader:
    """Plays `TableReader` for .ods."""

    def open(self, path: Path, options: FileOptions) -> AbstractContextManager[Table]:
        """Open one sheet, chosen as `XlsxReader` does.

        Args:
            path: The workbook.
            options: `sheet` and `include_hidden`.

        Raises:
            InputError: `workbook_password`, `file_kind`, and what `open_in_child` raises.
        """
        with closing(Workbook(path)) as book:
            _refuse_what_is_no_table(book)
            size = book.size(_CONTENT)
        return open_in_child(
            path,
            options,
            file_format="ods",
            module="ods_child",
            memory=min(_MOST_MEMORY, _BASE_MEMORY + _MEMORY_FACTOR * size),
            seconds=seconds_for(size),
        )


def _refuse_what_is_no_table(book: Workbook) -> None:
    if book.has(_WHOLE_PACKAGE):
        raise password_needed(book.path)
    if book.has(_MANIFEST) and b"encryption-data" in book.small_part(_MANIFEST):
        raise password_needed(book.path)
    kind = book.small_part("mimetype").strip() if book.has("mimetype") else _SPREADSHEET
    if not kind.startswith(_SPREADSHEET):
        raise InputError(
            f"{book.path} is an OpenDocument file, but not a table ({kind[:80].decode('latin-1')})",
            hint=SAVE_AGAIN,
            code="file_kind",
        )
