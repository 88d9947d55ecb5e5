"""Write the report files of a run, all from one view of the journal."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from campaign.model import ReportRow, RunId
from campaign.ports import Progress, ReportJournal, ReportWriter


def write_reports(
    journal: ReportJournal,
    run: RunId,
    *,
    targets: Sequence[tuple[Path, ReportWriter]],
    progress: Progress,
) -> tuple[Path, ...]:
    """Write every target whole or not at all; returns where each stands.

    Raises:
        InputError: A place cannot be written. What was written before it stays.
    """
    with journal.view(run) as view:
        progress.stage("report", view.info.row_count * len(targets))
        return tuple(
            writer.write(path, view.info, view.tally, _counted(view.rows(), progress))
            for path, writer in targets
        )


def _counted(rows: Iterable[ReportRow], progress: Progress) -> Iterator[ReportRow]:
    for row in rows:
        yield row
        progress.advance(1)
