"""The person's table with ours beside it, on as many sheets as it takes.

Their columns stand first, in their order, each value as the text that it was; ours follow. Cells
beyond their last heading are kept to the right of ours, so that no column ever shifts.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePath
from typing import Any, Final, Protocol, cast

from campaign.domain import (
    ReportRow,
    RunInfo,
    Source,
)
from campaign.domain.recipients.data_rows import Merged
from campaign.i18n.ru import book_label
from campaign.reports.columns import (
    OWN_COLUMNS,
    Kind,
    Value,
    Words,
)
from campaign.reports.xlsx.sheet import (
    Book,
    Cells,
    Sheet,
    Style,
    Styles,
    put_sheet,
    put_text,
)

_PLAIN: Final = re.compile(r"(?!\s)(?:[^&<>_\s]|_(?!x)|\s(?!\Z))*")
"""Nothing to escape, no white space at its ends; quick to say of nearly all cells."""

_LOOKS_ESCAPED: Final = re.compile(r"(_x[0-9a-fA-F]{4}_)")


class RowWriter:
    """Writes the cells of a sheet downwards and to the right; `close` ends the last row.

    Between its making and `close` nothing else may write to the sheet.

    Args:
        sheet: A sheet of XlsxWriter in constant memory, whose rows so far are complete.
        first_row: The next row, from 0.
    """

    def __init__(self, sheet: Sheet, first_row: int) -> None:
        self._sheet = cast("Any", sheet)  # the protocol leaves out what follows: it is not public
        self._sheet._write_single_row(first_row)  # noqa: SLF001 - as XlsxWriter does before a new row
        self._out: Callable[[str], object] = self._sheet.row_data_fh.write
        self._row = first_row
        self._last_col = 0
        self._cells: list[str] = []
        self._letters = [_letters(col) for col in range(64)]
        self._styles: dict[int, str] = {}

    def write_string(self, row: int, col: int, string: str, style: Style = None, /) -> int:
        """Write a typed string; only `safe.put_text` calls this."""
        if row != self._row:
            self._end_row(row)
        text = f"<t>{string}</t>" if _PLAIN.fullmatch(string) else _escaped(string)
        self._cells.append(
            f'<c r="{self._place(col)}"{self._look(style)} t="inlineStr"><is>{text}</is></c>'
        )
        return 0

    def write_number(self, row: int, col: int, number: float, style: Style = None, /) -> int:
        """Write a number; it must be finite."""
        if row != self._row:
            self._end_row(row)
        self._cells.append(f'<c r="{self._place(col)}"{self._look(style)}><v>{number:.16G}</v></c>')
        return 0

    def write_blank(self, row: int, col: int, blank: None, style: Style, /) -> int:
        """Give an empty cell a format."""
        del blank
        if row != self._row:
            self._end_row(row)
        self._cells.append(f'<c r="{self._place(col)}"{self._look(style)}/>')
        return 0

    def close(self) -> None:
        """End the last row, and tell XlsxWriter how far the sheet reaches."""
        self._end_row(self._row + 1)
        self._sheet._check_dimensions(self._row - 1, self._last_col)  # noqa: SLF001 - `<dimension>`, which readers believe
        self._sheet.previous_row = self._row

    def _end_row(self, row: int) -> None:
        if self._cells:
            self._out(f'<row r="{self._row + 1}">{"".join(self._cells)}</row>')
            self._cells.clear()
        self._row = row

    def _place(self, col: int) -> str:
        self._last_col = max(self._last_col, col)
        while col >= len(self._letters):
            self._letters.append(_letters(len(self._letters)))
        return f"{self._letters[col]}{self._row + 1}"

    def _look(self, style: Style) -> str:
        if style is None:
            return ""
        said = self._styles.get(id(style))
        if said is None:
            made: Any = style
            said = f' s="{made._get_xf_index()}"'  # noqa: SLF001 - as XlsxWriter writes a cell
            self._styles[id(style)] = said
        return said


def _escaped(text: str) -> str:
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{kept}>{text}</t>"


def _letters(col: int) -> str:
    said = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        said = chr(ord("A") + rest) + said
    return said


ROWS_A_SHEET = 1_048_575
"""Data rows below one heading. Source: Excel specifications and limits."""

_COLUMNS_A_SHEET = 16_384
"""Source: Excel specifications and limits."""

_MEASURED_ROWS = 200

_NARROWEST, _WIDEST = 9, 42

_HEADING_HEIGHT = 34

_SECONDS_A_DAY = 86_400

_EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)

A3 = 8


class Table:
    """Writes the rows of one source: `put` each, then `close`.

    Its first sheet is added at once; further ones when they are needed.

    Args:
        book: The workbook.
        styles: Its formats.
        words: Names and sentences in one language.
        heading: Of the person's table, as it stands: blank and doubled ones included.
        name: Wanted for its sheet.
        rows_a_sheet: How many fit below one heading.
    """

    _pen: RowWriter  # of the last sheet

    def __init__(  # noqa: PLR0913, PLR0917 - what a table is made of
        self,
        book: Book,
        styles: Styles,
        words: Words,
        heading: tuple[str, ...],
        name: str,
        rows_a_sheet: int = ROWS_A_SHEET,
    ) -> None:
        self._book = book
        self._styles = styles
        self._words = words
        self._name = name
        self._limit = rows_a_sheet
        self._heading = heading[: _COLUMNS_A_SHEET - len(OWN_COLUMNS)]
        self._widths = [_width(text) / 2 for text in self._heading]  # headings may wrap
        self._own = tuple(enumerate(OWN_COLUMNS, start=len(self._heading)))
        self._numbers = {
            Kind.ORDINAL: styles.row_number,
            Kind.NUMBER: styles.number,
            Kind.MONEY: styles.money,
        }
        self._serial = excel_serial(words.timezone)
        self._sheets: list[Sheet] = []
        self._rows_on: list[int] = []
        self._measured = 0
        self._has_send_at = False  # the column is hidden while no row was scheduled
        self._open_sheet()

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """The sheets that it takes, in order."""
        return tuple(sheet.name for sheet in self._sheets)

    def put(self, row: ReportRow) -> None:
        """Write a row below the last one."""
        if self._rows_on[-1] >= self._limit:
            self._open_sheet()
        self._rows_on[-1] += 1
        if self._measured < _MEASURED_ROWS:
            self._measured += 1
            self._measure(row.cells)
        self._put_row(self._pen, self._rows_on[-1], row)

    def close(self) -> None:
        """Dress all sheets, when the last row is there."""
        self._pen.close()
        for sheet, count in zip(self._sheets, self._rows_on, strict=True):
            self._dress(sheet, count)

    def _open_sheet(self) -> None:
        """Add a sheet with its headings behind those that there are."""
        if self._sheets:
            self._pen.close()
        sheet = put_sheet(self._book, self._name)
        self._sheets.append(sheet)
        self._rows_on.append(0)
        sheet.set_row(0, _HEADING_HEIGHT)
        for col, heading in enumerate(self._heading):
            put_text(sheet, 0, col, heading, self._styles.their_heading)
        for col, column in self._own:
            put_text(sheet, 0, col, self._words.heading(column), self._styles.our_heading)
        self._pen = RowWriter(sheet, 1)

    def _put_row(self, sheet: Cells, y: int, row: ReportRow) -> None:
        """Write one row: theirs, ours, and what stood beyond their headings."""
        width, text = len(self._heading), self._styles.text
        for col, cell in enumerate(row.cells[:width]):
            if cell:
                put_text(sheet, y, col, cell, text)
        for (col, column), value in zip(self._own, self._words.values(row), strict=True):
            if column.key == "status":
                put_text(sheet, y, col, str(value), self._styles.statuses[row.status])
            elif value is not None and value != "":
                self._put_value(sheet, y, col, column.kind, value)
        for col, cell in enumerate(row.cells[width:], start=width + len(OWN_COLUMNS)):
            put_text(sheet, y, col, cell, text)
        self._has_send_at = self._has_send_at or row.send_at is not None

    def _put_value(self, sheet: Cells, y: int, col: int, kind: Kind, value: Value) -> None:
        """Write one of our values as what it is."""
        styles = self._styles
        if isinstance(value, str):
            put_text(sheet, y, col, value, styles.our_text)
        elif isinstance(value, datetime):
            sheet.write_number(y, col, self._serial(value), styles.time)
        elif isinstance(value, Decimal) and not value.is_finite():
            put_text(sheet, y, col, str(value), styles.our_text)
        elif value is not None:
            sheet.write_number(y, col, float(value), self._numbers[kind])

    def _measure(self, cells: tuple[str, ...]) -> None:
        """Let a column grow with its values."""
        for col, cell in enumerate(cells[: len(self._widths)]):
            self._widths[col] = max(self._widths[col], _width(cell))

    def _dress(self, sheet: Sheet, row_count: int) -> None:
        """Widths, filter buttons, a heading that stays, and how it prints."""
        for col, width in enumerate(self._widths):
            sheet.set_column(col, col, min(max(width + 2, _NARROWEST), _WIDEST))
        for col, column in self._own:
            hidden = column.key == "send_at" and not self._has_send_at
            sheet.set_column(col, col, column.width, None, {"hidden": hidden})
        sheet.autofilter(0, 0, row_count, self._own[-1][0])
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 0)
        sheet.set_footer("&R&P / &N")


def excel_serial(timezone: tzinfo) -> Callable[[datetime], float]:
    """Make a converter of moments to Excel's count of days.

    Args:
        timezone: In which the wall clock of the result runs.

    Returns:
        A function that remembers its last results: a chunk's people share their times.
    """

    @lru_cache(maxsize=4096)
    def serial(moment: datetime) -> float:
        wall = moment.astimezone(timezone).replace(tzinfo=UTC)
        # Parts of a second are cut as in the texts of the other reports, never rounded up.
        return int((wall - _EXCEL_DAY_0).total_seconds()) / _SECONDS_A_DAY

    return serial


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
        """Finish when all are there; returns what the person should know about it."""
        ...


class Tables:
    """The tables as we draw them ourselves (`Rows`).

    Args:
        book: The workbook; the first sheets of all sources are added at once.
        styles: Its formats.
        words: Names and sentences in one language.
        run: Whose sources they are.
        rows_a_sheet: How many fit below one heading.
    """

    def __init__(
        self, book: Book, styles: Styles, words: Words, run: RunInfo, rows_a_sheet: int
    ) -> None:
        self._words = words
        self._limit = rows_a_sheet
        self._merged: Merged | None = None
        parts = [(source.layout.heading, sheet_name(source, run)) for source in run.sources]
        if len(parts) > MOST_SOURCES:
            self._merged = Merged(run.sources)
            parts = [(self._merged.heading, words.label("rows_sheet"))]
        elif not parts:
            parts = [(run.heading, words.label("rows_sheet"))]
        self._tables = [
            Table(book, styles, words, heading, name, rows_a_sheet) for heading, name in parts
        ]

    def put(self, row: ReportRow) -> None:
        """Write it to the table of its source."""
        if self._merged is not None:
            row = replace(row, cells=self._merged.cells(row.source_no, row.cells))
            self._tables[0].put(row)
        else:
            self._tables[min(row.source_no, len(self._tables)) - 1].put(row)

    def close(self) -> tuple[str, ...]:
        """Dress the sheets; tells of tables that took more than one, or were put together."""
        notes = []
        if self._merged is not None:
            notes.append(book_label("note_merged", self._words.lang, limit=MOST_SOURCES))
        for table in self._tables:
            table.close()
            if len(table.sheet_names) > 1:
                more = ", ".join(table.sheet_names[1:])
                limit = f"{self._limit:,}".replace(",", "\N{NO-BREAK SPACE}")
                notes.append(book_label("note_split", self._words.lang, limit=limit, sheets=more))
        return tuple(notes)


def sheet_name(source: Source, run: RunInfo) -> str:
    """What the sheet of a source is called: as its sheet was, or as its file."""
    if len(run.sources) == 1 and source.info.sheet:
        return source.info.sheet
    return PurePath(source.name).stem
