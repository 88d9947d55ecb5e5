"""The tables of a report: one for each source, or one for all where there are too many."""

from dataclasses import replace
from pathlib import PurePath
from typing import Protocol

from campaign.adapters.reports.columns import Words
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.sheets import Book
from campaign.adapters.reports.table import Table
from campaign.model import ReportRow, RunInfo, Source
from campaign.rules.merged import Merged
from campaign.rules.words_workbook import book_label

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
        palette: Its formats.
        words: Names and sentences in one language.
        run: Whose sources they are.
        rows_a_sheet: How many fit below one heading.
    """

    def __init__(
        self, book: Book, palette: Palette, words: Words, run: RunInfo, rows_a_sheet: int
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
            Table(book, palette, words, heading, name, rows_a_sheet) for heading, name in parts
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
