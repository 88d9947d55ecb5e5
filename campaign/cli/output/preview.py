"""Rows as they would be sent, as lines of text."""

from collections.abc import Iterator, Sequence
from typing import Final

from campaign.app.preview import Previewed, zone_name
from campaign.cli.output.results import about
from campaign.domain import Message, Rejection
from campaign.domain.message.segments import count_segments
from campaign.i18n import Lang, counted, moment, reason, texts_in

_TEXTS: Final = {
    "now": "immediately",
    "at": "at",
    "local": "recipient's local time",
    "sender": "sender",
    "not_sent": "will not be sent",
}


def preview_lines(rows: Sequence[Previewed], lang: Lang) -> Iterator[str]:
    """Each row: where and to whom, when, how much, and the text itself."""
    for number, one in enumerate(rows):
        if number:
            yield ""
        if isinstance(one.outcome, Rejection):
            why = reason(one.outcome.code, one.outcome.details, lang)
            yield f"{one.place}: {texts_in(lang, _TEXTS)['not_sent']}. {why.reason} {why.hint}".rstrip()
        else:
            yield from _message_lines(one, one.outcome, lang)


def _message_lines(one: Previewed, message: Message, lang: Lang) -> Iterator[str]:
    texts = texts_in(lang, _TEXTS)
    sender = f", {texts['sender']} {message.sender}" if message.sender else ""
    known = one.numbering
    origin = "" if known is None else ", ".join(filter(None, (known.country, known.operator)))
    known_as = f" ({origin})" if origin else ""
    yield f"{one.place}: {message.phone}{known_as}{sender}, client_id {message.client_id}"
    coded = count_segments(message.text)
    cost = about(one.cost, lang)
    yield (
        f"  {counted(message.segments, 'sms_part', lang)} ({coded.encoding}, "
        f"{counted(len(message.text), 'character', lang)}){cost}"
    )
    yield f"  {_when(one, message, lang)}"
    for warning in one.warnings:
        yield f"  ! {reason(warning.code, warning.details, lang).reason}"
    for line in message.text.split("\n"):
        yield f"  | {line}"


def _when(one: Previewed, message: Message, lang: Lang) -> str:
    texts = texts_in(lang, _TEXTS)
    when = (
        texts["now"]
        if message.send_at is None
        else f"{texts['at']} {moment(message.send_at, lang)} UTC"
    )
    if one.local is None:
        return when
    earliest, latest = one.local
    if earliest.replace(tzinfo=None) == latest.replace(tzinfo=None):
        return f"{when}, {texts['local']} {moment(earliest, lang)} ({zone_name(earliest)})"
    return (
        f"{when}, {texts['local']} {moment(earliest, lang)} ({zone_name(earliest)}) … "
        f"{moment(latest, lang)} ({zone_name(latest)})"
    )
