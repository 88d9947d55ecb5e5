"""Fill the person's own workbook, in a process of its own with limits.

openpyxl holds a workbook whole, ten times its size and more, and what a stranger made may want
terabytes of it (a merge of all cells of a sheet). Here the system bounds memory and time; if this
process fails, the parent draws the table itself.
"""

import pickle
import sys
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from campaign.adapters.reports.job import Job
from campaign.adapters.reports.kept_book import KeptBook
from campaign.adapters.reports.kept_table import KeptTable
from campaign.adapters.reports.pages import fill_book
from campaign.adapters.reports.palette import make_palette
from campaign.adapters.reports.safe import visible
from campaign.errors import InputError
from campaign.model import ReportRow


def keep(original: Path, draft: Path, job: Job, rows: list[ReportRow]) -> None:
    """Write their workbook with our columns and sheets.

    Formulas, number formats, widths, colours and other sheets stay; macros do not.

    Args:
        original: Whose bytes are those that were read.
        draft: Where to write; not the original.
        job: What the report is about; its only source is the original.
        rows: Every data row once, in file order.

    Raises:
        InputError: It cannot be done (`report_not_kept`).
    """
    # Macros would make it .xlsm, and are nobody's business in a report.
    with original.open("rb") as file:  # by handle: openpyxl believes suffixes
        theirs = load_workbook(file, rich_text=True)
    source = job.run.sources[0]
    sheet = theirs[source.info.sheet or ""]
    if not isinstance(sheet, Worksheet):
        raise InputError(f"{visible(source.name)}: no such sheet", code="report_not_kept")
    book = KeptBook(theirs)
    palette = make_palette(book, job.lang)
    layout = source.layout
    table = KeptTable(sheet, layout.heading_row_no, len(layout.heading), palette, job.words())
    fill_book(book, palette, job, table, rows)
    theirs.active = theirs.worksheets.index(sheet)
    for other in theirs.worksheets:
        other.sheet_view.tabSelected = other is sheet
    theirs.save(draft)


def main() -> int:
    """Read the work from the standard input; exit code 0 when the draft is whole."""
    original, draft, job, rows = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent's words
    keep(original, draft, job, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
