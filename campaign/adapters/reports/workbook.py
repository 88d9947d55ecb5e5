"""The report that people open: their own table with what became of every row, and a summary."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from campaign.adapters.reports.columns import Words
from campaign.adapters.reports.palette import make_palette
from campaign.adapters.reports.sheets import open_book
from campaign.adapters.reports.summary import Facts, put_summary
from campaign.adapters.reports.table import ROWS_A_SHEET, Table
from campaign.adapters.reports.writer import FileWriter
from campaign.model import ReportRow, RunInfo, Tally
from campaign.rules.words import Lang, label


class WorkbookWriter(FileWriter):
    """Writes an XLSX workbook.

    Args:
        lang: Of headings and sentences.
        now: Tells the time that the report says it was made at.
        timezone: In which times are shown; its name stands in the headings.
        rows_a_sheet: Data rows after which the table goes on on another sheet.
    """

    def __init__(
        self,
        lang: Lang,
        now: Callable[[], datetime],
        *,
        timezone: tzinfo = UTC,
        rows_a_sheet: int = ROWS_A_SHEET,
    ) -> None:
        self._lang: Lang = lang
        self._now = now
        self._timezone = timezone
        self._rows_a_sheet = rows_a_sheet

    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """The table first, counting; then the summary, which stands second."""
        now = self._now()
        with open_book(draft) as book:
            book.set_properties({"author": "campaign", "created": now.astimezone(UTC)})
            palette = make_palette(book, self._lang)
            words = Words(self._lang, self._timezone, tuple(tally.cost))
            table = Table(book, palette, words, run.heading)
            table.open_sheet()
            summary = book.add_worksheet(label("summary_sheet", self._lang))
            counts = table.fill(rows, self._rows_a_sheet)
            put_summary(book, summary, palette, words, Facts(run, tally, counts, now))
