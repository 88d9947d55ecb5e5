"""The doubt sheet: whoever may or may not have got the message, and what is known about them."""

import json
import re
from collections.abc import Iterator
from typing import Final

from campaign.domain import (
    ReportRow,
    Source,
    Status,
    UnknownAttempt,
    UnmatchedId,
)
from campaign.domain.printable import without_user
from campaign.i18n import (
    label,
    reason,
)
from campaign.reports.fix_columns import (
    FixRow,
    fix_heading,
    fix_line,
    guard_typed,
    to_fix,
)
from campaign.reports.format import Job
from campaign.reports.xlsx.cursor import (
    LINE_HEIGHT,
    Lines,
)
from campaign.reports.xlsx.rows import (
    ROWS_A_SHEET,
    excel_serial,
)
from campaign.reports.xlsx.sheet import (
    Book,
    Sheet,
    Styles,
    put_sheet,
    put_text,
)

_WIDTHS: Final = (12, 22, 22, 48, 28, 60, 12, 12)

_MOST_LINES: Final = 5000
"""Ids and sentences shown; the journal keeps all."""


def unknowns_are_told(job: Job) -> bool:
    """Whether there is anything for a doubt sheet to tell."""
    extras = job.extras
    unknown = job.tally.statuses.get(Status.UNKNOWN) or extras.unknowns
    return bool(unknown or extras.unmatched_ids or extras.alarms)


class UnknownSheet:
    """Tells of requests, strange ids and alarms at once, then of each row in doubt as it comes.

    Args:
        sheet: An empty sheet.
        styles: Formats of its workbook.
        job: What the report is about.
    """

    def __init__(self, sheet: Sheet, styles: Styles, job: Job) -> None:
        self._lines = Lines(sheet, styles, _WIDTHS)
        self._styles = styles
        self._job = job
        self._serial = excel_serial(job.timezone)
        self._names = [source.name for source in job.run.sources]
        self._lines.title(job.say("unknown_title"))
        self._lines.text(0, job.say("unknown_note"), styles.name)
        self._lines.end()
        self._lines.end()
        self._put_attempts()
        self._put_unmatched_ids()
        self._put_alarms()
        if job.tally.statuses.get(Status.UNKNOWN):
            self._lines.text(0, job.say("unknown_rows"), styles.subtitle)
            self._lines.end()
            words = (label(key, job.lang) for key in ("row", "file", "phone", "reason",
                                                      "client_id", "text"))  # fmt: skip
            self._lines.head(*words, job.say("attempt"))

    def put(self, row: ReportRow) -> None:
        """Take the row, if it is in doubt and there is room."""
        if row.status is not Status.UNKNOWN or self._lines.y >= ROWS_A_SHEET:
            return
        lines, cell = self._lines, self._styles.cell
        said = reason(row.code, row.details, self._job.lang)
        known = self._names[row.source_no - 1] if self._names else self._job.run.source_name
        lines.number(0, row.row_no, self._styles.cell_id)
        texts = (known, row.phone, said.reason, row.client_id, row.text)
        for col, text in enumerate(texts, start=1):
            lines.text(col, text, cell)
        if row.attempt_id is not None:
            lines.number(6, row.attempt_id, self._styles.cell_id)
        lines.end_wrapped((3, said.reason), (5, row.text))

    def _put_attempts(self) -> None:
        unknowns, say = self._job.extras.unknowns, self._job.say
        if not unknowns:
            return
        self._lines.text(0, say("unknown_attempts"), self._styles.subtitle)
        self._lines.end()
        zone = self._job.words().zone
        self._lines.head(
            say("attempt"), say("chunk"), f"{say('armed_at')}, {zone}", say("why"),
            label("gateway_word", self._job.lang), say("evidence"), say("recipients"), say("in_doubt"),
            right=(6, 7),
        )  # fmt: skip
        for unknown in unknowns[:_MOST_LINES]:
            self._put_attempt(unknown)
        self._lines.end()

    def _put_attempt(self, unknown: UnknownAttempt) -> None:
        lines, styles = self._lines, self._styles
        said = reason(unknown.code, {"status": str(unknown.http_status or "")}, self._job.lang)
        evidence = self._evidence(unknown)
        lines.number(0, unknown.attempt_id, styles.cell_id)
        lines.number(1, unknown.chunk_no, styles.cell_id)
        if unknown.committed_at is not None:
            lines.number(2, self._serial(unknown.committed_at), styles.cell_time)
        lines.text(3, said.reason, styles.cell)
        lines.text(4, unknown.words, styles.cell)
        lines.text(5, evidence, styles.cell)
        lines.number(6, unknown.member_count, styles.cell_number)
        lines.number(7, unknown.unknown_count, styles.cell_number)
        lines.end_wrapped((3, said.reason), (4, unknown.words), (5, evidence))

    def _evidence(self, unknown: UnknownAttempt) -> str:
        told = self._job.say("evidence_queue", ids=unknown.ids_seen, answers=unknown.queue_answers,
                             losses=unknown.queue_losses)  # fmt: skip
        if unknown.balance_before and unknown.balance_after:
            told += "; " + self._job.say("evidence_balance", before=unknown.balance_before,
                                         after=unknown.balance_after)  # fmt: skip
        return told

    def _put_unmatched_ids(self) -> None:
        unmatched_ids, say = self._job.extras.unmatched_ids, self._job.say
        if not unmatched_ids:
            return
        self._lines.text(0, say("unknown_unmatched_ids"), self._styles.subtitle)
        self._lines.end()
        words = self._job.words()
        first_seen = f"{say('first_seen')}, {words.zone}"
        self._lines.head(say("attempt"), words.label("smsc_id"), first_seen, say("said_where"),
                         words.label("gateway_word"))  # fmt: skip
        for one in unmatched_ids[:_MOST_LINES]:
            self._put_unmatched_id(one)
        self._lines.end()

    def _put_unmatched_id(self, one: UnmatchedId) -> None:
        lines, styles = self._lines, self._styles
        if one.attempt_id is not None:
            lines.number(0, one.attempt_id, styles.cell_id)
        lines.text(1, one.smsc_id, styles.cell)
        lines.number(2, self._serial(one.first_seen), styles.cell_time)
        lines.text(3, self._job.say(f"where_{one.source}"), styles.cell)
        lines.text(4, one.word, styles.cell)
        lines.end(LINE_HEIGHT)

    def _put_alarms(self) -> None:
        alarms = self._job.extras.alarms
        if not alarms:
            return
        self._lines.text(0, self._job.say("unknown_alarms"), self._styles.subtitle)
        self._lines.end()
        for text in alarms[:_MOST_LINES]:
            self._lines.text(3, text, self._styles.cell)
            self._lines.end_wrapped((3, text))
        self._lines.end()


_FIXABLE: Final = frozenset({"refused_phone", "refused_text", "refused_wapurl"})
"""Words by which the gateway refuses what stands in a row."""

_WIDTH, _REASON_WIDTH = 18, 66

_HEADING_HEIGHT = 34

_A4 = 9


def is_to_fix(row: ReportRow) -> bool:
    """Whether nobody was texted for that row, and a person can mend it."""
    refused = row.status is Status.REFUSED and row.code in _FIXABLE
    return refused or to_fix(row.status, row.code)


class FixSheets:
    """One sheet for each source that has rows to mend.

    The reader takes what a fix-file adds off again by its headings, so these sheets are fix-files:
    nothing but the heading and the rows stands in them, and every cell is a text.

    Args:
        book: The workbook; the first sheet is added at once where there will be one.
        styles: Its formats.
        job: What the report is about.
    """

    def __init__(self, book: Book, styles: Styles, job: Job) -> None:
        self._book = book
        self._styles = styles
        self._job = job
        self._sheets: dict[int, Sheet] = {}
        self._used: dict[int, int] = {}
        self._last: tuple[int, int] | None = None
        likely = job.tally.statuses.get(Status.INVALID) or job.tally.statuses.get(Status.REFUSED)
        if likely and len(job.run.sources) <= 1:
            self._open(1)

    def put(self, row: ReportRow) -> None:
        """Take the row, if it is to be mended."""
        if not is_to_fix(row):
            return
        place = (row.source_no, row.row_no)
        if place == self._last:
            return  # a row of several phones (--explode-phones) is mended once
        self._last = place
        if row.source_no not in self._sheets:
            self._open(row.source_no)
        self._used[row.source_no] += 1
        sheet, y = self._sheets[row.source_no], self._used[row.source_no]
        fixed = FixRow(row.row_no, row.cells, row.code, tuple(row.details.items()))
        line = fix_line(self._width(row.source_no), fixed, self._job.lang)
        for col, cell in enumerate(line):
            put_text(sheet, y, col, guard_typed(cell), self._styles.text)

    @property
    def filled(self) -> tuple[str, ...]:
        """Sheets on which there is something to mend."""
        return tuple(sheet.name for no, sheet in self._sheets.items() if self._used[no])

    def _open(self, source_no: int) -> None:
        sheet = put_sheet(self._book, self._job.say("fix_sheet"))
        self._sheets[source_no] = sheet
        self._used[source_no] = 0
        width = self._width(source_no)
        sheet.set_column(0, width, _WIDTH, self._styles.text)
        sheet.set_column(width + 1, width + 2, _REASON_WIDTH, self._styles.text)
        sheet.set_row(0, _HEADING_HEIGHT)
        for col, name in enumerate(fix_heading(self._heading(source_no), self._job.lang)):
            theirs = col < width
            style = self._styles.their_heading if theirs else self._styles.our_heading
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


_SETTINGS_WIDTHS: Final = (34, 100)

_SECRET: Final = re.compile("login|passw|secret|token", re.IGNORECASE)


def put_settings(sheet: Sheet, styles: Styles, job: Job, numbering: str) -> None:
    """Fill the settings sheet.

    Args:
        sheet: An empty sheet.
        styles: Formats of its workbook.
        job: What the report is about.
        numbering: Name and release of the data that knows operators.
    """
    lines = Lines(sheet, styles, _SETTINGS_WIDTHS)
    lines.title(job.say("settings_title"))
    lines.end()

    def put(heads: tuple[str, str], facts: Iterator[tuple[str, str]]) -> None:
        lines.head(*heads)
        for name, value in facts:
            lines.text(0, name, styles.cell)
            lines.text(1, value, styles.cell)
            lines.end_wrapped((0, name), (1, value))
        lines.end()

    put((job.words().label("run"), ""), _run_facts(job, numbering))
    put((job.say("option"), job.say("value")), _options(job))
    for source in job.run.sources:
        put((job.say("source", no=source.no), ""), _source_facts(job, source))


def _run_facts(job: Job, numbering: str) -> Iterator[tuple[str, str]]:
    run, label = job.run, job.words().label
    yield label("run"), run.run
    yield label("gateway"), without_user(f"{run.gateway} {run.gateway_url}".strip())
    yield job.say("digest"), run.digest
    yield job.say("version"), f"campaign {job.extras.version}".strip()
    yield job.say("numbering"), numbering


def _options(job: Job) -> Iterator[tuple[str, str]]:
    for name, value in job.run.settings.items():
        if _SECRET.search(name):
            continue
        said = value if isinstance(value, str) else json.dumps(value or "", ensure_ascii=False)
        said = "" if said == '""' else said
        yield f"--{name.replace('_', '-')}", without_user(said) or job.say("none")


def _source_facts(job: Job, source: Source) -> Iterator[tuple[str, str]]:
    info, layout, say = source.info, source.layout, job.say
    yield job.words().label("file"), source.name
    yield say("path"), source.path
    yield say("sha256"), source.sha256
    yield say("format"), info.format
    for key, value in (
        ("sheet", info.sheet), ("encoding", info.encoding), ("delimiter", info.delimiter),
    ):  # fmt: skip
        if value:
            yield say(key), repr(value) if value.isspace() else value
    yield say("heading_row"), str(layout.heading_row_no or say("none"))
    used = ((role, layout.heading[at]) for role, at in layout.roles.items()
            if at < len(layout.heading))  # fmt: skip
    yield say("columns"), "\n".join(f"{role}: {heading}" for role, heading in used)
    for note in (*info.notes, *layout.notes):
        yield say("said"), note
