"""What a seed means: how many people, which faults at which request, which crashes, which queue."""

import random
from dataclasses import dataclass
from enum import StrEnum

from tests.seeds.faults import FAULTS


class Queue(StrEnum):
    """How the status queues behave."""

    ONCE = "once"  # tells everything, and forgets what it told
    KEEPS = "keeps"  # tells everything, each time
    TWICE = "twice"  # first "smsc submit", and the end when it is asked again
    LATE = "late"  # like ONCE, from 20 minutes after acceptance
    LOSSY = "lossy"  # every second answer is lost on its way, and forgotten
    DROPS = "drops"  # every third entry never comes
    SILENT = "silent"  # always empty


ALIVE = frozenset({Queue.ONCE, Queue.KEEPS, Queue.TWICE, Queue.LATE})
"""Queues that tell every message to whoever reads and keeps the answer."""


class Freeze(StrEnum):
    """Where a driver is frozen while another one takes the run over."""

    BEFORE_ARM = "before_arm"
    AFTER_ANSWER = "after_answer"


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that goes wrong in one campaign.

    Attributes:
        recipients: How many.
        chunk: So many in one request.
        faults: Id of a fault, or "", one a request, in order.
        crash_points: One a process: 2n is "before its journal write n", 2n+1 "after it"; past the
            last one means none.
        freezes: Number of a request to where its driver freezes and is taken over.
        stops: Numbers of requests at which somebody presses Ctrl-C.
        stop_words: Number of a request to who is put on the stop-list between its INTENT and ARM.
        echoes: status.json names the clientId of a bare id (prostor; iqsms wants it in the
            question).
        workers: Requests in flight at most.
        lose_statuses: Every third status answer is lost.
    """

    seed: int
    recipients: int
    chunk: int
    faults: tuple[str, ...]
    crash_points: tuple[int, ...]
    freezes: dict[int, Freeze]
    stops: frozenset[int]
    stop_words: dict[int, int]
    queue: Queue
    dialect: str
    echoes: bool
    workers: int
    lose_statuses: bool


def script_of(seed: int) -> Script:
    """The script of a seed; the same for ever."""
    chance = random.Random(seed)  # noqa: S311  # misfortunes, no secret
    chunk = chance.randint(1, 5)
    recipients = chance.randint(1, 12)
    requests = -(-recipients // chunk) + 4
    trouble = chance.choice([0.2, 0.5, 0.8])
    dialect = chance.choice(["prostor", "prostor", "iqsms"])
    return Script(
        seed=seed,
        recipients=recipients,
        chunk=chunk,
        faults=tuple(
            chance.choice(FAULTS).id if chance.random() < trouble else "" for _ in range(requests)
        ),
        crash_points=tuple(
            chance.randrange(chance.choice([16, 40, 8 * requests + 20]))
            for _ in range(chance.choice([0, 0, 1, 1, 2, 3]))
        ),
        freezes={
            chance.randrange(requests): chance.choice(list(Freeze))
            for _ in range(chance.choice([0, 0, 0, 1]))
        },
        stops=frozenset(chance.randrange(requests) for _ in range(chance.choice([0, 0, 0, 0, 1]))),
        stop_words={
            chance.randrange(requests): chance.randint(1, recipients)
            for _ in range(chance.choice([0, 0, 0, 0, 1, 2]))
        },
        queue=chance.choice(list(Queue)),
        dialect=dialect,
        echoes=dialect == "prostor" and chance.random() < 0.5,
        workers=chance.choice([1, 1, 1, 1, 3]),
        lose_statuses=chance.random() < 0.2,
    )
