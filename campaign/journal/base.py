"""What the steps need of the journal, and of the books kept beside the runs."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from campaign.domain import (
    Attempt,
    CheckedRow,
    Chunk,
    OpenQueue,
    Phone,
    Reply,
    ReplyVerdict,
    ReportView,
    RunId,
    RunInfo,
    RunPlan,
    RunState,
    StatusRow,
    Tally,
    Tracked,
)


class SendJournal(Protocol):
    """What sending needs of the journal. A method that returned has committed durably.

    Raises, all of them:
        JournalError: Nothing was committed; every later call raises it too.
    """

    def pending_chunks(self, run: RunId) -> tuple[int, ...]:
        """Chunks with pending people and no open attempt, in order."""
        ...

    def chunk(self, run: RunId, chunk_no: int) -> Chunk:
        """The pending people of a chunk, read fresh."""
        ...

    def begin(
        self, chunk: Chunk, *, queue_name: str, request_digest: Callable[[Attempt], str]
    ) -> Attempt:
        """INTENT: record the attempt and who is in it.

        Raises:
            AttemptTaken: Somebody in it is not pending, or another attempt is open.
            NothingToDo: Everybody in it is on the stop-list by now, and left out for good.
            PauseAsked: Somebody asked the run to pause.

        Returns:
            The attempt; its chunk lacks whoever is on the stop-list by now.
        """
        ...

    def arm(self, attempt: Attempt) -> None:
        """ARM: from here on the request may have been taken.

        Raises:
            NotSent: Somebody in it was put on the stop-list meanwhile.
        """
        ...

    def retry_refused(self, run: RunId, *, codes: Sequence[str], who: str, why: str) -> int:
        """Put people back whom the gateway refused by name, on an operator's recorded word."""
        ...

    def close_not_sent(self, attempt: Attempt, *, code: str, words: str) -> None:
        """The last byte did not leave; the people stay pending."""
        ...

    def store_reply(self, attempt: Attempt, reply: Reply) -> None:
        """RAW: the reply exactly as it came."""
        ...

    def apply(self, attempt: Attempt, reply_verdict: ReplyVerdict) -> int:
        """APPLY: one outcome per person; the attempt closes in the same commit.

        Returns:
            How many of its people are unknown: the journal may doubt somebody of whom the answer
            alone was sure (an id that is another person's).
        """
        ...

    def replied(self, run: RunId) -> tuple[tuple[Attempt, Reply], ...]:
        """Attempts whose reply is stored but not applied (a crash between RAW and APPLY)."""
        ...

    def recover(self, run: RunId) -> None:
        """After a crash: prepared -> not sent; in doubt -> unknown; replied ones stay."""
        ...

    def set_state(self, run: RunId, state: RunState, *, reason: str = "") -> None:
        """Move the run; refused by the database when the move is not allowed."""
        ...

    def run_info(self, run: RunId) -> RunInfo:
        """The run's settings and state."""
        ...

    def tally(self, run: RunId) -> Tally:
        """Count fates, attempts, money and parts."""
        ...


class StatusJournal(Protocol):
    """What following the delivery statuses needs of the journal."""

    def open_queues(self, run: RunId) -> tuple[OpenQueue, ...]:
        """Attempts with people whose end is not known, unknown attempts first."""
        ...

    def open_messages(
        self, run: RunId, *, attempts: Collection[int] | None = None
    ) -> tuple[Tracked, ...]:
        """Messages without a final word that have a smscId, oldest first; None: of all attempts."""
        ...

    def open_exchange(self, run: RunId, *, kind: str, attempt_id: int | None, limit: int) -> int:
        """Record that a status call is about to be made; returns its number."""
        ...

    def store_exchange(self, exchange_id: int, reply: Reply) -> None:
        """The answer exactly as it came, before it is parsed."""
        ...

    def unapplied_exchanges(self, run: RunId) -> tuple[tuple[int, int | None, Reply], ...]:
        """Answers stored but not applied: number, attempt, answer.

        Calls without a stored answer are closed as lost.
        """
        ...

    def close_exchange(self, exchange_id: int, *, error: str) -> None:
        """The call brought no answer, or one that nobody can understand."""
        ...

    def apply_statuses(self, exchange_id: int, rows: Sequence[StatusRow]) -> int:
        """Record the words; states only move forward. Returns how many were new."""
        ...

    def settle_unknown(self, run: RunId) -> int:
        """Turn unknown people into accepted where the evidence proves it; returns how many."""
        ...

    def unidentified(self, run: RunId) -> tuple[Tracked, ...]:
        """Ids told by queues of unknown attempts that nobody is paired with yet (no client_id)."""
        ...

    def expire_tracking(self, run: RunId, *, before: datetime) -> int:
        """Give up on messages handed over, or due, by that moment: no final status; how many."""
        ...


class PlanJournal(Protocol):
    """What planning needs of the journal."""

    def find_run(self, digest: str) -> RunInfo | None:
        """The run that was planned from the same file and settings, if any."""
        ...

    def plan(self, plan: RunPlan, rows: Iterable[CheckedRow]) -> RunInfo:
        """Freeze rows, texts and chunks in one commit; the file is never read again."""
        ...


class ReportJournal(Protocol):
    """What reporting needs of the journal: read only, one consistent view."""

    def runs(self) -> tuple[RunInfo, ...]:
        """All runs, latest first."""
        ...

    def view(self, run: RunId) -> AbstractContextManager[ReportView]:
        """One consistent view: the run, its tally, and its rows as often as they are asked for."""
        ...

    def tally(self, run: RunId) -> Tally:
        """Count fates, attempts, money and parts."""
        ...


class SentBefore(Protocol):
    """Remembers across runs who got which text from an account."""

    def earlier(self, account: str, messages: Sequence[tuple[Phone, str]]) -> dict[int, str]:
        """Position in `messages` to the run that sent it, or may have, within the last 30 days."""
        ...


class StopList(Protocol):
    """Numbers that no run may text."""

    def stopped(self, phones: Sequence[Phone]) -> frozenset[Phone]:
        """Which of these are on the list."""
        ...
