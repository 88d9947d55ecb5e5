"""`campaign stoplist add|remove|list|import|export`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.i18n import language_of

if TYPE_CHECKING:
    from campaign.app.stoplist import (
        Change,
        Stoplist,
    )
    from campaign.cli.output.results import Done

_PATH = click.Path(path_type=Path)
_why = click.option("--why", default="", metavar="TEXT", help="Who asked for it; kept for ever.")
_numbers = click.argument("phones", metavar="PHONE...", nargs=-1)
_region = options.option("--region", metavar="RU", help="Where phones without country code belong.")


@click.group("stoplist")
def command() -> None:
    """Numbers that no run of this journal may text.

    The list is looked at when a run is planned and again right before each request: a number added
    while a run is being sent is left out from the next request on.
    """


@command.command("add")
@_numbers
@_why
@_region
@options.talk
@options.store
def add(phones: tuple[str, ...], *, why: str, as_json: bool, **_: object) -> None:
    """Put numbers on the list; of any country, landlines too."""
    _need(phones)
    _change(lambda stops: stops.add(phones, why=why), "added", as_json=as_json)


@command.command("remove")
@_numbers
@click.option("--all", "everything", is_flag=True, help="Empty the list; asks first.")
@_why
@options.yes
@_region
@options.talk
@options.store
def remove(
    phones: tuple[str, ...], *, everything: bool, why: str, as_json: bool, **_: object
) -> None:
    """Take numbers off the list: they may be texted again. The history keeps them."""
    if everything == bool(phones):
        raise click.UsageError("Name the numbers, or --all.")
    _change(
        lambda stops: stops.remove_all(why=why) if everything else stops.remove(phones, why=why),
        "removed",
        as_json=as_json,
    )


@command.command("import")
@click.argument("file", metavar="FILE", type=_PATH)
@click.option("--skip-bad", is_flag=True, help="Leave out rows whose number cannot be read.")
@_why
@click.option(
    "--map", "map_", metavar="phone=COLUMN", multiple=True, help="Which column holds the phone."
)
@options.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@options.option("--encoding", metavar="NAME", help="Encoding of a text file.")
@options.option("--delimiter", metavar="CHAR", help="Delimiter of a text file; tab for a tab.")
@_region
@options.talk
@options.store
def import_(file: Path, *, skip_bad: bool, why: str, as_json: bool, **_: object) -> None:
    """Put every number of FILE on the list: all of them, or none.

    FILE is any table that `campaign run` reads, or a single column without a heading. Hidden rows
    count. A number that cannot be read stops the import, because its owner's refusal would be lost.

    Exit codes: 0 done; 3 done, rows left out (--skip-bad); 4 nothing was changed.
    """
    _change(
        lambda stops: stops.import_(file, why=why, skip_bad=skip_bad),
        "added",
        as_json=as_json,
    )


@command.command("list")
@options.talk
@options.store
def list_(*, as_json: bool, **_: object) -> None:
    """Show the list: number, since when, by whom, why."""
    from campaign.domain.printable import visible

    with session() as now, now.app.stops.entries() as entries:
        if as_json:
            shown = [
                {
                    "phone": one.phone,
                    "added_at": one.added_at.isoformat(),
                    "who": one.who,
                    "why": one.why,
                }
                for one in entries
            ]
            click.echo(json.dumps(shown, ensure_ascii=False))
            return
        for one in entries:
            click.echo(visible(f"{one.phone}  {one.added_at:%Y-%m-%d %H:%M}  {one.who}: {one.why}"))


@command.command("export")
@click.option("-o", "--output", "target", metavar="PATH", required=True, type=_PATH)
@options.talk
@options.store
def export(target: Path, *, as_json: bool, **_: object) -> None:
    """Write the list as CSV, which `campaign stoplist import` reads."""
    from campaign.app.report import say_moved
    from campaign.cli.output.results import export_line
    from campaign.domain.printable import visible

    with session() as now:
        path, count = now.app.stops.export(target)
        say_moved(now.app.context, target, path)
    if as_json:
        click.echo(json.dumps({"schema": 1, "listed": count, "path": str(path)}))
    else:
        click.echo(visible(export_line(count, path, language_of(now.lang))))


def _need(phones: tuple[str, ...]) -> None:
    if not phones:
        raise click.UsageError("Name at least one number.")


def _change(act: "Callable[[Stoplist], Change]", what: "Done", *, as_json: bool) -> None:
    """Do it, say what it came to, leave with its exit code."""
    from campaign.cli.output.results import change_line

    with session() as now:
        change = act(now.app.stops)
    if as_json:
        told = {
            "schema": 1,
            "changed": change.changed,
            "unchanged": change.unchanged,
            "bad": change.bad,
            "listed": change.listed,
            "exit": int(change.exit_code),
        }
        click.echo(json.dumps(told))
    else:
        click.echo(change_line(change, what, language_of(now.lang)))
    raise click.exceptions.Exit(int(change.exit_code))
