"""The doubt sheet: whoever may or may not have got the message, and what is known about them."""

from typing import Final

from campaign.adapters.reports.job import Job
from campaign.adapters.reports.lines import LINE_HEIGHT, Lines
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.sheets import Sheet
from campaign.adapters.reports.table import ROWS_A_SHEET, excel_serial
from campaign.model import Doubt, Fate, ReportRow, Stranger
from campaign.rules.words import label, reason

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
