"""`campaign retry RUN --only FATES`."""

import json
from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import finish, session
from campaign.errors import Exit


@click.command("retry")
@click.argument("run", metavar="RUN")
@click.option(
    "--only",
    required=True,
    metavar="STATUSES",
    help="Whom: refused, undelivered, expired, cancelled; with commas.",
)
@click.option(
    "-o",
    "--output",
    "to_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write these rows as an input file, with the reasons; plan and send nothing.",
)
@options.option("--schedule", metavar="WHEN", help="When to send. Default: at once.")
@options.option("--timezone", metavar="ZONE", help="Zone of a time without one: Europe/Moscow.")
@options.guards
@options.gateway
@options.pace
@options.report_format
@options.yes
@click.option("--dry-run", is_flag=True, help="Count and show only; plan and send nothing.")
@options.talk
@options.store
def command(
    run: str, *, only: str, to_file: Path | None, dry_run: bool, as_json: bool, **_: object
) -> None:
    """Send once more to people whom RUN did not reach: a new run, RUN itself stays as it is.

    They get the text that was frozen for them, under a new clientId (their own and r1). Nobody who
    may have been told is among them: not people in doubt, not those whose message the gateway still
    has. Each is retried once: the same command again finds the same run, and `campaign retry` of
    that run goes on from there.

    Exit codes: as of `campaign run`; 4 --only names people who may have been told; 5 RUN is not
    finished; 9 there is nobody to retry.
    """
    with session() as now:
        if dry_run:
            summary = now.app.retry_summary(run, only=only)
        elif to_file is not None:
            written = now.app.retry_file(run, only=only, path=to_file)
        else:
            finish(now.app.retry(run, only=only), as_json=as_json, lang=now.lang)
    if dry_run:
        _show(summary.as_json(), as_json=as_json)
    else:
        _show({"schema": 1, "files": [str(path) for path in written]}, as_json=as_json)
    raise click.exceptions.Exit(Exit.DONE)


def _show(told: "dict[str, object] | object", *, as_json: bool) -> None:
    """An object for programs, or its figures a line each."""
    from campaign.domain.printable import visible

    if as_json or not isinstance(told, dict):
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name != "schema" and value not in (None, 0, ""):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            click.echo(visible(f"{name}: {shown}"))
