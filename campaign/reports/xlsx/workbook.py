"""The report that people open: their own table with what became of every row, and our sheets."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from campaign.domain import ReportExtras, ReportRow, RunInfo, Tally
from campaign.i18n import Lang
from campaign.reports.base import ReportWriter
from campaign.reports.format import ReportContext
from campaign.reports.xlsx.new_book import open_book
from campaign.reports.xlsx.original import fill_in_child, is_exploded, macro_note, obstacle
from campaign.reports.xlsx.pages import fill_book
from campaign.reports.xlsx.rows import DATA_ROWS_A_SHEET, Tables
from campaign.reports.xlsx.sheet import Styles


class WorkbookWriter(ReportWriter):
    """Writes an XLSX workbook; `rows_a_sheet` rows go under one heading, more on another sheet."""

    own_tables = True

    def __init__(
        self,
        lang: Lang,
        now: Callable[[], datetime],
        extras: ReportExtras | None = None,
        *,
        timezone: tzinfo = UTC,
        rows_a_sheet: int = DATA_ROWS_A_SHEET,
    ) -> None:
        super().__init__(lang, now, extras, timezone=timezone)
        self._rows_a_sheet = rows_a_sheet

    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """The tables first, counting; then the sheets that show what they came to."""
        context = ReportContext(
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
            few = list(rows)  # at most `original.MOST_ROWS`
            rows = iter(few)
            why_not = "note_exploded" if is_exploded(few) else _fill_original(draft, context, few)
            if why_not is None:
                return
        if why_not:
            note = context.label(why_not, name=run.source_name)
            context = replace(context, notes=(*context.notes, note))
        _fill_new(draft, context, rows)


def _fill_original(draft: Path, context: ReportContext, rows: list[ReportRow]) -> str | None:
    """Give the user's own workbook back; returns the key of a note when that failed."""
    keys = ("note_kept", macro_note(context.run))
    notes = (*context.notes, *(context.label(key) for key in keys if key))
    filled = fill_in_child(draft, replace(context, notes=notes), rows)
    return None if filled else "note_not_kept"


def _fill_new(draft: Path, context: ReportContext, rows: Iterator[ReportRow]) -> None:
    """Write the whole workbook ourselves, in bounded memory."""
    with open_book(draft, context.as_of) as book:
        styles, texts = Styles(context.lang), context.texts()
        tables = Tables(book, styles, texts, context.run, context.rows_a_sheet)
        fill_book(book, styles, context, tables, rows)
