"""Reports and outcomes: the end of a command about a run."""

import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from campaign import __version__
from campaign.app.context import AppContext, operator, shown_zone
from campaign.app.outcome import Outcome, alarm_text, command
from campaign.app.paths import report_formats, report_targets
from campaign.app.sources import Sources, find_sources
from campaign.app.ui import counted
from campaign.domain import ReportExtras, ReportRow, RunId, RunInfo
from campaign.domain.polling import outlook
from campaign.domain.recipients.data_rows import Merged
from campaign.errors import CampaignError, InputError
from campaign.i18n import language_of
from campaign.journal.base import Journal
from campaign.options import Kind, rows
from campaign.reports import FORMATS, make_writer
from campaign.reports.output_file import require_writable
from campaign.text import os_reason, tr


def sources_of(context: AppContext, paths: Sequence[Path] | Sources) -> Sources:
    """The files of a run; an output that is one of them is refused before anything is read."""
    sources = find_sources(paths)
    read = tuple(_inputs(context, sources))
    refuse_inputs("--fix-file", _path_of(context, "fix_file"), read)
    if output := context.settings.text("output"):
        # Which run it will be is not known yet; its name makes no difference to a file.
        targets = report_targets(output, report_formats(context.settings), RunId("run"))
        refuse_inputs("-o", (path for _, path in targets), read)
    return sources


def refuse_inputs(option: str, outputs: Iterable[Path], inputs: Sequence[Path]) -> None:
    """Refuse an output that is an input, under whatever name: links are followed."""
    for output in outputs:
        twin = next((path for path in inputs if _same(output, path)), None)
        if twin is not None:
            raise InputError(
                tr(
                    "{option} {output} is the file {twin}, which is read: nothing was written or sent",
                    option=option,
                    output=output,
                    twin=twin,
                ),
                hint=tr(
                    "Name another file: {option} {with_name}",
                    option=option,
                    with_name=output.with_name(f"{output.stem}-2{output.suffix}"),
                ),
                code="output_is_input",
            )


def log_moved(context: AppContext, wanted: Path, written: Path) -> None:
    """Log that a file was written to another path than the one that was named, and why."""
    if written != wanted:
        context.ui.say(
            tr(
                (
                    "{wanted} was left as it is: campaign did not write it, it has been "
                    "changed since, or it is open; written to {written}"
                ),
                wanted=wanted,
                written=written,
            )
        )


def _inputs(context: AppContext, sources: Sources) -> Iterator[Path]:
    yield from (file.path for file in sources.files)
    for row in rows():
        if row.kind is Kind.INPUT or row.name == "store":
            yield from _path_of(context, row.name)


def _path_of(context: AppContext, name: str) -> Sequence[Path]:
    named = context.settings.text(name)
    return (Path(named).expanduser(),) if named else ()


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them is not there
        return False


def _targets(context: AppContext, run: RunId) -> tuple[tuple[str, Path], ...]:
    return report_targets(context.settings.text("output"), report_formats(context.settings), run)


def require_report_paths(context: AppContext, run: RunId) -> None:
    """Check paths and zone: when messages are out, "the report cannot be written" is too late."""
    for name, path in _targets(context, run):
        _require_ending(name, path)
        require_writable(path)
    shown_zone(context.settings)


def _require_ending(name: str, path: Path) -> None:
    """A workbook called .pdf would open nowhere."""
    ending = f".{FORMATS[name].suffix.rpartition('.')[2]}"
    if path.suffix and path.suffix.lower() != ending:
        raise InputError(
            tr(
                "{path} cannot be the name of a report of the format {name}; nothing was sent",
                path=path,
                name=name,
            ),
            hint=tr(
                "Name it {with_suffix}, or another format: --format {REPORT_SUFFIXES}",
                with_suffix=path.with_suffix(ending),
                REPORT_SUFFIXES=",".join(FORMATS),
            ),
            code="report_format",
        )


def report_files(
    context: AppContext, journal: Journal, run: RunId, *, must: bool = False
) -> tuple[Path, ...] | CampaignError:
    """Write the reports asked for; returns their paths, or why they could not be written.

    That is raised instead where the report is what the command is for (`must`); after sending, the
    outcome has to be shown all the same.
    """
    try:
        return _written(context, journal, run)
    except (InputError, OSError) as error:
        if must:
            raise
        why = error.message if isinstance(error, InputError) else os_reason(error)
        elsewhere = command("report", run, f" -o PATH{context.store_option}")
        return InputError(
            tr("the run was sent, but its report could not be written: {why}", why=why),
            hint=tr("Write it to another place: {elsewhere}", elsewhere=elsewhere),
            code="report_place",
        )


def _written(context: AppContext, journal: Journal, run: RunId) -> tuple[Path, ...]:
    """Write every target whole or not at all; what was written before an error stays."""
    lang, as_of = language_of(context.settings.text("lang")), context.clock.now()
    extras, zone = _extras(journal, run), _zone(context, journal, run)
    targets, written = _targets(context, run), []
    with journal.reports.view(run) as view:
        context.ui.stage("report", view.info.row_count * len(targets))
        for name, path in targets:
            # All files are of the same moment, however long the first of them takes.
            writer = make_writer(name, lang, lambda: as_of, extras, timezone=zone)
            info, rows = view.info, view.rows()
            if len(info.sources) > 1 and not writer.own_tables:
                info, rows = _merged(info, rows)
            written.append(writer.write(path, info, view.tally, counted(context.ui, rows)))
    for (_, wanted), path in zip(targets, written, strict=True):
        log_moved(context, wanted, path)
    return tuple(written)


def _merged(info: RunInfo, rows: Iterator[ReportRow]) -> tuple[RunInfo, Iterator[ReportRow]]:
    """A run of several files with their rows under common headings."""
    merged = Merged(info.sources)
    rows = (replace(row, cells=merged.cells(row.source_no, row.cells)) for row in rows)
    return replace(info, heading=merged.heading), rows


def _zone(context: AppContext, journal: Journal, run: RunId) -> tzinfo:
    return shown_zone(context.settings, journal.runs.info(run).settings)


def _extras(journal: Journal, run: RunId) -> ReportExtras:
    """What a report shows beyond the rows; what comes in meanwhile is in the next report."""
    return ReportExtras(
        unknowns=journal.unknown.of(run),
        share=journal.unknown.share(run),
        unmatched_ids=journal.reports.unmatched_ids(run),
        alarms=tuple(map(alarm_text, journal.reports.alarms(run))),
        operator=operator(),
        command=_command(),
        version=__version__,
    )


def _command() -> str:
    """The command line, if it is ours: a script that uses the API has arguments of its own."""
    program = Path(sys.argv[0])
    ours = program.stem == "campaign" or program.parts[-2:] == ("campaign", "__main__.py")
    return shlex.join(["campaign", *sys.argv[1:]]) if ours else ""


def outcome(  # noqa: PLR0913  # everything that a command ends with
    context: AppContext,
    journal: Journal,
    run: RunId,
    *,
    error: CampaignError | None = None,
    interrupted: bool = False,
    notes: Sequence[str] = (),
    reports: Sequence[Path] | CampaignError = (),
    did_as_asked: bool = False,
) -> Outcome:
    """The run as it is now, with how the command ended."""
    alarms = journal.reports.alarms(run)
    return Outcome(
        tally=journal.runs.tally(run),
        reports=() if isinstance(reports, CampaignError) else reports,
        report_error=reports if isinstance(reports, CampaignError) else None,
        error=error,
        interrupted=interrupted,
        notes=(*notes, *map(alarm_text, alarms)),
        alarms=alarms,
        store_option=context.store_option,
        outlook=outlook(journal.statuses.open_queues(run), context.clock.now()),
        unmatched_ids=journal.statuses.unmatched_ids(run),
        unpriced=journal.reports.unpriced(run),
        did_as_asked=did_as_asked,
        timezone=_zone(context, journal, run),
        send_times=journal.reports.send_times(run),
    )
