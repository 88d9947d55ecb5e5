"""One pass over the content of an OpenDocument workbook: every sheet, and what is seen of it.

It gives both the values and what values do not tell (hidden rows, how a date is shown), which is
why no library reads this format here: `docs/decisions` says more.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat

from campaign.adapters.tables.guard import MAX_COLUMNS, broken, hostile
from campaign.adapters.tables.marks import column_letters
from campaign.adapters.tables.ods_cell import DRAW, OFFICE, STYLE, TABLE, TEXT, ods_text
from campaign.adapters.tables.ods_sheet import OdsSheet
from campaign.rules.error_words import NO_VALUE_TEXT

MAX_TEXT_CHARS = 32_767 * 4
"""Of one cell; a spreadsheet program shows 32,767."""

_MAX_DEPTH = 100
_COLUMNS_REPEATED = TABLE + "number-columns-repeated"
_ROWS_REPEATED = TABLE + "number-rows-repeated"
_COLUMNS_SPANNED = TABLE + "number-columns-spanned"
_ROWS_SPANNED = TABLE + "number-rows-spanned"
_BLANK_COUNT = TEXT + "c"
_MAX_SHEETS = 4_096
_HARD_SPACE, _TAB, _LINE_FEED = "\x01", "\x02", "\x03"
"""No XML can hold them: they stand for elements while blanks around them are folded."""
_BLANKS = re.compile(r"[ \t\r\n]+")
_HARD = str.maketrans({_HARD_SPACE: " ", _TAB: "\t", _LINE_FEED: "\n"})
_NO_TEXT = (OFFICE + "annotation", TEXT + "note", TEXT + "ruby-text", DRAW)
_HIDDEN_VISIBILITIES = frozenset({"collapse", "filter"})


class OdsContent:
    """Reads `content.xml`; at its end `sheets` holds all of them.

    Args:
        path: The workbook, for errors.
    """

    def __init__(self, path: Path) -> None:
        self.sheets: list[OdsSheet] = []
        self._path = path
        self._depth = 0
        self._silent_depth = 0
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheet: OdsSheet | None = None
        self._closed_groups: list[bool] = []
        self._row: dict[str, str] = {}
        self._cells: list[str] = []
        self._column = 0
        self._uncalculated = False
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[str] = []
        self._text: list[str] | None = None
        self._text_chars = 0

    def read(self, chunks: Iterable[bytes]) -> None:
        """Read the part to its end.

        Raises:
            InputError: `workbook_broken` or `workbook_hostile`.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            for chunk in chunks:
                parser.Parse(chunk)
            parser.Parse(b"", True)  # noqa: FBT003  expat takes no keywords
        except expat.ExpatError as error:
            raise broken(self._path, f"content.xml is no XML: {error}") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise hostile(self._path, "its elements are nested too deeply")
        if self._silent_depth:
            return
        if self._cell is not None:
            self._start_in_cell(name, attributes)
        elif name.startswith(TABLE):
            self._start_table_part(name.removeprefix(TABLE), attributes)
        elif name == STYLE + "style":
            self._style = attributes.get(STYLE + "name", "")
        elif name == STYLE + "table-properties":
            if attributes.get(TABLE + "display") == "false":
                self._hidden_styles.add(self._style)
        elif name.startswith(_NO_TEXT):
            self._silent_depth = self._depth

    def _start_table_part(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "table":
                self._start_sheet(attributes)
            case "table-row-group":
                self._closed_groups.append(attributes.get(TABLE + "display") == "false")
            case "table-column" if self._sheet:
                hidden = attributes.get(TABLE + "visibility") in _HIDDEN_VISIBILITIES
                count = self._count(attributes, _COLUMNS_REPEATED)
                self._sheet.add_columns(count, hidden=hidden)
            case "table-row":
                self._row, self._cells, self._column = attributes, [], 0
                self._uncalculated = False
            case "table-cell" | "covered-table-cell" if self._sheet:
                self._cell, self._paragraphs, self._text_chars = attributes, [], 0
            case "shapes" | "tracked-changes":
                self._silent_depth = self._depth

    def _start_sheet(self, attributes: dict[str, str]) -> None:
        if self._sheet is not None or len(self.sheets) == _MAX_SHEETS:
            raise hostile(self._path, "its sheets are nested, or too many")
        visible = attributes.get(TABLE + "style-name") not in self._hidden_styles
        self._sheet = OdsSheet(self._path, attributes.get(TABLE + "name", ""), visible=visible)
        self.sheets.append(self._sheet)

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        if name.startswith((*_NO_TEXT, TABLE)):
            self._silent_depth = self._depth
        elif name == TEXT + "p":
            self._text = []
        elif self._text is not None:
            if name == TEXT + "s":
                self._add(
                    _HARD_SPACE * min(self._count(attributes, _BLANK_COUNT), MAX_TEXT_CHARS + 1)
                )
            elif name == TEXT + "tab":
                self._add(_TAB)
            elif name == TEXT + "line-break":
                self._add(_LINE_FEED)

    def _characters(self, text: str) -> None:
        if self._text is not None and not self._silent_depth:
            self._add(text)

    def _add(self, text: str) -> None:
        self._text_chars += len(text)
        if self._text_chars > MAX_TEXT_CHARS or self._text is None:
            where = f"{column_letters(self._column)}"
            raise hostile(self._path, f"a text in column {where} is longer than {MAX_TEXT_CHARS:,}")
        self._text.append(text)

    def _end(self, name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._silent_depth:
            if depth == self._silent_depth:
                self._silent_depth = 0
            return
        if name == TEXT + "p" and self._text is not None:
            # LibreOffice writes the last blank as it stands, and keeps it when it reads.
            text = _BLANKS.sub(" ", "".join(self._text)).lstrip(" ")
            self._paragraphs.append(text.translate(_HARD))
            self._text = None
        elif name.startswith(TABLE):
            self._end_table_part(name.removeprefix(TABLE))

    def _end_table_part(self, name: str) -> None:
        if name in {"table-cell", "covered-table-cell"} and self._cell is not None:
            self._end_cell(self._cell, covered=name == "covered-table-cell")
            self._cell = None
        elif name == "table-row" and self._sheet is not None:
            hidden = self._row.get(TABLE + "visibility") in _HIDDEN_VISIBILITIES
            self._sheet.add_row(
                self._cells,
                self._count(self._row, _ROWS_REPEATED),
                hidden=hidden or any(self._closed_groups),
                uncalculated=self._uncalculated,
            )
        elif name == "table-row-group" and self._closed_groups:
            self._closed_groups.pop()
        elif name == "table":
            self._sheet = None

    def _end_cell(self, cell: dict[str, str], *, covered: bool) -> None:
        repeated = self._count(cell, _COLUMNS_REPEATED)
        text = None if covered else ods_text(cell, "\n".join(self._paragraphs))
        if text is None and not covered:
            self._uncalculated = True
            text = NO_VALUE_TEXT
        if text:
            if self._column + repeated > MAX_COLUMNS:
                where = f"column {column_letters(min(self._column + repeated, 1 << 14) - 1)}"
                raise hostile(self._path, f"there is a value in {where}, far from any table")
            self._cells += [""] * (self._column - len(self._cells)) + [text] * repeated
        if _COLUMNS_SPANNED in cell or _ROWS_SPANNED in cell:
            self._end_merge(cell)
        self._column += repeated

    def _end_merge(self, cell: dict[str, str]) -> None:
        columns, rows = self._count(cell, _COLUMNS_SPANNED), self._count(cell, _ROWS_SPANNED)
        if columns * rows > 1 and self._sheet is not None:
            self._sheet.add_merge(self._column, columns=columns, rows=rows)

    def _count(self, attributes: dict[str, str], name: str) -> int:
        """A number of repetitions; 1 when nothing is said."""
        value = attributes.get(name)
        if value is None:
            return 1
        if not (value.isascii() and value.isdigit() and len(value) <= len(str(1 << 40))):
            what = name.rpartition(" ")[2]
            raise broken(self._path, f"{what} is no number of repetitions")
        return max(int(value), 1)
