"""From click's parameters to an App: which layer each setting comes from, and the terminal."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from campaign.cli.errors import Speech, wished_language
from campaign.cli.signals import NothingBegun, ending_at_once, stoppable
from campaign.config import Layer, Settings, read_toml, resolve
from campaign.errors import InputError
from campaign.options import Where, rows
from campaign.text import tr

if TYPE_CHECKING:
    from campaign.app import App
    from campaign.i18n import Lang


_TYPED = tr("the command line")

_TEXTS = ("text", "text_file")


class Effect(Enum):
    """What a command does beyond showing something."""

    READS = auto()  # it may end at any moment
    WRITES = auto()
    SENDS = auto()


@dataclass(frozen=True, slots=True)
class Session:
    """One command being carried out."""

    app: "App"
    files: tuple[Path, ...]  # tables and folders, also those that a campaign file names
    lang: "Lang"
    json_lang: "Lang"  # of texts in the object of `--json`: English, unless a language was asked for
    as_json: bool
    verbose: bool


@contextmanager
def session(files: tuple[Path, ...], effect: Effect) -> Iterator[Session]:
    """The App for the current command, stoppable by Ctrl-C and SIGTERM.

    Args:
        files: As typed: tables and folders, or one campaign file.
        effect: Of the command.
    """
    from campaign.app import App
    from campaign.app.context import AppContext
    from campaign.cli.output.console import make_ui

    context = click.get_current_context()
    parameters = context.params
    speech = context.find_object(Speech) or Speech()
    settings, files = _settings_and_files(context, files)
    asked = speech.named or settings.text("lang")
    lang = speech.lang = wished_language(asked, os.environ)
    settings = Settings({**settings.values, "lang": lang}, settings.origins)
    quiet, verbose = bool(parameters.get("quiet")), bool(parameters.get("verbose"))
    wait_s = _wait_s(effect, settings)
    with make_ui(quiet=quiet, verbose=verbose, lang=lang, wait_s=wait_s) as ui:
        for name, origin in settings.origins.items() if verbose else ():
            value = settings.get(name)
            ui.say(tr("{name} = {get!r} (from {origin})", name=name, get=value, origin=origin))
        app_context = AppContext(
            settings=settings,
            ui=ui,
            environment=dict(os.environ),  # child processes get `secret.child_environment`
            ask=partial(_prompt, lang) if _can_ask() else None,
            assume_yes=bool(parameters.get("yes")),
        )
        ui.stop_asked = app_context.clock.stop_asked
        at_once = ending_at_once() if effect is Effect.READS else nullcontext()
        with stoppable(app_context.clock, lang, unbegun=lambda: ui.checking), at_once:
            try:
                yield Session(
                    App(app_context),
                    files,
                    lang,
                    json_lang=lang if asked else "en",
                    as_json=bool(parameters.get("json")),
                    verbose=verbose,
                )
            except BrokenPipeError as error:
                if effect is not Effect.SENDS:
                    raise
                # Nothing is printed here: it is no reader of ours that has gone (exit 0).
                raise RuntimeError("a pipe broke inside the run") from error


def _settings_and_files(context: click.Context, files: tuple[Path, ...]) -> tuple[Settings, tuple[Path, ...]]:
    """The settings of all layers; the tables, which a campaign file may name instead."""
    from campaign.app.paths import profile_path

    layers = [
        _layer(context, ParameterSource.COMMANDLINE, _TYPED),
        _layer(context, ParameterSource.ENVIRONMENT, tr("the environment")),
    ]
    named = next((file for file in files if file.suffix.lower() == ".toml"), None)
    if named is not None:
        if len(files) > 1:
            raise InputError(
                tr("the campaign file {named} is given together with other files", named=named),
                hint=tr('Name it alone, and the tables in it: recipients = ["a.csv", "b.xlsx"]'),
                code="campaign_file",
            )
        layers.append(read_toml(named, what=tr("campaign file")))
        files = _recipients(named, layers[-1])
    if profile_path().exists():
        layers.append(read_toml(profile_path(), what=tr("profile")))
    return resolve(*_one_text_each(layers)), files


def _one_text_each(layers: list[Layer]) -> Iterator[Layer]:
    """The nearest layer that names a text, by either option, decides; naming both is an error."""
    named = False
    for layer in layers:
        mine = [name for name in _TEXTS if layer.values.get(name) is not None]
        if len(mine) > 1:
            if layer.origin == _TYPED:
                raise click.UsageError(tr("Name --text or --text-file, not both."))
            raise InputError(
                tr("{origin} names text and text_file", origin=layer.origin),
                hint=tr("Leave one of them out."),
                code="setting",
            )
        drop = mine if named else []
        yield Layer(layer.origin, {k: v for k, v in layer.values.items() if k not in drop})
        named = named or bool(mine)


def _wait_s(effect: Effect, settings: Settings) -> float:
    """Seconds for which the command waits for statuses at most.

    Raises:
        InputError: It is no duration, nor is `--poll`: after sending that would come too late.
    """
    from campaign.app.send import DEFAULT_WAIT_S

    settings.seconds("poll", 0)
    return settings.seconds("wait", DEFAULT_WAIT_S if effect is Effect.SENDS else 0)


def _layer(context: click.Context, source: ParameterSource, origin: str) -> Layer:
    """The options that were set there."""
    values: dict[str, object] = {}
    for row in rows(where=Where.FILE):
        if context.get_parameter_source(row.name) is source:
            value = context.params[row.name]
            values[row.name] = _pairs(value) if isinstance(value, tuple) else value
    return Layer(origin, values)


def _pairs(items: tuple[object, ...]) -> Mapping[str, str]:
    pairs = [str(item).partition("=") for item in items]
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
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed):
        raise InputError(
            tr("the campaign file {file} names no recipients", file=file),
            hint=tr('Add a line: recipients = "customers.csv", or ["a.csv", "b.xlsx"]'),
            code="campaign_file",
        )
    return tuple(map(Path, listed))


def _can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _prompt(lang: "Lang", text: str, hidden: bool) -> str:  # noqa: FBT001  # app.gateway.Ask
    from campaign.i18n import translated

    try:
        with ending_at_once():
            return str(click.prompt(translated(text, lang), hide_input=hidden, err=True))
    except NothingBegun as signal:
        raise click.Abort from signal
