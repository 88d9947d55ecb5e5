"""One table of several files for a report: their columns side by side, the file's name first."""

from collections import Counter
from collections.abc import Sequence

from campaign.model import Source
from campaign.rules.headings import heading_key

FILE_HEADING = "file"


class Merged:
    """Puts the cells of each file under common headings.

    Columns with the same heading (case, spaces and punctuation aside) are one column; the second of
    two like that in one file meets the second of the others.

    Args:
        sources: At least one, numbered from 1 as they stand.

    Attributes:
        heading: The file's name, the columns of the first file, then what the others add.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        columns: dict[tuple[str, int], int] = {}
        heading = [FILE_HEADING]
        self._names = [source.name for source in sources]
        self._targets: list[list[int]] = []
        for source in sources:
            seen: Counter[str] = Counter()
            targets = []
            for title in source.layout.heading:
                key = heading_key(title)
                seen[key] += 1
                if (key, seen[key]) not in columns:
                    columns[key, seen[key]] = len(heading)
                    heading.append(title)
                targets.append(columns[key, seen[key]])
            self._targets.append(targets)
        self.heading = tuple(heading)

    def cells(self, source_no: int, cells: Sequence[str]) -> tuple[str, ...]:
        """A row's cells under `heading`; those behind the file's own headings come last."""
        targets = self._targets[source_no - 1]
        found = [""] * len(self.heading)
        found[0] = self._names[source_no - 1]
        for target, cell in zip(targets, cells, strict=False):
            found[target] = cell
        return (*found, *cells[len(targets) :])
