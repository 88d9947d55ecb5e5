"""Texts in the reader's language: one gettext catalogue, numbers and dates as the language writes them.

English is the source. A code (of a row, an attempt, an alarm) has its English text in `code_texts`, a
label of a report in `labels`, any other text where it is made (`text.tr`). A translator edits
`locale/LANG/LC_MESSAGES/campaign.po`; a language is there as soon as its catalogue is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Final

from campaign.i18n import code_texts, labels
from campaign.text import Text, fill, tr

if TYPE_CHECKING:
    from campaign.domain import Status

Lang = str
"""`en`, or the name of a folder in `locale`: `ru`."""

DOMAIN: Final = "campaign"
"""Of gettext: the name of the catalogues."""

_NOUN: Final = "noun:"
_HTTP_CODE: Final = re.compile(r"http_([1-5]\d\d)", re.ASCII)
_REFUSED_STATUSES: Final = frozenset({"401", "403", "404", "400", "405", "413", "415"})
"""With these, and with any redirect, nothing was taken. Source: docs/protocol.md."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a code means, and what to do: "" where there is nothing to do."""

    reason: str
    hint: str


LOCALE_FOLDERS: Final[list[Traversable]] = [files("campaign") / "locale"]
"""Where catalogues are looked for, the first that has a language counts."""


def languages() -> tuple[str, ...]:
    """English, and every language that has a catalogue."""
    found = {one.name for folder in LOCALE_FOLDERS for one in folder.iterdir() if one.is_dir()}
    return ("en", *sorted(found))


def language_of(wish: str) -> Lang:
    """The language that a setting or a locale (`ru_RU.UTF-8`) asks for, English where it is not there."""
    name = re.split(r"[_.@-]", wish, maxsplit=1)[0].lower()
    return name if name in languages() else "en"


@cache
def catalogue(lang: Lang) -> NullTranslations:
    """The translations of a language; those of English give every text back."""
    if lang == "en":
        return NullTranslations()
    path = catalogue_folder(lang) / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as file:
        return GNUTranslations(file)


def catalogue_folder(lang: Lang) -> Traversable:
    """Where the catalogue of a language is; the first folder for English, which has none."""
    return next((one for one in LOCALE_FOLDERS if (one / lang).is_dir()), LOCALE_FOLDERS[0])


def translated(text: object, lang: Lang) -> str:
    """A text in a language, with everything that fills it; what no catalogue knows stays as it is."""
    if not isinstance(text, Text) or lang == "en":
        return str(text)
    if text.context.startswith(_NOUN):
        return counted(int(str(text.params["n"])), text.context.removeprefix(_NOUN), lang)
    if text.plural:
        count = int(str(text.params["n"]))
        template = catalogue(lang).ngettext(text.template, text.plural, count)
    else:
        template = _found(text.template, text.context, lang)
    return fill(template, {name: translated(one, lang) for name, one in text.params.items()})


def say(lang: Lang, template: str, /, **params: object) -> str:
    """A text made and translated at once; `pybabel extract` finds its template."""
    return translated(tr(template, **params), lang)


def _found(template: str, context: str, lang: Lang) -> str:
    """The translation for this very context where there is one, else that of the bare text."""
    known = catalogue(lang)
    if context:
        found = known.pgettext(context, template)
        if found != template:
            return found
    return known.gettext(template) if template else ""


def reason(code: str, details: Mapping[str, str], lang: Lang) -> Sentence:
    """What a code means; never raises: an unknown code is its own sentence.

    `http_502` and its like need no entry of their own; a missing detail is shown as "…".
    """
    entry = code_texts.CODES.get(code)
    if entry is None and (http := _HTTP_CODE.fullmatch(code)):
        refused = http[1] in _REFUSED_STATUSES or http[1].startswith("3")
        entry = code_texts.CODES["http_refused" if refused else "http_status"]
        details = {"status": http[1], **details}
    if entry is None:
        return Sentence(code, "")
    cause, hint = (_found(one, code, lang) for one in entry)
    return Sentence(fill(cause, details), fill(hint, details))


def reason_text(code: str, details: Mapping[str, str]) -> tuple[Text, Text]:
    """What a code means and what to do, as texts that can still be translated."""
    cause, hint = code_texts.CODES[code]
    return Text(cause, dict(details), context=code), Text(hint, dict(details), context=code)


def status_name(status: "Status", lang: Lang) -> str:
    """A status in a word or two."""
    return _found(code_texts.STATUSES[status], "", lang)


def status_count(status: "Status", count: int, lang: Lang) -> str:
    """A count of a status: `3 refused`, `отказы шлюза: 3`."""
    name = _found(code_texts.STATUSES[status], "count", lang)
    return say(lang, "{count} {status}", count=count, status=name)


def status_sentence(status: "Status", lang: Lang) -> str:
    """What a status means for the recipient."""
    return _found(code_texts.STATUS_SENTENCES[status], "", lang)


def label(key: str, lang: Lang, /, **params: object) -> str:
    """A heading, a name or a sentence of a report or of the terminal; an unknown key gives itself."""
    template = labels.LABELS.get(key)
    return key if template is None else fill(_found(template, key, lang), params)


def texts_in(lang: Lang, table: Mapping[str, str]) -> Mapping[str, str]:
    """A table of English texts in another language, under the same keys."""
    return {key: _found(template, key, lang) for key, template in table.items()}


def form(count: int, lang: Lang, noun: str) -> str:
    """The form of a noun that goes with a whole number; `noun` is a key of `code_texts.NOUNS`."""
    one, many = code_texts.NOUNS[noun]
    if lang == "en":
        return one if abs(count) == 1 else many
    return catalogue(lang).npgettext(f"{_NOUN}{noun}", one, many, abs(count))


def counted(count: int, noun: str, lang: Lang = "en") -> str:
    """The number and its noun: `2 messages`, `21 сообщение`."""
    return f"{count} {form(count, lang, noun)}"


def count_of(count: int, noun: str) -> Text:
    """As `counted`, to fill another text with."""
    one, many = code_texts.NOUNS[noun]
    return Text(f"{{n}} {one}", {"n": count}, f"{{n}} {many}", f"{_NOUN}{noun}")


def separators(lang: Lang) -> tuple[str, str]:
    """What stands between groups of three digits, and before decimals."""
    from babel.numbers import get_decimal_symbol, get_group_symbol  # noqa: PLC0415  start-up time

    return get_group_symbol(locale=lang), get_decimal_symbol(locale=lang)


def money(amount: Decimal, currency: str, lang: Lang) -> str:
    """An amount as the language writes it: `2 410,00 ₽`, `2,410.00 RUB`."""
    from babel.numbers import format_currency  # noqa: PLC0415  start-up time

    pattern = "#,##0.00 ¤¤" if lang == "en" else None
    return format_currency(amount, currency, format=pattern, locale=lang, decimal_quantization=False)


def moment(when: datetime, lang: Lang) -> str:
    """Day and minute, as the language writes them; the zone is that of `when`."""
    return when.strftime(_found("%Y-%m-%d %H:%M", "", lang))


_CHAIN: Final = re.compile(
    r"(?:: |\s?\()"
    r"(?P<chain>[A-Za-z_]\w*(?: < [A-Za-z_]\w*)+|[A-Z][A-Za-z0-9]*(?:Error|Timeout|Exception))"
    r"\)?(?=[;,.)]|\s|$)"
)


def technical_last(text: str) -> str:
    """The sentence with its chain of class names, if it has one, in brackets at its end."""
    found = _CHAIN.search(text)
    if found is None:
        return text
    plain = (text[: found.start()] + text[found.end() :]).rstrip()
    return f"{plain} ({found['chain']})"


_UTC: Final = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal"})


def at_moment(zone: tzinfo, moment: datetime) -> str:
    """The zone of one moment: `UTC+03:00`, or `UTC`."""
    return "UTC" if _is_utc(zone) else _distance(zone, moment)


def in_short(zone: tzinfo, lang: Lang, begun: datetime) -> str:
    """The zone for a heading: `UTC`, `UTC+03:00`, `Berlin`, or `local time` without a name.

    It is the distance where that stays the same for a year from `begun`, else the name.
    """
    found = _distances(zone, begun, begun + timedelta(days=366))
    if len(found) == 1:
        return found[0]
    return _name(zone, lang) or say(lang, "local time")


def in_full(zone: tzinfo, lang: Lang, begun: datetime, ended: datetime) -> str:
    """The zone where it is named once for all times of a report, from `begun` to `ended`.

    `UTC`, `Moscow, UTC+03:00`, or `Berlin, UTC+02:00 / UTC+01:00` where the clock was changed.
    """
    distances = " / ".join(_distances(zone, begun, ended))
    name = _name(zone, lang)
    return f"{name}, {distances}" if name else distances


def _name(zone: tzinfo, lang: Lang) -> str:
    """The city that stands for a zone, "" for those without one.

    `Etc/GMT-3` is UTC+03:00: its sign is the other way round, so it is better not shown.
    """
    key = str(getattr(zone, "key", None) or "")
    if _is_utc(zone) or key.startswith("Etc/") or "/" not in key:
        return ""
    from babel.dates import get_timezone_location  # noqa: PLC0415  start-up time

    return str(get_timezone_location(zone, locale=lang, return_city=True))


def _is_utc(zone: tzinfo) -> bool:
    return zone is UTC or getattr(zone, "key", None) in _UTC


def _distances(zone: tzinfo, begun: datetime, ended: datetime) -> tuple[str, ...]:
    """Each distance from UTC in that time, looked at once a week."""
    if _is_utc(zone):
        return ("UTC",)
    weeks = (ended - begun) // timedelta(days=7)
    moments = [begun + timedelta(days=7 * week) for week in range(weeks + 1)]
    return tuple(dict.fromkeys(_distance(zone, moment) for moment in (*moments, ended)))


def _distance(zone: tzinfo, moment: datetime) -> str:
    """`UTC+03:00`; the seconds that local mean times of the 19th century have are left out."""
    local = moment.astimezone(zone).isoformat(timespec="minutes")
    return f"UTC{local[len('2026-01-01T00:00') :][: len('+03:00')]}"
