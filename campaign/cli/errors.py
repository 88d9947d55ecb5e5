"""The one place where errors become sentences and exit codes.

Nothing below catches `Exception`; here it is caught once and shown as a bug, without local
variables: they could hold a password.
"""

import json
import os
import re
import shlex
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from campaign.cli.signals import NothingBegun, hush, hush_the_lost, show_line, while_anybody_reads
from campaign.errors import CampaignError, Exit

if TYPE_CHECKING:
    from campaign.i18n import Lang


_FOLLOWS_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(slots=True)
class Speech:
    """The language of one command; certain only when its settings are read."""

    lang: "Lang" = "en"
    named: str = ""  # by `--lang`, wherever in the command line


def wished_language(named: object, environment: Mapping[str, str]) -> "Lang":
    """The language that was named; "" or None: that of `CAMPAIGN_LANG`, then of the locale."""
    from campaign.i18n import language_of  # start-up time

    named = named or environment.get("CAMPAIGN_LANG")
    locale = next((environment[name] for name in _FOLLOWS_LOCALE if environment.get(name)), "")
    return language_of(str(named or locale))


def error_lines(error: CampaignError, lang: "Lang") -> Iterator[str]:
    """What happened and what to do next, in the reader's language; commands stay as they are."""
    from campaign.i18n import say, technical_last, translated  # start-up time

    message = technical_last(translated(error.message, lang))
    yield say(lang, "Error [{code}]: {message}", code=error.code, message=message)
    if hint := _with_store(translated(error.hint, lang)):
        yield say(lang, "Hint: {hint}", hint=hint)


_OUR_COMMAND = re.compile(
    r"\bcampaign (?:resume|report|status|unknown|resolve|runs|retry|doctor|pause|cancel"
    r"|stoplist \w+)\b"
)


def guarded(command: click.Command) -> int:
    """Run the command line; returns the exit code."""
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # an old console cannot print every letter
    speech = Speech(wished_language("", os.environ))
    try:
        code = command.main(standalone_mode=False, obj=speech)
    except BaseException as error:  # noqa: BLE001  # the boundary
        code = _reported(error, speech.lang)
    hush_the_lost()
    return code if isinstance(code, int) else Exit.DONE


def _reported(error: BaseException, lang: "Lang") -> int:  # noqa: PLR0911  # one return a kind of ending
    """Report what ended the command; returns its exit code."""
    from campaign.i18n import say  # start-up time

    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case CampaignError():
            if "--json" in sys.argv:
                with while_anybody_reads():
                    click.echo(json.dumps(_no_run(error, lang), ensure_ascii=False))
            show_error(error, lang)
            return error.exit_code
        case click.ClickException():
            command = getattr(error, "ctx", None)
            hint = f"{command.command_path} --help" if command else ""
            show_error(CampaignError(error.format_message(), hint=hint, code="usage"), lang)
            return error.exit_code
        case NothingBegun():
            show_line(say(lang, "Interrupted; nothing was planned or sent."))
            return Exit.INTERRUPTED
        case click.Abort() | KeyboardInterrupt():
            show_line(say(lang, "Interrupted; `campaign resume` continues safely."))
            return Exit.INTERRUPTED
        case BrokenPipeError():
            hush(sys.stdout)  # whoever read our output has gone (`| head`)
            stopped = isinstance(error.__context__, KeyboardInterrupt)  # and click reported it
            return Exit.INTERRUPTED if stopped else Exit.DONE
        case SystemExit():
            return Exit.DONE  # click's way of saying that whoever read our output has gone
        case OSError():
            show_line(say(lang, "Error [output]: the output cannot be written: {why}", why=error))
            return Exit.JOURNAL
        case _:
            show_line("".join(traceback.format_exception(error)))
            text = say(
                lang,
                "Error [bug]: this is a bug in campaign, not a problem with your file. "
                "Everything sent is in the journal; `campaign resume` continues safely.",
            )
            show_line(text)
            return Exit.BUG


def show_error(error: CampaignError, lang: "Lang") -> None:
    """What happened, and what to do next, on stderr."""
    from campaign.domain.printable import visible  # start-up time

    for line in error_lines(error, lang):
        show_line(visible(line))


def with_whole_hint(value: Mapping[str, object]) -> Mapping[str, object]:
    """The object of `--json` with the hint that stderr shows."""
    error = value.get("error")
    if not isinstance(error, Mapping):
        return value
    return {**value, "error": {**error, "hint": _with_store(str(error.get("hint", "")))}}


def typed_value(name: str, arguments: Sequence[str]) -> str:
    """What an option says also where click does not get to it (`--help`, usage errors), or ""."""
    for at, one in enumerate(arguments):
        if one == "--":
            break
        if one.startswith(f"{name}="):
            return one.partition("=")[2]
        if one == name:
            return next(iter(arguments[at + 1 :]), "")
    return ""


def _with_store(hint: str) -> str:
    """A command to copy must find the same journal."""
    named = typed_value("--store", sys.argv)
    if not named or "--store" in hint:
        return hint
    return _OUR_COMMAND.sub(lambda found: f"{found[0]} --store {shlex.quote(named)}", hint)


def _no_run(error: CampaignError, lang: "Lang") -> Mapping[str, object]:
    """The object of `--json` for a command that ended before there was a run to speak of.

    Its texts are English unless a language was asked for.
    """
    from campaign.i18n import translated  # start-up time

    asked = typed_value("--lang", sys.argv) or os.environ.get("CAMPAIGN_LANG")
    text, hint = (translated(one, lang if asked else "en") for one in (error.message, error.hint))
    return {
        "schema": 1,
        "run": None,
        "state": None,
        "rows": 0,
        "statuses": {},
        "attempts": {"answered": 0, "not_sent": 0, "refused": 0, "unknown": 0, "settled": 0},
        "cost": {},
        "segments": {"estimated": 0, "billed": 0},
        "reports": [],
        "exit": int(error.exit_code),
        "next": "",
        "error": {"code": error.code, "text": text, "hint": _with_store(hint)},
    }
