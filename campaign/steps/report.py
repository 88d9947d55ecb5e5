"""Write the report files of a run, all from one view of the journal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from campaign.model import ReportRow, RunId
from campaign.ports import Progress, ReportJournal, ReportWriter
from campaign.rules.merged import Merged


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
        info, merged = view.info, None
        if len(info.sources) > 1:
            merged = Merged(info.sources)
            info = replace(info, heading=merged.heading)
        written = []
        for path, writer in targets:
            told, together = (view.info, None) if writer.own_tables else (info, merged)
            rows = _counted(_under(together, view.rows()), progress)
            written.append(writer.write(path, told, view.tally, rows))
        return tuple(written)


def _under(merged: Merged | None, rows: Iterable[ReportRow]) -> Iterable[ReportRow]:
    """Rows of several files under common headings; those of a single one as they are."""
    if merged is None:
        return rows
    return (replace(row, cells=merged.cells(row.source_no, row.cells)) for row in rows)


def _counted(rows: Iterable[ReportRow], progress: Progress) -> Iterator[ReportRow]:
    for row in rows:
        yield row
        progress.advance(1)
