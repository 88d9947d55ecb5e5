"""Find, in the XML of rows, what the library that reads their values does not tell.

The bytes of a sheet come in stretches of whole rows. A stretch is looked at closely only when it
holds something to find, and whether it does is a search for a few bytes in a megabyte: that is what
makes a second reading of the XML affordable.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from campaign.adapters.tables.guard import MAX_COLUMNS, MAX_ROWS, broken, hostile
from campaign.adapters.tables.marks import (
    ERROR_WORDS,
    Mark,
    MarkKind,
    SheetFacts,
    column_index,
    column_letters,
)
from campaign.adapters.tables.seen import ShownAs
from campaign.errors import InputError

KEPT_COUNT = 5
"""How many hidden rows or merged ranges are named to the person."""

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


class RowScan:
    """Takes the rows of one sheet in order and writes down what it finds.

    Args:
        path: The workbook, for errors.
        prefix: Namespace prefix with its colon: some programs write `<x:row>` for `<row>`.
        quote: The quotation mark around attributes; a program uses one of the two.
        shown_as: Styles that change digits; the cells that carry them are marked.
        struck: Styles whose text is struck out; the cells that carry them are counted.
        facts: Where to write it down.
    """

    def __init__(  # noqa: PLR0913  all by name, from one place
        self,
        path: Path,
        *,
        prefix: bytes,
        quote: bytes,
        shown_as: Mapping[int, ShownAs],
        struck: frozenset[int],
        facts: SheetFacts,
    ) -> None:
        p = re.escape(prefix)
        self._path = path
        self._shown_as = shown_as
        self._facts = facts
        self._row_no = 0
        self._row = re.compile(
            rb"<%srow(?:\sr=%s(\d{1,7})%s)?(?=[\s/>])([^>]*)>" % (p, quote, quote)
        )
        self._cell = re.compile(rb"<%sc(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%sc>)" % (p, p), re.DOTALL)
        self._formula = re.compile(rb"<%sf[\s/>]" % p)
        self._value = re.compile(rb"<%s(?:v(?:\s[^>]*)?/>|v(?:\s[^>]*)?>([^<]*)|(is)[\s>])" % p)
        self._far = re.compile(quote + _MANY_LETTERS)
        styles = b"|".join(b"%d" % number for number in shown_as)
        self._styled = re.compile(rb"\ss=%s(?:%s)%s" % (quote, styles, quote)) if styles else None
        # How all known programs write it: name, style, type.
        self._usual = re.compile(
            rb"<%sc r=%s([A-Z]{1,3})(\d{1,7})%s s=%s(%s)%s(?: t=%s(\w+)%s)?[\s/>]"
            % (p, *(quote,) * 3, styles, *(quote,) * 3)
        )
        crossed = b"|".join(b"%d" % number for number in struck)
        self._struck = re.compile(
            rb"<%sc r=%s([A-Z]{1,3}\d{1,7})%s s=%s(?:%s)%s[^>]*(?<!/)>(?!</)"
            % (p, *(quote,) * 3, crossed, quote)
        )
        self._has_struck = bool(struck)
        self._columns: dict[bytes, int] = {}
        self._formula_sign = b"<" + prefix + b"f"
        self._error_sign = b"t=" + quote + b"e" + quote
        self._hidden_signs = (b"hidden=", b" ht=" + quote + b"0")

    def take(self, stretch: bytes) -> None:
        """Look at a stretch of whole rows.

        Raises:
            InputError: `workbook_broken` (rows out of order), `workbook_hostile` (a value beyond
                the limits) or `cell_unreadable`.
        """
        if self._has_struck:
            self._count_struck(stretch)
        may_hide = any(sign in stretch for sign in self._hidden_signs)
        unusual = not self._take_usual_looks(stretch)
        promising = unusual or self._promising(stretch)
        last: re.Match[bytes] | None = None
        for match in self._row.finditer(stretch):
            if last is not None and (promising or (may_hide and HIDDEN.search(last[2]))):
                self._look(last[2], stretch[last.end() : match.start()], looks=unusual)
            number = int(match[1]) if match[1] else self._odd_number(match[2])
            if number <= self._row_no:
                raise broken(self._path, f"row {number} comes twice or out of order")
            self._row_no = number
            last = match
        if last is not None and (promising or may_hide):
            self._look(last[2], stretch[last.end() :], looks=unusual)
        if self._row_no > MAX_ROWS:
            raise hostile(self._path, f"it has a row beyond {MAX_ROWS:,}")

    def _count_struck(self, stretch: bytes) -> None:
        found = self._struck.findall(stretch)
        self._facts.struck_count += len(found)
        kept = self._facts.struck
        kept += [name.decode() for name in found[: KEPT_COUNT - len(kept)]]

    def _odd_number(self, attributes: bytes) -> int:
        """The number stands later in the tag, or nowhere: then it is the row after the last."""
        found = _ROW_NUMBER.search(attributes)
        if found is None:
            return self._row_no + 1
        return int(found[1]) if len(found[1]) <= _MAX_NUMBER_LENGTH else MAX_ROWS + 1

    def _promising(self, piece: bytes) -> bool:
        """Whether a piece of XML may hold a cell to mark; may say yes too often, never no."""
        return (
            self._formula_sign in piece
            or self._error_sign in piece
            or self._far.search(piece) is not None
        )

    def _take_usual_looks(self, stretch: bytes) -> bool:
        """Note cells that are shown otherwise; False when not all are written as usual."""
        if self._styled is None:
            return True
        found = self._usual.findall(stretch)
        if len(found) != len(self._styled.findall(stretch)):
            return False
        for letters, row_no, style, cell_type in found:
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = column_index(letters)
            if column < MAX_COLUMNS and cell_type in {b"", b"n"}:
                self._facts.looks.add(int(row_no), column, self._shown_as[int(style)])
        return True

    def _look(self, attributes: bytes, body: bytes, *, looks: bool) -> None:
        """Look at the row that was numbered last, also for unusual `looks` if there are any."""
        # A hidden row without a value is a blank row like any other.
        if HIDDEN.search(attributes) and ANY_VALUE.search(body):
            self._mark(0, MarkKind.HIDDEN_ROW)
            self._facts.hidden_row_count += 1
            if len(self._facts.hidden_rows) < KEPT_COUNT:
                self._facts.hidden_rows.append(self._row_no)
        if not looks and not self._promising(body):
            return
        column = -1
        for cell in self._cell.finditer(body):
            name = _CELL_COLUMN.search(cell[1])
            column = column_index(name[1]) if name else column + 1
            if cell[2]:
                self._look_at_cell(column, cell[1], cell[2], looks=looks)

    def _look_at_cell(self, column: int, attributes: bytes, content: bytes, *, looks: bool) -> None:
        found_type = _CELL_TYPE.search(attributes)
        cell_type = found_type[1] if found_type else b"n"
        value = self._value.search(content)
        filled = value is not None and bool(value[1] or value[2])
        if column >= MAX_COLUMNS and filled:
            where = f"{column_letters(column)}{self._row_no}"
            raise hostile(self._path, f"there is a value in cell {where}, far from any table")
        if self._formula.search(content):
            self._facts.has_formulas = True
            # A stored empty text (`t="str"`) is a result; a stored empty number is none.
            if not filled and not (value and cell_type == b"str"):
                self._mark(column, MarkKind.NO_VALUE)
        if not filled or value is None:
            return
        if cell_type == b"e":
            self._mark_error(column, value[1].decode("utf-8", "replace"))
        elif looks and cell_type == b"n" and (style := _CELL_STYLE.search(attributes)):
            shown = self._shown_as.get(int(style[1]))
            if shown is not None:
                self._facts.looks.add(self._row_no, column, shown)

    def _mark(self, column: int, kind: MarkKind, argument: int = 0) -> None:
        self._facts.marks.add(Mark(self._row_no, column, kind, argument))

    def _mark_error(self, column: int, word: str) -> None:
        if word not in ERROR_WORDS:
            # calamine gives up the whole workbook for one word that it does not know.
            where = f"{column_letters(column)}{self._row_no}"
            raise InputError(
                f"Workbook {self._path}, cell {where}: the error {word[:20]!r} cannot be read",
                hint="Clear that cell or put a value into it, and save the workbook.",
                code="cell_unreadable",
            )
        self._mark(column, MarkKind.ERROR, ERROR_WORDS.index(word))
