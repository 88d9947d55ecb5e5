"""The process that reads an .ods, so that a bad one can hurt nobody but it.

What it is asked stands in `child_side`.
"""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from campaign.adapters.tables.child_side import Row, SheetAnswer, child_main
from campaign.adapters.tables.guard import Workbook, broken
from campaign.adapters.tables.ods_scan import OdsContent
from campaign.adapters.tables.sheet_scan import bounded


class OdsBook:
    """One .ods, read to its end when opened.

    Args:
        path: The workbook.

    Raises:
        InputError: `workbook_broken` or `workbook_hostile`.
    """

    def __init__(self, path: str) -> None:
        content = OdsContent(Path(path))
        with closing(Workbook(Path(path))) as book:
            content.read(bounded(book, "content.xml"))
        self._sheets = {sheet.name: sheet for sheet in content.sheets}
        if not self._sheets or len(self._sheets) != len(content.sheets):
            raise broken(Path(path), "it has no sheets, or two of one name")

    def sheets(self) -> list[SheetAnswer]:
        """All sheets in the order of their tabs."""
        return [sheet.answer() for sheet in self._sheets.values()]

    def rows(self, name: str, *, include_hidden: bool) -> Iterator[Row]:
        """Every row of a sheet from its first, blank ones included."""
        return self._sheets[name].rows(include_hidden=include_hidden)


if __name__ == "__main__":
    sys.exit(child_main(sys.argv[1:], OdsBook))
