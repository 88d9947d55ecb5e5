"""Reports and outcomes: what a command about a run ends with."""

from collections.abc import Sequence
from pathlib import Path

from campaign.adapters.reports import make_writer
from campaign.adapters.reports.place import require_place
from campaign.compose.desk import Books, Desk
from campaign.compose.outcome import Outcome
from campaign.compose.places import report_formats, report_targets
from campaign.errors import CampaignError
from campaign.model import RunId
from campaign.rules.looks import outlook
from campaign.rules.words import Lang
from campaign.steps.report import write_reports


def _targets(desk: Desk, run: RunId) -> tuple[tuple[str, Path], ...]:
    return report_targets(desk.settings.text("output"), report_formats(desk.settings), run)


def require_report_place(desk: Desk, run: RunId) -> None:
    """After the first message is out, "the report cannot be written" would come too late.

    Raises:
        InputError: A report could not be written there.
    """
    for _, path in _targets(desk, run):
        require_place(path)


def report_files(desk: Desk, books: Books, run: RunId) -> tuple[Path, ...]:
    """Write the reports asked for; returns where they stand."""
    lang: Lang = "ru" if desk.settings.text("lang") == "ru" else "en"
    return write_reports(
        books.reports,
        run,
        targets=[
            (path, make_writer(name, lang, desk.clock.now)) for name, path in _targets(desk, run)
        ],
        progress=desk.ui,
    )


def outcome(  # noqa: PLR0913  # everything that a command ends with
    desk: Desk,
    books: Books,
    run: RunId,
    *,
    error: CampaignError | None = None,
    interrupted: bool = False,
    notes: Sequence[str] = (),
    reports: Sequence[Path] = (),
) -> Outcome:
    """The run as it stands now, with how the command ended."""
    return Outcome(
        tally=books.reports.tally(run),
        reports=reports,
        error=error,
        interrupted=interrupted,
        notes=(*notes, *books.reports.alarms(run)),
        store_option=desk.store_option,
        outlook=outlook(books.statuses.open_queues(run), desk.clock.now()),
        strangers=books.reports.strangers(run),
    )
