"""Read recipients from a workbook: the rows of one sheet as text, and what a person sees of it.

Three things happen in this order: the guard looks at the archive, one pass over the XML finds what
values do not tell (`sheet_scan`), and only then a library reads the values, in a process of its
own (`xlsx_child`). Nothing may be skipped silently: what is not read, or not usable, is noted.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from campaign.adapters.tables.guard import Workbook, broken, hostile
from campaign.adapters.tables.marks import SheetFacts, apply_marks, column_letters
from campaign.adapters.tables.sheet_scan import check_strings, has_values, scan_sheet
from campaign.adapters.tables.workbook_parts import Parts, Sheet, read_parts
from campaign.adapters.tables.xlsx_child import EXIT_UNREADABLE
from campaign.errors import InputError
from campaign.model import FileOptions, Table, TableInfo

_CHILD = "campaign.adapters.tables.xlsx_child"
_NAMES_SHOWN = 5
_BASE_MEMORY = 512 << 20
_MEMORY_FACTOR = 16
_MOST_MEMORY = 4 << 30
"""Bytes that the child may use: in proportion to the XML, so that a small file stays small. A
sheet of 1,000,000 x 7 has 320 MB of XML and takes 590 MB; text that all rows share takes most."""


class XlsxReader:
    """Plays `TableReader` for .xlsx and .xlsm."""

    @contextmanager
    def open(self, path: Path, options: FileOptions) -> Iterator[Table]:
        """Open one sheet of a workbook.

        The sheet is the one that the person named, else the first visible one with a value.

        Args:
            path: The workbook.
            options: Only `sheet` is used; a workbook has no encoding and no delimiter.

        Yields:
            The table. Its rows begin at row 1 and their cells at column A, however far down the
            table begins. Problems: `row_hidden`, `formula_without_value`.

        Raises:
            InputError: `workbook_broken`, `workbook_hostile`, `cell_unreadable`, `sheet_unknown`
                or `file_empty`; the first two also while rows are read.
        """
        with closing(Workbook(path)) as book:
            parts = read_parts(book)
            filled = tuple(sheet for sheet in parts.sheets if has_values(book, sheet.part))
            sheet = _choose(path, parts.sheets, filled, options.sheet)
            facts = scan_sheet(book, sheet.part, parts.shown_as)
            size = book.size(sheet.part)
            for strings in parts.strings:
                check_strings(book, strings)
                size += book.size(strings)
        memory = min(_MOST_MEMORY, _BASE_MEMORY + _MEMORY_FACTOR * size)
        others = tuple(other for other in filled if other != sheet)
        info = TableInfo("xlsx", sheet=sheet.name, notes=tuple(_notes(facts, others, parts)))
        with _child(path, sheet.name, memory) as output:
            yield Table(info, apply_marks(_rows(path, output), facts.marks))


def _choose(
    path: Path, sheets: tuple[Sheet, ...], filled: tuple[Sheet, ...], wanted: str | None
) -> Sheet:
    if wanted is not None:
        for same in (str, str.casefold):
            for sheet in sheets:
                if same(sheet.name.strip()) == same(wanted.strip()):
                    return _not_empty(path, sheet, filled)
        names = ", ".join(repr(sheet.name) for sheet in sheets)
        raise InputError(
            f"Workbook {path} has no sheet {wanted!r}",
            hint=f"Its sheets: {names}.",
            code="sheet_unknown",
        )
    for sheet in filled:
        if sheet.visible:
            return sheet
    hint = "Save the table again, then name it here."
    if filled:
        hint = f"The hidden sheet {filled[0].name!r} has data: --sheet {filled[0].name!r}."
    raise InputError(
        f"Workbook {path} has no visible sheet with data", hint=hint, code="file_empty"
    )


def _not_empty(path: Path, sheet: Sheet, filled: tuple[Sheet, ...]) -> Sheet:
    if sheet in filled:
        return sheet
    names = ", ".join(repr(other.name) for other in filled) or "none"
    raise InputError(
        f"Sheet {sheet.name!r} of {path} is empty",
        hint=f"Sheets with data: {names}.",
        code="file_empty",
    )


def _notes(facts: SheetFacts, others: tuple[Sheet, ...], parts: Parts) -> Iterator[str]:
    """Say whatever of the workbook is not read, or not read as it is seen."""
    if others:
        names = (repr(s.name) if s.visible else f"{s.name!r} (hidden)" for s in others)
        yield f"Sheets with data that are not read: {_some(names, len(others))}."
    if facts.hidden_row_count:
        rows = _some(map(str, facts.hidden_rows), facts.hidden_row_count)
        yield f"Hidden or filtered rows that are not used: {facts.hidden_row_count} ({rows})."
    if facts.hidden_columns:
        columns = _some(map(column_letters, facts.hidden_columns), len(facts.hidden_columns))
        yield f"Hidden columns that are read like the others: {columns}."
    if facts.merge_count:
        merges = _some(facts.merges, facts.merge_count)
        yield f"Merged cells count for their first cell only: {merges}."
    if facts.has_formulas and parts.recalculates:
        yield (
            "Cells with formulas may hold old results: the workbook was not saved by a "
            "spreadsheet program after the last change. Open it there and save it."
        )


def _some(names: Iterator[str] | list[str], count: int) -> str:
    shown = [name for name, _ in zip(names, range(_NAMES_SHOWN), strict=False)]
    rest = count - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


@contextmanager
def _child(path: Path, sheet: str, memory: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `xlsx_child`; it is gone when the context is left, read to the end or not."""
    # The child must find this package where the parent did, also out of a source tree (but not in
    # the current folder: -P). Whoever reads a stranger's file has no need of the password.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CAMPAIGN_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    process = subprocess.Popen(  # noqa: S603  our own interpreter and module
        [sys.executable, "-P", "-m", _CHILD, str(path), sheet, str(memory)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _rows(path: Path, process: subprocess.Popen[bytes]) -> Iterator[list[str]]:
    """Understand what the child writes, to the proof at its end."""
    lines: IO[bytes] | None = process.stdout
    if lines is None:
        return
    first_column = json.loads(next(lines, b"null"))
    before = [""] * (first_column or 0)
    count = 0
    for line in lines:
        batch = json.loads(line) if line.endswith(b"\n") else None
        if isinstance(batch, int) and batch == count:
            return
        if not isinstance(batch, list):
            break
        count += len(batch)
        for cells in batch:
            yield before + cells
    if process.wait() == EXIT_UNREADABLE:
        raise broken(path, "its cells cannot be read")
    raise hostile(path, "reading it takes more memory or time than a table of recipients can need")
