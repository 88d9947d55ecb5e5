"""How every command about a run ends: a JSON object or lines on stdout, the error on stderr."""

import json
from typing import TYPE_CHECKING

import click

from campaign.cli.boundary import show_error, with_whole_hint
from campaign.cli.listener import while_anybody_reads

if TYPE_CHECKING:
    from campaign.cli.context import Session
    from campaign.compose.brief import Brief
    from campaign.compose.outcome import Outcome
    from campaign.rules.words import Lang


def finish(outcome: "Outcome", *, as_json: bool, lang: str, verbose: bool = False) -> None:
    """Print the outcome and leave with its exit code."""
    from campaign.cli.show import outcome_lines
    from campaign.compose.words import visible

    language: Lang = "ru" if lang == "ru" else "en"
    with while_anybody_reads():
        if as_json:
            click.echo(json.dumps(with_whole_hint(outcome.as_json()), ensure_ascii=False))
        else:
            for line in outcome_lines(outcome, language, verbose=verbose):
                click.echo(visible(line))
    for error in (outcome.error, outcome.report_error):
        if error is not None:
            show_error(error, language)
    raise click.exceptions.Exit(int(outcome.exit_code))


def show_brief(now: "Session", brief: "Brief", *, as_json: bool) -> None:
    """What was understood of files on stderr, the figures on stdout."""
    from campaign.cli.show_brief import figure_lines
    from campaign.compose.checks import as_json_object
    from campaign.compose.words import visible

    now.app.desk.ui.brief(brief)
    if as_json:
        click.echo(json.dumps(as_json_object(brief), ensure_ascii=False))
        return
    for line in figure_lines(brief, "ru" if now.lang == "ru" else "en"):
        click.echo(visible(line))
