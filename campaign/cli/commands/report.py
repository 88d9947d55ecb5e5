"""`campaign report [RUN]` and `campaign report --since WHEN`."""

import json
from typing import TYPE_CHECKING

import click

from campaign.cli import options
from campaign.cli.context import finish, session
from campaign.i18n import language_of

if TYPE_CHECKING:
    from campaign.cli.context import Session


@click.command("report")
@options.run_name
@options.offline
@options.gateway
@options.option("--wait", metavar="TIME", help="Look again and again until all are final.")
@click.option(
    "--since",
    metavar="WHEN",
    default="",
    help="One report over all runs planned since: 30d, or 2026-11-01. Asks no gateway.",
)
@options.output
@options.zone
@options.talk
@options.store
def command(run: str, *, offline: bool, since: str, as_json: bool, **_: object) -> None:
    """Ask the gateway once, then write the report of RUN (default: latest): every row, its fate.

    With --since it is one report over several runs instead: by month, by sender, by run.
    """
    if since and run:
        raise click.UsageError("Name a RUN, or --since.")
    with session() as now:
        if since:
            _over_runs(now, since, as_json=as_json)
            return
        outcome = now.app.report(run, offline=offline)
    finish(outcome, as_json=as_json, lang=now.lang)


def _over_runs(now: "Session", since: str, *, as_json: bool) -> None:
    from campaign.cli.output.runs import history_lines
    from campaign.domain.printable import visible

    history = now.app.report_since(since)
    if as_json:
        click.echo(json.dumps(history.as_json(), ensure_ascii=False))
        return
    for line in history_lines(history, language_of(now.lang)):
        click.echo(visible(line))
