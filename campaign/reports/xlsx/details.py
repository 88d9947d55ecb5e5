"""The doubt sheet: whoever may or may not have got the message, and what is known about them."""

import json
import re
from collections.abc import Iterator
from typing import Final

from campaign.domain import (
    Doubt,
    Fate,
    ReportRow,
    Source,
    Stranger,
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
    to_mend,
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
    Palette,
    Sheet,
    put_sheet,
    put_text,
)

_WIDTHS: Final = (12, 22, 22, 48, 28, 60, 12, 12)

_MOST_LINES: Final = 5000
"""Ids and sentences shown; the journal keeps all."""


def doubts_are_told(job: Job) -> bool:
    """Whether there is anything for a doubt sheet to tell."""
    extras = job.extras
    doubtful = job.tally.fates.get(Fate.UNKNOWN) or extras.doubts
    return bool(doubtful or extras.strangers or extras.alarms)


class DoubtSheet:
    """Tells of requests, strange ids and alarms at once, then of each row in doubt as it comes.

    Args:
        sheet: An empty sheet.
        palette: Formats of its workbook.
        job: What the report is about.
    """

    def __init__(self, sheet: Sheet, palette: Palette, job: Job) -> None:
        self._lines = Lines(sheet, palette, _WIDTHS)
        self._palette = palette
        self._job = job
        self._serial = excel_serial(job.timezone)
        self._names = [source.name for source in job.run.sources]
        self._lines.title(job.say("doubt_title"))
        self._lines.text(0, job.say("doubt_note"), palette.name)
        self._lines.end()
        self._lines.end()
        self._put_attempts()
        self._put_strangers()
        self._put_alarms()
        if job.tally.fates.get(Fate.UNKNOWN):
            self._lines.text(0, job.say("doubt_rows"), palette.subtitle)
            self._lines.end()
            words = (label(key, job.lang) for key in ("row", "file", "phone", "reason",
                                                      "client_id", "text"))  # fmt: skip
            self._lines.head(*words, job.say("attempt"))

    def put(self, row: ReportRow) -> None:
        """Take the row, if it is in doubt and there is room."""
        if row.fate is not Fate.UNKNOWN or self._lines.y >= ROWS_A_SHEET:
            return
        lines, cell = self._lines, self._palette.cell
        said = reason(row.code, row.details, self._job.lang)
        known = self._names[row.source_no - 1] if self._names else self._job.run.source_name
        lines.number(0, row.row_no, self._palette.cell_id)
        texts = (known, row.phone, said.reason, row.client_id, row.text)
        for col, text in enumerate(texts, start=1):
            lines.text(col, text, cell)
        if row.attempt_id is not None:
            lines.number(6, row.attempt_id, self._palette.cell_id)
        lines.end_wrapped((3, said.reason), (5, row.text))

    def _put_attempts(self) -> None:
        doubts, say = self._job.extras.doubts, self._job.say
        if not doubts:
            return
        self._lines.text(0, say("doubt_attempts"), self._palette.subtitle)
        self._lines.end()
        zone = self._job.words().zone
        self._lines.head(
            say("attempt"), say("chunk"), f"{say('armed_at')}, {zone}", say("why"),
            label("gateway_word", self._job.lang), say("evidence"), say("people"), say("in_doubt"),
            right=(6, 7),
        )  # fmt: skip
        for doubt in doubts[:_MOST_LINES]:
            self._put_attempt(doubt)
        self._lines.end()

    def _put_attempt(self, doubt: Doubt) -> None:
        lines, palette = self._lines, self._palette
        said = reason(doubt.code, {"status": str(doubt.http_status or "")}, self._job.lang)
        evidence = self._evidence(doubt)
        lines.number(0, doubt.attempt_id, palette.cell_id)
        lines.number(1, doubt.chunk_no, palette.cell_id)
        if doubt.armed_at is not None:
            lines.number(2, self._serial(doubt.armed_at), palette.cell_time)
        lines.text(3, said.reason, palette.cell)
        lines.text(4, doubt.words, palette.cell)
        lines.text(5, evidence, palette.cell)
        lines.number(6, doubt.member_count, palette.cell_number)
        lines.number(7, doubt.unknown_count, palette.cell_number)
        lines.end_wrapped((3, said.reason), (4, doubt.words), (5, evidence))

    def _evidence(self, doubt: Doubt) -> str:
        told = self._job.say("evidence_queue", ids=doubt.ids_seen, answers=doubt.queue_answers,
                             losses=doubt.queue_losses)  # fmt: skip
        if doubt.balance_before and doubt.balance_after:
            told += "; " + self._job.say("evidence_balance", before=doubt.balance_before,
                                         after=doubt.balance_after)  # fmt: skip
        return told

    def _put_strangers(self) -> None:
        strangers, say = self._job.extras.strangers, self._job.say
        if not strangers:
            return
        self._lines.text(0, say("doubt_strangers"), self._palette.subtitle)
        self._lines.end()
        words = self._job.words()
        first_seen = f"{say('first_seen')}, {words.zone}"
        self._lines.head(say("attempt"), words.label("smsc_id"), first_seen, say("said_where"),
                         words.label("gateway_word"))  # fmt: skip
        for one in strangers[:_MOST_LINES]:
            self._put_stranger(one)
        self._lines.end()

    def _put_stranger(self, one: Stranger) -> None:
        lines, palette = self._lines, self._palette
        if one.attempt_id is not None:
            lines.number(0, one.attempt_id, palette.cell_id)
        lines.text(1, one.smsc_id, palette.cell)
        lines.number(2, self._serial(one.first_seen), palette.cell_time)
        lines.text(3, self._job.say(f"where_{one.source}"), palette.cell)
        lines.text(4, one.word, palette.cell)
        lines.end(LINE_HEIGHT)

    def _put_alarms(self) -> None:
        alarms = self._job.extras.alarms
        if not alarms:
            return
        self._lines.text(0, self._job.say("doubt_alarms"), self._palette.subtitle)
        self._lines.end()
        for text in alarms[:_MOST_LINES]:
            self._lines.text(3, text, self._palette.cell)
            self._lines.end_wrapped((3, text))
        self._lines.end()


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


_SETTINGS_WIDTHS: Final = (34, 100)

_SECRET: Final = re.compile("login|passw|secret|token", re.IGNORECASE)


def put_settings(sheet: Sheet, palette: Palette, job: Job, numbering: str) -> None:
    """Fill the settings sheet.

    Args:
        sheet: An empty sheet.
        palette: Formats of its workbook.
        job: What the report is about.
        numbering: Name and release of the data that knows operators.
    """
    lines = Lines(sheet, palette, _SETTINGS_WIDTHS)
    lines.title(job.say("settings_title"))
    lines.end()

    def put(heads: tuple[str, str], facts: Iterator[tuple[str, str]]) -> None:
        lines.head(*heads)
        for name, value in facts:
            lines.text(0, name, palette.cell)
            lines.text(1, value, palette.cell)
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
