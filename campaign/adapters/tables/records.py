"""Parse the lines of a text table into rows; nobody may vanish in a quote that is never closed.

The standard library's parser runs in its strict mode, because the lenient one makes an open quote
swallow the rest of the file. Where it stops, the line is read once more by `quotes.mend`; where
that has no answer the row is rejected, or the file when it is not sure where the row ends.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from campaign.adapters.tables.lines import Lines
from campaign.adapters.tables.quotes import holds_rows, mend, pieces_of
from campaign.errors import InputError
from campaign.model import RawRow

MAX_FIELD_CHARS: Final = 32_767 * 4
"""A cell of a spreadsheet holds 32,767 characters; four times that is an open quote."""

_ROWS_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the records of a file are written.

    Attributes:
        delimiter: One character.
        width: Columns of the table, as far as the sample tells.
        blank_before_quote: A quoted cell may have blanks in front (`a; "b"`).
    """

    delimiter: str
    width: int
    blank_before_quote: bool = False


class Records:
    """One pass over the records of a file.

    Args:
        path: For messages.
        lines: Of the file.
        dialect: How it is written.
        notes: Gets what the person should know of the rows, when they have been read.
    """

    def __init__(self, path: Path, lines: Lines, dialect: Dialect, notes: list[str]) -> None:
        self._path = path
        self._lines = lines
        self._dialect = dialect
        self._notes = notes
        self._mended: list[int] = []

    def rows(self, *, skip_first: bool) -> Iterator[RawRow]:
        """Every record as a row, numbered as a spreadsheet program does.

        Args:
            skip_first: The first line is none of the table; it comes as a blank row.

        Raises:
            InputError: `quote_open`, `line_too_long`.
        """
        # The limit is the module's, not the reader's; nothing else in this program parses CSV.
        csv.field_size_limit(MAX_FIELD_CHARS)
        source = chain.from_iterable(self._lines.blocks())
        row_no, before = 1, 0
        if skip_first:
            next(source)
            yield RawRow(1, ())
            row_no, before = 2, 1
        again: list[str] = []
        while True:
            reader = csv.reader(
                chain(again, source) if again else source,
                delimiter=self._dialect.delimiter,
                skipinitialspace=self._dialect.blank_before_quote,
                strict=True,
            )
            done = 0
            try:
                for cells in reader:
                    if reader.line_num != done + 1:
                        self._refuse_swallowed(before + done, before + reader.line_num)
                    done = reader.line_num
                    yield RawRow(row_no, tuple(cells))
                    row_no += 1
            except csv.Error as error:
                start = before + done
                yield self._broken(row_no, start, before + reader.line_num, str(error))
                row_no += 1
                # Lines that were taken from the source and belong to later records.
                taken = before + max(len(again), reader.line_num)
                again = self._lines.between(start + 1, taken) or []
                before = start + 1
            else:
                self._note()
                return

    def _note(self) -> None:
        if self._mended:
            rows = ", ".join(map(str, self._mended[:_ROWS_NAMED]))
            more = len(self._mended) - _ROWS_NAMED
            self._notes.append(
                "Rows with quotes that are not doubled, read in the only way in which they fit: "
                f"{len(self._mended)} ({rows}{f' and {more} more' if more > 0 else ''})."
            )

    def _broken(self, row_no: int, start: int, end: int, words: str) -> RawRow:
        """A record at which the parser stopped: mended, rejected, or the end of the file's reading.

        Args:
            row_no: Of the record.
            start: Lines before it.
            end: Lines up to where the parser stopped.
            words: What it said.
        """
        lines = self._lines.between(start, end)
        if "expected after" not in words or lines is None or len(lines) != 1:
            raise self._open_quote(start, words)
        delimiter = self._dialect.delimiter
        cells = mend(lines[0], delimiter, self._dialect.width)
        if cells is None:
            return RawRow(row_no, tuple(pieces_of(lines[0], delimiter)), "quote_broken")
        self._mended.append(row_no)
        return RawRow(row_no, cells)

    def _refuse_swallowed(self, start: int, end: int) -> None:
        lines = self._lines.between(start, end)
        if lines is None or holds_rows(lines, self._dialect.delimiter, self._dialect.width):
            raise InputError(
                f"{self._path}, line {start + 1}: a quote is opened and closed only in line "
                f"{end}; whole rows would vanish in one cell",
                hint="Close or delete the quote in that line, or save the table as .xlsx.",
                code="quote_open",
            )

    def _open_quote(self, start: int, words: str) -> InputError:
        what = "a quote is opened and never closed"
        if "expected after" in words:
            what = "a quote is opened and not closed before the next rows"
        elif "field" in words:
            what = (
                f"a cell of more than {MAX_FIELD_CHARS:,} characters; probably a quote is opened "
                "and never closed"
            )
        return InputError(
            f"{self._path}, line {start + 1}: {what}",
            hint="Close or delete the quote in that line, or save the table as .xlsx.",
            code="quote_open",
        )
