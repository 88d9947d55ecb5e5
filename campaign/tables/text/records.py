"""Parse the lines of a text table into rows; no row may vanish in a quote that is never closed.

The standard library's parser runs in its strict mode, because the lenient one makes an open quote
swallow the rest of the file. Where it stops, `fix` reads the line once more; where that has no
answer the row is rejected, or the file when it is not sure where the row ends.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

from campaign.domain import RawRow
from campaign.domain.recipients.heading_row import is_phone
from campaign.errors import InputError
from campaign.text import Text, some, tr

MAX_LINE_CHARS: Final = 4 << 20
BLOCK_CHARS: Final = 256 << 10
_BLOCKS_SAVED: Final = 4
_DOS_END: Final = re.compile(r"(?<![^\r\n])\x1a[\x1a\r\n]*\Z|\x1a+\Z")
"""Ctrl-Z, with which DOS programs end a file; anywhere else it stays, so it hides nobody."""


class Lines:
    """The lines of a file opened with `newline=""`; the latest can be had once more."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path = path
        self._file = file
        self._saved: deque[tuple[int, list[str]]] = deque(maxlen=_BLOCKS_SAVED)
        self._count = 0

    def blocks(self) -> Iterator[list[str]]:
        """Lists of lines with their ends; raises `line_too_long`."""
        tail = ""
        following = self._file.read(BLOCK_CHARS)
        while following:
            text, following = tail + following, self._file.read(BLOCK_CHARS)
            if text.endswith("\r") and following.startswith("\n"):
                text, following = text + "\n", following[1:] or self._file.read(BLOCK_CHARS)
            if following:
                cut = max(text.rfind("\n"), text.rfind("\r")) + 1
                text, tail = text[:cut], text[cut:]
            else:
                text = _DOS_END.sub("", text)
            self._refuse_endless(len(tail))
            lines = io.StringIO(text, newline="").readlines()
            self._saved.append((self._count, lines))
            self._count += len(lines)
            yield lines

    def between(self, start: int, end: int) -> list[str] | None:
        """Lines `start` (from 0) to before `end` once more; None when they are too far back."""
        if not self._saved or start < self._saved[0][0]:
            return None
        found = []
        for first, lines in self._saved:
            found += lines[max(0, start - first) : max(0, end - first)]
        return found

    def _refuse_endless(self, length: int) -> None:
        if length >= MAX_LINE_CHARS:
            raise InputError(
                tr(
                    "{path}, line {line}: longer than {limit} million characters",
                    path=self._path,
                    line=self._count + 1,
                    limit=MAX_LINE_CHARS >> 20,
                ),
                hint=tr("This is not a table of recipients; save it again as CSV (UTF-8)."),
                code="line_too_long",
            )


_MOST_PIECES, _MOST_SURPLUS = 300, 20
"""Bounds of the search: it takes time in proportion to one times the square of the other."""
_PHONES_IN_CELL: Final = 2
"""A cell may list two numbers of one recipient, one a line; three are three recipients."""
_BROAD: Final = 3


def pieces_of(line: str, delimiter: str) -> list[str]:
    """A line cut at every delimiter, whatever the quotes say."""
    return line.rstrip("\r\n").split(delimiter)


def fix(line: str, delimiter: str, width: int) -> tuple[str, ...] | None:
    """Read one line with broken quotes; None when not exactly one reading gives `width` cells.

    A closing quote is one that a delimiter or the line end follows, an opening one stands at the
    start of a cell; quotes elsewhere belong to the cell. Doubled quotes, and quotes behind a
    backslash as MySQL writes them, are one.
    """
    pieces = pieces_of(line, delimiter)
    if not (width <= len(pieces) <= min(_MOST_PIECES, width + _MOST_SURPLUS)):
        return None

    @cache
    def readings(start: int, cells: int) -> list[tuple[str, ...]]:
        """At most two ways to join the pieces from `start` on into so many cells."""
        if cells == 0:
            return [()] if start == len(pieces) else []
        found: list[tuple[str, ...]] = []
        # What is left must at least give one piece a cell.
        for end in range(start + 1, len(pieces) - cells + 2):
            cell = _cell(pieces[start:end], delimiter)
            if cell is not None:
                found += [(cell, *rest) for rest in readings(end, cells - 1)]
        return found[:2]

    found = readings(0, width)
    return found[0] if len(found) == 1 else None


def _cell(pieces: Sequence[str], delimiter: str) -> str | None:
    """The text of these pieces as one cell, None when they cannot be one."""
    text = delimiter.join(pieces)
    if not text.startswith('"'):
        return text if len(pieces) == 1 else None
    if text.count('"') % 2:
        return None
    if text.endswith('"'):
        return text[1:-1].replace('\\"', '"').replace('""', '"')
    return text if len(pieces) == 1 else None


def holds_rows(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a record of two or more lines is rather several rows, joined by a stray quote.

    Its first line is a whole row by itself, and a further line is one too and has a phone where the
    first line has one.
    """
    first, *others = ([p.strip(' "') for p in pieces_of(line, delimiter)] for line in lines)
    if width == 1:
        return sum(len(p) == 1 and is_phone(p[0]) for p in (first, *others)) > _PHONES_IN_CELL
    if len(first) < width:
        return False
    wide = [pieces for pieces in others if len(pieces) == width]
    phones = [i for i, piece in enumerate(first[:width]) if is_phone(piece)]
    if any(is_phone(pieces[i]) for pieces in wide for i in phones):
        return True
    return width >= _BROAD and len(wide) >= _BROAD - 1


MAX_FIELD_CHARS: Final = 32_767 * 4
"""A cell of a spreadsheet holds 32,767 characters; four times that is an open quote."""
_ROWS_NAMED: Final = 10
_CLOSE_QUOTE: Final = tr("Close or delete the quote in that line, or save the table as .xlsx.")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How records are written: columns in the sample, blanks in front of quotes (`a; "b"`)."""

    delimiter: str
    width: int
    blank_before_quote: bool = False


class Records:
    """One pass over the records of a file; `notes` gets those about rows when all were read."""

    def __init__(self, path: Path, lines: Lines, dialect: Dialect, notes: list[Text]) -> None:
        self._path = path
        self._lines = lines
        self._dialect = dialect
        self._notes = notes
        self._fixed: list[int] = []

    def rows(self, *, skip_first: bool) -> Iterator[RawRow]:
        """Every record as a row, numbered as a spreadsheet program does."""
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
        if self._fixed:
            note = tr(
                "Rows with quotes that are not doubled, read in the only way in which they fit: "
                "{count} ({rows}).",
                count=len(self._fixed),
                rows=some(map(str, self._fixed), shown=_ROWS_NAMED),
            )
            self._notes.append(note)

    def _broken(self, row_no: int, start: int, end: int, error: str) -> RawRow:
        """A record at which the parser stopped: fixed, rejected, or the end of the file's reading."""
        lines = self._lines.between(start, end)
        if "expected after" not in error or lines is None or len(lines) != 1:
            raise self._open_quote(start, error)
        delimiter = self._dialect.delimiter
        cells = fix(lines[0], delimiter, self._dialect.width)
        if cells is None:
            return RawRow(row_no, tuple(pieces_of(lines[0], delimiter)), "quote_broken")
        self._fixed.append(row_no)
        return RawRow(row_no, cells)

    def _refuse_swallowed(self, start: int, end: int) -> None:
        lines = self._lines.between(start, end)
        if lines is None or holds_rows(lines, self._dialect.delimiter, self._dialect.width):
            raise InputError(
                tr(
                    "{path}, line {line}: a quote is opened and closed only in line {end}; whole "
                    "rows would vanish in one cell",
                    path=self._path,
                    line=start + 1,
                    end=end,
                ),
                hint=_CLOSE_QUOTE,
                code="quote_open",
            )

    def _open_quote(self, start: int, error: str) -> InputError:
        what = tr("a quote is opened and never closed")
        if "expected after" in error:
            what = tr("a quote is opened and not closed before the next rows")
        elif "field" in error:
            what = tr(
                "a cell of more than {limit} characters; probably a quote is opened and never closed",
                limit=f"{MAX_FIELD_CHARS:,}",
            )
        return InputError(
            tr("{path}, line {line}: {what}", path=self._path, line=start + 1, what=what),
            hint=_CLOSE_QUOTE,
            code="quote_open",
        )
