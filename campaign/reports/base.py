"""What every report writer does: the whole file or none, and every row of the run in it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import ClassVar

from campaign.domain import ReportExtras, ReportRow, RunInfo, Tally
from campaign.errors import JournalError
from campaign.i18n import Lang
from campaign.reports.format import ReportContext
from campaign.reports.output_file import whole_file
from campaign.text import tr


@dataclass
class ReportWriter(ABC):
    """Writes reports of one format; a format only has to fill the draft.

    Attributes:
        own_tables: Whether it shows each source by itself: its rows then come as they stood in
            their file. Other writers get the rows of several sources under common headings.
    """

    lang: Lang
    now: Callable[[], datetime]
    extras: ReportExtras | None = None
    timezone: tzinfo = field(default=UTC, kw_only=True)
    own_tables: ClassVar = False

    def write(self, path: Path, run: RunInfo, tally: Tally, rows: Iterable[ReportRow]) -> Path:
        """Write next to the path, then rename: a reader never sees half a report.

        Args:
            path: Where the report shall be.
            run: The run reported.
            tally: Taken in the same view of the journal as the rows.
            rows: Every data row once, in file order; read once.

        Returns:
            Where the report is, as `Draft.final`.

        Raises:
            InputError: The file cannot be written (`report_place`).
            JournalError: There are not as many rows as the tally counts (`report_incomplete`).
        """
        extras = self.extras or ReportExtras()
        context = ReportContext(self.lang, self.timezone, run, tally, extras, as_of=self.now())
        with whole_file(path) as draft:
            self._fill(draft.path, context, _all_of(rows, tally))
        return draft.final

    @abstractmethod
    def _fill(self, draft: Path, context: ReportContext, rows: Iterator[ReportRow]) -> None:
        """Write the report into an existing, empty file, and exhaust the rows."""


def _all_of(rows: Iterable[ReportRow], tally: Tally) -> Iterator[ReportRow]:
    """Pass the rows on, and refuse a report in which one is missing or too many."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - needed after the loop
        yield row
    if count != tally.rows:
        raise JournalError(
            tr(
                "The report of run {run} would have {count} rows, the run has {rows}.",
                run=tally.run,
                count=count,
                rows=tally.rows,
            ),
            hint=tr("Run the command again; if it stays so, keep the journal file and report it."),
            code="report_incomplete",
        )
