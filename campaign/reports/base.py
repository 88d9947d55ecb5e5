"""What every report writer does: the whole file or none, and every row of the run in it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from campaign.domain import (
    ReportRow,
    RunInfo,
    Tally,
)
from campaign.errors import JournalError
from campaign.reports.output_file import whole_file


class ReportWriter(Protocol):
    """Writes one kind of report."""

    @property
    def own_tables(self) -> bool:
        """Whether it shows each source by itself: its rows then come as they stood in their file.

        Other writers get the rows of several sources under common headings.
        """
        ...

    def write(self, path: Path, run: RunInfo, tally: Tally, rows: Iterable[ReportRow]) -> Path:
        """Write beside the path, then rename: a reader never sees half a report.

        Returns:
            Where it stands: a numbered copy when the place is open in another program.

        Raises:
            InputError: The place cannot be written, or the file is open elsewhere.
        """
        ...


class FileWriter(ABC):
    """A `ports.ReportWriter` of one file; a format has only to fill the draft."""

    own_tables: bool = False
    """See `ports.ReportWriter`."""

    def write(self, path: Path, run: RunInfo, tally: Tally, rows: Iterable[ReportRow]) -> Path:
        """Write beside the path, then rename: a reader never sees half a report.

        Args:
            path: Where the report shall be.
            run: The run reported.
            tally: Its numbers, taken in the same view of the journal as the rows.
            rows: Every data row once, in file order; read once.

        Returns:
            Where the report is: a numbered copy when the path is a folder, or is a file that is
            open in another program.

        Raises:
            InputError: The place cannot be written (`report_place`).
            JournalError: There are not as many rows as the tally counts (`report_incomplete`).
        """
        with whole_file(path) as draft:
            self._fill(draft.path, run, tally, _all_of(rows, tally))
        return draft.final

    @abstractmethod
    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """Write the report into an existing, empty file, and exhaust the rows."""


def _all_of(rows: Iterable[ReportRow], tally: Tally) -> Iterator[ReportRow]:
    """Pass the rows on, and refuse a report in which one is missing or too many."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted on the way, told after
        yield row
    if count != tally.rows:
        raise JournalError(
            f"The report of run {tally.run} would have {count} rows, the run has {tally.rows}.",
            hint="Run the command again; if it stays so, keep the journal file and report it.",
            code="report_incomplete",
        )
