"""`campaign doctor`."""

import json

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.errors import Exit
from campaign.i18n import language_of


@click.command("doctor")
@click.option("--online", is_flag=True, help="Ask the gateway, too: TLS, login, senders, clock.")
@options.gateway
@options.talk
@options.store
def command(*, online: bool, as_json: bool, **_: object) -> None:
    """Examine the journal: every promise as a query, the file itself, its rights, the free space.

    Exit codes: 0 nothing wrong (warnings may be shown); 74 something is.
    """
    from campaign.cli.output.results import finding_lines
    from campaign.domain.printable import visible

    with session() as now:
        findings = now.app.doctor(online=online)
    if as_json:
        found = [{"level": one.level, "code": one.code, "text": one.text} for one in findings]
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for line in finding_lines(findings, language_of(now.lang)):
            click.echo(visible(line))
    ill = any(one.level == "error" for one in findings)
    raise click.exceptions.Exit(Exit.JOURNAL if ill else Exit.DONE)
