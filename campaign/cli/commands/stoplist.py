"""`campaign stoplist add|remove|list|import|export`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaign.cli.command import Shown, command, echo
from campaign.cli.context import Effect, Session
from campaign.cli.options import PATH, HelpGroup, argument, option
from campaign.options import row
from campaign.text import tr

if TYPE_CHECKING:
    from campaign.app.stoplist import Change
    from campaign.cli.output.results import Done

_WHY = option("--why", default="", metavar="TEXT", help=tr("Who asked for it; stored permanently."))
_NUMBERS = argument("phones", "PHONE...", nargs=-1)

stoplist = HelpGroup(
    "stoplist",
    tr(
        "Numbers that no run of this journal may text.\n\n"
        "The list is checked when a run is planned and again right before each request: a number added "
        "while a run is being sent is left out from the next request on."
    ),
)


@stoplist.add
@command(
    _NUMBERS,
    _WHY,
    "region",
    effect=Effect.WRITES,
    help=tr("Put numbers on the list; of any country, landlines too."),
)
def add(now: Session, phones: tuple[str, ...], why: str) -> Shown:
    if not phones:
        raise click.UsageError(tr("Name at least one number."))
    return _shown(now, now.app.stops.add(phones, why=why), "added")


@stoplist.add
@command(
    _NUMBERS,
    option("--all", "everything", is_flag=True, help=tr("Empty the list; asks first.")),
    _WHY,
    "yes",
    "region",
    effect=Effect.WRITES,
    help=tr("Take numbers off the list: they may be texted again. The history keeps them."),
)
def remove(now: Session, phones: tuple[str, ...], everything: bool, why: str) -> Shown:
    if everything == bool(phones):
        raise click.UsageError(tr("Name the numbers, or --all."))
    stops = now.app.stops
    change = stops.remove_all(why=why) if everything else stops.remove(phones, why=why)
    return _shown(now, change, "removed")


@stoplist.add
@command(
    argument("file", "FILE", type=PATH),
    option("--skip-bad", is_flag=True, help=tr("Leave out rows whose number cannot be read.")),
    _WHY,
    row("map", tr("Which column holds the phone: phone=COLUMN.")),
    "sheet",
    "encoding",
    "delimiter",
    "region",
    name="import",
    effect=Effect.WRITES,
    help=tr(
        "Put every number of FILE on the list: all of them, or none.\n\n"
        "FILE is any table that `campaign run` reads, or a single column without a heading. Hidden "
        "rows count. A number that cannot be read stops the import, because its owner's refusal would "
        "be lost.\n\n"
        "Exit codes: 0 done; 3 done, rows left out (--skip-bad); 4 nothing was changed."
    ),
)
def import_(now: Session, file: Path, skip_bad: bool, why: str) -> Shown:
    return _shown(now, now.app.stops.import_(file, why=why, skip_bad=skip_bad), "added")


@stoplist.add
@command(name="list", effect=Effect.WRITES, help=tr("Show the list: number, since when, by whom, why."))
def list_(now: Session) -> None:
    with now.app.stops.entries() as entries:
        if now.as_json:
            found = [{**asdict(one), "added_at": one.added_at.isoformat()} for one in entries]
            echo(now, found, ())
            return
        lines = (f"{one.phone}  {one.added_at:%Y-%m-%d %H:%M}  {one.operator}: {one.why}" for one in entries)
        echo(now, None, lines)


@stoplist.add
@command(
    option("-o", "--output", "target", metavar="PATH", required=True, type=PATH, help=tr("CSV.")),
    effect=Effect.WRITES,
    help=tr("Write the list as CSV, which `campaign stoplist import` reads."),
)
def export(now: Session, target: Path) -> Shown:
    from campaign.app.report import log_moved
    from campaign.cli.output.results import export_line

    path, count = now.app.stops.export(target)
    log_moved(now.app.context, target, path)
    value = {"schema": 1, "listed": count, "path": str(path)}
    return Shown(value, [export_line(count, path, now.lang)])


def _shown(now: Session, change: "Change", done: "Done") -> Shown:
    from campaign.cli.output.results import change_line

    value = {"schema": 1, **asdict(change), "exit": int(change.exit_code)}
    return Shown(value, [change_line(change, done, now.lang)], change.exit_code)
