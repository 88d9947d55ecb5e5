"""All sheets of a report workbook, written in one pass over the rows."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator

from campaign.adapters.reports.cost_sheet import CostFacts, put_cost
from campaign.adapters.reports.doubt_sheet import DoubtSheet, doubts_are_told
from campaign.adapters.reports.fix_sheet import FixSheets
from campaign.adapters.reports.job import Job
from campaign.adapters.reports.page_facts import count_rows
from campaign.adapters.reports.page_format import Figures
from campaign.adapters.reports.page_money import cost_said, unpriced_said
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.safe import put_sheet, visible
from campaign.adapters.reports.settings_sheet import put_settings
from campaign.adapters.reports.sheets import Book
from campaign.adapters.reports.summary import put_summary
from campaign.adapters.reports.tables import Rows
from campaign.model import ReportRow


def fill_book(
    book: Book, palette: Palette, job: Job, tables: Rows, rows: Iterable[ReportRow]
) -> None:
    """Add our sheets behind the tables, and write everything.

    Args:
        book: The workbook; the sheets of the tables are in it.
        palette: Its formats.
        job: What the report is about.
        tables: Take the rows.
        rows: Every data row once, in file order.
    """
    words = job.words()
    summary = put_sheet(book, words.label("summary_sheet"))
    fix = FixSheets(book, palette, job)
    cost_sheet = put_sheet(book, job.say("cost_sheet"))
    doubt = None
    if doubts_are_told(job):
        doubt = DoubtSheet(put_sheet(book, job.say("doubt_sheet")), palette, job)
    settings = put_sheet(book, job.say("settings_sheet"))
    cost, parts = CostFacts(job), Counter[int]()

    def written() -> Iterator[ReportRow]:
        for row in rows:
            tables.put(row)
            fix.put(row)
            cost.put(row)
            if doubt is not None:
                doubt.put(row)
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
    put_cost(cost_sheet, palette, job, cost, said)
    put_settings(settings, palette, job, facts.numbering)
    put_summary(book, summary, palette, job, facts, parts, notes)


def _text_option(job: Job) -> str:
    """What a command needs whose file has no texts: the run's own, as a shell takes it."""
    text = job.run.settings.get("text")
    if not isinstance(text, str) or not text:
        return ""
    if visible(text) == text:
        return f" --text {shlex.quote(text)}"
    escaped = text.replace("\\", r"\\").replace("'", r"\'")  # the note shows \n for a new line
    return f" --text $'{escaped}'"
