"""`--fix-file`: the rows to fix, buffered while a file is checked, or taken from the journal."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from campaign.app.context import AppContext
from campaign.app.report import log_moved, refuse_inputs
from campaign.domain import CheckedRow, Rejection, RunInfo, Source
from campaign.i18n import language_of
from campaign.journal.base import Journal
from campaign.journal.row_buffer import RowBuffer, batches_of
from campaign.reports.fix_columns import FixRow, to_fix
from campaign.reports.fix_file import fix_suffix, write_fix_file
from campaign.text import tr

_Row: TypeAlias = tuple[int, int, tuple[str, ...], str, tuple[tuple[str, str], ...]]
"""Number of the source, then what a `FixRow` is made of."""

_BATCH = 500


@dataclass(slots=True)
class FixRowBuffer:
    """Holds the rows to fix until all are checked."""

    context: AppContext
    named: str
    rows: RowBuffer[_Row]

    def watch(self, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
        """Pass the rows on."""
        for batch in batches_of(rows, _BATCH):
            self.rows.write([row for one in batch for row in _to_fix(one)])
            yield from batch

    def write(self, sources: Sequence[Source]) -> tuple[Path, ...]:
        """Write the fix-files; returns their paths."""
        rows = chain.from_iterable(self.rows.batches())
        return write_fix_files(self.context, self.named, sources, rows)


def _to_fix(row: CheckedRow) -> Iterator[_Row]:
    outcome = row.outcome
    if isinstance(outcome, Rejection) and to_fix(outcome.status, outcome.code):
        details = tuple(outcome.details.items())
        yield row.source_no, row.row.row_no, row.row.cells, outcome.code, details


@contextmanager
def fix_row_buffer(context: AppContext) -> Iterator[FixRowBuffer | None]:
    """A buffer for the rows to fix, None when no fix-file was asked for."""
    named = context.settings.text("fix_file")
    if not named:
        yield None
        return
    with RowBuffer[_Row](Path(tempfile.gettempdir())) as rows:
        yield FixRowBuffer(context, named, rows)


def fix_files_of(context: AppContext, journal: Journal, info: RunInfo) -> tuple[Path, ...]:
    """Write the fix-files of a run that is planned, if they were asked for."""
    named = context.settings.text("fix_file")
    if not named:
        return ()
    with journal.reports.view(info.run) as view:
        rows = (
            (row.source_no, row.row_no, row.cells, row.code, tuple(row.details.items()))
            for row in view.rows()
            if to_fix(row.status, row.code)
        )
        return write_fix_files(context, named, info.sources, rows)


def write_fix_files(
    context: AppContext, named: str, sources: Sequence[Source], rows: Iterable[_Row]
) -> tuple[Path, ...]:
    """One file, or a folder of them, as named: a file a source that has rows to fix.

    The rows come source by source.
    """
    lang = language_of(context.settings.text("lang"))
    written: list[Path] = []
    for number, group in groupby(rows, key=itemgetter(0)):
        source = sources[number - 1]
        path = _target(context, named, source, several=len(sources) > 1)
        refuse_inputs(tr("the rows to fix:"), [path], [Path(one.path) for one in sources])
        # A row of several phones (--explode-phones) has several outcomes, and is written once.
        once = (FixRow(*next(same)[1:]) for _, same in groupby(group, key=itemgetter(1)))
        written.append(write_fix_file(path, source, once, lang))
        log_moved(context, path, written[-1])
    if not written:
        context.ui.say(tr("no row needs fixing: no fix file was written"))
    return tuple(written)


def _target(context: AppContext, named: str, source: Source, *, several: bool) -> Path:
    """The fix-file of a source; of several sources each has its own, in a folder."""
    path = Path(named).expanduser()
    if several or path.is_dir() or named.endswith(("/", "\\")):
        original = Path(source.path)
        return path / f"{original.stem}.fix{fix_suffix(source, original.suffix)}"
    suffix = fix_suffix(source, path.suffix)
    if suffix != path.suffix:
        path = path.with_name(path.stem + suffix)
        context.ui.say(
            tr(
                "the rows to fix are written as {suffix}, the format for {name}",
                suffix=suffix,
                name=source.name,
            )
        )
    return path
