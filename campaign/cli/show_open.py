"""What is still open as lines of text: when to look again, and ids that nobody knows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from campaign.model import Fate, Stranger
from campaign.rules.looks import Outlook
from campaign.rules.plural import counted
from campaign.rules.words import Lang, fate_name
from campaign.rules.zone_words import at_moment

_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "open": "without a final status as of",
        "next_look": "next look worth while",
        "given_up": "given up",
        "strangers": "that nobody knows",
        "list": "campaign status -v lists them",
        "status": "status.json named it, unasked",
        "queue": "named by the queue of attempt",
    },
    "ru": {
        "open": "без итогового статуса на",
        "next_look": "снова смотреть стоит",
        "given_up": "ждать перестанем",
        "strangers": "без известного получателя",
        "list": "перечислит campaign status -v",
        "status": "назвал status.json, без вопроса",
        "queue": "назвала очередь попытки",
    },
}
_LIVE = (Fate.DELIVERED, Fate.UNDELIVERED, Fate.NO_FINAL_STATUS, Fate.ACCEPTED, Fate.UNKNOWN)


def outlook_lines(ahead: Outlook | None, lang: Lang, zone: tzinfo | None = None) -> Iterator[str]:
    """Who has no final status, when to look again, and when the waiting ends.

    Args:
        ahead: None where nobody looked.
        lang: Of the words.
        zone: Of the times, named once; None: as the system's clock.
    """
    if ahead is None or not ahead.open_count:
        return
    words, now = _WORDS[lang], ahead.as_of
    parts = [f"{ahead.open_count} {words['open']} {_local(now, now, zone)}"]
    if zone is not None:
        parts[0] += f" {at_moment(zone, now)}"
    for key, moment in (("next_look", ahead.next_look_at), ("given_up", ahead.given_up_at)):
        if moment is not None:
            parts.append(f"{words[key]}: {_local(moment, now, zone)}")
    yield "  " + "; ".join(parts)


def stranger_lines(strangers: Sequence[Stranger], lang: Lang, *, listed: bool) -> Iterator[str]:
    """How many ids the gateway named that are nobody's; which ones, if wanted."""
    words = _WORDS[lang]
    if strangers:
        told = ":" if listed else f": {words['list']}"
        yield f"  ! {counted(len(strangers), 'message_id', lang)} {words['strangers']}{told}"
    for one in strangers if listed else ():
        told = words["status"] if one.attempt_id is None else f"{words['queue']} {one.attempt_id}"
        yield f"    {one.smsc_id}  {one.word}  {one.first_seen:%Y-%m-%d %H:%M:%S} UTC  ({told})"


def wait_line(count: int, now: datetime, wait_s: float, lang: Lang) -> str:
    """How many are waited for, until when, and how to have it otherwise."""
    until = _local(now + timedelta(seconds=wait_s), now)
    messages = counted(count, "of_messages", lang)
    if lang == "ru":
        return (
            f"Ждём итоговых статусов {messages}, самое позднее до {until}. Прервать: Ctrl-C; не "
            "ждать: --wait 0; ничего не пропадёт, остальное потом покажет campaign report."
        )
    return (
        f"Waiting for the final statuses of {messages}, until {until} at the latest. To stop: "
        "Ctrl-C; not to wait: --wait 0; nothing is lost, campaign report shows the rest later."
    )


def live_line(fates: Mapping[Fate, int], lang: Lang) -> str:
    """The counts that move while statuses are waited for."""
    return ", ".join(f"{fates[fate]} {fate_name(fate, lang)}" for fate in _LIVE if fates.get(fate))


def _local(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A moment on the person's own clock, with its day where that is not today."""
    there = moment.astimezone(zone)
    same_day = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M}" if same_day else f"{there:%Y-%m-%d %H:%M}"
