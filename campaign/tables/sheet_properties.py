"""What is known of a sheet besides its rows."""

from dataclasses import dataclass, field

_NAMED_COUNT = 5
"""How many hidden rows, merged ranges or cells that are struck out a note names."""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet before its rows are read: its name, whether its tab is seen, whether it has data."""

    name: str
    visible: bool
    filled: bool


@dataclass(slots=True)
class SheetProperties:
    """What is hidden, merged or struck out in a sheet: the first few of each, and how many.

    A hidden row counts when it holds something, a cell that is struck out when it has a value.
    Columns count from 0; hidden ones are at most 256, all of them named.
    """

    hidden_rows: list[int] = field(default_factory=list)
    hidden_row_count: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    struck_count: int = 0
    merges: list[str] = field(default_factory=list)
    merge_count: int = 0

    def add_hidden_rows(self, first: int, count: int = 1) -> None:
        """Note hidden rows that hold something, in order."""
        room = _NAMED_COUNT - len(self.hidden_rows)
        self.hidden_rows += range(first, first + min(room, count))
        self.hidden_row_count += count

    def add_struck(self, cells: list[str]) -> None:
        """Note cells that are struck out."""
        self.struck += cells[: _NAMED_COUNT - len(self.struck)]
        self.struck_count += len(cells)

    def add_merge(self, cells: str) -> None:
        """Note a merged range, as `A1:C1`."""
        self.merge_count += 1
        if self.merge_count <= _NAMED_COUNT:
            self.merges.append(cells)
