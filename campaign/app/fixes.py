"""`--fix-file`: the rows to mend, kept aside while a file is checked, or taken from the journal."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from campaign.app.context import (
    Books,
    Desk,
)
from campaign.app.report import (
    refuse_inputs,
    say_moved,
)
from campaign.domain import (
    CheckedRow,
    Rejection,
    RunInfo,
    Source,
)
from campaign.i18n import Lang
from campaign.journal.sqlite.plans import Spool
from campaign.reports.fix_columns import FixRow, to_mend
from campaign.reports.fix_file import (
    fix_suffix,
    write_fix_file,
)

_Kept: TypeAlias = tuple[int, int, tuple[str, ...], str, tuple[tuple[str, str], ...]]
"""Source, row, cells, reason code, what fills its sentence."""

_BATCH = 500


@dataclass(slots=True)
class FixSpool:
    """Keeps the rows to mend while the others pass."""

    desk: Desk
    kept: Spool[_Kept]

    def watch(self, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
        """Pass the rows on."""
        batch: list[_Kept] = []
        for row in rows:
            outcome = row.outcome
            if isinstance(outcome, Rejection) and to_mend(outcome.fate, outcome.code):
                details = tuple(outcome.details.items())
                batch.append((row.source_no, row.row.row_no, row.row.cells, outcome.code, details))
                if len(batch) == _BATCH:
                    self.kept.write(batch)
                    batch = []
            yield row
        if batch:
            self.kept.write(batch)

    def write(self, sources: Sequence[Source]) -> tuple[Path, ...]:
        """Write what was kept; returns where."""
        kept = (one for batch in self.kept.batches() for one in batch)
        return write_fix_files(self.desk, sources, kept)


@contextmanager
def fix_spool(desk: Desk) -> Iterator[FixSpool | None]:
    """A place for the rows to mend, None when no fix-file was asked for."""
    if not desk.settings.text("fix_file"):
        yield None
        return
    with Spool[_Kept](Path(tempfile.gettempdir())) as kept:
        yield FixSpool(desk, kept)


def fix_files_of(desk: Desk, books: Books, info: RunInfo) -> tuple[Path, ...]:
    """The same from the journal, for a run that is planned."""
    if not desk.settings.text("fix_file"):
        return ()
    with books.reports.view(info.run) as view:
        kept = (
            (row.source_no, row.row_no, row.cells, row.code, tuple(row.details.items()))
            for row in view.rows()
            if to_mend(row.fate, row.code)
        )
        return write_fix_files(desk, info.sources, kept)


def write_fix_files(
    desk: Desk, sources: Sequence[Source], kept: Iterable[_Kept]
) -> tuple[Path, ...]:
    """One file a source that has rows to mend; the rows come source by source."""
    lang: Lang = "ru" if desk.settings.text("lang") == "ru" else "en"
    written: list[Path] = []
    for number, group in groupby(kept, key=itemgetter(0)):
        source = sources[number - 1]
        path = _target(desk, source, several=len(sources) > 1)
        refuse_inputs("the rows to mend:", [path], [Path(one.path) for one in sources])
        # A row of several phones (--explode-phones) has several outcomes, and is mended once.
        rows = (FixRow(*next(same)[1:]) for _, same in groupby(group, key=itemgetter(1)))
        written.append(write_fix_file(path, source, rows, lang))
        say_moved(desk, path, written[-1])
    if not written:
        desk.ui.say("no row needs mending: no fix-file was written")
    return tuple(written)


def _target(desk: Desk, source: Source, *, several: bool) -> Path:
    """Where the fix-file of a source goes; of several sources each has its own, in a folder."""
    named = desk.settings.text("fix_file")
    path = Path(named).expanduser()
    if several or path.is_dir() or named.endswith(("/", "\\")):
        original = Path(source.path)
        return path / f"{original.stem}.fix{fix_suffix(source, original.suffix)}"
    suffix = fix_suffix(source, path.suffix)
    if suffix != path.suffix:
        path = path.with_name(path.stem + suffix)
        desk.ui.say(f"the rows to mend are written as {suffix}, the format for {source.name}")
    return path
