"""Whether the user's own workbook can be given back, and the process that does it."""

import hashlib
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from campaign.domain import ReportRow, RunInfo
from campaign.domain.cells import column_letters
from campaign.domain.printable import visible
from campaign.errors import InputError
from campaign.reports.columns import OWN_COLUMNS
from campaign.reports.format import ReportContext
from campaign.reports.xlsx.original_book import OriginalBook, OriginalSheet
from campaign.reports.xlsx.pages import fill_book
from campaign.reports.xlsx.rows import OwnColumns
from campaign.reports.xlsx.sheet import A3, COLUMNS_A_SHEET, HEADING_HEIGHT
from campaign.secret import child_environment
from campaign.tables.limits import Workbook
from campaign.text import tr

MOST_ROWS: Final = 20_000
"""openpyxl needs about half a millisecond and 15 KB a row; more would try the user's patience."""

MOST_BYTES: Final = 8 << 20

MOST_INFLATED: Final = 48 << 20
"""Bytes of XML; each needs up to 30 in memory."""

MEMORY: Final = 2 << 30

SECONDS: Final = 180

_MACROS: Final = ".xlsm"


def obstacle(run: RunInfo) -> str | None:
    """Why the user's workbook cannot be given back.

    Returns:
        Key of a note; "" where there is no workbook of theirs, None when nothing stands in the way.
    """
    if not any(source.info.format == "xlsx" for source in run.sources):
        return ""
    source = run.sources[0]
    if len(run.sources) > 1:
        return "note_several"
    if not source.layout.heading_row_no:
        return "note_no_heading"
    try:
        large = run.row_count > MOST_ROWS
        return "note_large" if large else _obstacle_in(Path(source.path), source.sha256)
    except FileNotFoundError:
        return "note_gone"
    except (OSError, ValueError, InputError, zipfile.BadZipFile):
        return "note_not_kept"


def _obstacle_in(path: Path, sha256: str) -> str | None:
    if path.stat().st_size > MOST_BYTES:
        return "note_large"
    if _digest(path) != sha256:
        return "note_changed"
    return None if _inflated(path) <= MOST_INFLATED else "note_large"


def macro_note(run: RunInfo) -> str | None:
    """Key of a note about what is left out of their workbook, None if nothing is."""
    return "note_macros" if run.sources[0].path.lower().endswith(_MACROS) else None


def is_exploded(rows: list[ReportRow]) -> bool:
    """Whether a row of theirs has several outcomes (`--explode-phones`)."""
    return len({row.row_no for row in rows}) < len(rows)


def fill_in_child(draft: Path, context: ReportContext, rows: list[ReportRow]) -> bool:
    """Fill the user's workbook in a process with limits; whether the draft is whole."""
    command = [sys.executable, "-P", "-c", _CHILD, str(MEMORY)]
    work = pickle.dumps((Path(context.run.sources[0].path), draft, context, rows))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=work,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and zipfile.is_zipfile(draft)


_CHILD: Final = """
import sys
try:
    import resource
except ImportError:
    pass
else:
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from campaign.reports.xlsx.original import main
sys.exit(main())
"""
"""The limits stand before the first import."""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inflated(path: Path) -> int:
    """Bytes of all parts of text; the guard looks at each while it is inflated."""
    workbook = Workbook(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(_TEXT_PARTS)]
        if sum(map(workbook.size, names)) > MOST_INFLATED:
            return MOST_INFLATED + 1
        return sum(len(chunk) for name in names for chunk in workbook.chunks(name))
    finally:
        workbook.close()


_TEXT_PARTS: Final = (".xml", ".rels", ".vml")

_WHOLE: Final = 100
"""Per cent: nobody has set a scale."""


class OriginalTable:
    """Writes our values next to those of the only source (`rows.Rows`), on its own sheet.

    Raises:
        InputError: There is no room to the right (`report_not_kept`).
    """

    def __init__(self, sheet: OriginalSheet, context: ReportContext) -> None:
        layout = context.run.sources[0].layout
        self._sheet = sheet
        self._heading_row = self._last_row = layout.heading_row_no
        first = max(_first_free(sheet.sheet), len(layout.heading))
        if first + len(OWN_COLUMNS) > COLUMNS_A_SHEET:
            raise InputError(tr("no room for our columns"), code="report_not_kept")
        self._own = OwnColumns(context, first)
        self._own.put_heading(sheet, self._heading_row - 1)

    def put(self, row: ReportRow) -> None:
        """Write our values into the row that the user sees."""
        self._last_row = max(self._last_row, row.row_no)
        self._own.put(self._sheet, row.row_no - 1, row)

    def close(self) -> tuple[str, ...]:
        """Widths of our columns; filter, frozen heading and print set-up where they had none."""
        theirs, heading = self._sheet.sheet, self._heading_row - 1
        self._own.set_widths(self._sheet)
        if theirs.row_dimensions[self._heading_row].height is None:
            # Nobody set it, so it would grow by itself if our headings were typed in.
            self._sheet.set_height(heading, HEADING_HEIGHT)
        if theirs.freeze_panes is None:
            self._sheet.freeze(self._heading_row, 0)
        if not theirs.tables:
            self._widen_filter(theirs)
        if not _has_print_setup(theirs):
            paper = theirs.page_setup.paperSize or A3
            repeated = None if theirs.print_title_rows else heading
            self._sheet.print_across(paper=paper, repeated=repeated)
        return ()

    def _widen_filter(self, theirs: Worksheet) -> None:
        """A filter over their table is one over ours too; one elsewhere stays where it is."""
        last = column_letters(self._own.last)
        found = theirs.auto_filter.ref
        if not found:
            theirs.auto_filter.ref = f"A{self._heading_row}:{last}{self._last_row}"
            return
        left, top, _, bottom = range_boundaries(found)
        if top == self._heading_row and left is not None:
            theirs.auto_filter.ref = f"{column_letters(left - 1)}{top}:{last}{bottom}"


def _has_print_setup(sheet: Worksheet) -> bool:
    """Whether somebody thought about how the sheet prints: its scale, its area or its pages."""
    setup, fit = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    return bool(
        (setup.scale or _WHOLE) != _WHOLE
        or (fit is not None and fit.fitToPage)
        or sheet.print_area
        or sheet.col_breaks.brk
        or sheet.row_breaks.brk
    )


def _first_free(sheet: Worksheet) -> int:
    """The first column, from 0, right of everything that stands on the sheet."""
    used = 1
    for cells in sheet.iter_rows():
        for cell in reversed(cells):
            if isinstance(cell, MergedCell) or cell.value is not None or cell.comment:
                used = max(used, cell.column or 0)
                break
    return used


def fill_original(original: Path, draft: Path, context: ReportContext, rows: list[ReportRow]) -> None:
    """Write the user's workbook, which is the run's only source, with our columns and sheets.

    Formulas, number formats, widths, colours and other sheets stay; macros do not.

    Raises:
        InputError: It cannot be done (`report_not_kept`).
    """
    # Macros would make it .xlsm, and are nobody's business in a report.
    with original.open("rb") as file:  # by handle: openpyxl believes suffixes
        theirs = load_workbook(file, rich_text=True)
    source = context.run.sources[0]
    sheet = theirs[source.info.sheet or ""]
    if not isinstance(sheet, Worksheet):
        raise InputError(tr("{name}: no such sheet", name=visible(source.name)), code="report_not_kept")
    book = OriginalBook(theirs)
    fill_book(book, context, OriginalTable(OriginalSheet(book, sheet), context), rows)
    theirs.active = theirs.worksheets.index(sheet)
    for other in theirs.worksheets:
        other.sheet_view.tabSelected = other is sheet
    theirs.save(draft)


def main() -> int:
    """Read the work from the standard input; exit code 0 when the draft is whole."""
    original, draft, context, rows = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    fill_original(original, draft, context, rows)
    return 0
