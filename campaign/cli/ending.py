"""How every command about a run ends: a JSON object or lines on stdout, the error on stderr."""

import json
import sys
from typing import TYPE_CHECKING

import click

from campaign.cli.boundary import show_error

if TYPE_CHECKING:
    from campaign.compose.outcome import Outcome
    from campaign.rules.words import Lang


def finish(outcome: "Outcome", *, as_json: bool, lang: str) -> None:
    """Print the outcome and leave with its exit code."""
    from campaign.cli.show import outcome_lines
    from campaign.compose.words import visible

    language: Lang = "ru" if lang == "ru" else "en"
    if as_json:
        click.echo(json.dumps(outcome.as_json(), ensure_ascii=False))
    else:
        for line in outcome_lines(outcome, language):
            click.echo(visible(line))
    if outcome.error is not None:
        show_error(outcome.error)
    sys.stdout.flush()
    raise click.exceptions.Exit(int(outcome.exit_code))
