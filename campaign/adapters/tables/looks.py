"""Which cells of a sheet are shown otherwise than their value, kept as runs down a column.

A whole column of a million dates is one run; a mark for each of its cells would cost more time than
reading them.
"""

from array import array
from collections.abc import Iterable, Iterator

from campaign.adapters.tables.seen import LookKind, ShownAs, render

_COLUMN_BITS = 14
_DIGIT_BITS = 10
_KIND_BITS = 3


class Looks:
    """Collects runs while a sheet is scanned, and renders its rows afterwards."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, int, ShownAs]] = {}
        self._firsts = array("q")
        self._lasts = array("q")

    def add(self, row_no: int, column: int, shown: ShownAs) -> None:
        """Take a cell with a number; rows come in order.

        Args:
            row_no: From 1, as the person sees it.
            column: From 0.
            shown: How the cell shows it.
        """
        run = self._open.get(column)
        if run is not None:
            first, last, how = run
            if last == row_no - 1 and (how is shown or how == shown):
                self._open[column] = (first, row_no, how)
                return
            self._close(column, run)
        self._open[column] = (row_no, row_no, shown)

    def _close(self, column: int, run: tuple[int, int, ShownAs]) -> None:
        first, last, shown = run
        # Two arrays of whole numbers: a column with gaps has as many runs as cells.
        self._firsts.append(first << _COLUMN_BITS | column)
        digits = min(shown.digits, (1 << _DIGIT_BITS) - 1)
        self._lasts.append((last << _KIND_BITS | shown.kind) << _DIGIT_BITS | digits)

    def render(self, rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """Write the cells as they are shown; called once, when the scan is over.

        Args:
            rows: Every row of the sheet from its first; changed in place.
        """
        for column, run in self._open.items():
            self._close(column, run)
        self._open.clear()
        runs = (self._run(place) for place in _in_order(self._firsts))
        following = next(runs, None)
        active: list[tuple[int, int, LookKind, int]] = []
        for row_no, cells in enumerate(rows, 1):
            if active:
                active = [run for run in active if run[0] >= row_no]
            while following is not None and following[0] <= row_no:
                active.append(following[1])
                following = next(runs, None)
            for _, column, kind, digits in active:
                if column < len(cells):
                    cells[column] = render(cells[column], kind, digits)
            yield cells

    def _run(self, place: int) -> tuple[int, tuple[int, int, LookKind, int]]:
        """First row; last row, column, and how it is shown."""
        first, column = divmod(self._firsts[place], 1 << _COLUMN_BITS)
        rest, digits = divmod(self._lasts[place], 1 << _DIGIT_BITS)
        last, kind = divmod(rest, 1 << _KIND_BITS)
        return first, (last, column, LookKind(kind), digits)


def _in_order(firsts: "array[int]") -> list[int]:
    """Places of the runs by their first row; they were closed in another order."""
    return sorted(range(len(firsts)), key=firsts.__getitem__)
