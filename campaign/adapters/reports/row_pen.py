"""Write many rows of a sheet quickly: their XML goes straight to where XlsxWriter keeps rows.

XlsxWriter takes three quarters of its time to look at each cell several times over. It writes the
book, the styles and everything around the rows; this writes the rows of a table, in the very form
in which it would (a test compares the two). Source: measured, see decision 0014.
"""

import re
from collections.abc import Callable
from typing import Any, Final, cast

from campaign.adapters.reports.sheets import Sheet, Style

_PLAIN: Final = re.compile(r"(?!\s)(?:[^&<>_\s]|_(?!x)|\s(?!\Z))*")
"""Nothing to escape, no white space at its ends; quick to say of nearly all cells."""

_LOOKS_ESCAPED: Final = re.compile(r"(_x[0-9a-fA-F]{4}_)")


class RowPen:
    """Writes the cells of a sheet downwards and to the right; `close` ends the last row.

    Between its making and `close` nothing else may write to the sheet.

    Args:
        sheet: A sheet of XlsxWriter in constant memory, whose rows so far are complete.
        first_row: The next row, from 0.
    """

    def __init__(self, sheet: Sheet, first_row: int) -> None:
        self._sheet = cast("Any", sheet)  # the protocol leaves out what follows: it is not public
        self._sheet._write_single_row(first_row)  # noqa: SLF001 - as XlsxWriter does before a new row
        self._out: Callable[[str], object] = self._sheet.row_data_fh.write
        self._row = first_row
        self._last_col = 0
        self._cells: list[str] = []
        self._letters = [_letters(col) for col in range(64)]
        self._styles: dict[int, str] = {}

    def write_string(self, row: int, col: int, string: str, style: Style = None, /) -> int:
        """Write a typed string; only `safe.put_text` calls this."""
        if row != self._row:
            self._end_row(row)
        text = f"<t>{string}</t>" if _PLAIN.fullmatch(string) else _escaped(string)
        self._cells.append(
            f'<c r="{self._place(col)}"{self._look(style)} t="inlineStr"><is>{text}</is></c>'
        )
        return 0

    def write_number(self, row: int, col: int, number: float, style: Style = None, /) -> int:
        """Write a number; it must be finite."""
        if row != self._row:
            self._end_row(row)
        self._cells.append(f'<c r="{self._place(col)}"{self._look(style)}><v>{number:.16G}</v></c>')
        return 0

    def write_blank(self, row: int, col: int, blank: None, style: Style, /) -> int:
        """Give an empty cell a format."""
        del blank
        if row != self._row:
            self._end_row(row)
        self._cells.append(f'<c r="{self._place(col)}"{self._look(style)}/>')
        return 0

    def close(self) -> None:
        """End the last row, and tell XlsxWriter how far the sheet reaches."""
        self._end_row(self._row + 1)
        self._sheet._check_dimensions(self._row - 1, self._last_col)  # noqa: SLF001 - `<dimension>`, which readers believe
        self._sheet.previous_row = self._row

    def _end_row(self, row: int) -> None:
        if self._cells:
            self._out(f'<row r="{self._row + 1}">{"".join(self._cells)}</row>')
            self._cells.clear()
        self._row = row

    def _place(self, col: int) -> str:
        self._last_col = max(self._last_col, col)
        while col >= len(self._letters):
            self._letters.append(_letters(len(self._letters)))
        return f"{self._letters[col]}{self._row + 1}"

    def _look(self, style: Style) -> str:
        if style is None:
            return ""
        said = self._styles.get(id(style))
        if said is None:
            made: Any = style
            said = f' s="{made._get_xf_index()}"'  # noqa: SLF001 - as XlsxWriter writes a cell
            self._styles[id(style)] = said
        return said


def _escaped(text: str) -> str:
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{kept}>{text}</t>"


def _letters(col: int) -> str:
    said = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        said = chr(ord("A") + rest) + said
    return said
