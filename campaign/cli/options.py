"""click's parameters and commands, made of the table of options, with translated help."""

from gettext import gettext
from pathlib import Path
from typing import Any, Final

import click

from campaign.cli.errors import Speech
from campaign.options import Kind, Option, Where
from campaign.text import Text, tr

PATH: Final = click.Path(path_type=Path)

_METAVARS: Final = {
    Kind.COUNT: "N", Kind.NUMBER: "N", Kind.TIME: "TIME", Kind.MONEY: "AMOUNT",
    Kind.INPUT: "PATH", Kind.OUTPUT: "PATH", Kind.PAIRS: "ROLE=COLUMN",
}  # fmt: skip


def in_language(text: str, context: click.Context) -> str:
    """A text of the help in the language of the command line."""
    speech = context.find_object(Speech) or Speech()
    if speech.lang == "en":
        return str(text)
    from campaign.i18n import translated

    return translated(text, speech.lang)


class HelpOption(click.Option):
    """An option whose help is translated when it is shown."""

    def __init__(self, names: tuple[str, ...], help: Text, **attributes: Any) -> None:  # noqa: A002, ANN401  # click's own
        super().__init__(names, help=help, **attributes)
        self.text = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """As click makes it."""
        self.help = in_language(_filled(self.text), ctx)
        return super().get_help_record(ctx)

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """The name only: click adds the variable in English."""
        return click.Parameter.get_error_hint(self, ctx)

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:  # noqa: ANN401  # click's own
        """As click does it; its errors name the kind of number, which gettext is not asked for."""
        if isinstance(self.type, click.IntRange | click.FloatRange):
            kind = tr("whole number") if isinstance(self.type, click.IntRange) else tr("number")
            self.type.name = in_language(kind, ctx)
        return super().type_cast_value(ctx, value)


class HelpCommand(click.Command):
    """A command whose help is translated when it is shown; each takes `--lang`."""

    def __init__(self, name: str, help: Text, **attributes: Any) -> None:  # noqa: A002, ANN401  # click's own
        super().__init__(name, help=help, **attributes)
        self.text = help

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """As click does it, which keeps the one of the first language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = gettext("Show this message and exit.")
        return option

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """As click does it; `main` has read the language."""
        own = super().get_params(ctx)
        if any("--lang" in one.opts for one in own):
            return own
        return [*own, click.Option(["--lang"], hidden=True, expose_value=False)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does it."""
        self.help = in_language(self.text, ctx)
        super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, for the list of a group."""
        self.help = in_language(self.text, click.get_current_context())
        return super().get_short_help_str(limit)


class HelpGroup(HelpCommand, click.Group):
    """Several commands under one name."""

    def add(self, command: HelpCommand) -> HelpCommand:
        """As a decorator."""
        self.add_command(command)
        return command


def _filled(text: Text) -> Text:
    """Names that other tables know: whoever adds a provider or a format edits no help.

    Read from the tables themselves: `campaign.app` would take half a second to import.
    """
    if "{gateways}" in text.template:
        from campaign.gateways.json_v2.providers import PROVIDERS

        return tr(text.template, gateways=", ".join(PROVIDERS))
    if "{formats}" in text.template:
        from campaign.reports import formats_help

        return tr(text.template, formats=formats_help())
    return text


def option(*names: str, help: Text, **attributes: Any) -> click.Option:  # noqa: A002, ANN401  # click's own
    """An option of one command only."""
    return HelpOption(names, help, **attributes)


def argument(name: str, metavar: str, **attributes: Any) -> click.Argument:  # noqa: ANN401  # click's own
    """A parameter without a name of its own."""
    return click.Argument([name], metavar=metavar, **attributes)


def run_name(*, required: bool = False) -> click.Argument:
    """The run that a command is about."""
    if required:
        return argument("run", "RUN")
    return argument("run", "[RUN]", required=False, default="")


def file_names() -> click.Argument:
    """Tables, folders of tables, or one campaign file."""
    return argument("files", "FILE...", type=PATH, nargs=-1, required=True)


def made_of(row: Option) -> click.Option:
    """A row of the table as click's parameter, with its environment variable."""
    names = (row.short, row.flag, row.name) if row.short else (row.flag, row.name)
    attributes: dict[str, Any] = {"metavar": row.metavar or _METAVARS.get(row.kind)}
    match row.kind:
        case Kind.FLAG:
            attributes |= {"is_flag": True, "default": None}
        case Kind.COUNT:
            high = None if row.high is None else int(row.high)
            attributes["type"] = click.IntRange(int(row.low or 0), high)
        case Kind.NUMBER:
            attributes["type"] = click.FloatRange(row.low, row.high)
        case Kind.CHOICE:
            from campaign.i18n import languages

            attributes["type"] = click.Choice(row.choices or languages())
        case Kind.PAIRS:
            attributes["multiple"] = True
        case _:
            pass
    if Where.ENVIRONMENT in row.where:
        attributes |= {"envvar": row.variable, "show_envvar": True}
    return HelpOption(names, row.help, **attributes)
