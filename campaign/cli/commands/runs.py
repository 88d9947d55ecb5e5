"""`campaign runs`."""

import json
from typing import TYPE_CHECKING

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.i18n import language_of

if TYPE_CHECKING:
    from campaign.i18n import Lang


@click.command("runs")
@click.option(
    "--state",
    metavar="LIST",
    default="",
    help="planned, sending, paused, sent, settled, cancelled; with commas.",
)
@click.option("--since", metavar="WHEN", default="", help="Planned since: 30d, or 2026-11-01.")
@click.option("--gateway", metavar="NAME", default="", help="Of that gateway only.")
@click.option("--file", metavar="NAME", default="", help="From a file whose name holds NAME.")
@click.option(
    "--match", metavar="TEXT", default="", help="Whose name, file, text or label holds it."
)
@options.zone
@options.talk
@options.store
def command(
    *, state: str, since: str, gateway: str, file: str, match: str, as_json: bool, **_: object
) -> None:
    """List the runs of the journal, latest first."""
    import shutil

    from campaign.app.context import shown_zone
    from campaign.app.history import (
        RunFilter,
        run_as_json,
    )
    from campaign.cli.output.runs import run_lines
    from campaign.domain.printable import visible

    states = tuple(one.strip().lower() for one in state.split(",") if one.strip())
    with session() as now:
        zone = shown_zone(now.app.context.settings)
        runs = now.app.runs(RunFilter(states, since, gateway, file, match, zone))
    if as_json:
        click.echo(json.dumps([run_as_json(*one) for one in runs], ensure_ascii=False))
        return
    language: Lang = language_of(now.lang)
    filtered = any((states, since, gateway, file, match))
    width = shutil.get_terminal_size((100, 24)).columns
    for line in run_lines(runs, language, zone, width, filtered=filtered):
        click.echo(visible(line))
