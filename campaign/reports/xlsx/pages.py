"""All sheets of a report workbook, written in one pass over the rows."""

import shlex
from collections.abc import Iterable, Iterator

from campaign.domain import ReportRow
from campaign.domain.printable import visible
from campaign.reports.figures import cost_sentences, count_rows, unpriced_text
from campaign.reports.format import ReportContext
from campaign.reports.xlsx.details import FixSheets, UnknownSheet, has_unknowns, put_settings
from campaign.reports.xlsx.money import CostSums, put_cost
from campaign.reports.xlsx.rows import Rows
from campaign.reports.xlsx.sheet import Book
from campaign.reports.xlsx.summary import Summary


def fill_book(book: Book, context: ReportContext, tables: Rows, rows: Iterable[ReportRow]) -> None:
    """Add our sheets behind those of the tables, and write every row, in file order."""
    label = context.label
    summary = book.add_sheet(label("summary_sheet"))
    fix = FixSheets(book, context)
    cost_sheet = book.add_sheet(label("cost_sheet"))
    unknown = None
    if has_unknowns(context):
        unknown = UnknownSheet(book.add_sheet(label("unknown_sheet")), context)
    settings = book.add_sheet(label("settings_sheet"))
    cost = CostSums(context.timezone)

    def written() -> Iterator[ReportRow]:
        for row in rows:
            tables.put(row)
            fix.put(row)
            cost.put(row)
            if unknown is not None:
                unknown.put(row)
            yield row

    counts = count_rows(written(), context.lang)
    notes = [*context.notes, *tables.close()]
    if context.run.gateway == "sandbox":
        notes.insert(0, label("note_practice"))
    text = _text_option(context)
    notes += [label("note_fix", sheet=name, text=text) for name in fix.filled]
    sentences = cost_sentences(context, counts) if unpriced_text(context, counts) else ()
    put_cost(cost_sheet, context, cost, sentences)
    put_settings(settings, context, counts.numbering)
    parts = {number: sums.messages for number, sums in cost.parts.items()}
    Summary(summary, context, counts).put(parts, notes)


def _text_option(context: ReportContext) -> str:
    """What a command needs whose file has no texts: the run's own, as a shell takes it."""
    text = context.run.settings.get("text")
    if not isinstance(text, str) or not text:
        return ""
    if visible(text) == text:
        return f" --text {shlex.quote(text)}"
    escaped = text.replace("\\", r"\\").replace("'", r"\'")  # the note shows \n for a new line
    return f" --text $'{escaped}'"
