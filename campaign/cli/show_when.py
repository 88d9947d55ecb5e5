"""When messages are to be delivered, as lines of text."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Final

from campaign.rules.plural import counted
from campaign.rules.words import Lang
from campaign.rules.zone_words import at_moment

_SHOWN: Final = 5
_WORDS: Final[dict[Lang, tuple[str, str]]] = {
    "en": ("To be sent", "at once"),
    "ru": ("Отправить", "сразу"),
}


def when_lines(
    send_times: Mapping[datetime | None, int], lang: Lang, zone: tzinfo | None = None
) -> Iterator[str]:
    """Each send time with its zone and how many people have it; nothing where all go at once.

    Args:
        send_times: In UTC; None: at once.
        lang: Of the words.
        zone: Of the times; None: as the system's clock.
    """
    if not any(send_times):
        return
    head, at_once = _WORDS[lang]
    times = sorted(send_times.items(), key=lambda one: (one[0] is not None, str(one[0])))
    for moment, people in times[:_SHOWN]:
        said = counted(people, "person", lang)
        yield f"{head} {at_once if moment is None else _at(moment, zone)}: {said}"
    if len(times) > _SHOWN:
        yield f"{head} … {_at(max(one for one, _ in times if one), zone)}"


def _at(moment: datetime, zone: tzinfo | None) -> str:
    there = moment.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M} {at_moment(there.tzinfo, moment) if there.tzinfo else 'UTC'}"
