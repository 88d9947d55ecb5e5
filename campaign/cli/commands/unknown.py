"""`campaign unknown [RUN]`."""

import json
import sys

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.errors import Exit
from campaign.i18n import Lang


@click.command("unknown")
@options.run_name
@options.talk
@options.store
def command(run: str, *, as_json: bool, **_: object) -> None:
    """Show attempts whose answer was lost, their people and the evidence (default: all runs).

    Exit code 8 while somebody is in doubt.
    """
    from campaign.app.unknown import (
        stranger_as_json,
        unknown_as_json,
    )
    from campaign.cli.output.results import (
        doubt_lines,
        share_lines,
        stranger_lines,
    )
    from campaign.domain.printable import visible

    with session() as now:
        doubts, shares = now.app.unknown(run)
        strangers = now.app.strangers(run)
        open_now = now.app.open_requests(run)
    if as_json:
        told = unknown_as_json(doubts, shares, open_now) | {
            "strangers": [stranger_as_json(one) for one in strangers]
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        lang: Lang = "ru" if now.lang == "ru" else "en"
        for line in (
            *doubt_lines(doubts, lang, open_now, now.app.desk.store_option),
            *share_lines(shares, lang),
            *stranger_lines(strangers, lang, listed=True),
        ):
            click.echo(visible(line))
    if doubts or open_now:
        sys.stdout.flush()
        raise click.exceptions.Exit(int(Exit.IN_DOUBT))
