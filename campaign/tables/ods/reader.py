"""Read recipients from an OpenDocument workbook; its XML is only opened in the child."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

from campaign.domain import FileOptions, Table
from campaign.errors import InputError
from campaign.tables.child import Row
from campaign.tables.limits import SAVE_AGAIN, Workbook, bounded, broken, password_needed
from campaign.tables.ods.content_xml import OdsContent
from campaign.tables.process import memory_for, open_in_child, seconds_for
from campaign.tables.sheet_properties import SheetProperties, SheetView
from campaign.text import tr

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_WHOLE_PACKAGE = "encrypted-package"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


class OdsReader:
    """The `TableReader` for .ods."""

    def open(self, path: Path, options: FileOptions) -> AbstractContextManager[Table]:
        """Open one sheet; see `open_in_child`. Raises `file_kind` for other documents."""
        with closing(Workbook(path)) as book:
            _refuse_what_is_no_table(book)
            size = book.size(_CONTENT)
        return open_in_child(
            path, options, file_format="ods", memory=memory_for(size, factor=2), seconds=seconds_for(size)
        )


def _refuse_what_is_no_table(book: Workbook) -> None:
    if book.has(_WHOLE_PACKAGE):
        raise password_needed(book.path)
    if book.has(_MANIFEST) and b"encryption-data" in book.small_part(_MANIFEST):
        raise password_needed(book.path)
    kind = book.small_part("mimetype").strip() if book.has("mimetype") else _SPREADSHEET
    if not kind.startswith(_SPREADSHEET):
        raise InputError(
            tr(
                "{path} is an OpenDocument file, but not a table ({decode})",
                path=book.path,
                decode=kind[:80].decode("latin-1"),
            ),
            hint=SAVE_AGAIN,
            code="file_kind",
        )


class OdsBook:
    """One .ods, read to its end when opened; raises `workbook_broken` or `workbook_hostile`."""

    def __init__(self, path: str) -> None:
        content = OdsContent(Path(path))
        with closing(Workbook(Path(path))) as book:
            content.read(bounded(book, "content.xml"))
        self._sheets = {sheet.name: sheet for sheet in content.sheets}
        if not self._sheets or len(self._sheets) != len(content.sheets):
            raise broken(Path(path), tr("it has no sheets, or two of one name"))

    def sheets(self) -> list[tuple[SheetView, SheetProperties]]:
        """All sheets in the order of their tabs."""
        return [sheet.answer() for sheet in self._sheets.values()]

    def rows(self, name: str, *, include_hidden: bool) -> Iterator[Row]:
        """Every row of a sheet from its first, blank ones included."""
        return self._sheets[name].rows(include_hidden=include_hidden)
