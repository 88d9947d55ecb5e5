"""Follow the delivery statuses: each attempt's own queue first, status.json for the rest.

A queue forgets what it tells, so its raw answer is stored before anybody parses it; and what a
queue of an attempt without an answer tells is evidence, the only one there is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice

from campaign.errors import GatewayError, LoginRefused
from campaign.model import (
    CHUNK_SIZE,
    QUEUE_READ_LIMIT,
    Fate,
    OpenQueue,
    Reply,
    RunId,
    RunState,
    Tracked,
)
from campaign.ports import Clock, Gateway, SendJournal, StatusJournal

WITNESS_READ_LIMIT = 10
"""First read of an unknown attempt's queue: what a crash in it could lose at most."""

HORIZON = timedelta(hours=72)
"""After that long no final status is expected any more."""

_FAILURES_IN_A_ROW = 3
_FIRST_WAIT_S = 1.0
_MAX_WAIT_S = 15.0


@dataclass(frozen=True, slots=True)
class Following:
    """What following statuses needs.

    Attributes:
        tell_open: Told after each pass how many people's end is still not known.
    """

    statuses: StatusJournal
    journal: SendJournal
    gateway: Gateway
    clock: Clock
    tell_open: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass brought.

    Attributes:
        news: Words that were new.
        open_count: People whose end is still not known.
        trouble: Why the pass ended early, "" when it did not.
    """

    news: int
    open_count: int
    trouble: str = ""


class _Calls:
    """Status calls of one pass: stored, applied, and given up after failures in a row."""

    def __init__(self, following: Following, run: RunId) -> None:
        self._following = following
        self._run = run
        self._failures = 0
        self.news = 0
        self.trouble = ""

    def replay(self) -> None:
        """Apply answers that a crash left stored but not applied.

        What they say about login or trouble is of that time, not of now.
        """
        for exchange_id, _, reply in self._following.statuses.unapplied_exchanges(self._run):
            with suppress(LoginRefused):
                self._apply(exchange_id, reply)
        self._failures, self.trouble = 0, ""

    def given_up(self) -> bool:
        return self._failures >= _FAILURES_IN_A_ROW or self._following.clock.stop_asked()

    def drain(self, queue: OpenQueue) -> None:
        """Read a queue until nothing new comes (an empty one proves nothing)."""
        limit = WITNESS_READ_LIMIT if queue.unknown else QUEUE_READ_LIMIT
        while not self.given_up():
            rows, new = self._call(
                "queue",
                queue.attempt_id,
                limit,
                partial(self._following.gateway.drain_queue, queue.queue_name, limit),
            )
            if rows < limit or not new:
                return
            limit = QUEUE_READ_LIMIT

    def ask(self, tracked: Sequence[Tracked]) -> None:
        """Ask for the statuses of at most 200 messages."""
        self._call(
            "status", None, CHUNK_SIZE, lambda: self._following.gateway.ask_statuses(tracked)
        )

    def _call(
        self, kind: str, attempt_id: int | None, limit: int, call: Callable[[], Reply]
    ) -> tuple[int, int]:
        """Make one call; returns how many rows came and how many were new."""
        statuses = self._following.statuses
        exchange_id = statuses.open_exchange(
            self._run, kind=kind, attempt_id=attempt_id, limit=limit
        )
        try:
            reply = call()
        except GatewayError as error:
            self._failed(exchange_id, error)
            return 0, 0
        statuses.store_exchange(exchange_id, reply)
        return self._apply(exchange_id, reply)

    def _apply(self, exchange_id: int, reply: Reply) -> tuple[int, int]:
        try:
            rows = self._following.gateway.read_statuses(reply)
        except LoginRefused as error:
            self._failed(exchange_id, error)
            raise
        except GatewayError as error:
            self._failed(exchange_id, error)
            return 0, 0
        new = self._following.statuses.apply_statuses(exchange_id, rows)
        self._failures = 0
        self.news += new
        return len(rows), new

    def _failed(self, exchange_id: int, error: GatewayError) -> None:
        self._failures += 1
        self.trouble = error.message
        self._following.statuses.close_exchange(exchange_id, error=error.message)


def one_pass(following: Following, run: RunId, *, ask_each: bool = True) -> Pass:
    """Read every open queue, then (if asked to) the status of every message still open.

    Raises:
        LoginRefused: The gateway did not accept login or password.
        JournalError: An answer could not be stored.
    """
    statuses = following.statuses
    calls = _Calls(following, run)
    calls.replay()
    for queue in statuses.open_queues(run):
        if calls.given_up():
            break
        calls.drain(queue)
    statuses.settle_unknown(run)
    if ask_each:
        for batch in _batches(_askable(following, run)):
            if calls.given_up():
                break
            calls.ask(batch)
        statuses.settle_unknown(run)
    statuses.expire_tracking(run, before=following.clock.now() - HORIZON)
    open_count = settle_run(following.journal, run)
    following.tell_open(open_count)
    return Pass(calls.news, open_count, calls.trouble)


def settle_run(journal: SendJournal, run: RunId) -> int:
    """Mark a run as settled once everybody's end is known; returns how many are still open."""
    tally = journal.tally(run)
    open_count = sum(
        count for fate, count in tally.fates.items() if fate in {Fate.ACCEPTED, Fate.UNKNOWN}
    )
    if tally.state is RunState.SENT and not open_count:
        journal.set_state(run, RunState.SETTLED)
    return open_count


def drain_attempt(following: Following, run: RunId, attempt_id: int) -> int:
    """Collect the evidence for one unknown attempt.

    Returns:
        0 when nobody in it is unknown any more; else how many people's end is open in it.

    Raises:
        LoginRefused: The gateway did not accept login or password.
    """
    calls = _Calls(following, run)
    for queue in following.statuses.open_queues(run):
        if queue.attempt_id == attempt_id and queue.unknown:
            calls.drain(queue)
            if following.gateway.asks_without_client_id:
                for batch in _batches(following.statuses.unidentified(run)):
                    calls.ask(batch)
    following.statuses.settle_unknown(run)
    return sum(
        queue.open_count
        for queue in following.statuses.open_queues(run)
        if queue.attempt_id == attempt_id and queue.unknown
    )


def follow(following: Following, run: RunId, *, wait_s: float, poll_s: float | None = None) -> Pass:
    """Pass after pass until everybody's end is known, the time is over, or a stop is asked.

    Queues are read each time; single messages are asked for every third time and at the end,
    because one queue read tells as much as five status calls.
    """
    deadline = following.clock.monotonic_s() + wait_s
    pause_s = poll_s or _FIRST_WAIT_S
    number = 0
    while True:
        number += 1
        last = following.clock.monotonic_s() + pause_s >= deadline
        result = one_pass(following, run, ask_each=last or number % 3 == 0)
        if not result.open_count or last or following.clock.stop_asked():
            return result
        following.clock.sleep(pause_s)
        if poll_s is None:
            pause_s = min(pause_s * 1.5, _MAX_WAIT_S)


def _askable(following: Following, run: RunId) -> tuple[Tracked, ...]:
    known = following.statuses.open_messages(run)
    if not following.gateway.asks_without_client_id:
        return known
    return (*following.statuses.unidentified(run), *known)


def _batches(tracked: Sequence[Tracked]) -> Iterator[tuple[Tracked, ...]]:
    rest = iter(tracked)
    while batch := tuple(islice(rest, CHUNK_SIZE)):
        yield batch
