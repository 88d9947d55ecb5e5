"""Say in plain English or Russian what a code means and what to do about it.

Only the sentences of the catalogue are templates. What fills them came from a file or from the
gateway and is put in once, as text, whatever braces it holds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from campaign.model import Fate
from campaign.rules import (
    words_en,
    words_en_errors,
    words_en_gateway,
    words_ru,
    words_ru_errors,
    words_ru_gateway,
)
from campaign.rules.words_labels import FATE_SENTENCES, FATES, LABELS

Lang = Literal["en", "ru"]

CATALOGUE: Final[Mapping[Lang, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {
        "en": {
            **words_en_errors.ERRORS,
            **words_en.ROWS,
            **words_en.FILES,
            **words_en_gateway.GATEWAY,
        },
        "ru": {
            **words_ru_errors.ERRORS,
            **words_ru.ROWS,
            **words_ru.FILES,
            **words_ru_gateway.GATEWAY,
        },
    }
)
"""Language to code to reason and hint, with `{detail}` placeholders; `{{` and `}}` are braces."""

_ERRORS: Final[Mapping[Lang, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {"en": words_en_errors.ERRORS, "ru": words_ru_errors.ERRORS}
)

_SIDE: Final[Mapping[Lang, int]] = MappingProxyType({"en": 0, "ru": 1})
_PLACEHOLDER: Final = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_MISSING: Final = "…"
_HTTP_CODE: Final = re.compile(r"http_([1-5]\d\d)", re.ASCII)

_REFUSED_STATUSES: Final = frozenset({"401", "403", "404", "400", "405", "413", "415"})
"""With these, and with any redirect, nothing was taken. Source: design, verdict table."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a code means.

    Attributes:
        reason: What happened.
        hint: What to do, "" when there is nothing.
    """

    reason: str
    hint: str


def reason(code: str, details: Mapping[str, str], lang: Lang) -> Sentence:
    """Say what a code means.

    Args:
        code: Of a rejection, of a person's outcome, of an attempt or of an error. `http_502` and
            its like need no entry of their own.
        details: What fills the sentence; what is missing is shown as "…".
        lang: `en` or `ru`.

    Returns:
        The sentence; for an unknown code the code itself, without a hint. Never raises.
    """
    catalogue = CATALOGUE[lang]
    entry = catalogue.get(code)
    if entry is None and (http := _HTTP_CODE.fullmatch(code)):
        refused = http[1] in _REFUSED_STATUSES or http[1].startswith("3")
        entry = catalogue["http_refused" if refused else "http_status"]
        details = {"status": http[1], **details}
    if entry is None:
        return Sentence(code, "")
    return Sentence(_fill(entry[0], details), _fill(entry[1], details))


def error_sentence(code: str, details: Mapping[str, str], lang: Lang) -> Sentence:
    """Say why a command ended: as `reason`, but `already_sent` is then about the whole run.

    Args:
        code: Of an error.
        details: What fills the sentence; `command` and `option` are what the error tells to type.
        lang: `en` or `ru`.
    """
    entry = _ERRORS[lang].get(code)
    if entry is None:
        return reason(code, details, lang)
    return Sentence(_fill(entry[0], details), _fill(entry[1], details))


def fate_name(fate: Fate, lang: Lang) -> str:
    """Name a fate in a word or two."""
    return FATES[fate][_SIDE[lang]]


def fate_sentence(fate: Fate, lang: Lang) -> str:
    """Say what a fate means for the person concerned."""
    return FATE_SENTENCES[fate][_SIDE[lang]]


def label(key: str, lang: Lang) -> str:
    """Heading of a column, a sheet or a figure of the report; an unknown key gives itself."""
    names = LABELS.get(key)
    return key if names is None else names[_SIDE[lang]]


def _fill(sentence: str, details: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return match[0][0] if match[1] is None else str(details.get(match[1], _MISSING))

    return _PLACEHOLDER.sub(value, sentence)
