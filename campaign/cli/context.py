"""From click's parameters to an App: which layer each setting comes from, and who is talked to."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from campaign.cli.errors import (
    Speech,
    show_error,
    wished_language,
    with_whole_hint,
)
from campaign.cli.signals import (
    NothingBegun,
    ending_at_once,
    stoppable,
    while_anybody_reads,
)
from campaign.config import (
    CAMPAIGN_KEYS,
    Layer,
    Settings,
    read_toml,
    resolve,
)
from campaign.errors import InputError
from campaign.i18n import language_of
from campaign.text import tr

if TYPE_CHECKING:
    from campaign.app import App
    from campaign.app.outcome import Outcome
    from campaign.app.summary import CheckSummary
    from campaign.i18n import Lang


_TYPED = "the command line"

_TEXTS = ("text", "text_file")

_READERS = frozenset({"check", "preview", "balance", "senders", "doctor", "runs", "unknown"})

_RENAMED = {"map_": "map"}


@dataclass(frozen=True, slots=True)
class Session:
    """One command being carried out."""

    app: "App"
    files: tuple[Path, ...]
    lang: str


@contextmanager
def session(files: tuple[Path, ...] = ()) -> Iterator[Session]:
    """The App for the current command, stoppable by Ctrl-C and SIGTERM.

    Args:
        files: As typed: tables and folders, or one campaign file.
    """
    from campaign.app import App
    from campaign.app.context import AppContext
    from campaign.app.paths import profile_path
    from campaign.cli.output.console import make_ui

    context = click.get_current_context()
    speech = context.find_object(Speech) or Speech()
    speech.lang = wished_language(context.params.get("lang"), os.environ)
    layers = [_layer(context, ParameterSource.COMMANDLINE, _TYPED)]
    layers.append(_layer(context, ParameterSource.ENVIRONMENT, "the environment"))
    named = next((file for file in files if file.suffix.lower() == ".toml"), None)
    if named is not None:
        if len(files) > 1:
            raise InputError(
                tr("the campaign file {named} stands beside other files", named=named),
                hint=tr('Name it alone, and the tables in it: recipients = ["a.csv", "b.xlsx"]'),
                code="campaign_file",
            )
        campaign_file = read_toml(named, what="campaign file")
        layers.append(campaign_file)
        files = _recipients(named, campaign_file)
    if profile_path().exists():
        layers.append(read_toml(profile_path(), what="profile"))
    settings = resolve(*_one_text_each(layers))
    environment = dict(os.environ)  # child processes get `secret.child_environment`
    parameters = context.params
    quiet = bool(parameters.get("quiet"))
    lang = speech.lang = wished_language(settings.text("lang"), environment)
    settings = Settings({**settings.values, "lang": lang}, settings.origins)
    verbose = bool(parameters.get("verbose"))
    wait_s = _wait_s(context, settings)
    with make_ui(quiet=quiet, verbose=verbose, lang=lang, wait_s=wait_s) as ui:
        if verbose:
            for name, origin in settings.origins.items():
                ui.say(
                    tr(
                        "{name} = {get!r} (from {origin})",
                        name=name,
                        get=settings.get(name),
                        origin=origin,
                    )
                )
        app_context = AppContext(
            settings=settings,
            ui=ui,
            environment=environment,
            ask=_prompt if _can_ask() else None,
            assume_yes=bool(parameters.get("yes")),
        )
        ui.stop_asked = app_context.clock.stop_asked
        at_once = ending_at_once() if _only_reads(context) else nullcontext()
        with stoppable(app_context.clock, lang, unbegun=lambda: ui.checking), at_once:
            try:
                yield Session(App(app_context), files, lang)
            except BrokenPipeError as error:
                if _only_reads(context) or not _sends(context):
                    raise
                # Nothing is printed here: it is no reader of ours that has gone (exit 0).
                raise RuntimeError("a pipe broke inside the run") from error


def _sends(context: click.Context) -> bool:
    return "lanes" in context.params


def _only_reads(context: click.Context) -> bool:
    """Whether the command can end at any moment, because it keeps and sends nothing."""
    return context.info_name in _READERS or bool(context.params.get("dry_run"))


def _one_text_each(layers: list[Layer]) -> Iterator[Layer]:
    """The nearest layer that names a text, by whichever option, decides which it is.

    Raises:
        UsageError: Both were typed.
        InputError: Both stand in the environment, or in one file.
    """
    named = False
    for layer in layers:
        mine = [name for name in _TEXTS if layer.values.get(name) is not None]
        if len(mine) > 1:
            if layer.origin == _TYPED:
                raise click.UsageError("Name --text or --text-file, not both.")
            raise InputError(
                tr("{origin} names text and text_file", origin=layer.origin),
                hint=tr("Leave one of them out."),
                code="setting",
            )
        drop = mine if named else []
        yield Layer(layer.origin, {k: v for k, v in layer.values.items() if k not in drop})
        named = named or bool(mine)


def _wait_s(context: click.Context, settings: Settings) -> float:
    """Seconds for which the command waits for statuses at most.

    Raises:
        InputError: It is no duration, nor is `--poll`: after sending it would be too late to say.
    """
    from campaign.app.send import DEFAULT_WAIT_S

    settings.seconds("poll", 0)
    return settings.seconds("wait", DEFAULT_WAIT_S if _sends(context) else 0)


def _layer(context: click.Context, source: ParameterSource, origin: str) -> Layer:
    values: dict[str, object] = {}
    for parameter, value in context.params.items():
        name = _RENAMED.get(parameter, parameter)
        if name in CAMPAIGN_KEYS and context.get_parameter_source(parameter) is source:
            values[name] = _pairs(value) if name == "map" else value
    return Layer(origin, values)


def _pairs(items: tuple[str, ...]) -> Mapping[str, str]:
    pairs = [item.partition("=") for item in items]
    wrong = next((item for item in pairs if not (item[0] and item[1] and item[2])), None)
    if wrong is not None:
        raise InputError(
            tr("--map {wrong} is not of the form ROLE=COLUMN", wrong="".join(wrong)),
            hint=tr('For example: --map phone="Телефон"'),
            code="map_form",
        )
    return {role: column for role, _, column in pairs}


def _recipients(file: Path, layer: Layer) -> tuple[Path, ...]:
    named = layer.values.get("recipients")
    listed = [named] if isinstance(named, str) else named
    texts = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    if not texts or not isinstance(listed, list) or len(texts) != len(listed):
        raise InputError(
            tr("the campaign file {file} names no recipients", file=file),
            hint=tr('Add a line: recipients = "customers.csv", or ["a.csv", "b.xlsx"]'),
            code="campaign_file",
        )
    return tuple(map(Path, texts))


def _can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _prompt(text: str, hidden: bool) -> str:  # the shape of compose.gateways.Ask
    try:
        with ending_at_once():
            return str(click.prompt(text, hide_input=hidden, err=True))
    except NothingBegun as signal:
        raise click.Abort from signal


def finish(outcome: "Outcome", *, as_json: bool, lang: str, verbose: bool = False) -> None:
    """Print the outcome and leave with its exit code."""
    from campaign.cli.output.results import outcome_lines
    from campaign.domain.printable import visible

    language: Lang = language_of(lang)
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


def show_summary(now: "Session", summary: "CheckSummary", *, as_json: bool) -> None:
    """What was understood of files on stderr, the figures on stdout."""
    from campaign.app.summary import as_json_object
    from campaign.cli.output.summary import figure_lines
    from campaign.domain.printable import visible

    now.app.context.ui.summary(summary)
    if as_json:
        click.echo(json.dumps(as_json_object(summary), ensure_ascii=False))
        return
    for line in figure_lines(summary, language_of(now.lang)):
        click.echo(visible(line))
