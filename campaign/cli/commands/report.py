"""`campaign report [RUN]` and `campaign report --since WHEN`."""

import click

from campaign.cli.command import Result, Shown, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import option, run_name
from campaign.options import row
from campaign.text import tr


@command(
    run_name(),
    "offline",
    "account",
    row("wait", tr("Check again and again until all statuses are final.")),
    option(
        "--since",
        metavar="WHEN",
        default="",
        envvar="CAMPAIGN_SINCE",
        show_envvar=True,
        help=tr("One report over all runs planned since: 30d, or 2026-11-01. Does not ask the gateway."),
    ),
    "report",
    row("timezone", tr("Zone of the times shown. Default: as this machine's clock.")),
    effect=Effect.WRITES,
    help=tr(
        "Ask the gateway once, then write the report of RUN (default: latest): every row, its "
        "status.\n\n"
        "With --since it is one report over several runs instead: by month, by sender, by run."
    ),
)
def report(now: Session, run: str, offline: bool, since: str) -> Result:
    if not since:
        return now.app.report(run, offline=offline)
    if run:
        raise click.UsageError(tr("Name a RUN, or --since."))
    from campaign.cli.output.runs import history_lines

    history = now.app.report_since(since)
    return Shown(history.as_json(), history_lines(history, now.lang))
