"""What a seed means: how many recipients, which faults at which request, which crashes, which queue."""

import random
from dataclasses import dataclass
from enum import StrEnum

from tests.seeds.faults import FAULTS


class Queue(StrEnum):
    """How the status queues behave."""

    ONCE = "once"  # reports everything, and forgets what it reported
    KEEPS = "keeps"  # reports everything, each time
    TWICE = "twice"  # first "smsc submit", and the end when it is read again
    LATE = "late"  # like ONCE, from 20 minutes after acceptance
    LOSSY = "lossy"  # every second answer is lost on its way, and forgotten
    DROPS = "drops"  # every third entry never comes
    SILENT = "silent"  # always empty


ALIVE = frozenset({Queue.ONCE, Queue.KEEPS, Queue.TWICE, Queue.LATE})
"""Queues that report every message to a reader that saves the answer."""


class Freeze(StrEnum):
    """Where a driver is frozen while another one takes the run over."""

    BEFORE_COMMIT = "before_commit"
    AFTER_ANSWER = "after_answer"


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that goes wrong in one campaign."""

    seed: int
    recipients: int
    chunk: int
    """So many messages in one request."""
    faults: tuple[str, ...]
    """Id of a fault, or "", one a request, in order."""
    crash_points: tuple[int, ...]
    """One a process: 2n is "before its journal write n", 2n+1 "after it"; past the last: none."""
    freezes: dict[int, Freeze]
    """Number of a request to where its driver freezes and is taken over."""
    stops: frozenset[int]
    """Numbers of requests at which an operator presses Ctrl-C."""
    stopped: dict[int, int]
    """Number of a request to the recipient put on the stop-list before its commit point."""
    queue: Queue
    dialect: str
    echoes: bool
    """status.json names the clientId of a bare id (prostor; iqsms wants it in the question)."""
    workers: int
    lose_statuses: bool
    """Every third status answer is lost."""


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
        faults=tuple(chance.choice(FAULTS).id if chance.random() < trouble else "" for _ in range(requests)),
        crash_points=tuple(
            chance.randrange(chance.choice([16, 40, 8 * requests + 20]))
            for _ in range(chance.choice([0, 0, 1, 1, 2, 3]))
        ),
        freezes={
            chance.randrange(requests): chance.choice(list(Freeze))
            for _ in range(chance.choice([0, 0, 0, 1]))
        },
        stops=frozenset(chance.randrange(requests) for _ in range(chance.choice([0, 0, 0, 0, 1]))),
        stopped={
            chance.randrange(requests): chance.randint(1, recipients)
            for _ in range(chance.choice([0, 0, 0, 0, 1, 2]))
        },
        queue=chance.choice(list(Queue)),
        dialect=dialect,
        echoes=dialect == "prostor" and chance.random() < 0.5,
        workers=chance.choice([1, 1, 1, 1, 3]),
        lose_statuses=chance.random() < 0.2,
    )
