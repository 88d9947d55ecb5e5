"""Ask for delivery statuses: each attempt's own queue first, status.json for the rest.

A queue forgets what it answers, so its raw answer is stored before it is parsed; and the queue of
an attempt without an answer is the only evidence of what became of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from campaign.clock import Clock
from campaign.domain import CHUNK_SIZE, QUEUE_READ_LIMIT, OpenQueue, Reply, RunId, RunState, Status, Tracked
from campaign.domain.polling import HORIZON, is_due, is_young
from campaign.errors import GatewayError, LoginRefused
from campaign.gateways.base import Gateway
from campaign.journal.base import Journal

WITNESS_READ_LIMIT = 10
"""First read of an unknown attempt's queue: what a crash in it could lose at most."""

_FAILURES_IN_A_ROW = 3
_READS_AT_MOST = 8
"""Of one queue in one pass: some ten statuses a recipient; a queue that answers more answers nonsense."""


@dataclass(frozen=True, slots=True)
class Polling:
    """What polling needs; `report_statuses` gets the recipients in each status after each pass."""

    journal: Journal
    gateway: Gateway
    clock: Clock
    report_statuses: Callable[[Mapping[Status, int]], None]


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one pass brought: new statuses, recipients still without a final one."""

    news: int
    open_count: int
    trouble: str = ""
    """Why the pass ended early."""


class _Calls:
    """Status calls of one pass: stored, applied, and ended by failures in a row."""

    def __init__(self, polling: Polling, run: RunId) -> None:
        self._polling = polling
        self._run = run
        self._failures = 0
        self.news = 0
        self.trouble = ""

    def replay(self) -> None:
        """Apply answers that a crash left stored but not applied.

        Login errors and trouble in them are of that time, not of now.
        """
        for exchange_id, _, reply in self._polling.journal.statuses.unapplied_exchanges(self._run):
            with suppress(LoginRefused):
                self._apply(exchange_id, reply)
        self._failures, self.trouble = 0, ""

    def must_end(self) -> bool:
        return self._failures >= _FAILURES_IN_A_ROW or self._polling.clock.stop_asked()

    def drain(self, queue: OpenQueue) -> None:
        """Read a queue until nothing new comes (an empty one proves nothing)."""
        limit = WITNESS_READ_LIMIT if queue.unknown else QUEUE_READ_LIMIT
        for _ in range(_READS_AT_MOST):
            if self.must_end():
                return
            rows, new = self._call(
                "queue",
                queue.attempt_id,
                limit,
                partial(self._polling.gateway.drain_queue, queue.queue_name, limit),
            )
            if rows < limit or not new:
                return
            limit = QUEUE_READ_LIMIT

    def ask(self, tracked: Sequence[Tracked]) -> None:
        self._call("status", None, CHUNK_SIZE, lambda: self._polling.gateway.ask_statuses(tracked))

    def _call(
        self, kind: str, attempt_id: int | None, limit: int, call: Callable[[], Reply]
    ) -> tuple[int, int]:
        """Make one call; returns how many rows came and how many were new."""
        statuses = self._polling.journal.statuses
        exchange_id = statuses.open_exchange(self._run, kind=kind, attempt_id=attempt_id, limit=limit)
        try:
            reply = call()
        except GatewayError as error:
            self._failed(exchange_id, error)
            return 0, 0
        statuses.store_exchange(exchange_id, reply)
        return self._apply(exchange_id, reply)

    def _apply(self, exchange_id: int, reply: Reply) -> tuple[int, int]:
        try:
            rows = self._polling.gateway.read_statuses(reply)
        except LoginRefused as error:
            self._failed(exchange_id, error)
            raise
        except GatewayError as error:
            self._failed(exchange_id, error)
            return 0, 0
        new = self._polling.journal.statuses.apply_statuses(exchange_id, rows)
        self._failures = 0
        self.news += new
        return len(rows), new

    def _failed(self, exchange_id: int, error: GatewayError) -> None:
        self._failures += 1
        self.trouble = error.message
        self._polling.journal.statuses.close_exchange(exchange_id, error=error.message)


def poll_once(
    polling: Polling, run: RunId, *, ask_each: bool = True, since: datetime | None = None
) -> PollResult:
    """Read every open queue, then (`ask_each`) the status of every message still open.

    With `since`, attempts are left alone that are not young, and of whose polling times
    (`domain.polling`) none has passed since then.

    Raises:
        LoginRefused: The gateway did not accept login or password.
        JournalError: An answer could not be stored.
    """
    statuses = polling.journal.statuses
    calls = _Calls(polling, run)
    calls.replay()
    due = _due(statuses.open_queues(run), since, polling.clock.now())
    for queue in due:
        if calls.must_end():
            break
        calls.drain(queue)
    statuses.settle_unknown(run)
    if ask_each and due:
        attempts = None if since is None else {queue.attempt_id for queue in due}
        for batch in _batches(_askable(polling, run, attempts)):
            if calls.must_end():
                break
            calls.ask(batch)
        statuses.settle_unknown(run)
    statuses.expire_tracking(run, before=polling.clock.now() - HORIZON)
    counts = _settle(polling.journal, run)
    polling.report_statuses(counts)
    return PollResult(calls.news, _open_count(counts), calls.trouble)


def _due(queues: Sequence[OpenQueue], since: datetime | None, now: datetime) -> tuple[OpenQueue, ...]:
    if since is None:
        return tuple(queues)
    return tuple(
        queue
        for queue in queues
        if is_young(queue.born_at, now) or is_due(queue.born_at, polled_at=since, now=now)
    )


def settle_run(journal: Journal, run: RunId) -> int:
    """Mark a run as settled once all statuses are final; returns how many may still change.

    Besides those without a final status these are recipients whose tracking ended too early, and
    those put back from unknown, of whom the old queue may still give evidence.
    """
    return _open_count(_settle(journal, run)) + journal.attempts.may_change(run)


def read_unknown_queues(polling: Polling, run: RunId) -> None:
    """Read the queues of unknown attempts once more: recipients put back may have been taken.

    Evidence in such a queue takes the recipients of its attempt out of `pending` again.

    Raises:
        LoginRefused: The gateway did not accept login or password.
    """
    calls = _Calls(polling, run)
    calls.replay()
    for queue in polling.journal.statuses.open_queues(run):
        if calls.must_end():
            break
        if queue.unknown:
            calls.drain(queue)
    polling.journal.statuses.settle_unknown(run)


def _settle(journal: Journal, run: RunId) -> Mapping[Status, int]:
    tally = journal.runs.tally(run)
    if tally.state is RunState.SENT and not _open_count(tally.statuses):
        journal.runs.set_state(run, RunState.SETTLED)
    return tally.statuses


def _open_count(counts: Mapping[Status, int]) -> int:
    return counts.get(Status.ACCEPTED, 0) + counts.get(Status.UNKNOWN, 0)


def collect_evidence(polling: Polling, run: RunId, attempt_id: int) -> int:
    """Collect the evidence for one unknown attempt; returns how many in it may still be unknown.

    0 when none is; else all without a final status.

    Raises:
        LoginRefused: The gateway did not accept login or password.
    """
    calls = _Calls(polling, run)
    for queue in polling.journal.statuses.open_queues(run):
        if queue.attempt_id == attempt_id and queue.unknown:
            calls.drain(queue)
            if polling.gateway.asks_without_client_id:
                for batch in _batches(polling.journal.statuses.unidentified(run)):
                    calls.ask(batch)
    polling.journal.statuses.settle_unknown(run)
    return sum(
        queue.open_count
        for queue in polling.journal.statuses.open_queues(run)
        if queue.attempt_id == attempt_id and queue.unknown
    )


def _askable(polling: Polling, run: RunId, attempts: Collection[int] | None) -> tuple[Tracked, ...]:
    known = polling.journal.statuses.open_messages(run, attempts=attempts)
    if not polling.gateway.asks_without_client_id:
        return known
    return (*polling.journal.statuses.unidentified(run), *known)


def _batches(tracked: Sequence[Tracked]) -> Iterator[tuple[Tracked, ...]]:
    rest = iter(tracked)
    while batch := tuple(islice(rest, CHUNK_SIZE)):
        yield batch
