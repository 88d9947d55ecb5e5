"""A DataFrame as what a run is made of: it passes the same checks as a file."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.adapters.tables.frames import HEADING_ROW, as_lines, texts_of
from campaign.compose.sources import SourceFile, Sources
from campaign.model import FileOptions, RawRow, Table, TableInfo

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "dataframe"


@dataclass(frozen=True, slots=True)
class FrameSource(SourceFile):
    """A table in memory; what happens to the DataFrame afterwards makes no difference.

    Attributes:
        texts: Every row, the headings first.
    """

    texts: tuple[tuple[str, ...], ...] = ()

    @contextmanager
    def open(self, options: FileOptions) -> Iterator[Table]:
        """Its rows, numbered as if they stood in a file below their headings."""
        del options
        rows = (RawRow(at, cells) for at, cells in enumerate(self.texts, start=HEADING_ROW))
        yield Table(TableInfo(FORMAT), rows)

    def digest_now(self) -> str:
        """It cannot change."""
        return self.sha256


def sources_of_frame(frame: "pd.DataFrame", name: str) -> Sources:
    """The sources of a run that is planned from a DataFrame.

    Args:
        frame: Its columns are the columns of the table; its index is none.
        name: What the run is called after.

    Returns:
        One source, whose SHA-256 is that of its canonical CSV: the same cells in the same order are
        the same run, whatever types they had.

    Raises:
        InputError: It holds what is no text.
    """
    texts = texts_of(frame)
    digest = hashlib.sha256()
    for line in as_lines(texts):
        digest.update(line.encode())
        digest.update(b"\r\n")
    return Sources((FrameSource(Path(name), name, digest.hexdigest(), texts),))
