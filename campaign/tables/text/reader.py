"""Read recipients from a text table, one record at a time, in a few megabytes of memory."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from campaign.domain import FileOptions, RawRow, Table, TableInfo
from campaign.errors import InputError
from campaign.tables.text import delimiter
from campaign.tables.text.encoding import find_encoding
from campaign.tables.text.records import Lines, Records
from campaign.text import Text, tr

_SAMPLE_CHARS: Final = 64 << 10


class CsvReader:
    """The `TableReader` for .csv, .tsv and .txt."""

    @contextmanager
    def open(self, path: Path, options: FileOptions) -> Iterator[Table]:
        """Open a text table; encoding and delimiter are guessed where the options name none.

        A record is a row: a blank line counts, a line feed in quotes does not. A first line `sep=;`
        names the delimiter and is given as a blank row. Rows whose quotes cannot be read in just
        one way have the problem `quote_broken`. The notes are complete when the rows have been
        read.

        Raises:
            InputError: `encoding_…`, `delimiter_…`, `file_…`; while rows are read `quote_open`,
                `line_too_long`.
        """
        chosen = None if options.delimiter is None else delimiter.parse(options.delimiter)
        try:
            encoding = find_encoding(path, options.encoding)
            file = path.open(encoding=encoding, newline="")
        except OSError as error:
            raise InputError(
                tr("{path} cannot be read: {error}", path=path, error=error), code="file_unreadable"
            ) from error
        with file:
            sample = _sample(path, file)
            file.seek(0)
            yield _table(path, file, encoding, chosen=chosen, sample=sample)


def _table(path: Path, file: TextIO, encoding: str, *, chosen: str | None, sample: list[str]) -> Table:
    named = delimiter.from_sep_line(sample[0])
    body = sample[1:] if named else sample
    guessed = None if chosen or named else delimiter.guess(body)
    cut = chosen or named or guessed
    notes: list[Text] = []
    wrapped = delimiter.of_wrapped_lines(body, cut or "\x1f") if chosen is None else None
    if cut is None and wrapped is None:
        notes.append(tr("No delimiter was found: the file is read as one column."))
        cut = delimiter.for_one_column(path, body)
    dialect = delimiter.dialect(body, cut or "\x1f")
    if dialect.blank_before_quote:
        notes.append(tr("Blanks between a delimiter and a quoted cell are not read."))
    records = Records(path, Lines(path, file), dialect, notes)
    rows = records.rows(skip_first=named is not None)
    if wrapped is not None:
        notes.append(
            tr(
                "Every line is one cell in quotes: the quotes are removed, and {delimiter!r} splits it.",
                delimiter=wrapped,
            )
        )
        rows = _unwrapped(rows, wrapped)
    info = TableInfo("csv", encoding=encoding, delimiter=wrapped or dialect.delimiter, notes=notes)
    return Table(info, rows)


def _sample(path: Path, file: TextIO) -> list[str]:
    text = file.read(_SAMPLE_CHARS)
    if not text.strip(" \t\r\n\x1a"):
        raise InputError(
            tr("{path} is empty", path=path),
            hint=tr("Save the table again, then name it here."),
            code="file_empty",
        )
    lines = next(Lines(path, io.StringIO(text, newline="")).blocks())
    # The last line is cut in the middle, and would be counted as a short record.
    return lines[:-1] if len(text) == _SAMPLE_CHARS and len(lines) > 1 else lines


def _unwrapped(rows: Iterator[RawRow], delimiter: str) -> Iterator[RawRow]:
    for row in rows:
        if len(row.cells) != 1 or row.problem:
            yield row
            continue
        try:
            cells = next(csv.reader([row.cells[0]], delimiter=delimiter, strict=True), [])
        except csv.Error:
            yield RawRow(row.row_no, tuple(row.cells[0].split(delimiter)), "quote_broken")
        else:
            yield RawRow(row.row_no, tuple(cells))
