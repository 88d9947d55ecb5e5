"""Which language a command speaks, and its errors in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from campaign.errors import CampaignError, UnusableCell

if TYPE_CHECKING:
    from campaign.rules.words import Lang, Sentence

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
    from campaign.rules.technical import technical_last  # start-up time

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
    from campaign.rules.words import error_sentence  # start-up time

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
