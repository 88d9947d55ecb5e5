"""The process that lets calamine read a workbook, so that a bad one can hurt nobody but it.

calamine holds a sheet in memory and ends the process when memory ends; a workbook of a few
kilobytes can make it want terabytes. What it is asked stands in `child_side`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from campaign.adapters.tables.cell_text import cell_text
from campaign.adapters.tables.child_side import Row, SheetAnswer, child_main
from campaign.adapters.tables.guard import broken


class CalamineBook:
    """One .xlsx as calamine sees it: values alone; the rest is found by `sheet_scan`.

    Args:
        path: The workbook.

    Raises:
        InputError: `workbook_broken`.
    """

    def __init__(self, path: str) -> None:
        # After the limits are set: this is what they are for.
        import python_calamine  # noqa: PLC0415

        self._path = Path(path)
        self._errors = (python_calamine.CalamineError, OSError)
        self._name: str | None = None
        try:
            self._book = python_calamine.load_workbook(path)
        except self._errors as error:
            raise broken(self._path, "its cells cannot be read") from error

    def sheets(self) -> list[SheetAnswer]:
        """Not asked for: the parent has read the list of sheets, and everything about them."""
        raise NotImplementedError

    def rows(self, name: str, *, include_hidden: bool) -> Iterator[Row]:
        """Every row of a sheet from its first; calamine does not know which are hidden.

        Raises:
            InputError: `workbook_broken`.
        """
        del include_hidden
        if name != self._name:
            try:
                self._sheet = self._book.get_sheet_by_name(name)
            except self._errors as error:
                raise broken(self._path, "its cells cannot be read") from error
            self._name = name
        sheet = self._sheet
        if not sheet.start:
            return
        # Both ends are cut off: rows before the first value are given, columns before it are not.
        before = [""] * sheet.start[1]
        for row in sheet.iter_rows():
            cells = [cell if isinstance(cell, str) else cell_text(cell) for cell in row]
            yield (before + cells if before else cells), ""


if __name__ == "__main__":
    sys.exit(child_main(sys.argv[1:], CalamineBook))
