"""`campaign unknown [RUN]`."""

import json
import sys

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.errors import Exit
from campaign.i18n import Lang, language_of


@click.command("unknown")
@options.run_name
@options.talk
@options.store
def command(run: str, *, as_json: bool, **_: object) -> None:
    """Show attempts whose answer was lost, their people and the evidence (default: all runs).

    Exit code 8 while somebody is in doubt.
    """
    from campaign.app.unknown import (
        unknown_as_json,
        unmatched_id_as_json,
    )
    from campaign.cli.output.results import (
        share_lines,
        unknown_lines,
        unmatched_id_lines,
    )
    from campaign.domain.printable import visible

    with session() as now:
        unknowns, shares = now.app.unknown(run)
        unmatched_ids = now.app.unmatched_ids(run)
        open_now = now.app.open_requests(run)
    if as_json:
        told = unknown_as_json(unknowns, shares, open_now) | {
            "unmatched_ids": [unmatched_id_as_json(one) for one in unmatched_ids]
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        lang: Lang = language_of(now.lang)
        for line in (
            *unknown_lines(unknowns, lang, open_now, now.app.context.store_option),
            *share_lines(shares, lang),
            *unmatched_id_lines(unmatched_ids, lang, listed=True),
        ):
            click.echo(visible(line))
    if unknowns or open_now:
        sys.stdout.flush()
        raise click.exceptions.Exit(int(Exit.UNKNOWN))
