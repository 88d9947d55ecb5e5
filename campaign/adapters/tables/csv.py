"""Read recipients from a text table, one record at a time.

Whatever the file is, memory stays at a megabyte or so: records are parsed as they are read, a line
and a field have a greatest length. The standard library's parser runs in its strict mode, because
the lenient one makes a quote that was never closed swallow the rest of the file: people would be
skipped without a word.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

from campaign.adapters.tables.encoding import find_encoding
from campaign.errors import InputError
from campaign.model import FileOptions, RawRow, Table, TableInfo

MAX_FIELD_CHARS = 32_767 * 4
"""A cell of a spreadsheet holds 32,767 characters; four times that is an open quote."""
MAX_LINE_CHARS = 4 << 20

_DELIMITERS = ("\t", ";", "|", ",")
"""In the order in which a tie is decided: commas also stand in amounts and addresses."""
_DELIMITER_WORDS = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "bar": "|",
}
_SAMPLE_CHARS = 64 << 10
_MOST_SAMPLE_RECORDS = 500
_SEP = "sep="
_ONE_COLUMN = "No delimiter was found: the file is read as one column."


class CsvReader:
    """Plays `TableReader` for .csv, .tsv and .txt."""

    @contextmanager
    def open(self, path: Path, options: FileOptions) -> Iterator[Table]:
        """Open a text table.

        Args:
            path: The file, not empty.
            options: `encoding` and `delimiter` (one character, or the words tab, comma,
                semicolon, pipe); both are guessed when None.

        Yields:
            The table. A record is a row: a blank line counts, a line feed in quotes does not. A
            first line `sep=;` names the delimiter and is given as a blank row.

        Raises:
            InputError: `encoding_unknown`, `encoding_wrong`, `encoding_unclear`,
                `delimiter_unknown`, `file_binary`, `file_empty`, `file_unreadable`; while rows
                are read `quote_open`, `quote_broken`, `line_too_long`.
        """
        chosen = None if options.delimiter is None else _delimiter(options.delimiter)
        try:
            encoding = find_encoding(path, options.encoding)
            file = path.open(encoding=encoding, newline="")
        except OSError as error:
            raise InputError(
                f"{path} cannot be read: {error.strerror or error}", code="file_unreadable"
            ) from error
        with file:
            sample = file.read(_SAMPLE_CHARS)
            if not sample.strip():
                raise InputError(
                    f"{path} is empty",
                    hint="Save the table again, then name it here.",
                    code="file_empty",
                )
            file.seek(0)
            named = _named_delimiter(sample)
            guessed = None if chosen or named else _guess_delimiter(sample)
            delimiter = chosen or named or guessed or _absent_delimiter(sample)
            notes = () if chosen or named or guessed else (_ONE_COLUMN,)
            info = TableInfo("csv", encoding=encoding, delimiter=delimiter, notes=notes)
            yield Table(info, _rows(path, file, delimiter, skip_first=named is not None))


def _rows(path: Path, file: TextIO, delimiter: str, *, skip_first: bool) -> Iterator[RawRow]:
    lines = _lines(path, file)
    # The limit is the module's, not the reader's; nothing else in this program parses CSV.
    csv.field_size_limit(MAX_FIELD_CHARS)
    first_no = 1
    if skip_first:
        next(lines)
        yield RawRow(1, ())
        first_no = 2
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    line_no = 0
    try:
        for row_no, cells in enumerate(records, first_no):
            line_no = records.line_num
            yield RawRow(row_no, tuple(cells))
    except csv.Error as error:
        raise _quote_error(path, line_no + first_no, str(error)) from error


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """Lines with their ends; a line without an end must not fill the memory."""
    line_no = 0
    while line := file.readline(MAX_LINE_CHARS):
        line_no += 1
        if len(line) == MAX_LINE_CHARS:
            raise InputError(
                f"{path}, line {line_no}: longer than {MAX_LINE_CHARS >> 20} million characters",
                hint="This is no table of recipients; save it again as CSV (UTF-8).",
                code="line_too_long",
            )
        yield line


def _quote_error(path: Path, line_no: int, words: str) -> InputError:
    """Tell a quote that nothing closes from one that something stands behind.

    Args:
        path: The file.
        line_no: Line in which the record begins.
        words: What the csv module said.
    """
    if "expected after" in words:
        return InputError(
            f"{path}, line {line_no}: text after a closing quote",
            hint='Double the quotes inside a quoted cell ("" for "), or save it as .xlsx.',
            code="quote_broken",
        )
    if "field limit" in words:
        return InputError(
            f"{path}, line {line_no}: a cell of more than {MAX_FIELD_CHARS:,} characters; "
            "probably a quote is opened and never closed",
            hint="Close or delete the quote in that line, or save the table as .xlsx.",
            code="quote_open",
        )
    return InputError(
        f"{path}, line {line_no}: a quote is opened and never closed",
        hint="Close or delete the quote in that line, or save the table as .xlsx.",
        code="quote_open",
    )


def _delimiter(wanted: str) -> str:
    """Understand `--delimiter`."""
    delimiter = _DELIMITER_WORDS.get(wanted.strip().lower(), wanted)
    if len(delimiter) != 1 or delimiter in '"\r\n\x00' or delimiter.isalnum():
        raise InputError(
            f"{wanted!r} cannot be a delimiter",
            hint="Use tab, comma, semicolon, pipe, or one character.",
            code="delimiter_unknown",
        )
    return delimiter


def _named_delimiter(sample: str) -> str | None:
    """Read the line `sep=;` that Excel understands at the top of a file."""
    first = sample.splitlines()[0].strip('"') if sample else ""
    if first[: len(_SEP)].lower() == _SEP and len(first) == len(_SEP) + 1:
        return first[-1]
    return None


def _guess_delimiter(sample: str) -> str | None:
    """Choose what splits most records into one same number of cells.

    It must also split at least half of them, so that a comma in a few names does not cut up a
    file of one column.

    Returns:
        One character, or None when the file has one column.
    """
    best: tuple[int, str] | None = None
    for delimiter in _DELIMITERS:
        lengths = _record_lengths(sample, delimiter)
        split = Counter({length: count for length, count in lengths.items() if length > 1})
        if not split or 2 * split.total() < lengths.total():
            continue
        count = max(split.values())
        if best is None or count > best[0]:
            best = (count, delimiter)
    return best[1] if best else None


def _record_lengths(sample: str, delimiter: str) -> Counter[int]:
    """Count the records of the sample by their number of cells; its last, cut one is left out."""
    # Not `splitlines`: that also splits at characters which end no line of a file.
    lines = list(io.StringIO(sample, newline=""))
    if len(sample) == _SAMPLE_CHARS and len(lines) > 1:
        lines.pop()
    csv.field_size_limit(MAX_FIELD_CHARS)
    records = csv.reader(lines, delimiter=delimiter)
    return Counter(len(r) for r in islice(records, _MOST_SAMPLE_RECORDS) if any(r))


def _absent_delimiter(sample: str) -> str:
    """For one column: something that cuts none of its cells."""
    return next((d for d in _DELIMITERS if d not in sample), "\t")
