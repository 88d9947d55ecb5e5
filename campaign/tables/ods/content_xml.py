"""One pass over the content of an OpenDocument workbook: every sheet, and what it displays.

It gives both values and what values do not show (hidden rows, how a date is displayed), which is
why no library reads this format here: `docs/decisions` has more.
"""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.parsers import expat

from campaign.domain.cells import NO_VALUE_TEXT, column_letters
from campaign.tables.child import ROWS_IN_LINE, Row
from campaign.tables.limits import MAX_COLUMNS, MAX_ROWS, broken, hostile
from campaign.tables.ods.values import OFFICE, TABLE, ods_text
from campaign.tables.sheet_properties import SheetProperties, SheetView
from campaign.text import tr

TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
DRAW = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 "
_MAX_REPEATED_ROWS = 65_536
_MAX_REPEATED_CHARS = 32 << 20
"""What filled rows may amount to that stand in the file once and in the sheet more than once."""


class OdsSheet:
    """One sheet while it is read and after."""

    def __init__(self, path: Path, name: str, *, visible: bool) -> None:
        self.name = name
        self._path = path
        self._visible = visible
        self._row_no = 0
        self._width = 0
        self._blank_count = 0
        self._repeated_rows = 0
        self._repeated_chars = 0
        self._properties = SheetProperties()
        self._columns: list[tuple[int, int]] = []
        self._column_no = 0
        self._batch: list[tuple[list[str], bool, bool]] = []
        self._packed: list[int | bytes] = []

    def add_columns(self, count: int, *, hidden: bool) -> None:
        """Take the next columns."""
        if hidden:
            self._columns.append((self._column_no, min(self._column_no + count, MAX_COLUMNS)))
        self._column_no += count

    def add_merge(self, column: int, *, columns: int, rows: int) -> None:
        """Take a cell that covers others, in the row that is being read."""
        row_no = self._row_no + 1
        first = f"{column_letters(column)}{row_no}"
        last = f"{column_letters(column + columns - 1)}{row_no + rows - 1}"
        self._properties.add_merge(f"{first}:{last}")

    def add_row(self, cells: list[str], count: int, *, hidden: bool, uncalculated: bool) -> None:
        """Take a row that is repeated `count` times; may raise `workbook_hostile`."""
        if not cells:
            self._row_no += count
            self._blank_count += count
            return
        if self._row_no + count > MAX_ROWS:
            raise hostile(self._path, tr("it has a row beyond {limit}", limit=f"{MAX_ROWS:,}"))
        self._repeated_rows += count - 1
        self._repeated_chars += (count - 1) * sum(map(len, cells))
        many = self._repeated_rows > _MAX_REPEATED_ROWS
        if many or self._repeated_chars > _MAX_REPEATED_CHARS:
            raise hostile(
                self._path,
                tr("row {row_no} is repeated {count} times", row_no=self._row_no + 1, count=f"{count:,}"),
            )
        if self._blank_count:
            self._flush()
            self._packed.append(self._blank_count)
            self._blank_count = 0
        self._width = max(self._width, len(cells))
        if hidden:
            self._properties.add_hidden_rows(self._row_no + 1, count)
        self._row_no += count
        for _ in range(count):
            self._batch.append((cells, hidden, uncalculated))
            if len(self._batch) == ROWS_IN_LINE:
                self._flush()

    def _flush(self) -> None:
        if self._batch:
            self._packed.append(zlib.compress(json.dumps(self._batch).encode(), 1))
            self._batch = []

    def answer(self) -> tuple[SheetView, SheetProperties]:
        """For the parent."""
        columns = [column for first, end in self._columns for column in range(first, end)]
        self._properties.hidden_columns = [column for column in columns if column < self._width]
        return SheetView(self.name, self._visible, self._width > 0), self._properties

    def rows(self, *, include_hidden: bool) -> Iterator[Row]:
        """Every row from the first to the last that holds something."""
        self._flush()
        for packed in self._packed:
            if isinstance(packed, int):
                yield from (([], "") for _ in range(packed))
                continue
            for cells, hidden, uncalculated in json.loads(zlib.decompress(packed)):
                problem = "formula_without_value" if uncalculated else ""
                yield cells, "row_hidden" if hidden and not include_hidden else problem


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
    """Reads `content.xml`; at its end `sheets` holds all of them."""

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
        """Read the part to its end; raises `workbook_broken` or `workbook_hostile`."""
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
            raise broken(self._path, tr("content.xml is not XML: {error}", error=error)) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise hostile(self._path, tr("its elements are nested too deeply"))
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
            raise hostile(self._path, tr("its sheets are nested, or too many"))
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
                self._add(_HARD_SPACE * min(self._count(attributes, _BLANK_COUNT), MAX_TEXT_CHARS + 1))
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
            what = tr(
                "a text in column {column} is longer than {limit}",
                column=column_letters(self._column),
                limit=f"{MAX_TEXT_CHARS:,}",
            )
            raise hostile(self._path, what)
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
                column = column_letters(min(self._column + repeated, 1 << 14) - 1)
                what = tr("there is a value in column {column}, far from any table", column=column)
                raise hostile(self._path, what)
            self._cells += [""] * (self._column - len(self._cells)) + [text] * repeated
        if _COLUMNS_SPANNED in cell or _ROWS_SPANNED in cell:
            self._end_merge(cell)
        self._column += repeated

    def _end_merge(self, cell: dict[str, str]) -> None:
        columns, rows = self._count(cell, _COLUMNS_SPANNED), self._count(cell, _ROWS_SPANNED)
        if columns * rows > 1 and self._sheet is not None:
            self._sheet.add_merge(self._column, columns=columns, rows=rows)

    def _count(self, attributes: dict[str, str], name: str) -> int:
        value = attributes.get(name)
        if value is None:
            return 1
        if not (value.isascii() and value.isdigit() and len(value) <= len(str(1 << 40))):
            what = name.rpartition(" ")[2]
            raise broken(self._path, tr("{what} is not a number of repetitions", what=what))
        return max(int(value), 1)
