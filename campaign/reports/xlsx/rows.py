"""The recipients' table with our columns to its right, on as many sheets as it takes.

Their columns stand first, in their order, each value as the text that it was; ours follow. Cells
beyond their last heading come to the right of ours, so that no column ever shifts.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Protocol

from campaign.domain import ReportRow, RunInfo, Source
from campaign.domain.recipients.data_rows import Merged
from campaign.reports.columns import OWN_COLUMNS, Kind
from campaign.reports.format import ReportContext
from campaign.reports.xlsx.new_book import NewBook, NewSheet, RowWriter
from campaign.reports.xlsx.sheet import (
    A3,
    COLUMNS_A_SHEET,
    HEADING_HEIGHT,
    ROWS_A_SHEET,
    Cells,
    Sheet,
    excel_serial,
    styles_in,
)

DATA_ROWS_A_SHEET = ROWS_A_SHEET - 1
"""Below one heading."""

_MEASURED_ROWS = 200

_NARROWEST, _WIDEST = 9, 42


class OwnColumns:
    """Writes our columns, from the first to the last one, on a sheet."""

    def __init__(self, context: ReportContext, first: int) -> None:
        self.last = first + len(OWN_COLUMNS) - 1
        styles = self._styles = styles_in(context.lang)
        self._texts = context.texts
        self._columns = tuple(enumerate(OWN_COLUMNS, start=first))
        self._formats = {
            Kind.TEXT: styles.our_text,
            Kind.ORDINAL: styles.row_number,
            Kind.NUMBER: styles.number,
            Kind.MONEY: styles.money,
            Kind.TIME: styles.time,
        }
        self._serial = excel_serial(context.timezone)
        self._has_send_at = False

    def put_heading(self, sheet: Cells, y: int) -> None:
        """Write our headings."""
        for col, column in self._columns:
            sheet.text(y, col, self._texts.heading(column), self._styles.our_heading)

    def put(self, sheet: Cells, y: int, row: ReportRow) -> None:
        """Write our values, each as what it is."""
        for (col, column), value in zip(self._columns, self._texts.values(row), strict=True):
            if value is None or value == "":
                continue
            style = self._formats[column.kind]
            if isinstance(value, str):
                own = self._styles.statuses[row.status] if column.key == "status" else style
                sheet.text(y, col, value, own)
            elif isinstance(value, datetime):
                sheet.number(y, col, self._serial(value), style)
            else:
                sheet.number(y, col, value, style)
        self._has_send_at = self._has_send_at or row.send_at is not None

    def set_widths(self, sheet: Sheet) -> None:
        """Set the widths; the column of send times is hidden while no row was scheduled."""
        for col, column in self._columns:
            hidden = column.key == "send_at" and not self._has_send_at
            sheet.set_width(col, column.width, hidden=hidden)


class Table:
    """Writes the rows of one source: `put` each, then `close`.

    Its first sheet is added at once; further ones when they are needed. The heading is that of the
    recipients' table as it is: blank and doubled ones included.
    """

    _writer: RowWriter  # of the last sheet

    def __init__(
        self, book: NewBook, context: ReportContext, heading: tuple[str, ...], name: str, rows_a_sheet: int
    ) -> None:
        self._book = book
        self._styles = styles_in(context.lang)
        self._name = name
        self._limit = rows_a_sheet
        self._heading = heading[: COLUMNS_A_SHEET - len(OWN_COLUMNS)]
        self._widths = [_width(text) / 2 for text in self._heading]  # headings may wrap
        self._own = OwnColumns(context, len(self._heading))
        self._sheets: list[NewSheet] = []
        self._rows_on: list[int] = []
        self._measured = 0
        self._open_sheet()

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """The sheets that it takes, in order."""
        return tuple(sheet.name for sheet in self._sheets)

    def put(self, row: ReportRow) -> None:
        """Write a row below the last one: theirs, ours, and what stood beyond their headings."""
        if self._rows_on[-1] >= self._limit:
            self._open_sheet()
        self._rows_on[-1] += 1
        if self._measured < _MEASURED_ROWS:
            self._measured += 1
            self._measure(row.cells)
        sheet, y, width = self._writer, self._rows_on[-1], len(self._heading)
        for col, cell in enumerate(row.cells[:width]):
            if cell:
                sheet.text(y, col, cell, self._styles.text)
        self._own.put(sheet, y, row)
        for col, cell in enumerate(row.cells[width:], start=self._own.last + 1):
            sheet.text(y, col, cell, self._styles.text)

    def close(self) -> None:
        """Format all sheets, when the last row is there."""
        self._writer.close()
        for sheet, count in zip(self._sheets, self._rows_on, strict=True):
            for col, width in enumerate(self._widths):
                sheet.set_width(col, min(max(width + 2, _NARROWEST), _WIDEST))
            self._own.set_widths(sheet)
            sheet.filter(count, self._own.last)
            sheet.freeze(1, 0)
            sheet.print_across(paper=A3, repeated=0, numbered=True)

    def _open_sheet(self) -> None:
        if self._sheets:
            self._writer.close()
        sheet = self._book.add_sheet(self._name)
        self._sheets.append(sheet)
        self._rows_on.append(0)
        sheet.set_height(0, HEADING_HEIGHT)
        for col, heading in enumerate(self._heading):
            sheet.text(0, col, heading, self._styles.their_heading)
        self._own.put_heading(sheet, 0)
        self._writer = sheet.row_writer(1)

    def _measure(self, cells: tuple[str, ...]) -> None:
        for col, cell in enumerate(cells[: len(self._widths)]):
            self._widths[col] = max(self._widths[col], _width(cell))


def _width(text: str) -> int:
    """Characters of the longest line."""
    return max(map(len, text.splitlines()), default=0)


MOST_SOURCES = 50
"""Sheets side by side. With more sources, finding one takes longer than filtering a column."""


class Rows(Protocol):
    """Where the rows of a report go, however it looks."""

    def put(self, row: ReportRow) -> None:
        """Take a row; they come in file order."""
        ...

    def close(self) -> tuple[str, ...]:
        """Finish when all are there; returns notes for the reader."""
        ...


class Tables:
    """The tables of a new workbook (`Rows`); the first sheets of all sources are added at once."""

    def __init__(self, book: NewBook, context: ReportContext, rows_a_sheet: int) -> None:
        self._label = context.label
        self._limit = rows_a_sheet
        self._merged: Merged | None = None
        run = context.run
        parts = [(source.layout.heading, _sheet_name(source, run)) for source in run.sources]
        if len(parts) > MOST_SOURCES:
            self._merged = Merged(run.sources)
            parts = [(self._merged.heading, context.label("rows_sheet"))]
        elif not parts:
            parts = [(run.heading, context.label("rows_sheet"))]
        self._tables = [Table(book, context, heading, name, rows_a_sheet) for heading, name in parts]

    def put(self, row: ReportRow) -> None:
        """Write it to the table of its source."""
        if self._merged is not None:
            row = replace(row, cells=self._merged.cells(row.source_no, row.cells))
            self._tables[0].put(row)
        else:
            self._tables[min(row.source_no, len(self._tables)) - 1].put(row)

    def close(self) -> tuple[str, ...]:
        """Format the sheets; notes name tables that took more than one, or were put together."""
        notes = []
        if self._merged is not None:
            notes.append(self._label("note_merged", limit=MOST_SOURCES))
        for table in self._tables:
            table.close()
            if len(table.sheet_names) > 1:
                more = ", ".join(table.sheet_names[1:])
                limit = f"{self._limit:,}".replace(",", "\N{NO-BREAK SPACE}")
                notes.append(self._label("note_split", limit=limit, sheets=more))
        return tuple(notes)


def _sheet_name(source: Source, run: RunInfo) -> str:
    """What the sheet of a source is called: as its sheet was, or as its file."""
    if len(run.sources) == 1 and source.info.sheet:
        return source.info.sheet
    return PurePath(source.name).stem
