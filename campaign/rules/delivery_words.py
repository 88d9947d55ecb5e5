"""What a delivery word changes: states only move forward, and two ends are never mixed up silently.

Pure: the journal asks, and stores what comes out. The words and their classes come from the
gateways' documents; that they are repeated, told in any order and taken back comes from life.
"""

from typing import Final, NamedTuple

from campaign.model import Delivery

ENDS: Final = frozenset({Delivery.DELIVERED, Delivery.UNDELIVERED})
"""Classes that are never left for another kind."""

ASK_AGAIN_AFTER_US: Final = 60_000_000
"""`incorrect id` is final only when it is said again so much later: the gateway's status side may
not know a message yet that its send side has just taken."""


class Known(NamedTuple):
    """What is known about a message: its latest word that counted.

    Attributes:
        word: "" as long as nothing was said.
        since_us: When that word was said first, microseconds since 1970.
    """

    word: str = ""
    delivery: Delivery | None = None
    since_us: int | None = None


class Step(NamedTuple):
    """What one more word comes to.

    Attributes:
        known: What is known from now on.
        moved: `known` is another word than before.
        stepped_back: A final word was followed by one that is none: remembered, not believed.
        contradicts: Another end was told before.
        ends: The message is at its end by this word.
    """

    known: Known
    moved: bool
    stepped_back: bool
    contradicts: bool
    ends: bool


def step(known: Known, word: str, delivery: Delivery, now_us: int) -> Step:
    """Take one word in.

    Args:
        known: What was known before.
        word: As the gateway said it.
        delivery: Its class.
        now_us: When it was said, microseconds since 1970.
    """
    was_end = known.delivery in ENDS
    if word == known.word:
        said_again = (
            delivery is Delivery.LOST
            and known.since_us is not None
            and now_us - known.since_us >= ASK_AGAIN_AFTER_US
        )
        return Step(
            known, moved=False, stepped_back=False, contradicts=False,
            ends=delivery in ENDS or said_again,
        )  # fmt: skip
    if was_end and delivery not in ENDS:
        return Step(known, moved=False, stepped_back=True, contradicts=False, ends=True)
    return Step(
        Known(word, delivery, now_us),
        moved=True,
        stepped_back=False,
        contradicts=was_end and delivery is not known.delivery,
        ends=delivery in ENDS,
    )
