"""Read recipients from an .xls, the format of Excel until 2003.

It is only ever opened in a process of its own (`xls_child`).
"""

from contextlib import AbstractContextManager
from pathlib import Path

from campaign.adapters.tables.child_process import seconds_for
from campaign.adapters.tables.child_reader import open_in_child
from campaign.adapters.tables.guard import hostile
from campaign.model import FileOptions, Table

_MAX_BYTES = 256 << 20
"""A full sheet, 65,536 rows of 20 columns, has 30 MB."""
_BASE_MEMORY = 768 << 20
_MEMORY_FACTOR = 12
_MOST_MEMORY = 4 << 30
_TIME_FACTOR = 4
"""Records are smaller than the XML that says the same."""


class XlsReader:
    """Plays `TableReader` for .xls."""

    def open(self, path: Path, options: FileOptions) -> AbstractContextManager[Table]:
        """Open one sheet, chosen as `XlsxReader` does.

        Args:
            path: The workbook.
            options: `sheet` and `include_hidden`.

        Raises:
            InputError: What `open_in_child` raises.
        """
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise hostile(path, f"{size >> 20} MB are more than an .xls of recipients can need")
        return open_in_child(
            path,
            options,
            file_format="xls",
            module="xls_child",
            memory=min(_MOST_MEMORY, _BASE_MEMORY + _MEMORY_FACTOR * size),
            seconds=seconds_for(_TIME_FACTOR * size),
        )
