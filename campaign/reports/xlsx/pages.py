"""All sheets of a report workbook, written in one pass over the rows."""

import shlex
from collections.abc import Iterable, Iterator

from campaign.domain import ReportRow
from campaign.domain.printable import visible
from campaign.reports.figures import cost_sentences, count_rows, unpriced_text
from campaign.reports.format import Figures, ReportContext
from campaign.reports.xlsx.details import FixSheets, UnknownSheet, has_unknowns, put_settings
from campaign.reports.xlsx.money import CostSums, put_cost
from campaign.reports.xlsx.rows import Rows
from campaign.reports.xlsx.sheet import Book, Styles
from campaign.reports.xlsx.summary import Summary


def fill_book(
    book: Book, styles: Styles, context: ReportContext, tables: Rows, rows: Iterable[ReportRow]
) -> None:
    """Add our sheets behind the tables, and write everything.

    Args:
        book: The workbook; the sheets of the tables are in it.
        styles: Its formats.
        context: What the report is about.
        tables: Take the rows.
        rows: Every data row once, in file order.
    """
    label = context.label
    summary = book.add_sheet(context.texts().label("summary_sheet"))
    fix = FixSheets(book, styles, context)
    cost_sheet = book.add_sheet(label("cost_sheet"))
    unknown = None
    if has_unknowns(context):
        unknown = UnknownSheet(book.add_sheet(label("unknown_sheet")), styles, context)
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
    figures, tally = Figures(context.lang, context.timezone), context.tally
    unpriced = unpriced_text(tally, counts, figures, context.lang)
    sentences = cost_sentences(tally, counts, figures, context.lang) if unpriced else ()
    put_cost(cost_sheet, styles, context, cost, sentences)
    put_settings(settings, styles, context, counts.numbering)
    parts = {number: sums.messages for number, sums in cost.parts.items()}
    Summary(summary, styles, context, counts).put(parts, notes)


def _text_option(context: ReportContext) -> str:
    """What a command needs whose file has no texts: the run's own, as a shell takes it."""
    text = context.run.settings.get("text")
    if not isinstance(text, str) or not text:
        return ""
    if visible(text) == text:
        return f" --text {shlex.quote(text)}"
    escaped = text.replace("\\", r"\\").replace("'", r"\'")  # the note shows \n for a new line
    return f" --text $'{escaped}'"
