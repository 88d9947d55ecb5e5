"""One pass over the XML of a sheet, for everything about it that the library does not report.

calamine gives values. It does not report which rows are hidden, turns `#N/A` into an empty text and
a formula without a result into nothing at all. A hidden row that is texted, or an empty name where
the sheet shows `#N/A`, is what this program promises not to do, so the XML is read once more here,
a megabyte and one row at a time, and held to `limits`.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from campaign.domain.cells import column_index, column_letters
from campaign.errors import InputError
from campaign.tables.limits import MAX_COLUMNS, MAX_PIECE_BYTES, MAX_ROWS, Workbook, broken, hostile
from campaign.tables.sheet_properties import SheetProperties
from campaign.tables.values import ShownValues
from campaign.tables.xlsx.cell_flags import ERROR_VALUES, Flag, FlagKind, Flags
from campaign.tables.xlsx.package import Parts
from campaign.text import tr

# A height of nothing hides a row as well as the attribute does.
HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']|\sht=[\"']0(?:\.0*)?[\"']")
ANY_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
_MAX_NUMBER_LENGTH = 8
_ROW_NUMBER = re.compile(rb"\sr=[\"'](\d+)[\"']")
_CELL_COLUMN = re.compile(rb"\sr=[\"']([A-Z]{1,4})\d")
_CELL_TYPE = re.compile(rb"\st=[\"'](\w+)[\"']")
_CELL_STYLE = re.compile(rb"\ss=[\"'](\d{1,6})[\"']")
_MANY_LETTERS = rb"(?:I[W-Z]|[J-Z][A-Z]|[A-Z]{3,})\d"
"""The name of a cell beyond column IV (256)."""


@dataclass(slots=True)
class ScannedSheet(SheetProperties):
    """What one pass over a sheet found; `displayed` are cells shown otherwise than their value."""

    flags: Flags = field(default_factory=Flags)
    displayed: ShownValues = field(default_factory=ShownValues)
    has_formulas: bool = False


@lru_cache(maxsize=1 << 14)
def _column(letters: bytes) -> int:
    return column_index(letters.decode())


class RowScan:
    """Takes the rows of one sheet in order and adds what it finds to `found`.

    Some programs write `<x:row>` for `<row>`: `prefix` is `x:`; all use one `quote` for attributes.
    """

    def __init__(self, path: Path, parts: Parts, found: ScannedSheet, *, prefix: bytes, quote: bytes) -> None:
        p = re.escape(prefix)
        self._path = path
        self._shown_as = parts.shown_as
        self._found = found
        self._row_no = 0
        self._row = re.compile(rb"<%srow(?:\sr=%s(\d{1,7})%s)?(?=[\s/>])([^>]*)>" % (p, quote, quote))
        self._cell = re.compile(rb"<%sc(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%sc>)" % (p, p), re.DOTALL)
        self._formula = re.compile(rb"<%sf[\s/>]" % p)
        self._value = re.compile(rb"<%s(?:v(?:\s[^>]*)?/>|v(?:\s[^>]*)?>([^<]*)|(is)[\s>])" % p)
        self._far = re.compile(quote + _MANY_LETTERS)
        styles = b"|".join(b"%d" % number for number in parts.shown_as)
        self._styled = re.compile(rb"\ss=%s(?:%s)%s" % (quote, styles, quote)) if styles else None
        # How all known programs write it: name, style, type.
        self._usual = re.compile(
            rb"<%sc r=%s([A-Z]{1,3})(\d{1,7})%s s=%s(%s)%s(?: t=%s(\w+)%s)?[\s/>]"
            % (p, *(quote,) * 3, styles, *(quote,) * 3)
        )
        crossed = b"|".join(b"%d" % number for number in parts.struck)
        self._struck = re.compile(
            rb"<%sc r=%s([A-Z]{1,3}\d{1,7})%s s=%s(?:%s)%s[^>]*(?<!/)>(?!</)"
            % (p, *(quote,) * 3, crossed, quote)
        )
        self._has_struck = bool(parts.struck)
        self._formula_sign = b"<" + prefix + b"f"
        self._error_sign = b"t=" + quote + b"e" + quote
        self._hidden_signs = (b"hidden=", b" ht=" + quote + b"0")

    def take(self, stretch: bytes) -> None:
        """Scan a stretch of whole rows; raises as `scan_sheet`."""
        if self._has_struck:
            self._found.add_struck([name.decode() for name in self._struck.findall(stretch)])
        may_hide = any(sign in stretch for sign in self._hidden_signs)
        unusual = not self._note_displayed(stretch)
        promising = unusual or self._promising(stretch)
        last: re.Match[bytes] | None = None
        for match in self._row.finditer(stretch):
            if last is not None and (promising or (may_hide and HIDDEN.search(last[2]))):
                self._scan_row(last[2], stretch[last.end() : match.start()], displayed=unusual)
            number = int(match[1]) if match[1] else self._odd_number(match[2])
            if number <= self._row_no:
                raise broken(self._path, tr("row {number} comes twice or out of order", number=number))
            self._row_no = number
            last = match
        if last is not None and (promising or may_hide):
            self._scan_row(last[2], stretch[last.end() :], displayed=unusual)
        if self._row_no > MAX_ROWS:
            raise hostile(self._path, tr("it has a row beyond {limit}", limit=f"{MAX_ROWS:,}"))

    def _odd_number(self, attributes: bytes) -> int:
        """The number stands later in the tag, or nowhere: then it is the row after the last."""
        found = _ROW_NUMBER.search(attributes)
        if found is None:
            return self._row_no + 1
        return int(found[1]) if len(found[1]) <= _MAX_NUMBER_LENGTH else MAX_ROWS + 1

    def _promising(self, piece: bytes) -> bool:
        """Whether a piece of XML may hold a cell to flag; True too often, but never False."""
        return self._formula_sign in piece or self._error_sign in piece or self._far.search(piece) is not None

    def _note_displayed(self, stretch: bytes) -> bool:
        """Note cells that are shown otherwise; False when not all are written as usual."""
        if self._styled is None:
            return True
        found = self._usual.findall(stretch)
        if len(found) != len(self._styled.findall(stretch)):
            return False
        for letters, row_no, style, cell_type in found:
            column = _column(letters)
            if column < MAX_COLUMNS and cell_type in {b"", b"n"}:
                self._found.displayed.add(int(row_no), column, self._shown_as[int(style)])
        return True

    def _scan_row(self, attributes: bytes, body: bytes, *, displayed: bool) -> None:
        """Scan the row that was numbered last; `displayed`: also for unusually written styles."""
        # A hidden row without a value is a blank row like any other.
        if HIDDEN.search(attributes) and ANY_VALUE.search(body):
            self._flag(0, FlagKind.HIDDEN_ROW)
            self._found.add_hidden_rows(self._row_no)
        if not displayed and not self._promising(body):
            return
        column = -1
        for cell in self._cell.finditer(body):
            name = _CELL_COLUMN.search(cell[1])
            column = _column(name[1]) if name else column + 1
            if cell[2]:
                self._scan_cell(column, cell[1], cell[2], displayed=displayed)

    def _scan_cell(self, column: int, attributes: bytes, content: bytes, *, displayed: bool) -> None:
        found_type = _CELL_TYPE.search(attributes)
        cell_type = found_type[1] if found_type else b"n"
        value = self._value.search(content)
        filled = value is not None and bool(value[1] or value[2])
        if column >= MAX_COLUMNS and filled:
            what = tr("there is a value in cell {where}, far from any table", where=self._name(column))
            raise hostile(self._path, what)
        if self._formula.search(content):
            self._found.has_formulas = True
            # A stored empty text (`t="str"`) is a result; a stored empty number is none.
            if not filled and not (value and cell_type == b"str"):
                self._flag(column, FlagKind.NO_VALUE)
        if not filled or value is None:
            return
        if cell_type == b"e":
            self._flag_error(column, value[1].decode("utf-8", "replace"))
        elif displayed and cell_type == b"n" and (style := _CELL_STYLE.search(attributes)):
            shown = self._shown_as.get(int(style[1]))
            if shown is not None:
                self._found.displayed.add(self._row_no, column, shown)

    def _name(self, column: int) -> str:
        return f"{column_letters(column)}{self._row_no}"

    def _flag(self, column: int, kind: FlagKind, argument: int = 0) -> None:
        self._found.flags.add(Flag(self._row_no, column, kind, argument))

    def _flag_error(self, column: int, value: str) -> None:
        if value not in ERROR_VALUES:
            # calamine refuses the whole workbook for one error that it does not know.
            raise InputError(
                tr(
                    "Workbook {path}, cell {where}: the error {value!r} cannot be read",
                    path=self._path,
                    where=self._name(column),
                    value=value[:20],
                ),
                hint=tr("Clear that cell or put a value into it, and save the workbook."),
                code="cell_unreadable",
            )
        self._flag(column, FlagKind.ERROR, ERROR_VALUES.index(value))


_ROOT = re.compile(rb"<(?:(\w+):)?worksheet\s[^>]*?=\s*([\"'])")
_LIMIT = re.compile(rb"\s(min|max)=[\"'](\d{1,5})[\"']")
_NO_WIDTH = re.compile(rb"\swidth=[\"']0(?:\.0*)?[\"']")
_LONGEST_TAG_NAME = 32


def has_values(book: Workbook, part: str) -> bool:
    """Whether a sheet has any cell with a value; reads no further than the first."""
    before = b""
    for chunk in book.chunks(part):
        if ANY_VALUE.search(before + chunk):
            return True
        before = chunk[-_LONGEST_TAG_NAME:]
    return False


def scan_sheet(book: Workbook, part: str, parts: Parts) -> ScannedSheet:
    """Read the XML of one sheet once.

    Raises:
        InputError: `workbook_broken` (rows out of order, XML that no spreadsheet program writes),
            `workbook_hostile` (beyond the limits) or `cell_unreadable`.
    """
    scan = _Scan(book, part, parts)
    rest = b""
    # A comment or CDATA may hold what looks like a row; no spreadsheet program writes one.
    for chunk in book.chunks(part, comments=False):
        rest = scan.take(rest + chunk)
        if len(rest) > MAX_PIECE_BYTES:
            raise hostile(book.path, tr("one of its rows is longer than 16 MB"))
    scan.finish()
    return scan.found


class _Scan:
    """Where the pass stands: before the rows, in them, or after them."""

    def __init__(self, book: Workbook, part: str, parts: Parts) -> None:
        self.found = ScannedSheet()
        self.take = self._before_rows
        self._book = book
        self._part = part
        self._parts = parts

    def finish(self) -> None:
        if self.take != self._after_rows:
            raise broken(self._book.path, tr("{part} ends before its last row", part=self._part))

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
        self._row_scan = RowScan(self._book.path, self._parts, self.found, prefix=prefix, quote=root[2])
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
            self.found.add_merge(merge[1].decode())
        return buffer[cut:]

    def _find_hidden_columns(self, head: bytes, prefix: bytes) -> None:
        for column in re.finditer(rb"<%scol(?=\s)([^>]*)>" % re.escape(prefix), head):
            if HIDDEN.search(column[1]) or _NO_WIDTH.search(column[1]):
                limits = {match[1]: int(match[2]) for match in _LIMIT.finditer(column[1])}
                last = min(limits.get(b"max", 0), MAX_COLUMNS)
                self.found.hidden_columns.extend(range(limits.get(b"min", 1) - 1, last))
