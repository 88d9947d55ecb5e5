"""Reports and outcomes: what a command about a run ends with."""

import shlex
import sys
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from campaign import __version__
from campaign.adapters.reports import make_writer
from campaign.adapters.reports.place import require_place
from campaign.compose.desk import Books, Desk
from campaign.compose.outcome import Outcome, command
from campaign.compose.outputs import say_moved
from campaign.compose.places import REPORT_SUFFIXES, report_formats, report_targets
from campaign.compose.who import who
from campaign.compose.zones import shown_zone
from campaign.errors import CampaignError, InputError
from campaign.model import ReportExtras, RunId
from campaign.rules.looks import outlook
from campaign.rules.words import Lang
from campaign.steps.report import write_reports


def _targets(desk: Desk, run: RunId) -> tuple[tuple[str, Path], ...]:
    return report_targets(desk.settings.text("output"), report_formats(desk.settings), run)


def require_report_place(desk: Desk, run: RunId) -> None:
    """After the first message is out, "the report cannot be written" would come too late.

    Raises:
        InputError: A report could not be written there, or in no such time zone.
    """
    for name, path in _targets(desk, run):
        _require_ending(name, path)
        require_place(path)
    shown_zone(desk.settings)


def _require_ending(name: str, path: Path) -> None:
    """A workbook called .pdf would open nowhere."""
    ending = f".{REPORT_SUFFIXES[name].rpartition('.')[2]}"
    if path.suffix and path.suffix.lower() != ending:
        raise InputError(
            f"{path} is no name for a report of the format {name}; nothing was sent",
            hint=f"Name it {path.with_suffix(ending)}, or another format: "
            f"--format {','.join(REPORT_SUFFIXES)}",
            code="report_format",
        )


def report_files(
    desk: Desk, books: Books, run: RunId, *, must: bool = False
) -> tuple[Path, ...] | CampaignError:
    """Write the reports asked for.

    Args:
        desk: Names formats and places.
        books: The journal.
        run: The run reported.
        must: The report is what the command is for; after sending it is the lesser part, and
            what was sent has to be told all the same.

    Returns:
        Where they stand; or why they could not be written, unless they must.

    Raises:
        InputError: A place cannot be written, and `must`.
    """
    try:
        return _written(desk, books, run)
    except (InputError, OSError) as error:
        if must:
            raise
        why = error.message if isinstance(error, InputError) else error.strerror or str(error)
        elsewhere = command("report", run, f" -o PATH{desk.store_option}")
        return InputError(
            f"the run went on as told, but its report could not be written: {why}",
            hint=f"Write it to another place: {elsewhere}",
            code="report_place",
        )


def _written(desk: Desk, books: Books, run: RunId) -> tuple[Path, ...]:
    lang: Lang = "ru" if desk.settings.text("lang") == "ru" else "en"
    extras, zone = _extras(books, run), _zone(desk, books, run)
    as_of = desk.clock.now()

    def now() -> datetime:
        """Of all files of this report, however long the first of them takes."""
        return as_of

    targets = _targets(desk, run)
    written = write_reports(
        books.reports,
        run,
        targets=[
            (path, make_writer(name, lang, now, extras, timezone=zone)) for name, path in targets
        ],
        progress=desk.ui,
    )
    for (_, wanted), path in zip(targets, written, strict=True):
        say_moved(desk, wanted, path)
    return written


def _zone(desk: Desk, books: Books, run: RunId) -> tzinfo:
    info = next((one for one in books.reports.runs() if one.run == run), None)
    return shown_zone(desk.settings, {} if info is None else info.settings)


def _extras(books: Books, run: RunId) -> ReportExtras:
    """What is told beyond the rows; what comes in meanwhile is in the next report."""
    return ReportExtras(
        doubts=books.doubts.doubts(run),
        share=books.doubts.share(run),
        strangers=books.reports.strangers(run),
        alarms=books.reports.alarms(run),
        who=who(),
        command=_command(),
        version=__version__,
    )


def _command() -> str:
    """The command line, if it is ours: a script that uses the API has arguments of its own."""
    program = Path(sys.argv[0])
    ours = program.stem == "campaign" or program.parts[-2:] == ("campaign", "__main__.py")
    return shlex.join(["campaign", *sys.argv[1:]]) if ours else ""


def outcome(  # noqa: PLR0913  # everything that a command ends with
    desk: Desk,
    books: Books,
    run: RunId,
    *,
    error: CampaignError | None = None,
    interrupted: bool = False,
    notes: Sequence[str] = (),
    reports: Sequence[Path] | CampaignError = (),
    did_as_asked: bool = False,
) -> Outcome:
    """The run as it stands now, with how the command ended."""
    return Outcome(
        tally=books.reports.tally(run),
        reports=() if isinstance(reports, CampaignError) else reports,
        report_error=reports if isinstance(reports, CampaignError) else None,
        error=error,
        interrupted=interrupted,
        notes=(*notes, *books.reports.alarms(run)),
        store_option=desk.store_option,
        outlook=outlook(books.statuses.open_queues(run), desk.clock.now()),
        strangers=books.statuses.strangers(run),
        unpriced=books.reports.unpriced(run),
        did_as_asked=did_as_asked,
        timezone=_zone(desk, books, run),
        send_times=books.reports.send_times(run),
    )
