"""What sending, following and reporting need of a journal; the comments are the contract.

A method that changes something has committed durably when it returns. Every method may raise
`JournalError`: nothing was committed, and after a failure to store every later call raises it too.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from campaign.domain import (
    Alarm,
    Attempt,
    CheckedRow,
    Chunk,
    HistoryLine,
    Message,
    OpenQueue,
    Phone,
    Reply,
    ReplyVerdict,
    ReportView,
    RunId,
    RunInfo,
    RunPlan,
    RunState,
    Status,
    StatusRow,
    StopEntry,
    Tally,
    Tracked,
    UnknownAttempt,
    UnknownShare,
    UnmatchedId,
)


class Runs(Protocol):
    """Every run, its state, and the operators' wish to pause or cancel it."""

    def all(self) -> tuple[RunInfo, ...]:
        """All runs, latest first."""

    def info(self, run: RunId) -> RunInfo:
        """The run's settings and state; InputError when there is no such run."""

    def tally(self, run: RunId) -> Tally:
        """Count statuses, attempts, money and parts in one consistent view."""

    def set_state(self, run: RunId, state: RunState, *, reason: str = "") -> None:
        """Move the run; the database refuses a move that is not allowed."""

    def account(self, gateway: str, login: str) -> str:
        """A keyed digest of gateway and login: tells accounts apart without naming them."""

    def ask_pause(self, run: RunId, *, operator: str) -> None:
        """Ask the process that sends the run to stop after the chunk in hand."""

    def last_pause(self, run: RunId) -> int:
        """Number of the last request to pause, 0 if there is none."""

    def clear_pause(self, run: RunId, *, up_to: int) -> None:
        """The run goes on; a pause asked for after that number stays."""

    def pause_idle(self, run: RunId, *, operator: str) -> None:
        """Mark a run that was killed while sending as paused; no process may be sending it."""

    def cancel(self, run: RunId, *, operator: str, why: str) -> int:
        """Make all pending recipients and the run `cancelled`, for good; returns how many.

        Raises AttemptTaken when the run is finished, or an attempt of it is open.
        """


class Plans(Protocol):
    """Planning: rows, texts and chunks are frozen."""

    def find_run(self, digest: str) -> RunInfo | None:
        """The run that was planned from the same file and settings, if any."""

    def plan(self, plan: RunPlan, rows: Iterable[CheckedRow]) -> RunInfo:
        """Freeze rows, texts and chunks in one commit; the file is never read again.

        The rows are taken first, without holding the journal: others can write meanwhile.
        Raises NothingToDo when the file has a heading but no data row.
        """

    def name_account(self, run: RunId, account: str) -> None:
        """Set the account of a run that was planned before the login was known."""


class Attempts(Protocol):
    """Sending: intent, commit point, reply, outcomes; and what a crash left between them."""

    def prepare_room(self) -> None:
        """Reserve room for replies in hand, for the day when the disk is full."""

    def pending_chunks(self, run: RunId) -> tuple[int, ...]:
        """Chunks with pending recipients and no open attempt, in order."""

    def chunk(self, run: RunId, chunk_no: int) -> Chunk:
        """The pending recipients of a chunk, read fresh."""

    def begin(self, chunk: Chunk, *, queue_name: str, request_digest: Callable[[Attempt], str]) -> Attempt:
        """INTENT: record the attempt; its chunk lacks whoever is on the stop-list by now.

        Raises:
            AttemptTaken: A recipient in it is not pending, or another attempt is open.
            GuardRefused: Another run sent one of these texts to the same phone meanwhile, or the
                rest of the run would cost more than `--max-cost` allows.
            NothingToDo: Everybody in it is left out for good: on the stop-list by now, or with a
                send time that is over (code `expired`).
            PauseRequested: An operator asked the run to pause.
        """

    def commit_point(self, attempt: Attempt) -> None:
        """From here on the request may have been taken.

        Raises:
            AttemptTaken: Another process has taken the run over.
            GuardRefused: Another run sent one of these texts to the same phone meanwhile.
            NotSent: A recipient was put on the stop-list meanwhile, or the send time came.
        """

    def close_not_sent(self, attempt: Attempt, *, code: str, reply_text: str) -> None:
        """The last byte did not leave; the recipients stay pending."""

    def store_reply(self, attempt: Attempt, reply: Reply) -> None:
        """RAW: the reply exactly as it came.

        A reply to a request whose last byte never left closes nothing here: `apply` does. Where
        another process has closed the attempt meanwhile, the reply is saved as evidence. With a
        JournalError it was saved next to the journal where there was room; `recover` stores it.
        """

    def apply(self, attempt: Attempt, verdict: ReplyVerdict) -> int:
        """APPLY: one outcome per recipient; the attempt closes in the same commit.

        Returns how many are unknown: perhaps more than the reply alone says (an id that belongs to
        another recipient proves nothing).
        """

    def replied(self, run: RunId) -> tuple[tuple[Attempt, Reply], ...]:
        """Attempts whose reply is stored but not applied (a crash between RAW and APPLY)."""

    def recover(self, run: RunId) -> None:
        """Take the run over: prepared -> not sent; past the commit point -> unknown."""

    def retry_refused(self, run: RunId, *, codes: Sequence[str], operator: str, why: str) -> int:
        """Make recipients pending again who were refused for one of these reasons; how many.

        The operator's decision is recorded first: the database demands it.
        """

    def may_change(self, run: RunId) -> int:
        """Recipients whom no count shows as open, and of whom evidence may still come."""


class Statuses(Protocol):
    """Following the delivery statuses; states only move forward."""

    def open_queues(self, run: RunId) -> tuple[OpenQueue, ...]:
        """Attempts with recipients who have no final status, unknown attempts first."""

    def open_messages(self, run: RunId, *, attempts: Collection[int] | None = None) -> tuple[Tracked, ...]:
        """Messages without a final status that have an id, oldest first; None: of all attempts."""

    def open_exchange(self, run: RunId, *, kind: str, attempt_id: int | None, limit: int) -> int:
        """Record that a status call is about to be made; returns its number."""

    def store_exchange(self, exchange_id: int, reply: Reply) -> None:
        """The answer exactly as it came, before it is parsed."""

    def unapplied_exchanges(self, run: RunId) -> tuple[tuple[int, int | None, Reply], ...]:
        """Answers stored but not applied: number, attempt, answer.

        Calls without a stored answer are closed as lost.
        """

    def close_exchange(self, exchange_id: int, *, error: str) -> None:
        """The call brought no answer, or one that cannot be read."""

    def apply_statuses(self, exchange_id: int, rows: Sequence[StatusRow]) -> int:
        """Record statuses; returns how many were new."""

    def settle_unknown(self, run: RunId) -> int:
        """Turn unknown recipients into accepted where the evidence proves it; returns how many.

        As many unpaired ids in an attempt's own queue as recipients in it without an id prove that
        all of these were taken. Which recipient has which id stays open unless status.json named
        the clientId; where all ids ended the same way, every recipient did.
        """

    def unidentified(self, run: RunId) -> tuple[Tracked, ...]:
        """Ids from queues of unknown attempts that no recipient is paired with (no client_id)."""

    def expire_tracking(self, run: RunId, *, before: datetime) -> int:
        """End the tracking of messages handed over, or due, by that moment: no final status."""

    def unmatched_ids(self, run: RunId) -> tuple[UnmatchedId, ...]:
        """Ids that no recipient can own, oldest first."""


class UnknownAttempts(Protocol):
    """Attempts whose reply was lost, their evidence, and what operators decided."""

    def of(self, run: RunId) -> tuple[UnknownAttempt, ...]:
        """Attempts with unknown recipients, oldest first."""

    def share(self, run: RunId) -> UnknownShare:
        """Every recipient who was ever unknown, by what settled it."""

    def resolve(self, run: RunId, attempt_id: int, *, sent: bool, operator: str, why: str) -> int:
        """Record an operator's decision on an attempt and act on it; returns how many recipients.

        Raises:
            InputError: No recipient of that attempt is unknown.
            GuardRefused: "not sent" against evidence that the gateway took part of it.
        """

    def resend(self, run: RunId, *, before: datetime, operator: str) -> int:
        """Policy `resend`: one more try, once, for old unknown attempts; returns how many.

        Only where the queue was read and showed nothing, while the queue of another attempt of
        the run did show entries, and never a second time for the same recipient.
        """


class SentBefore(Protocol):
    """Remembers across runs who got which text from an account."""

    def earlier(self, account: str, messages: Sequence[tuple[Phone, str]]) -> dict[int, str]:
        """Position in `messages` to the run that sent it, or may have, within the last 30 days."""


class SentBeforeForRetry(Protocol):
    """The same for any run, also one that retries others."""

    def earlier(
        self,
        account: str,
        messages: Sequence[tuple[Phone, str]],
        *,
        retry: Mapping[str, object] | None = None,
    ) -> dict[int, str]:
        """As `SentBefore.earlier`; `retry`: settings of the run (`retry_of`, `retry_since`)."""


class StopList(Protocol):
    """Numbers that no run may text."""

    def stopped(self, phones: Sequence[Phone]) -> frozenset[Phone]:
        """Which of these are on the list."""

    def count(self) -> int:
        """How many numbers are on the list."""

    def add(self, phones: Iterable[Phone], *, operator: str, why: str) -> int:
        """Put numbers on the list, all in one commit; returns how many were not on it before."""

    def remove(self, phones: Iterable[Phone], *, operator: str, why: str) -> int:
        """Take numbers off the list, all in one commit; returns how many were on it."""

    def remove_all(self, *, operator: str, why: str) -> int:
        """Take every number off the list; returns how many."""

    def entries(self) -> AbstractContextManager[Iterator[StopEntry]]:
        """The whole list by number, in one consistent view while the block runs."""


class SavedColumnMap(NamedTuple):
    """Columns that were confirmed for files of one shape, and the run they were confirmed for."""

    shape: str
    mapping: Mapping[str, str]
    run: str


class ColumnMaps(Protocol):
    """Remembers `--map` for files of the same shape."""

    def known(self) -> tuple[SavedColumnMap, ...]:
        """What was confirmed, latest first."""

    def remember(self, shape: str, mapping: Mapping[str, str], run: RunId) -> None:
        """Save a mapping; a later one for the same shape replaces it."""

    def forget(self, shape: str) -> None:
        """Drop what was saved for a shape."""


class Budget(Protocol):
    """What runs may cost while they are sent (`--max-cost`)."""

    def bound(self, run: RunId, max_cost: Decimal) -> None:
        """Change the bound of a run."""

    def forget(self, run: RunId) -> None:
        """Count the costs anew before the next attempt."""


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A message that did not reach its recipient.

    Attributes:
        position: In its run.
        row: As it was planned.
        code: Reason code, with what fills its text.
        contradicted: The gateway once called it delivered.
    """

    position: int
    row: CheckedRow
    message: Message
    code: str
    values: tuple[tuple[str, str], ...]
    contradicted: bool


class Reports(Protocol):
    """Reading for reports, of one run or several; it changes nothing."""

    def view(self, run: RunId) -> AbstractContextManager[ReportView]:
        """One consistent view: the run, its tally, and its rows as often as they are asked for."""

    def price(self, gateway: str) -> Decimal | None:
        """Money for one part, from the latest run at that gateway for which it named costs."""

    def unpriced(self, run: RunId) -> tuple[int, int]:
        """Messages that the gateway took without naming their price, and their estimated parts."""

    def first_text(self, run: RunId) -> str:
        """The first text that goes out."""

    def send_times(self, run: RunId) -> dict[datetime | None, int]:
        """Planned send time to the number of pending recipients."""

    def alarms(self, run: RunId) -> tuple[Alarm, ...]:
        """Where the gateway broke its own protocol, in order."""

    def unmatched_ids(self, run: RunId) -> tuple[UnmatchedId, ...]:
        """Ids that no recipient is paired with, oldest first."""

    def history(self, runs: Sequence[RunId]) -> tuple[tuple[Tally, tuple[HistoryLine, ...]], ...]:
        """The tally of each run and what it is made of, all in one consistent view."""

    def failed(self, run: RunId, statuses: Sequence[Status]) -> Iterator[FailedMessage]:
        """Messages of a run with one of these statuses, in file order; a stream from one view."""

    def retries(self, run: RunId) -> tuple[RunId, ...]:
        """Runs that were planned to retry this one, latest first."""

    def retried(self, run: RunId) -> frozenset[str]:
        """ClientIds under which recipients of this run went into its retries, lower case.

        Also of recipients who were left out there, as they are stopped or got the text meanwhile.
        """


@dataclass(frozen=True, slots=True)
class Journal:
    """An open journal."""

    runs: Runs
    plans: Plans
    attempts: Attempts
    statuses: Statuses
    unknown: UnknownAttempts
    sent_before: SentBeforeForRetry
    stop_list: StopList
    reports: Reports
    budget: Budget
    column_maps: ColumnMaps
    close: Callable[[], None]
