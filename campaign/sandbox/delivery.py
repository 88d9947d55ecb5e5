"""What becomes of an accepted message, and when: a pure function of its number and its phone.

Nothing is stored and no thread runs: the status at a moment is computed from the ledger and the
clock, so a sandbox that was killed and started again goes on as if it had lived.

The last three digits of the phone choose the end:

    990  refused at once: invalid mobile phone
    991  delivery error
    992  smsc reject
    993  smsc submit for ever
    any  queued -> smsc submit -> delivered
"""

from typing import NamedTuple

REFUSED_ENDING = "990"
FINAL_WORDS = {"991": "delivery error", "992": "smsc reject"}
ENDLESS_ENDING = "993"

_SUBMIT_SHARE = 0.4  # smsc submit comes this far into the delay
_SPREAD = 2_654_435_761  # Knuth's multiplier: consecutive numbers land far apart


class Event(NamedTuple):
    """A status word and the moment from which it holds, in seconds since the epoch."""

    due_at: float
    word: str


def events(
    seq: int,
    phone: str,
    *,
    accepted_at: float,
    send_at: float | None,
    delay_s: tuple[float, float],
) -> tuple[Event, ...]:
    """List all that will ever be said about a message, in order of time.

    Args:
        seq: Number of the message in the ledger; decides the delay within its bounds.
        phone: Its last three digits choose the end.
        accepted_at: When the gateway took it, seconds since the epoch.
        send_at: Its scheduled time, None for "now"; a past time means "now" too.
        delay_s: Shortest and longest seconds from hand-over to the final word.
    """
    shortest, longest = delay_s
    share = (seq * _SPREAD % 2**32) / 2**32
    delay = shortest + (longest - shortest) * share
    start = accepted_at if send_at is None else max(accepted_at, send_at)
    queued = Event(accepted_at, "queued")
    submitted = Event(start + delay * _SUBMIT_SHARE, "smsc submit")
    ending = phone[-3:]
    if ending == ENDLESS_ENDING:
        return queued, submitted
    return queued, submitted, Event(start + delay, FINAL_WORDS.get(ending, "delivered"))


def word_at(told: tuple[Event, ...], now: float) -> str:
    """Give the status at a moment; a message is `queued` from its first instant."""
    word = told[0].word
    for event in told[1:]:
        if event.due_at > now:
            break
        word = event.word
    return word
