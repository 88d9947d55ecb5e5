"""The one place where errors become sentences and exit codes.

Nothing below catches `Exception`; here it is caught once, shown without local variables (they
could hold a password), and called what it is: a bug.
"""

import json
import os
import re
import shlex
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from campaign.cli.signals import (
    NothingBegun,
    hush,
    hush_the_lost,
    tell,
    while_anybody_reads,
)
from campaign.errors import (
    CampaignError,
    Exit,
    UnusableCell,
)

if TYPE_CHECKING:
    from campaign.i18n import (
        Lang,
        Sentence,
    )


_FOLLOWS_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

_STARTS_COMMAND: Final = ("campaign ", "chmod ", "--")

_PROSE: Final = re.compile(r"[;,] |\b(?:or|shows?|starts|lists|makes|sends|takes|then)\b")

_OPTION: Final = re.compile(r"--[a-z-]+(?: [^\s;,.]+)?")

_COMMAND: Final = re.compile(r"\bcampaign [a-z]+(?: [^;,\s]+)*")


@dataclass(slots=True)
class Speech:
    """The language of one command; known for sure only when its settings are read."""

    lang: "Lang" = "en"


def wished(named: object, environment: Mapping[str, str]) -> "Lang":
    """The language that was named, else that of the environment.

    Args:
        named: Of `--lang` or a settings file; "" or None when nobody named any.
        environment: `CAMPAIGN_LANG`, then the locale.
    """
    named = named or environment.get("CAMPAIGN_LANG")
    if named:
        return "ru" if named == "ru" else "en"
    locale = next((environment[name] for name in _FOLLOWS_LOCALE if environment.get(name)), "")
    return "ru" if locale.lower().startswith("ru") else "en"


def error_lines(error: CampaignError, hint: str, lang: "Lang") -> Iterator[str]:
    """What happened and what to do next.

    In Russian the sentence of the catalogue comes first; what only the error itself knows (names,
    numbers, places) follows on a line of its own, in English. A command to copy stays as it is.

    Args:
        error: What ended the command.
        hint: Its hint, as it is to be shown.
        lang: `en` or `ru`.
    """
    from campaign.i18n import technical_last  # start-up time

    message = technical_last(error.message)
    if lang == "en":
        yield f"Error [{error.code}]: {message}"
        if hint:
            yield f"Hint: {hint}"
        return
    said, known = _sentence(error, hint, "ru"), _sentence(error, hint, "en")
    yield f"Ошибка [{error.code}]: {said.reason}"
    is_command = hint.startswith(_STARTS_COMMAND) and not _PROSE.search(hint)
    told = is_command or not said.hint
    more = [message] if _bare(message) != _bare(known.reason) else []
    if hint and not told and _bare(hint) not in _bare(known.hint):
        more.append(hint)
    if more:
        yield f"  {_joined(more)}"
    if wanted := hint if told else said.hint:
        yield f"Подсказка: {wanted}"


def _sentence(error: CampaignError, hint: str, lang: "Lang") -> "Sentence":
    from campaign.i18n import error_sentence  # start-up time

    command, option = _COMMAND.search(hint), _OPTION.search(hint)
    details = {
        "command": command[0].rstrip(".") if command else "",
        "option": option[0] if option else "",
        **_details(error),
    }
    return error_sentence(error.code, details, lang)


def _details(error: BaseException) -> Mapping[str, str]:
    """What fills the sentence: an error about an option comes from one about its value."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, UnusableCell):
        cause = cause.__cause__
    return {} if cause is None else cause.details


def _bare(sentence: str) -> str:
    return sentence.strip(" .").casefold()


def _joined(sentences: list[str]) -> str:
    ended = (one if one.endswith((".", "!", "?", "…")) else f"{one}." for one in sentences[:-1])
    return " ".join([*ended, *sentences[-1:]])  # what may be copied at the end keeps no stop


_INTERRUPTED = {
    "en": "Interrupted; `campaign resume` goes on safely.",
    "ru": "Прервано; `campaign resume` безопасно продолжит.",
}

_NOTHING_BEGUN = {
    "en": "Interrupted; nothing was planned or sent.",
    "ru": "Прервано; ничего не запланировано и не отправлено.",
}

_NO_OUTPUT = {
    "en": "Error [output]: the output cannot be written: {why}",
    "ru": "Ошибка [output]: вывод не удалось записать: {why}",
}

_BUG = {
    "en": "Error [bug]: this is a mistake in campaign, not in your file. What was sent is in the "
    "journal; `campaign resume` goes on safely.",
    "ru": "Ошибка [bug]: так ошиблась campaign, файл ваш ни при чём. Всё отправленное записано в "
    "журнале; `campaign resume` безопасно продолжит.",
}

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
    speech = Speech(wished("", os.environ))
    try:
        code = command.main(standalone_mode=False, obj=speech)
    except BaseException as error:  # noqa: BLE001  # the boundary
        code = _told(error, speech.lang)
    hush_the_lost()
    return code if isinstance(code, int) else Exit.DONE


def _told(error: BaseException, lang: "Lang") -> int:  # noqa: PLR0911  # one return a kind of ending
    """Say what ended the command; returns its exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case CampaignError():
            if "--json" in sys.argv:
                with while_anybody_reads():
                    click.echo(json.dumps(_no_run(error), ensure_ascii=False))
            show_error(error, lang)
            return error.exit_code
        case click.ClickException():
            with suppress(OSError):
                error.show()
            return error.exit_code
        case NothingBegun():
            tell(_NOTHING_BEGUN[lang])
            return Exit.INTERRUPTED
        case click.Abort() | KeyboardInterrupt():
            tell(_INTERRUPTED[lang])
            return Exit.INTERRUPTED
        case BrokenPipeError():
            hush(sys.stdout)  # whoever read our output has gone (`| head`)
            stopped = isinstance(error.__context__, KeyboardInterrupt)  # and click told it
            return Exit.INTERRUPTED if stopped else Exit.DONE
        case SystemExit():
            return Exit.DONE  # click's way of saying that whoever read our output has gone
        case OSError():
            tell(_NO_OUTPUT[lang].format(why=error.strerror))
            return Exit.JOURNAL
        case _:
            tell("".join(traceback.format_exception(error)))
            tell(_BUG[lang])
            return Exit.BUG


def show_error(error: CampaignError, lang: "Lang") -> None:
    """What happened, and what to do next, on stderr."""
    from campaign.domain.printable import visible  # start-up time

    for line in error_lines(error, _with_store(error.hint), lang):
        tell(visible(line))


def with_whole_hint(told: Mapping[str, object]) -> Mapping[str, object]:
    """The object of `--json` with the hint that stderr shows."""
    error = told.get("error")
    if not isinstance(error, Mapping):
        return told
    return {**told, "error": {**error, "hint": _with_store(str(error.get("hint", "")))}}


def _with_store(hint: str) -> str:
    """A command to copy must find the same journal."""
    words = sys.argv
    named = next((word[8:] for word in words if word.startswith("--store=")), "")
    if "--store" in words[:-1]:
        named = words[words.index("--store") + 1]
    if not named or "--store" in hint:
        return hint
    return _OUR_COMMAND.sub(lambda found: f"{found[0]} --store {shlex.quote(named)}", hint)


def _no_run(error: CampaignError) -> Mapping[str, object]:
    """The object of `--json` for a command that ended before there was a run to speak of."""
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
        "error": {
            "code": error.code,
            "message": error.message,
            "hint": _with_store(error.hint),
        },
    }
