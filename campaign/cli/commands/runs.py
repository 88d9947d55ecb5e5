"""`campaign runs`."""

from campaign.cli.command import Shown, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import option
from campaign.options import row
from campaign.text import tr


@command(
    option(
        "--state",
        metavar="LIST",
        default="",
        help=tr("planned, sending, paused, sent, settled, cancelled; with commas."),
    ),
    option("--since", metavar="WHEN", default="", help=tr("Planned since: 30d, or 2026-11-01.")),
    option("--gateway", metavar="NAME", default="", help=tr("Of that gateway only.")),
    option("--file", metavar="NAME", default="", help=tr("From a file whose name contains NAME.")),
    option("--match", metavar="TEXT", default="", help=tr("Whose name, file, text or label contains it.")),
    row("timezone", tr("Zone of the times shown. Default: as this machine's clock.")),
    effect=Effect.READS,
    help=tr("List the runs of the journal, latest first."),
)
def runs(  # noqa: PLR0917  # click passes all by name
    now: Session, state: str, since: str, gateway: str, file: str, match: str
) -> Shown:
    import shutil

    from campaign.app.context import shown_zone
    from campaign.app.history import RunFilter, run_as_json
    from campaign.cli.output.runs import run_lines

    states = tuple(one.strip().lower() for one in state.split(",") if one.strip())
    zone = shown_zone(now.app.context.settings)
    found = now.app.runs(RunFilter(states, since, gateway, file, match, zone))
    filtered = any((states, since, gateway, file, match))
    width = shutil.get_terminal_size((100, 24)).columns
    return Shown(
        [run_as_json(*one) for one in found], run_lines(found, now.lang, zone, width, filtered=filtered)
    )
