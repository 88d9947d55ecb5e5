"""Read recipients from an .xls, the format of Excel until 2003, in a process of its own."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from struct import unpack_from
from typing import TYPE_CHECKING

from campaign.domain import FileOptions, Table
from campaign.domain.cells import column_letters
from campaign.tables.child import Row
from campaign.tables.limits import broken, hostile, password_needed
from campaign.tables.process import memory_for, open_in_child, seconds_for
from campaign.tables.sheet_properties import SheetProperties, SheetView
from campaign.tables.values import CellValue, ShownAs, cell_text, render, shown_as
from campaign.text import tr

if TYPE_CHECKING:
    from xlrd.sheet import Sheet


_MAX_BYTES = 256 << 20
"""A full sheet, 65,536 rows of 20 columns, has 30 MB."""
_TIME_FACTOR = 4
"""Records are smaller than the XML of the same cells."""


class XlsReader:
    """The `TableReader` for .xls."""

    def open(self, path: Path, options: FileOptions) -> AbstractContextManager[Table]:
        """Open one sheet; see `open_in_child`."""
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise hostile(path, tr("{size} MB are more than an .xls of recipients can need", size=size >> 20))
        return open_in_child(
            path,
            options,
            file_format="xls",
            memory=memory_for(size, factor=12, base=768 << 20),
            seconds=seconds_for(_TIME_FACTOR * size),
        )


_ENCRYPTED = "encrypted"
_BIFF5 = 50
_BOF, _EOF = 0x0809, 0x000A
"""Records around a sheet, and around a chart in it. Source: [MS-XLS] 2.4.21, 2.4.103."""


class XlsBook:
    """One .xls, opened by xlrd; raises `InputError` `workbook_broken` or `workbook_password`."""

    def __init__(self, path: str) -> None:
        # After the limits are set: this is what they are for.
        import xlrd  # noqa: PLC0415

        self._xlrd = xlrd
        self._path = Path(path)
        self._formats: dict[int, ShownAs | None] = {}
        self._sheet: Sheet | None = None
        # Its warnings would go to the standard output, among the answers.
        nowhere = open(os.devnull, "w")  # noqa: PTH123, SIM115  open as long as the workbook
        try:
            self._book = xlrd.open_workbook(
                path, logfile=nowhere, formatting_info=True, on_demand=True, ragged_rows=True
            )
        except MemoryError:
            raise
        except Exception as error:
            if isinstance(error, xlrd.biffh.XLRDError) and _ENCRYPTED in str(error):
                raise password_needed(self._path) from error
            raise broken(
                self._path, tr("it is not a complete .xls ({error})", error=type(error).__name__)
            ) from error
        if len(set(self._book.sheet_names())) != self._book.nsheets:
            raise broken(self._path, tr("two of its sheets have one name"))
        self._check_records()

    def sheets(self) -> list[tuple[SheetView, SheetProperties]]:
        """All sheets in the order of their tabs."""
        return [self._answer(self._load(name)) for name in self._book.sheet_names()]

    def rows(self, name: str, *, include_hidden: bool) -> Iterator[Row]:
        """Every row of a sheet from its first, blank ones included."""
        sheet = self._load(name)
        for row in range(sheet.nrows):
            try:
                cells = [self._text(sheet, row, column) for column in range(sheet.row_len(row))]
            except (LookupError, ValueError, ArithmeticError) as error:
                raise broken(
                    self._path, tr("row {row_no} of {name!r} cannot be read", row_no=row + 1, name=name)
                ) from error
            hidden = not include_hidden and _is_hidden(sheet, row) and any(cells)
            yield cells, "row_hidden" if hidden else ""

    def _check_records(self) -> None:
        """Check that the records of each sheet follow one another to their proper end.

        xlrd skips what it does not know, also a stretch of zeros where rows were.
        """
        if self._book.biff_version < _BIFF5:
            return
        stream = bytes(self._book.mem or b"")
        for start, name in zip(self._book._sh_abs_posn, self._book.sheet_names(), strict=True):  # type: ignore[attr-defined]  # noqa: SLF001  nowhere else
            at, depth = start, 0
            while True:
                if at + 4 > len(stream):
                    raise broken(self._path, tr("sheet {name!r} ends before its last row", name=name))
                kind, length = unpack_from("<HH", stream, at)
                if not kind:
                    raise broken(self._path, tr("sheet {name!r} has a hole", name=name))
                depth += kind == _BOF
                depth -= kind == _EOF
                if depth == 0:
                    break
                at += 4 + length

    def _load(self, name: str) -> "Sheet":
        if self._sheet is not None:
            if self._sheet.name == name:
                return self._sheet
            self._book.unload_sheet(self._sheet.name)
        try:
            self._sheet = self._book.sheet_by_name(name)
        except MemoryError:
            raise
        except Exception as error:
            what = tr("sheet {name!r} cannot be read ({error})", name=name, error=type(error).__name__)
            raise broken(self._path, what) from error
        return self._sheet

    def _answer(self, sheet: "Sheet") -> tuple[SheetView, SheetProperties]:
        properties = SheetProperties()
        width = 0
        for row_no, (cells, problem) in enumerate(self.rows(sheet.name, include_hidden=False), 1):
            if any(cells):
                width = max(width, len(cells))
            if problem:
                properties.add_hidden_rows(row_no)
        for top, bottom, left, right in sheet.merged_cells:
            first, last = column_letters(left), column_letters(right - 1)
            properties.add_merge(f"{first}{top + 1}:{last}{bottom}")
        properties.hidden_columns = sorted(
            column
            for column, info in sheet.colinfo_map.items()
            if column < width and (info.hidden or info.width == 0)
        )
        return SheetView(sheet.name, sheet.visibility == 0, width > 0), properties

    def _text(self, sheet: "Sheet", row: int, column: int) -> str:
        value = sheet.cell_value(row, column)
        match sheet.cell_type(row, column):
            case self._xlrd.XL_CELL_TEXT:
                return str(value)
            case self._xlrd.XL_CELL_NUMBER:
                return self._shown(cell_text(float(value)), sheet.cell_xf_index(row, column))
            case self._xlrd.XL_CELL_DATE:
                xf_index = sheet.cell_xf_index(row, column)
                return self._shown(cell_text(self._moment(float(value), xf_index)), xf_index)
            case self._xlrd.XL_CELL_BOOLEAN:
                return cell_text(bool(value))
            case self._xlrd.XL_CELL_ERROR:
                return str(self._xlrd.error_text_from_code.get(int(value), "#ERROR"))
            case _:
                return ""

    def _shown(self, text: str, xf_index: int) -> str:
        if xf_index not in self._formats:
            self._formats[xf_index] = shown_as(self._format(xf_index))
        shown = self._formats[xf_index]
        return text if shown is None else render(text, shown.kind, shown.digits)

    def _format(self, xf_index: int) -> str:
        if not self._book.xf_list:
            # Written by a few lines of a web system: no styles at all, so numbers are plain.
            return "General"
        return str(self._book.format_map[self._book.xf_list[xf_index].format_key].format_str)

    def _moment(self, value: float, xf_index: int) -> CellValue:
        try:
            if "[h" in self._format(xf_index).lower():
                return dt.timedelta(days=value)
            moment = self._xlrd.xldate_as_datetime(value, self._book.datemode)
        except (self._xlrd.XLDateError, ValueError, OverflowError):
            # No spreadsheet program shows such a date; the digits may be a phone all the same.
            return value
        if 0 <= value < 1:
            return moment.time()
        return moment.date() if value.is_integer() else moment


def _is_hidden(sheet: "Sheet", row: int) -> bool:
    info = sheet.rowinfo_map.get(row)
    if info is None:
        return bool(sheet.default_row_hidden)
    return bool(info.hidden) or info.height == 0
