"""`@command`: from a function to a command of click, with everything that all commands share.

A file in `commands/` declares its parameters, whether it reads or sends, and its help; its function
gets a `Session` and returns what is to be shown. Settings, signals, `--json` and the exit code are
handled here.
"""

import inspect
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import click

from campaign.cli.context import Effect, Session, session
from campaign.cli.errors import show_error, with_whole_hint
from campaign.cli.options import HelpCommand, made_of
from campaign.cli.signals import while_anybody_reads
from campaign.errors import Exit
from campaign.options import Option, rows
from campaign.text import Text

if TYPE_CHECKING:
    from campaign.app.outcome import Outcome
    from campaign.domain.summary import CheckSummary


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command prints."""

    value: object  # of `--json`: ready for JSON but for texts, which are translated here
    lines: Iterable[str]  # the same for people, already in their language
    exit_code: Exit = Exit.DONE


Result: TypeAlias = "Outcome | Shown | None"


def plain_command(
    *takes: str | Option | click.Parameter,
    help: Text,  # noqa: A002  # click's own
) -> Callable[[Callable[..., object]], HelpCommand]:
    """A command that does everything itself; it is called with all its parameters by name."""

    def declare(function: Callable[..., object]) -> HelpCommand:
        return HelpCommand(function.__name__, help, params=_parameters(takes), callback=function)

    return declare


def command(
    *takes: str | Option | click.Parameter,
    effect: Effect,
    help: Text,  # noqa: A002  # click's own
    name: str = "",
) -> Callable[[Callable[..., Result]], HelpCommand]:
    """Make a command of a function of the session and of what is not a setting.

    Args:
        takes: Groups or names of the table of options, single rows of it, and parameters of this
            command only; all commands take `talk` and `store`.
        effect: Whether it reads, writes or sends.
        help: One paragraph about what it does, then more, then its exit codes.
        name: As it is typed, where that is not the function's name.
    """

    def declare(function: Callable[..., Result]) -> HelpCommand:
        wanted = list(inspect.signature(function).parameters)[1:]

        def run(**values: object) -> None:
            files = values.get("files")
            harmless = Effect.READS if values.get("dry_run") else effect
            with session(files if isinstance(files, tuple) else (), harmless) as now:
                values["files"] = now.files
                result = function(now, **{name: values[name] for name in wanted})
            _show(now, result)

        parameters = _parameters((*takes, "talk", "store"))
        return HelpCommand(name or function.__name__, help, params=parameters, callback=run)

    return declare


def _parameters(takes: Iterable[str | Option | click.Parameter]) -> list[click.Parameter]:
    found: list[click.Parameter] = []
    for one in takes:
        match one:
            case str():
                found += map(made_of, rows(one))
            case Option():
                found.append(made_of(one))
            case click.Parameter():
                found.append(one)
    return found


def _show(now: Session, result: Result) -> None:
    """Print what a command came to and leave with its exit code; with None it has printed all."""
    if result is None:
        return
    if isinstance(result, Shown):
        echo(now, result.value, result.lines)
        sys.stdout.flush()
    else:
        _show_outcome(now, result)
    raise click.exceptions.Exit(int(result.exit_code))


def _show_outcome(now: Session, outcome: "Outcome") -> None:
    from campaign.cli.output.results import outcome_lines

    with while_anybody_reads():
        lines = outcome_lines(outcome, now.lang, verbose=now.verbose)
        echo(now, with_whole_hint(outcome.as_json()), lines)
    for error in (outcome.error, outcome.report_error):
        if error is not None:
            show_error(error, now.lang)


def summary_shown(now: Session, summary: "CheckSummary", exit_code: Exit = Exit.DONE) -> Shown:
    """What was understood of files, which goes to stderr, and the figures."""
    from campaign.app.summary import as_json_object
    from campaign.cli.output.summary import figure_lines

    now.app.context.ui.summary(summary)
    return Shown(as_json_object(summary), figure_lines(summary, now.lang), exit_code)


def echo(now: Session, value: object, lines: Iterable[str]) -> None:
    """The object with `--json`, else the lines."""
    from campaign.domain.printable import visible

    if now.as_json:
        click.echo(json.dumps(_translated(value, now.json_lang), ensure_ascii=False))
        return
    for line in lines:
        click.echo(visible(line))


def _translated(value: object, lang: str) -> object:
    from campaign.i18n import translated

    match value:
        case Text():
            return translated(value, lang)
        case dict():
            return {key: _translated(one, lang) for key, one in value.items()}
        case list() | tuple():
            return [_translated(one, lang) for one in value]
        case _:
            return value
