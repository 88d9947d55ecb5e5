"""The rows to mend, importable as they stand: `campaign run report.xlsx --sheet Fix`."""

from typing import Final

from campaign.adapters.reports.fix_file import FixRow, fix_heading, fix_line
from campaign.adapters.reports.job import Job
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.safe import put_sheet, put_text
from campaign.adapters.reports.sheets import Book, Sheet
from campaign.model import Fate, ReportRow
from campaign.rules.fix_columns import guard_typed, to_mend

_MENDABLE: Final = frozenset({"refused_phone", "refused_text", "refused_wapurl"})
"""Words by which the gateway refuses what stands in a row."""

_WIDTH, _REASON_WIDTH = 18, 66
_HEADING_HEIGHT = 34
_A4 = 9


def is_to_mend(row: ReportRow) -> bool:
    """Whether nobody was texted for that row, and a person can mend it."""
    refused = row.fate is Fate.REFUSED and row.code in _MENDABLE
    return refused or to_mend(row.fate, row.code)


class FixSheets:
    """One sheet for each source that has rows to mend.

    The reader takes what a fix-file adds off again by its headings, so these sheets are fix-files:
    nothing but the heading and the rows stands in them, and every cell is a text.

    Args:
        book: The workbook; the first sheet is added at once where there will be one.
        palette: Its formats.
        job: What the report is about.
    """

    def __init__(self, book: Book, palette: Palette, job: Job) -> None:
        self._book = book
        self._palette = palette
        self._job = job
        self._sheets: dict[int, Sheet] = {}
        self._used: dict[int, int] = {}
        self._last: tuple[int, int] | None = None
        likely = job.tally.fates.get(Fate.INVALID) or job.tally.fates.get(Fate.REFUSED)
        if likely and len(job.run.sources) <= 1:
            self._open(1)

    def put(self, row: ReportRow) -> None:
        """Take the row, if it is to be mended."""
        if not is_to_mend(row):
            return
        place = (row.source_no, row.row_no)
        if place == self._last:
            return  # a row of several phones (--explode-phones) is mended once
        self._last = place
        if row.source_no not in self._sheets:
            self._open(row.source_no)
        self._used[row.source_no] += 1
        sheet, y = self._sheets[row.source_no], self._used[row.source_no]
        mended = FixRow(row.row_no, row.cells, row.code, tuple(row.details.items()))
        line = fix_line(self._width(row.source_no), mended, self._job.lang)
        for col, cell in enumerate(line):
            put_text(sheet, y, col, guard_typed(cell), self._palette.text)

    @property
    def filled(self) -> tuple[str, ...]:
        """Sheets on which there is something to mend."""
        return tuple(sheet.name for no, sheet in self._sheets.items() if self._used[no])

    def _open(self, source_no: int) -> None:
        sheet = put_sheet(self._book, self._job.say("fix_sheet"))
        self._sheets[source_no] = sheet
        self._used[source_no] = 0
        width = self._width(source_no)
        sheet.set_column(0, width, _WIDTH, self._palette.text)
        sheet.set_column(width + 1, width + 2, _REASON_WIDTH, self._palette.text)
        sheet.set_row(0, _HEADING_HEIGHT)
        for col, name in enumerate(fix_heading(self._heading(source_no), self._job.lang)):
            theirs = col < width
            style = self._palette.their_heading if theirs else self._palette.our_heading
            put_text(sheet, 0, col, guard_typed(name), style)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 0)
        sheet.set_footer("&R&P / &N")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_tab_color("#E08A55")

    def _heading(self, source_no: int) -> tuple[str, ...]:
        sources = self._job.run.sources
        return sources[source_no - 1].layout.heading if sources else self._job.run.heading

    def _width(self, source_no: int) -> int:
        return len(self._heading(source_no))
