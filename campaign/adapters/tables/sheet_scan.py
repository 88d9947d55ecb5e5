"""One pass over the XML of a sheet, for everything about it that the library cannot tell.

calamine gives values. It does not say which rows are hidden, turns `#N/A` into an empty text and a
formula without a result into nothing at all. A hidden row that is texted, or an empty name where
the person sees `#N/A`, is exactly what this program promises not to do, so the XML is read once
more here: as bytes, never more of it in memory than a megabyte and one row. In the same pass the
sheet is held to the limits of `guard`.
"""

import re
from collections.abc import Iterator, Mapping

from campaign.adapters.tables.guard import (
    MAX_COLUMNS,
    MAX_PIECE_BYTES,
    Workbook,
    broken,
    hostile,
)
from campaign.adapters.tables.marks import SheetFacts
from campaign.adapters.tables.row_scan import ANY_VALUE, HIDDEN, KEPT_COUNT, RowScan
from campaign.adapters.tables.seen import ShownAs

_ROOT = re.compile(rb"<(?:(\w+):)?worksheet\s[^>]*?=\s*([\"'])")
_LIMIT = re.compile(rb"\s(min|max)=[\"'](\d{1,5})[\"']")
_NO_WIDTH = re.compile(rb"\swidth=[\"']0(?:\.0*)?[\"']")
_LONGEST_TAG_NAME = 32


def has_values(book: Workbook, part: str) -> bool:
    """Whether a sheet has any cell with a value; reads no further than the first.

    Raises:
        InputError: `workbook_broken` or `workbook_hostile`.
    """
    before = b""
    for chunk in book.chunks(part):
        if ANY_VALUE.search(before + chunk):
            return True
        before = chunk[-_LONGEST_TAG_NAME:]
    return False


def bounded(book: Workbook, part: str) -> Iterator[bytes]:
    """Inflate a part piece by piece, each text and each tag held to `MAX_PIECE_BYTES`.

    Raises:
        InputError: `workbook_broken` or `workbook_hostile`, also between two pieces.
    """
    length = 0
    for chunk in book.chunks(part):
        last_tag = chunk.rfind(b"<")
        length = length + len(chunk) if last_tag < 0 else len(chunk) - last_tag
        if length > MAX_PIECE_BYTES:
            raise hostile(book.path, "one of its texts is longer than 16 MB")
        yield chunk


def check_strings(book: Workbook, part: str) -> None:
    """Hold the shared strings to the limits: calamine reads them whole.

    Raises:
        InputError: `workbook_broken` or `workbook_hostile`.
    """
    for _ in bounded(book, part):
        pass


def scan_sheet(
    book: Workbook,
    part: str,
    shown_as: Mapping[int, ShownAs],
    struck: frozenset[int] = frozenset(),
) -> SheetFacts:
    """Read the XML of one sheet once.

    Args:
        book: The workbook, past its first look.
        part: Name of the sheet's part.
        shown_as: Styles that change digits; the cells that carry them are marked.
        struck: Styles whose text is struck out; the cells that carry them are counted.

    Raises:
        InputError: `workbook_broken` (rows out of order, XML that no spreadsheet program writes),
            `workbook_hostile` (beyond the limits) or `cell_unreadable`.
    """
    scan = _Scan(book, part, shown_as, struck)
    rest = b""
    # A comment or CDATA may hold what looks like a row; no spreadsheet program writes one.
    for chunk in book.chunks(part, comments=False):
        rest = scan.take(rest + chunk)
        if len(rest) > MAX_PIECE_BYTES:
            raise hostile(book.path, "one of its rows is longer than 16 MB")
    scan.finish()
    return scan.facts


class _Scan:
    """Where the pass stands: before the rows, in them, or after them."""

    def __init__(
        self, book: Workbook, part: str, shown_as: Mapping[int, ShownAs], struck: frozenset[int]
    ) -> None:
        self.facts = SheetFacts()
        self.take = self._before_rows
        self._book = book
        self._part = part
        self._shown_as = shown_as
        self._struck = struck

    def finish(self) -> None:
        """Check that the part did not end among its rows."""
        if self.take != self._after_rows:
            raise broken(self._book.path, f"{self._part} ends before its last row")

    def _before_rows(self, buffer: bytes) -> bytes:
        """Work through what is whole in the buffer; what is left comes again with more."""
        root = _ROOT.search(buffer)
        prefix = root[1] + b":" if root and root[1] else b""
        start = re.search(rb"<%ssheetData\s*(/?)>" % re.escape(prefix), buffer)
        if root is None or start is None:
            return buffer
        self._find_hidden_columns(buffer[: start.start()], prefix)
        self._merge = re.compile(
            rb"<%smergeCell\s[^>]*?ref=[\"']([A-Z0-9:]{1,24})[\"'][^>]*>" % re.escape(prefix)
        )
        self._rows_end = b"</" + prefix + b"sheetData>"
        self._row_start = b"<" + prefix + b"row"
        self._row_scan = RowScan(
            self._book.path,
            prefix=prefix,
            quote=root[2],
            shown_as=self._shown_as,
            struck=self._struck,
            facts=self.facts,
        )
        self.take = self._after_rows if start[1] else self._in_rows
        return self.take(buffer[start.end() :])

    def _in_rows(self, buffer: bytes) -> bytes:
        body, end, after = buffer.partition(self._rows_end)
        if end:
            self._row_scan.take(body)
            self.take = self._after_rows
            return self._after_rows(after)
        cut = max(body.rfind(self._row_start), 0)
        self._row_scan.take(body[:cut])
        return body[cut:]

    def _after_rows(self, buffer: bytes) -> bytes:
        cut = max(buffer.rfind(b"<"), 0) if not buffer.endswith(b">") else len(buffer)
        for merge in self._merge.finditer(buffer, 0, cut):
            self.facts.merge_count += 1
            if len(self.facts.merges) < KEPT_COUNT:
                self.facts.merges.append(merge[1].decode())
        return buffer[cut:]

    def _find_hidden_columns(self, head: bytes, prefix: bytes) -> None:
        for column in re.finditer(rb"<%scol(?=\s)([^>]*)>" % re.escape(prefix), head):
            if HIDDEN.search(column[1]) or _NO_WIDTH.search(column[1]):
                limits = {match[1]: int(match[2]) for match in _LIMIT.finditer(column[1])}
                last = min(limits.get(b"max", 0), MAX_COLUMNS)
                self.facts.hidden_columns.extend(range(limits.get(b"min", 1) - 1, last))
