"""Follow the delivery statuses: each attempt's own queue first, status.json for the rest.

A queue forgets what it tells, so its raw answer is stored before anybody parses it; and what a
queue of an attempt without an answer tells is evidence, the only one there is.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from campaign.clock import Clock
from campaign.domain import (
    CHUNK_SIZE,
    QUEUE_READ_LIMIT,
    OpenQueue,
    Reply,
    RunId,
    RunState,
    Status,
    Tracked,
)
from campaign.domain.polling import (
    HORIZON,
    is_due,
    is_young,
)
from campaign.errors import (
    GatewayError,
    LoginRefused,
)
from campaign.gateways.base import Gateway
from campaign.journal.base import Journal

WITNESS_READ_LIMIT = 10
"""First read of an unknown attempt's queue: what a crash in it could lose at most."""

_FAILURES_IN_A_ROW = 3
_READS_AT_MOST = 8
"""Of one queue in one pass: some ten words a person; a queue that tells more tells nonsense."""


@dataclass(frozen=True, slots=True)
class Following:
    """What following statuses needs.

    Attributes:
        tell_statuses: Told after each pass how many people have which fate.
    """

    journal: Journal
    gateway: Gateway
    clock: Clock
    tell_statuses: Callable[[Mapping[Status, int]], None]


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
        for exchange_id, _, reply in self._following.journal.statuses.unapplied_exchanges(
            self._run
        ):
            with suppress(LoginRefused):
                self._apply(exchange_id, reply)
        self._failures, self.trouble = 0, ""

    def given_up(self) -> bool:
        return self._failures >= _FAILURES_IN_A_ROW or self._following.clock.stop_asked()

    def drain(self, queue: OpenQueue) -> None:
        """Read a queue until nothing new comes (an empty one proves nothing)."""
        limit = WITNESS_READ_LIMIT if queue.unknown else QUEUE_READ_LIMIT
        for _ in range(_READS_AT_MOST):
            if self.given_up():
                return
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
        statuses = self._following.journal.statuses
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
        new = self._following.journal.statuses.apply_statuses(exchange_id, rows)
        self._failures = 0
        self.news += new
        return len(rows), new

    def _failed(self, exchange_id: int, error: GatewayError) -> None:
        self._failures += 1
        self.trouble = error.message
        self._following.journal.statuses.close_exchange(exchange_id, error=error.message)


def one_pass(
    following: Following, run: RunId, *, ask_each: bool = True, since: datetime | None = None
) -> Pass:
    """Read every open queue, then (if asked to) the status of every message still open.

    Args:
        following: Journal, gateway, clock.
        run: Whose statuses.
        ask_each: Also ask for single messages.
        since: Leave attempts alone that are not young, and of whose marks (`rules.looks`) none
            has passed since then. None: look at all of them.

    Raises:
        LoginRefused: The gateway did not accept login or password.
        JournalError: An answer could not be stored.
    """
    statuses = following.journal.statuses
    calls = _Calls(following, run)
    calls.replay()
    due = _due(statuses.open_queues(run), since, following.clock.now())
    for queue in due:
        if calls.given_up():
            break
        calls.drain(queue)
    statuses.settle_unknown(run)
    if ask_each and due:
        attempts = None if since is None else {queue.attempt_id for queue in due}
        for batch in _batches(_askable(following, run, attempts)):
            if calls.given_up():
                break
            calls.ask(batch)
        statuses.settle_unknown(run)
    statuses.expire_tracking(run, before=following.clock.now() - HORIZON)
    counts = _settle(following.journal, run)
    following.tell_statuses(counts)
    return Pass(calls.news, _open_count(counts), calls.trouble)


def _due(
    queues: Sequence[OpenQueue], since: datetime | None, now: datetime
) -> tuple[OpenQueue, ...]:
    if since is None:
        return tuple(queues)
    return tuple(
        queue
        for queue in queues
        if is_young(queue.born_at, now) or is_due(queue.born_at, looked_at=since, now=now)
    )


def settle_run(journal: Journal, run: RunId) -> int:
    """Mark a run as settled once everybody's end is known; returns how many are worth a look.

    Besides those whose end is open these are people who were given up too early, and people put
    back from a doubt of whom the old queue may still tell.
    """
    open_count = _open_count(_settle(journal, run))
    return open_count + journal.attempts.may_change(run)


def look_before_sending(following: Following, run: RunId) -> None:
    """Read the queues of attempts in doubt once more: who was put back may have been taken.

    Whatever such a queue tells takes the people of its attempt out of `pending` again.

    Raises:
        LoginRefused: The gateway did not accept login or password.
    """
    calls = _Calls(following, run)
    calls.replay()
    for queue in following.journal.statuses.open_queues(run):
        if calls.given_up():
            break
        if queue.unknown:
            calls.drain(queue)
    following.journal.statuses.settle_unknown(run)


def _settle(journal: Journal, run: RunId) -> Mapping[Status, int]:
    tally = journal.runs.tally(run)
    if tally.state is RunState.SENT and not _open_count(tally.statuses):
        journal.runs.set_state(run, RunState.SETTLED)
    return tally.statuses


def _open_count(counts: Mapping[Status, int]) -> int:
    return counts.get(Status.ACCEPTED, 0) + counts.get(Status.UNKNOWN, 0)


def drain_attempt(following: Following, run: RunId, attempt_id: int) -> int:
    """Collect the evidence for one unknown attempt.

    Returns:
        0 when nobody in it is unknown any more; else how many people's end is open in it.

    Raises:
        LoginRefused: The gateway did not accept login or password.
    """
    calls = _Calls(following, run)
    for queue in following.journal.statuses.open_queues(run):
        if queue.attempt_id == attempt_id and queue.unknown:
            calls.drain(queue)
            if following.gateway.asks_without_client_id:
                for batch in _batches(following.journal.statuses.unidentified(run)):
                    calls.ask(batch)
    following.journal.statuses.settle_unknown(run)
    return sum(
        queue.open_count
        for queue in following.journal.statuses.open_queues(run)
        if queue.attempt_id == attempt_id and queue.unknown
    )


def _askable(
    following: Following, run: RunId, attempts: Collection[int] | None
) -> tuple[Tracked, ...]:
    known = following.journal.statuses.open_messages(run, attempts=attempts)
    if not following.gateway.asks_without_client_id:
        return known
    return (*following.journal.statuses.unidentified(run), *known)


def _batches(tracked: Sequence[Tracked]) -> Iterator[tuple[Tracked, ...]]:
    rest = iter(tracked)
    while batch := tuple(islice(rest, CHUNK_SIZE)):
        yield batch
