"""The report that people open: their own table with what became of every row, and our sheets."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from campaign.domain import ReportRow
from campaign.reports.base import ReportWriter
from campaign.reports.format import ReportContext
from campaign.reports.xlsx.new_book import open_book
from campaign.reports.xlsx.original import fill_in_child, is_exploded, macro_note, obstacle
from campaign.reports.xlsx.pages import fill_book
from campaign.reports.xlsx.rows import DATA_ROWS_A_SHEET, Tables


@dataclass
class WorkbookWriter(ReportWriter):
    """Writes an XLSX workbook: the user's own one with our columns, or a new one.

    Below one heading are `rows_a_sheet` rows at most; more go on another sheet.
    """

    own_tables = True
    rows_a_sheet: int = field(default=DATA_ROWS_A_SHEET, kw_only=True)

    def _fill(self, draft: Path, context: ReportContext, rows: Iterator[ReportRow]) -> None:
        why_not = obstacle(context.run)
        if why_not is None:
            few = list(rows)  # at most `original.MOST_ROWS`
            rows = iter(few)
            why_not = "note_exploded" if is_exploded(few) else _fill_original(draft, context, few)
            if why_not is None:
                return
        if why_not:
            context = _with_notes(context, why_not)
        with open_book(draft, context.as_of) as book:  # in bounded memory
            fill_book(book, context, Tables(book, context, self.rows_a_sheet), rows)


def _fill_original(draft: Path, context: ReportContext, rows: list[ReportRow]) -> str | None:
    """Give the user's own workbook back; returns the key of a note when that failed."""
    context = _with_notes(context, "note_kept", macro_note(context.run))
    return None if fill_in_child(draft, context, rows) else "note_not_kept"


def _with_notes(context: ReportContext, *keys: str | None) -> ReportContext:
    notes = (context.label(key, name=context.run.source_name) for key in keys if key)
    return replace(context, notes=(*context.notes, *notes))
