"""The report that people open: their own table with what became of every row, and our sheets."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from campaign.domain import (
    ReportExtras,
    ReportRow,
    RunInfo,
    Tally,
)
from campaign.i18n import Lang
from campaign.reports.base import FileWriter
from campaign.reports.format import Job
from campaign.reports.xlsx.original import (
    is_exploded,
    keep_in_child,
    macro_note,
    obstacle,
)
from campaign.reports.xlsx.pages import fill_book
from campaign.reports.xlsx.rows import ROWS_A_SHEET, Tables
from campaign.reports.xlsx.sheet import make_styles, open_book


class WorkbookWriter(FileWriter):
    """Writes an XLSX workbook.

    Args:
        lang: Of headings and sentences.
        now: Tells the time that the report says it was made at.
        extras: What is told beyond the rows.
        timezone: In which times are shown; its name stands in the headings.
        rows_a_sheet: Data rows after which the table goes on on another sheet.
    """

    own_tables = True

    def __init__(
        self,
        lang: Lang,
        now: Callable[[], datetime],
        extras: ReportExtras | None = None,
        *,
        timezone: tzinfo = UTC,
        rows_a_sheet: int = ROWS_A_SHEET,
    ) -> None:
        self._lang: Lang = lang
        self._now = now
        self._extras = extras or ReportExtras()
        self._timezone = timezone
        self._rows_a_sheet = rows_a_sheet

    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """The tables first, counting; then the sheets that tell what they came to."""
        job = Job(
            lang=self._lang,
            timezone=self._timezone,
            run=run,
            tally=tally,
            extras=self._extras,
            as_of=self._now(),
            rows_a_sheet=self._rows_a_sheet,
        )
        why_not = obstacle(run)
        if why_not is None:
            kept = list(rows)  # at most `kept.MOST_ROWS`
            rows = iter(kept)
            why_not = "note_exploded" if is_exploded(kept) else _keep(draft, job, kept)
            if why_not is None:
                return
        if why_not:
            note = job.say(why_not, name=run.source_name)
            job = replace(job, notes=(*job.notes, note))
        draw(draft, job, rows)


def _keep(draft: Path, job: Job, rows: list[ReportRow]) -> str | None:
    """Give their own workbook back; returns the key of a note when that failed."""
    notes = ("note_kept", macro_note(job.run))
    told = replace(job, notes=(*job.notes, *(job.say(key) for key in notes if key)))
    return None if keep_in_child(draft, told, rows) else "note_not_kept"


def draw(draft: Path, job: Job, rows: Iterator[ReportRow]) -> None:
    """Write the whole workbook ourselves, in bounded memory."""
    with open_book(draft) as book:
        book.set_properties({"author": "campaign", "created": job.as_of.astimezone(UTC)})
        styles = make_styles(book, job.lang)
        tables = Tables(book, styles, job.words(), job.run, job.rows_a_sheet)
        fill_book(book, styles, job, tables, rows)
