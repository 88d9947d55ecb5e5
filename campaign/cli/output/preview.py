"""Rows as they would be sent, as lines of text."""

from collections.abc import Iterator, Sequence

from campaign.app.preview import Previewed, zone_name
from campaign.cli.output.results import about
from campaign.domain import Message, Rejection
from campaign.domain.message.segments import count_segments
from campaign.i18n import Lang, counted, moment, reason, say


def preview_lines(rows: Sequence[Previewed], lang: Lang) -> Iterator[str]:
    """Each row: where and to whom, when, how much, and the text itself."""
    for number, one in enumerate(rows):
        if number:
            yield ""
        if isinstance(one.outcome, Rejection):
            why = reason(one.outcome.code, one.outcome.details, lang)
            not_sent = say(lang, "will not be sent")
            yield f"{one.cell}: {not_sent}. {why.reason} {why.hint}".rstrip()
        else:
            yield from _message_lines(one, one.outcome, lang)


def _message_lines(one: Previewed, message: Message, lang: Lang) -> Iterator[str]:
    sender = f", {say(lang, 'sender')} {message.sender}" if message.sender else ""
    known = one.numbering
    origin = "" if known is None else ", ".join(filter(None, (known.country, known.operator)))
    known_as = f" ({origin})" if origin else ""
    yield f"{one.cell}: {message.phone}{known_as}{sender}, client_id {message.client_id}"
    coded = count_segments(message.text)
    yield (
        f"  {counted(message.segments, 'sms_part', lang)} ({coded.encoding}, "
        f"{counted(len(message.text), 'character', lang)}){about(one.cost, lang)}"
    )
    yield f"  {_when(one, message, lang)}"
    for warning in one.warnings:
        yield f"  ! {reason(warning.code, warning.details, lang).reason}"
    for line in message.text.split("\n"):
        yield f"  | {line}"


def _when(one: Previewed, message: Message, lang: Lang) -> str:
    when = say(lang, "immediately")
    if message.send_at is not None:
        when = f"{say(lang, 'at')} {moment(message.send_at, lang)} UTC"
    if one.local is None:
        return when
    earliest, latest = (f"{moment(at, lang)} ({zone_name(at)})" for at in one.local)
    same = len({at.replace(tzinfo=None) for at in one.local}) == 1
    local = earliest if same else f"{earliest} … {latest}"
    local_time = say(lang, "recipient's local time")
    return f"{when}, {local_time} {local}"
