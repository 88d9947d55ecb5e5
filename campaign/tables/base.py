"""The TableReader protocol; its comments are the contract."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from campaign.domain import FileOptions, Table


class TableReader(Protocol):
    """Opens one kind of recipients file."""

    def open(self, path: Path, options: FileOptions) -> AbstractContextManager[Table]:
        """Yield every row in order as text, headings and blank rows included.

        Raises `InputError` when the file cannot be read, also while the rows are read.
        """
        ...
