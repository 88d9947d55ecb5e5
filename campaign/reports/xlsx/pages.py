"""All sheets of a report workbook, written in one pass over the rows."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator

from campaign.domain import ReportRow
from campaign.domain.printable import visible
from campaign.reports.figures import (
    cost_said,
    count_rows,
    unpriced_said,
)
from campaign.reports.format import Figures, Job
from campaign.reports.xlsx.details import (
    FixSheets,
    UnknownSheet,
    put_settings,
    unknowns_are_told,
)
from campaign.reports.xlsx.money import (
    CostFacts,
    put_cost,
)
from campaign.reports.xlsx.rows import Rows
from campaign.reports.xlsx.sheet import Book, Styles, put_sheet
from campaign.reports.xlsx.summary import put_summary


def fill_book(
    book: Book, styles: Styles, job: Job, tables: Rows, rows: Iterable[ReportRow]
) -> None:
    """Add our sheets behind the tables, and write everything.

    Args:
        book: The workbook; the sheets of the tables are in it.
        styles: Its formats.
        job: What the report is about.
        tables: Take the rows.
        rows: Every data row once, in file order.
    """
    words = job.words()
    summary = put_sheet(book, words.label("summary_sheet"))
    fix = FixSheets(book, styles, job)
    cost_sheet = put_sheet(book, job.say("cost_sheet"))
    unknown = None
    if unknowns_are_told(job):
        unknown = UnknownSheet(put_sheet(book, job.say("unknown_sheet")), styles, job)
    settings = put_sheet(book, job.say("settings_sheet"))
    cost, parts = CostFacts(job), Counter[int]()

    def written() -> Iterator[ReportRow]:
        for row in rows:
            tables.put(row)
            fix.put(row)
            cost.put(row)
            if unknown is not None:
                unknown.put(row)
            yield row

    facts = count_rows(written(), job.lang)
    notes = [*job.notes, *tables.close()]
    if job.run.gateway == "sandbox":
        notes.insert(0, job.say("note_practice"))
    text = _text_option(job)
    notes += [job.say("note_fix", sheet=name, text=text) for name in fix.filled]
    parts.update({number: sums.messages for number, sums in cost.parts.items()})
    figures, side = Figures(job.lang, job.timezone), 1 if job.lang == "ru" else 0
    unpriced = unpriced_said(job.tally, facts, figures, side)
    said = cost_said(job.tally, facts, figures, side) if unpriced else ()
    put_cost(cost_sheet, styles, job, cost, said)
    put_settings(settings, styles, job, facts.numbering)
    put_summary(book, summary, styles, job, facts, parts, notes)


def _text_option(job: Job) -> str:
    """What a command needs whose file has no texts: the run's own, as a shell takes it."""
    text = job.run.settings.get("text")
    if not isinstance(text, str) or not text:
        return ""
    if visible(text) == text:
        return f" --text {shlex.quote(text)}"
    escaped = text.replace("\\", r"\\").replace("'", r"\'")  # the note shows \n for a new line
    return f" --text $'{escaped}'"
