"""Read recipients from a workbook: the rows of one sheet as text, as the sheet displays them.

In this order: `limits` checks the archive, one pass over the XML finds what values do not show
(`sheet_xml`), and only then a library reads the values, in a process of its own (`tables.child`).
"""

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from campaign.domain import FileOptions, RawRow, Table, TableInfo
from campaign.tables.child import Row
from campaign.tables.limits import Workbook, bounded, broken, hostile
from campaign.tables.process import Child, child, memory_for, seconds_for
from campaign.tables.sheet_properties import SheetView
from campaign.tables.sheets import choose_sheet, opened_table, property_notes
from campaign.tables.values import cell_text
from campaign.tables.xlsx.cell_flags import apply_flags
from campaign.tables.xlsx.package import Parts, read_parts
from campaign.tables.xlsx.sheet_xml import ScannedSheet, has_values, scan_sheet
from campaign.text import Text, tr

_MEMORY_FACTOR = 16
"""A sheet of 1,000,000 x 7 has 320 MB of XML and takes 590 MB; text that all rows share takes most."""
_MACROS = tr("The workbook contains macros; they are neither run nor read.")

_OLD_RESULTS = tr(
    "Cells with formulas may hold old results: the workbook was not saved by a spreadsheet program "
    "after the last change. Open it there and save it."
)


class XlsxReader:
    """The `TableReader` for .xlsx and .xlsm."""

    @contextmanager
    def open(self, path: Path, options: FileOptions) -> Iterator[Table]:
        """Open one sheet of a workbook; like `open_in_child`, but the parent knows the sheets."""
        with closing(Workbook(path)) as book, ExitStack() as stack:
            opened = _Opened(book, stack)
            sheet, notes = choose_sheet(path, opened.views, options.sheet, head=opened.head)
            scanned = opened.scanned(sheet.name)
            rows = opened.child().rows(sheet.name)
            notes_within = _notes(book, scanned, opened.parts, options)
            info = TableInfo("xlsx", sheet=sheet.name, notes=(*notes, *notes_within))
            # Problems come from the flags alone: calamine gives nothing but values.
            shown = scanned.displayed.render(cells for cells, _ in rows)
            flagged = apply_flags(shown, scanned.flags, include_hidden=options.include_hidden)
            hidden = [] if options.include_hidden else sorted(set(scanned.hidden_columns))
            with opened_table(info, flagged, hidden, notes) as table:
                yield table


class _Opened:
    """A workbook whose sheets are scanned before the library opens them; `stack` ends the child."""

    def __init__(self, book: Workbook, stack: ExitStack) -> None:
        self.parts = read_parts(book)
        self._book = book
        self._stack = stack
        self._part = {sheet.name: sheet.part for sheet in self.parts.sheets}
        if len(self._part) != len(self.parts.sheets):
            raise hostile(book.path, tr("two of its sheets have one name"))
        self.views = tuple(
            SheetView(sheet.name, sheet.visible, has_values(book, sheet.part)) for sheet in self.parts.sheets
        )
        self._scanned: dict[str, ScannedSheet] = {}
        self._child: Child | None = None

    def head(self, name: str) -> list[RawRow]:
        self.scanned(name)
        return self.child().head(name)

    def scanned(self, name: str) -> ScannedSheet:
        if name not in self._scanned:
            self._scanned[name] = scan_sheet(self._book, self._part[name], self.parts)
        return self._scanned[name]

    def child(self) -> Child:
        if self._child is None:
            size = 0
            for strings in self.parts.strings:
                # calamine reads them whole, so they are held to the limits first.
                deque(bounded(self._book, strings), maxlen=0)
                size += self._book.size(strings)
            size += max(self._book.size(part) for part in self._part.values())
            memory = memory_for(size, factor=_MEMORY_FACTOR)
            self._child = self._stack.enter_context(
                child("xlsx", self._book.path, memory=memory, seconds=seconds_for(size))
            )
        return self._child


def _notes(book: Workbook, scanned: ScannedSheet, parts: Parts, options: FileOptions) -> Iterator[Text]:
    if book.has("xl/vbaProject.bin"):
        yield _MACROS
    yield from property_notes(scanned, include_hidden=options.include_hidden)
    if scanned.has_formulas and parts.recalculates:
        yield _OLD_RESULTS


class CalamineBook:
    """One .xlsx, opened by calamine: values alone; the rest is found by `sheet_xml`."""

    def __init__(self, path: str) -> None:
        # After the limits are set: this is what they are for.
        import python_calamine  # noqa: PLC0415

        self._path = Path(path)
        self._errors = (python_calamine.CalamineError, OSError)
        self._name: str | None = None
        try:
            self._book = python_calamine.load_workbook(path)
        except self._errors as error:
            raise broken(self._path, tr("its cells cannot be read")) from error

    def rows(self, name: str, *, include_hidden: bool) -> Iterator[Row]:
        """Every row of a sheet from its first; calamine does not know which are hidden."""
        del include_hidden
        if name != self._name:
            try:
                self._sheet = self._book.get_sheet_by_name(name)
            except self._errors as error:
                raise broken(self._path, tr("its cells cannot be read")) from error
            self._name = name
        sheet = self._sheet
        if not sheet.start:
            return
        # Both ends are cut off: rows before the first value are given, columns before it are not.
        before = [""] * sheet.start[1]
        for row in sheet.iter_rows():
            cells = [cell if isinstance(cell, str) else cell_text(cell) for cell in row]
            yield (before + cells if before else cells), ""
