"""Say in plain English or Russian what a code means and what to do about it.

Only the sentences of the catalogue are templates. What fills them came from a file or from the
gateway and is put in once, as text, whatever braces it holds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final, Literal

from campaign.domain import Status
from campaign.i18n import code_texts, error_texts, ru
from campaign.i18n.code_texts import (
    LABELS,
    STATUS_SENTENCES,
    STATUSES,
)

Lang = Literal["en", "ru"]

CATALOGUE: Final[Mapping[Lang, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {
        "en": {
            **error_texts.ERRORS,
            **code_texts.ROWS,
            **code_texts.FILES,
            **code_texts.GATEWAY,
        },
        "ru": {
            **ru.ERRORS,
            **ru.ROWS,
            **ru.FILES,
            **ru.GATEWAY,
        },
    }
)
"""Language to code to reason and hint, with `{detail}` placeholders; `{{` and `}}` are braces."""

_ERRORS: Final[Mapping[Lang, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {"en": error_texts.ERRORS, "ru": ru.ERRORS}
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


def status_name(status: Status, lang: Lang) -> str:
    """Name a fate in a word or two."""
    return STATUSES[status][_SIDE[lang]]


def status_sentence(status: Status, lang: Lang) -> str:
    """Say what a fate means for the person concerned."""
    return STATUS_SENTENCES[status][_SIDE[lang]]


def label(key: str, lang: Lang) -> str:
    """Heading of a column, a sheet or a figure of the report; an unknown key gives itself."""
    names = LABELS.get(key)
    return key if names is None else names[_SIDE[lang]]


def _fill(sentence: str, details: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return match[0][0] if match[1] is None else str(details.get(match[1], _MISSING))

    return _PLACEHOLDER.sub(value, sentence)


_TEENS: Final = range(11, 15)

_FEW: Final = range(2, 5)

NOUNS: Final[Mapping[str, tuple[str, str, str, str, str]]] = MappingProxyType({
    # English one and other; Russian one (1, 21, 31), few (2-4, 22-24) and many (0, 5-20, 25)
    "person": ("person", "recipients", "человек", "человека", "человек"),
    "message": ("message", "messages", "сообщение", "сообщения", "сообщений"),
    "of_messages": ("message", "messages", "сообщения", "сообщений", "сообщений"),
    "row": ("row", "rows", "строка", "строки", "строк"),
    "text_takes": ("text takes", "texts take", "тексте", "текстах", "текстах"),
    "part": ("part", "parts", "часть", "части", "частей"),
    "sms_part": ("SMS part", "SMS parts", "часть SMS", "части SMS", "частей SMS"),
    "character": ("character", "characters", "знак", "знака", "знаков"),
    "file": ("file", "files", "файл", "файла", "файлов"),
    "table": ("table", "tables", "таблица", "таблицы", "таблиц"),
    "number": ("number", "numbers", "номер", "номера", "номеров"),
    "run": ("run", "runs", "запуск", "запуска", "запусков"),
    "id": ("id", "ids", "id", "id", "id"),
    "queue_answer": (
        "queue answer", "queue answers", "ответ очереди", "ответа очереди", "ответов очереди",
    ),
    "message_id": (
        "message id", "message ids", "номер сообщения", "номера сообщений", "номеров сообщений",
    ),
    "gets": ("person gets", "people get", "человек получит", "человека получат", "человек получат"),
    "was": ("person was", "people were", "человек был", "человека были", "человек были"),
})  # fmt: skip
"""Words that stand behind a number, some with what the person does, or in another case."""


def form(count: int, lang: Literal["en", "ru"], noun: str) -> str:
    """The form of a noun that goes with a number.

    Args:
        count: How many; its sign does not count.
        lang: `en` or `ru`.
        noun: A key of `NOUNS`.

    Source:
        Unicode CLDR, plural rules for cardinal numbers, "en" and "ru", for whole numbers.
    """
    forms = NOUNS[noun]
    if lang == "en":
        return forms[0 if abs(count) == 1 else 1]
    tens, ones = abs(count) % 100, abs(count) % 10
    if tens not in _TEENS and ones == 1:
        return forms[2]
    return forms[3 if tens not in _TEENS and ones in _FEW else 4]


def counted(count: int, noun: str, lang: Literal["en", "ru"] = "en") -> str:
    """The number and its noun: `2 messages`, `21 сообщение`."""
    return f"{count} {form(count, lang, noun)}"


_NAME: Final = r"[A-Z][A-Za-z0-9]*(?:Error|Timeout|Exception)"

_CHAIN: Final = re.compile(
    rf"(?:: |\s?\()(?P<chain>[A-Za-z_]\w*(?: < [A-Za-z_]\w*)+|{_NAME})\)?(?=[;,.)]|\s|$)"
)


def technical_last(text: str) -> str:
    """The sentence with its chain of class names, if it has one, in brackets at its end."""
    found = _CHAIN.search(text)
    if found is None:
        return text
    plain = (text[: found.start()] + text[found.end() :]).rstrip()
    return f"{plain} ({found['chain']})"


_NAMES: Final = {  # the Russian ones go with "время", which stands before them everywhere
    "Europe/Kaliningrad": ("Kaliningrad time", "калининградское"),
    "Europe/Moscow": ("Moscow time", "московское"),
    "Europe/Samara": ("Samara time", "самарское"),
    "Asia/Yekaterinburg": ("Yekaterinburg time", "екатеринбургское"),
    "Asia/Omsk": ("Omsk time", "омское"),
    "Asia/Novosibirsk": ("Novosibirsk time", "новосибирское"),
    "Asia/Krasnoyarsk": ("Krasnoyarsk time", "красноярское"),
    "Asia/Irkutsk": ("Irkutsk time", "иркутское"),
    "Asia/Yakutsk": ("Yakutsk time", "якутское"),
    "Asia/Vladivostok": ("Vladivostok time", "владивостокское"),
    "Asia/Magadan": ("Magadan time", "магаданское"),
    "Asia/Kamchatka": ("Kamchatka time", "камчатское"),
}

_LOCAL: Final = ("local time", "местное время")

_UTC: Final = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal"})

_ETC: Final = "Etc/"
"""`Etc/GMT-3` is UTC+03:00: its sign is the other way round, so it is better not shown."""

_STEP: Final = timedelta(days=7)

_YEAR: Final = timedelta(days=366)

_AFTER_MINUTES: Final = len("2026-01-01T00:00")

_WITHOUT_SECONDS: Final = len("+03:00")
"""Local mean times of the 19th century have seconds."""


def at_moment(zone: tzinfo, moment: datetime) -> str:
    """The zone of one moment: `UTC+03:00`, or `UTC`."""
    return "UTC" if _is_utc(zone) else _distance(zone, moment)


def in_short(zone: tzinfo, lang: Lang, begun: datetime) -> str:
    """The zone for a heading: its distance where it has but one, else its name.

    Args:
        zone: In which times are shown.
        lang: Of its name.
        begun: The first of these times; the distance is that of the year that begins with it.

    Returns:
        `UTC`, `UTC+03:00`, `Europe/Berlin`, or `local time` where it has no name.
    """
    found = _distances(zone, begun, begun + _YEAR)
    if len(found) == 1:
        return found[0]
    return _name(zone, lang) or _LOCAL[lang == "ru"]


def in_full(zone: tzinfo, lang: Lang, begun: datetime, ended: datetime) -> str:
    """The zone where it is named once for all times of a report.

    Args:
        zone: In which times are shown.
        lang: Of its name.
        begun: The first of these times.
        ended: The last one.

    Returns:
        `UTC`, `Moscow time, UTC+03:00`, or `Europe/Berlin, UTC+02:00 / UTC+01:00` where the clock
        was changed in between.
    """
    said = " / ".join(_distances(zone, begun, ended))
    name = _name(zone, lang)
    return f"{name}, {said}" if name else said


def _name(zone: tzinfo, lang: Lang) -> str:
    key = str(getattr(zone, "key", None) or "")
    if key in _NAMES:
        return _NAMES[key][lang == "ru"]
    return "" if _is_utc(zone) or key.startswith(_ETC) or "/" not in key else key


def _is_utc(zone: tzinfo) -> bool:
    return zone is UTC or getattr(zone, "key", None) in _UTC


def _distances(zone: tzinfo, begun: datetime, ended: datetime) -> tuple[str, ...]:
    """Each distance from UTC in that time, looked at once a week."""
    if _is_utc(zone):
        return ("UTC",)
    found: dict[str, None] = {}
    moment = begun
    while moment < ended:
        found[_distance(zone, moment)] = None
        moment += _STEP
    found[_distance(zone, ended)] = None
    return tuple(found)


def _distance(zone: tzinfo, moment: datetime) -> str:
    said = moment.astimezone(zone).isoformat(timespec="minutes")[_AFTER_MINUTES:]
    return f"UTC{said[:_WITHOUT_SECONDS]}"
