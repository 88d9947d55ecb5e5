"""Sheets of details: recipients whose status is unknown, rows to fix, and the settings."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from campaign.domain import ReportRow, Source, Status, UnknownAttempt
from campaign.domain.printable import without_user
from campaign.i18n import reason
from campaign.reports.fix_columns import FixRow, fix_heading, fix_line, guard_typed, to_fix
from campaign.reports.format import ReportContext
from campaign.reports.xlsx.cursor import Cursor, Value
from campaign.reports.xlsx.sheet import HEADING_HEIGHT, ROWS_A_SHEET, Book, CellFormat, Sheet, styles_in

_WIDTHS: Final = (12, 22, 22, 48, 28, 60, 12, 12)

_MOST_LINES: Final = 5000
"""Ids and sentences shown; the journal keeps all."""


def has_unknowns(context: ReportContext) -> bool:
    """Whether there is anything for the sheet of unknowns to show."""
    extras = context.extras
    unknown = context.tally.statuses.get(Status.UNKNOWN) or extras.unknowns
    return bool(unknown or extras.unmatched_ids or extras.alarms)


class UnknownSheet:
    """Shows requests, unmatched ids and alarms at once, then each row of unknown status."""

    def __init__(self, sheet: Sheet, context: ReportContext) -> None:
        self._cursor = Cursor(sheet, context, _WIDTHS)
        styles = self._cursor.styles
        self._context = context
        self._names = [source.name for source in context.run.sources]
        cell, number, moment = styles.cell, styles.cell_id, styles.cell_time
        self._row_styles = (number, *[cell] * 5, number)
        label, zone, extras = context.label, context.texts.zone, context.extras
        self._cursor.title(label("unknown_title"))
        self._cursor.line([label("unknown_note")], styles.name)
        self._cursor.end()
        self._put_block(
            "unknown_attempts",
            (label("attempt"), label("chunk"), f"{label('armed_at')}, {zone}",
             *map(label, ("why", "gateway_word", "evidence", "recipients", "in_doubt"))),
            [self._attempt(one) for one in extras.unknowns[:_MOST_LINES]],
            (number, number, moment, cell, cell, cell, styles.cell_number, styles.cell_number),
            right=(6, 7),
        )  # fmt: skip
        self._put_block(
            "unknown_unmatched_ids",
            (label("attempt"), label("smsc_id"), f"{label('first_seen')}, {zone}",
             label("said_where"), label("gateway_word")),
            [(one.attempt_id, one.smsc_id, one.first_seen, label(f"where_{one.source}"), one.status_text)
             for one in extras.unmatched_ids[:_MOST_LINES]],
            (number, cell, moment, cell, cell),
        )  # fmt: skip
        alarms = [(None, None, None, text) for text in extras.alarms[:_MOST_LINES]]
        self._put_block("unknown_alarms", (), alarms, (cell,) * 4)
        if context.tally.statuses.get(Status.UNKNOWN):
            self._cursor.subtitle(label("unknown_rows"))
            keys = ("row", "file", "phone", "reason", "client_id", "text", "attempt")
            self._cursor.head(*map(label, keys))

    def put(self, row: ReportRow) -> None:
        """Take the row, if its status is unknown and there is room."""
        if row.status is not Status.UNKNOWN or self._cursor.y >= ROWS_A_SHEET - 1:
            return
        why = reason(row.code, row.details, self._context.lang).reason
        file = self._names[row.source_no - 1] if self._names else self._context.run.source_name
        values = (row.row_no, file, row.phone, why, row.client_id, row.text, row.attempt_id)
        self._cursor.line(values, self._row_styles)

    def _put_block(
        self,
        key: str,
        heading: Sequence[str],
        lines: Sequence[Sequence[Value]],
        styles: Sequence[CellFormat],
        right: Sequence[int] = (),
    ) -> None:
        """A titled table, unless it is empty."""
        if not lines:
            return
        self._cursor.subtitle(self._context.label(key))
        if heading:
            self._cursor.head(*heading, right=right)
        for line in lines:
            self._cursor.line(line, styles)
        self._cursor.end()

    def _attempt(self, one: UnknownAttempt) -> Sequence[Value]:
        label = self._context.label
        details = {"status": str(one.http_status or "")}
        evidence = label("evidence_queue", ids=one.ids_seen, answers=one.queue_answers,
                         losses=one.queue_losses)  # fmt: skip
        if one.balance_before and one.balance_after:
            evidence += "; " + label("evidence_balance", before=one.balance_before,
                                     after=one.balance_after)  # fmt: skip
        why = reason(one.code, details, self._context.lang).reason
        return (one.attempt_id, one.chunk_no, one.committed_at, why, one.reply_text, evidence,
                one.member_count, one.unknown_count)  # fmt: skip


_FIXABLE: Final = frozenset({"refused_phone", "refused_text", "refused_wapurl"})
"""Reasons for which the gateway refuses what stands in a row."""

_WIDTH, _REASON_WIDTH = 18, 66


def _is_to_fix(row: ReportRow) -> bool:
    """Whether the row got no text, and somebody can fix it."""
    refused = row.status is Status.REFUSED and row.code in _FIXABLE
    return refused or to_fix(row.status, row.code)


class FixSheets:
    """One sheet for each source that has rows to fix.

    The reader takes what a fix-file adds off again by its headings, so these sheets are fix-files:
    they hold nothing but the heading and the rows, and every cell is a text. The first sheet is
    added at once where there will be one.
    """

    def __init__(self, book: Book, context: ReportContext) -> None:
        self._book = book
        self._styles = styles_in(context.lang)
        self._context = context
        self._sheets: dict[int, Sheet] = {}
        self._used: dict[int, int] = {}
        self._last: tuple[int, int] | None = None
        statuses, sources = context.tally.statuses, context.run.sources
        likely = statuses.get(Status.INVALID) or statuses.get(Status.REFUSED)
        if likely and len(sources) <= 1:
            self._open(1)

    def put(self, row: ReportRow) -> None:
        """Take the row, if it is to be fixed."""
        if not _is_to_fix(row):
            return
        position = (row.source_no, row.row_no)
        if position == self._last:
            return  # a row of several phones (--explode-phones) is fixed once
        self._last = position
        if row.source_no not in self._sheets:
            self._open(row.source_no)
        self._used[row.source_no] += 1
        fix_row = FixRow(row.row_no, row.cells, row.code, tuple(row.details.items()))
        line = fix_line(len(self._heading(row.source_no)), fix_row, self._context.lang)
        sheet, y = self._sheets[row.source_no], self._used[row.source_no]
        for col, cell in enumerate(line):
            sheet.text(y, col, guard_typed(cell), self._styles.text)

    @property
    def filled(self) -> tuple[str, ...]:
        """Sheets on which there is something to fix."""
        return tuple(sheet.name for no, sheet in self._sheets.items() if self._used[no])

    def _open(self, source_no: int) -> None:
        sheet = self._book.add_sheet(self._context.label("fix_sheet"))
        self._sheets[source_no] = sheet
        self._used[source_no] = 0
        heading, styles = self._heading(source_no), self._styles
        width = len(heading)
        sheet.set_height(0, HEADING_HEIGHT)
        for col, name in enumerate(fix_heading(heading, self._context.lang)):
            sheet.set_width(col, _WIDTH if col <= width else _REASON_WIDTH, styles.text)
            style = styles.their_heading if col < width else styles.our_heading
            sheet.text(0, col, guard_typed(name), style)
        sheet.freeze(1, 0)
        sheet.print_across(repeated=0, numbered=True)
        sheet.color_tab("#E08A55")

    def _heading(self, source_no: int) -> tuple[str, ...]:
        sources = self._context.run.sources
        return sources[source_no - 1].layout.heading if sources else self._context.run.heading


_SETTINGS_WIDTHS: Final = (34, 100)

_SECRET: Final = re.compile("login|passw|secret|token", re.IGNORECASE)


def put_settings(sheet: Sheet, context: ReportContext, numbering: str) -> None:
    """Fill the settings sheet; `numbering` names the data that knows operators."""
    cursor = Cursor(sheet, context, _SETTINGS_WIDTHS)
    cursor.title(context.label("settings_title"))
    cursor.end()
    blocks = [
        ((context.label("run"), ""), _run_properties(context, numbering)),
        ((context.label("option"), context.label("value")), _options(context)),
        *(
            ((context.label("source", no=source.no), ""), _source_properties(context, source))
            for source in context.run.sources
        ),
    ]
    for heads, lines in blocks:
        cursor.head(*heads)
        for line in lines:
            cursor.line(line, cursor.styles.cell)
        cursor.end()


def _run_properties(context: ReportContext, numbering: str) -> Iterator[tuple[str, str]]:
    run, label = context.run, context.label
    yield label("run"), run.run
    yield label("gateway"), without_user(f"{run.gateway} {run.gateway_url}".strip())
    yield label("digest"), run.digest
    yield label("version"), f"campaign {context.extras.version}".strip()
    yield label("numbering"), numbering


def _options(context: ReportContext) -> Iterator[tuple[str, str]]:
    for name, value in context.run.settings.items():
        if _SECRET.search(name):
            continue
        text = value if isinstance(value, str) else json.dumps(value or "", ensure_ascii=False)
        text = "" if text == '""' else text
        yield f"--{name.replace('_', '-')}", without_user(text) or context.label("none")


def _source_properties(context: ReportContext, source: Source) -> Iterator[tuple[str, str]]:
    info, layout, label = source.info, source.layout, context.label
    yield label("file"), source.name
    yield label("path"), source.path
    yield label("sha256"), source.sha256
    yield label("format"), info.format
    for key in ("sheet", "encoding", "delimiter"):
        if value := getattr(info, key):
            yield label(key), repr(value) if value.isspace() else value
    yield label("heading_row"), str(layout.heading_row_no or label("none"))
    used = ((role, layout.heading[at]) for role, at in layout.roles.items()
            if at < len(layout.heading))  # fmt: skip
    yield label("columns"), "\n".join(f"{role}: {heading}" for role, heading in used)
    for note in (*info.notes, *layout.notes):
        yield label("said"), note
