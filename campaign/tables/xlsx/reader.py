"""Read recipients from a workbook: the rows of one sheet as text, as the sheet displays them.

Three things happen in this order: `limits` checks the archive, one pass over the XML finds what
values do not tell (`sheet_xml`), and only then a library reads the values, in a process of its
own (`tables.child`). Nothing may be skipped silently: what is not read, or not usable, is noted.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from campaign.domain import FileOptions, RawRow, Table, TableInfo
from campaign.tables.child import Row
from campaign.tables.limits import Workbook, broken, check_strings, hostile
from campaign.tables.process import Child, child, seconds_for
from campaign.tables.sheet_facts import SheetFacts, apply_marks
from campaign.tables.sheets import (
    HEAD_COUNT,
    SheetView,
    blank_columns,
    choose_sheet,
    fact_notes,
    hint_at_left_out,
)
from campaign.tables.values import cell_text
from campaign.tables.xlsx.package import Parts, read_parts
from campaign.tables.xlsx.sheet_xml import has_values, scan_sheet
from campaign.text import Text, tr

_BASE_MEMORY = 512 << 20
_MEMORY_FACTOR = 16
_MOST_MEMORY = 4 << 30
"""Bytes that the child may use: in proportion to the XML, so that a small file stays small. A
sheet of 1,000,000 x 7 has 320 MB of XML and takes 590 MB; text that all rows share takes most."""
_MACROS = tr("The workbook contains macros; they are neither run nor read.")

_OLD_RESULTS = tr(
    "Cells with formulas may hold old results: the workbook was not saved by a spreadsheet program "
    "after the last change. Open it there and save it."
)


class XlsxReader:
    """The `TableReader` for .xlsx and .xlsm."""

    @contextmanager
    def open(self, path: Path, options: FileOptions) -> Iterator[Table]:
        """Open one sheet of a workbook; like `open_in_child`, but the parent knows the sheets.

        Raises:
            InputError: `workbook_broken`, `workbook_hostile`, `cell_unreadable`, `sheet_unknown` or
                `file_empty`; the first two also while rows are read.
        """
        with closing(Workbook(path)) as book, ExitStack() as stack:
            opened = _Opened(book, stack)
            sheet, notes = choose_sheet(path, opened.views, options.sheet, head=opened.head)
            facts = opened.facts(sheet.name)
            rows = opened.child().rows(sheet.name)
            info = TableInfo(
                "xlsx",
                sheet=sheet.name,
                notes=(*notes, *_notes(book, facts, opened.parts, options)),
            )
            # Problems come from the marks alone: calamine gives nothing but values.
            shown = facts.displayed.render(cells for cells, _ in rows)
            marked = apply_marks(shown, facts.marks, include_hidden=options.include_hidden)
            hidden = [] if options.include_hidden else sorted(set(facts.hidden_columns))
            with hint_at_left_out(hidden, notes):
                yield Table(info, blank_columns(marked, hidden) if hidden else marked)


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
            SheetView(sheet.name, sheet.visible, has_values(book, sheet.part))
            for sheet in self.parts.sheets
        )
        self._facts: dict[str, SheetFacts] = {}
        self._child: Child | None = None

    def head(self, name: str) -> list[RawRow]:
        """The first rows of a sheet that are not blank."""
        self.facts(name)
        return self.child().head(name, HEAD_COUNT)

    def facts(self, name: str) -> SheetFacts:
        """What values do not tell; scans the sheet once."""
        if name not in self._facts:
            self._facts[name] = scan_sheet(
                self._book, self._part[name], self.parts.shown_as, self.parts.struck
            )
        return self._facts[name]

    def child(self) -> Child:
        """The process that reads values; started after the strings were checked."""
        if self._child is None:
            size = 0
            for strings in self.parts.strings:
                check_strings(self._book, strings)
                size += self._book.size(strings)
            size += max(self._book.size(part) for part in self._part.values())
            memory = min(_MOST_MEMORY, _BASE_MEMORY + _MEMORY_FACTOR * size)
            self._child = self._stack.enter_context(
                child("xlsx", self._book.path, memory=memory, seconds=seconds_for(size))
            )
        return self._child


def _notes(book: Workbook, facts: SheetFacts, parts: Parts, options: FileOptions) -> Iterator[Text]:
    if book.has("xl/vbaProject.bin"):
        yield _MACROS
    yield from fact_notes(facts, include_hidden=options.include_hidden)
    if facts.has_formulas and parts.recalculates:
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
