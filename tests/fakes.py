"""A gateway and a clock that live in the test, and a world that puts the real journal between them.

The gateway answers real bytes through the real `messages` and `verdict`; its ledger is append-only
and the only judge of what was sent. The clock is virtual: a wait costs nothing.
"""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TypeVar

from campaign.clock import Clock
from campaign.domain import (
    Attempt,
    Balance,
    CheckedRow,
    ClientId,
    Member,
    Message,
    Phone,
    RawRow,
    Rejection,
    Reply,
    ReplyVerdict,
    RunId,
    RunPlan,
    RunState,
    Sender,
    Status,
    StatusRow,
    Tracked,
)
from campaign.errors import NotSent, Unreadable
from campaign.gateways.json_v2 import messages, verdict
from campaign.gateways.json_v2.providers import provider_of
from campaign.journal.base import Journal
from campaign.journal.sqlite import journal_of
from campaign.journal.sqlite.connection import Store
from campaign.sending.concurrency import Pace
from campaign.sending.engine import Ending
from campaign.sending.local_engine import LocalEngine
from campaign.sending.retry import RetryPolicy
from campaign.sending.send import FIXABLE_CODES, Sending, recover, send_chunk
from campaign.sending.statuses import Polling, PollResult, collect_evidence, poll_once, settle_run

RUN = RunId("sale-4f1c22")
START = datetime(2026, 12, 1, 9, tzinfo=UTC)

T = TypeVar("T")


class Crash(BaseException):
    """The process died here."""


class FakeClock:
    """Virtual time: sleeping moves it, and only sleeping does."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.slept: list[float] = []
        self.stop_after_s: float | None = None
        self._lock = Lock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        return self.passed_s

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.passed_s += max(0.0, seconds)

    def stop_asked(self) -> bool:
        return self.stop_after_s is not None and self.passed_s >= self.stop_after_s

    def ask_stop(self) -> None:
        self.stop_after_s = self.passed_s


class Fault(StrEnum):
    """What goes wrong with one send; `TAKEN` means that the ledger has everybody."""

    NONE = "none"
    NOT_REACHED = "not_reached"
    BAD_CERTIFICATE = "bad_certificate"
    BROKEN_BY_LAST_BYTE = "broken_by_last_byte"
    EARLY_401 = "early_401"
    LOGIN_401 = "login_401"
    BUSY = "busy"
    BUSY_FOR_7_S = "busy_for_7_s"
    NOT_FOUND = "not_found"
    LOST_TAKEN = "lost_taken"
    LOST_UNTAKEN = "lost_untaken"
    LOST_HALF_TAKEN = "lost_half_taken"
    BAD_GATEWAY_TAKEN = "bad_gateway_taken"
    BAD_GATEWAY_UNTAKEN = "bad_gateway_untaken"
    HTML_TAKEN = "html_taken"
    EMPTY_TAKEN = "empty_taken"
    CUT_TAKEN = "cut_taken"
    ONE_MISSING = "one_missing"
    ONE_TWICE = "one_twice"
    MONEY_AT_HALF = "money_at_half"
    BAD_SENDER = "bad_sender"
    CRASH_UNARMED = "crash_unarmed"
    CRASH_UNTAKEN = "crash_untaken"
    CRASH_TAKEN = "crash_taken"


CRASHES = frozenset({Fault.CRASH_UNARMED, Fault.CRASH_UNTAKEN, Fault.CRASH_TAKEN})
_HALF = frozenset({Fault.LOST_HALF_TAKEN, Fault.MONEY_AT_HALF})
_NOBODY = frozenset(
    {Fault.LOST_UNTAKEN, Fault.BAD_GATEWAY_UNTAKEN, Fault.CRASH_UNTAKEN, Fault.BAD_SENDER,
     Fault.BUSY, Fault.BUSY_FOR_7_S, Fault.LOGIN_401, Fault.NOT_FOUND}
)  # fmt: skip


_LOST = Reply(None, complete=False, error="ReadTimeout")
_BAD_GATEWAY = Reply(502, b"<html>Bad Gateway</html>")
_REPLIES = {
    Fault.LOST_TAKEN: _LOST,
    Fault.LOST_UNTAKEN: _LOST,
    Fault.LOST_HALF_TAKEN: _LOST,
    Fault.BAD_GATEWAY_TAKEN: _BAD_GATEWAY,
    Fault.BAD_GATEWAY_UNTAKEN: _BAD_GATEWAY,
    Fault.BUSY: Reply(429),
    Fault.BUSY_FOR_7_S: Reply(429, retry_after_s=7.0),
    Fault.LOGIN_401: Reply(401, b'{"status":"error","description":"error authorization"}'),
    Fault.NOT_FOUND: Reply(404, b"not here"),
    Fault.HTML_TAKEN: Reply(200, b"<html>It works!</html>"),
    Fault.EMPTY_TAKEN: Reply(200),
}


def _fresh_ids() -> Iterator[int]:
    """Above 2^31, and never those of another gateway."""
    return count(4_000_000_001 + secrets.randbelow(10**6) * 10**6)


@dataclass(frozen=True, slots=True)
class Taken:
    """One line of the ledger: the gateway has this message."""

    queue_name: str
    client_id: str
    smsc_id: str


class SilentQueues(dict[str, list[str]]):
    """No queue ever reports anything."""

    def get(self, key: str, default: object = None) -> list[str]:
        del key, default
        return []


@dataclass(slots=True)
class FakeGateway:
    """A gateway in the process.

    `faults` are one a send, in order. It reports of each message its `status_text`, unless `status_texts` has
    another for its id; when it `echoes`, status.json names the clientId of a bare smscId, and when
    it `forgets`, a queue forgets what it was asked for.
    """

    faults: list[Fault] = field(default_factory=list)
    dialect_name: str = "prostor"
    echoes: bool = False
    forgets: bool = True
    status_text: str = "delivered"
    status_texts: dict[str, str] = field(default_factory=dict)
    ledger: list[Taken] = field(default_factory=list)
    sends: list[tuple[int, ...]] = field(default_factory=list)
    sent_at_s: list[float] = field(default_factory=list)
    queues: dict[str, list[str]] = field(default_factory=dict)
    drained: list[tuple[str, int]] = field(default_factory=list)
    asked: list[tuple[Tracked, ...]] = field(default_factory=list)
    down: bool = False
    login_good: bool = True
    clock: FakeClock | None = None
    before_send: Callable[[Attempt], None] = lambda _: None
    _ids: Iterator[int] = field(default_factory=_fresh_ids)
    _lock: Lock = field(default_factory=Lock)

    @property
    def their_time(self) -> datetime | None:
        return None

    @property
    def asks_without_client_id(self) -> bool:
        return not provider_of(self.dialect_name).status_needs_client_id

    # --- send ---

    def send(self, attempt: Attempt, commit_point: Callable[[], None]) -> Reply:
        with self._lock:
            fault = self.faults.pop(0) if self.faults else Fault.NONE
            self.sends.append(tuple(member.position for member in attempt.chunk.members))
            self.sent_at_s.append(self.clock.monotonic_s() if self.clock else 0.0)
        self.before_send(attempt)
        if fault is Fault.CRASH_UNARMED:
            raise Crash(fault)
        if fault in {Fault.NOT_REACHED, Fault.BAD_CERTIFICATE}:
            raise NotSent(f"gateway: {fault}", final=fault is Fault.BAD_CERTIFICATE)
        if fault is Fault.EARLY_401:
            return Reply(401, b"", last_byte_sent=False)
        commit_point()
        if fault is Fault.BROKEN_BY_LAST_BYTE:
            failure = NotSent("the connection broke before the last byte")
            failure.code = "never_completed"
            raise failure
        with self._lock:
            return self._answer(attempt, fault)

    def _answer(self, attempt: Attempt, fault: Fault) -> Reply:
        members = attempt.chunk.members
        taken_count = len(members)
        if fault in _NOBODY:
            taken_count = 0
        elif fault in _HALF:
            taken_count //= 2
        named = [self._take(attempt, member) for member in members[:taken_count]]
        named += [self._refusal(member, fault) for member in members[taken_count:]]
        if fault in CRASHES:
            raise Crash(fault)
        if fault in _REPLIES:
            return _REPLIES[fault]
        if fault is Fault.ONE_MISSING:
            named = named[:-1]
        elif fault is Fault.ONE_TWICE:
            named.insert(0, named[0] | {"smscId": next(self._ids)})
        body = json.dumps({"status": "ok", "messages": named}).encode()
        if fault is Fault.CUT_TAKEN:
            return Reply(200, body[: len(body) // 2], complete=False, error="ended early")
        return Reply(200, body)

    def _take(self, attempt: Attempt, member: Member) -> dict[str, object]:
        smsc_id = next(self._ids)
        self.ledger.append(Taken(attempt.queue_name, member.client_id, str(smsc_id)))
        self.queues.setdefault(attempt.queue_name, []).append(str(smsc_id))
        return {
            "clientId": member.client_id, "smscId": smsc_id, "status": "accepted",
            "smsCount": 1, "msgCost": "2.50",
        }  # fmt: skip

    def _refusal(self, member: Member, fault: Fault) -> dict[str, object]:
        status = "sender address invalid" if fault is Fault.BAD_SENDER else "not enough balance"
        return {"clientId": member.client_id, "status": status}

    def request_digest(self, attempt: Attempt) -> str:
        payload = messages.send_payload(attempt, provider_of(self.dialect_name))
        return hashlib.sha256(messages.encode(payload)).hexdigest()

    def judge(self, members: Sequence[Member], reply: Reply) -> ReplyVerdict:
        return verdict.judge(members, reply)

    # --- statuses ---

    def ask_statuses(self, tracked: Sequence[Tracked]) -> Reply:
        self.asked.append(tuple(tracked))
        return self._rows([self._status(one) for one in tracked])

    def _status(self, one: Tracked) -> dict[str, object]:
        found = {line.smsc_id: line for line in self.ledger}.get(one.smsc_id)
        status = self.status_texts.get(one.smsc_id, self.status_text if found else "incorrect id")
        row: dict[str, object] = {"smscId": int(one.smsc_id), "status": status}
        if self.echoes and found is not None:
            row["clientId"] = found.client_id
        return row

    def drain_queue(self, queue_name: str, limit: int) -> Reply:
        self.drained.append((queue_name, limit))
        entries = self.queues.get(queue_name, [])
        if not self.down and self.login_good and self.forgets:
            self.queues[queue_name] = entries[limit:]
        return self._rows([
            {"smscId": one, "status": self.status_texts.get(one, self.status_text)} for one in entries[:limit]
        ])  # fmt: skip

    def _rows(self, rows: list[dict[str, object]]) -> Reply:
        if self.down:
            raise Unreadable("the gateway gave no answer", code="no_answer")
        if not self.login_good:
            return Reply(401, b'{"status":"error","description":"error authorization"}')
        if not rows:
            return Reply(200, b'{"status":"error","description":"queue is empty"}')
        return Reply(200, json.dumps({"status": "ok", "messages": rows}).encode())

    def read_statuses(self, reply: Reply) -> tuple[StatusRow, ...]:
        return messages.status_rows(reply)

    def balance(self) -> tuple[Balance, ...]:
        self._rows([])
        return ()

    def senders(self) -> tuple[Sender, ...]:
        return ()

    # --- the judge ---

    def times_taken(self) -> Counter[str]:
        """How often each clientId was accepted."""
        return Counter(line.client_id for line in self.ledger)


class Silent:
    """A progress bar that nobody looks at; records its messages."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def stage(self, name: str, total: int | None) -> None:
        del name, total

    def advance(self, count: int) -> None:
        del count

    def say(self, text: str) -> None:
        self.said.append(text)


class CrashingStore(Store):
    """A store that dies at a point and stays dead: 2n is "before write n", 2n+1 "after it"."""

    def __init__(self, path: Path, point: int | None = None) -> None:
        super().__init__(path)
        self.writes = 0
        self.dead = False
        self._point = point
        self._counting = Lock()

    def write(self, work: "Callable[..., T]") -> T:
        with self._counting:
            number = self.writes
            self.writes += 1
            self.dead = self.dead or self._point == 2 * number
        if self.dead:
            raise Crash(f"before write {number}")
        result = super().write(work)
        if self._point == 2 * number + 1 or self.dead:
            self.dead = True
            raise Crash(f"after write {number}")
        return result


def recipients(
    number: int, *, send_at: Callable[[int], datetime | None] = lambda _: None
) -> list[CheckedRow]:
    """Good rows for so many recipients."""
    return [one_row(order, send_at=send_at(order)) for order in range(1, number + 1)]


def one_row(order: int, *, send_at: datetime | None = None) -> CheckedRow:
    phone, client_id = Phone(f"+7916{order:07d}"), ClientId(f"c{order}")
    message = Message(order + 1, client_id, phone, "Привет", segments=1, send_at=send_at)
    return CheckedRow(RawRow(order + 1, (phone, "Привет")), message)


def bad_row(row_no: int) -> CheckedRow:
    rejection = Rejection(row_no, Status.INVALID, "phone", "phone_short", {"value": "12"})
    return CheckedRow(RawRow(row_no, ("12", "Привет")), rejection)


def run_plan(run: RunId = RUN) -> RunPlan:
    return RunPlan(
        run=run,
        digest=hashlib.sha256(run.encode()).hexdigest(),
        source_name="sale.csv",
        source_sha256="0" * 64,
        heading=("phone", "text"),
        gateway="prostor",
        gateway_url="https://gateway.test/messages/v2/",
        account="",
        settings={} if run == RUN else {"again": run},  # another run is meant
    )


def chunked(rows: Iterable[CheckedRow], size: int) -> list[CheckedRow]:
    """The same rows with send times so that chunks hold `size` recipients each."""
    return [
        replace(row, outcome=replace(row.outcome, send_at=START + timedelta(days=1 + n // size)))
        if isinstance(row.outcome, Message)
        else row
        for n, row in enumerate(rows)
    ]


@dataclass(frozen=True, slots=True)
class OpenJournal(Journal):
    """A journal, and the file it is in."""

    store: Store

    @classmethod
    def over(cls, store: Store, clock: Clock) -> "OpenJournal":
        made = journal_of(store, clock)
        return cls(**{one.name: getattr(made, one.name) for one in fields(made)}, store=store)


@dataclass(slots=True)
class World:
    """One journal file, one gateway, one clock; processes come and go."""

    path: Path
    gateway: FakeGateway = field(default_factory=FakeGateway)
    clock: FakeClock = field(default_factory=FakeClock)
    progress: Silent = field(default_factory=Silent)
    policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(max_tries=3))
    pace: Pace = field(default_factory=lambda: Pace(workers=1))
    store: CrashingStore | None = None

    def __post_init__(self) -> None:  # noqa: D105
        self.gateway.clock = self.clock

    @contextmanager
    def process(self, *, crash_point: int | None = None) -> Iterator[OpenJournal]:
        """The time between starting the program and its end."""
        self.store = CrashingStore(self.path, crash_point)
        try:
            yield OpenJournal.over(self.store, self.clock)
        finally:
            self.store.close()

    def plan(self, rows: Iterable[CheckedRow], run: RunId = RUN) -> None:
        with self.process() as journal:
            journal.plans.plan(run_plan(run), rows)

    def state(self, run: RunId = RUN) -> RunState:
        with self.process() as journal:
            return journal.runs.info(run).state

    def send_once(self, *faults: Fault, number: int, size: int) -> None:
        """Plan so many recipients and send every chunk once, with these faults; queues wait."""
        self.gateway.faults = list(faults)
        self.plan(chunked(recipients(number), size))
        self.send_planned()

    def send_planned(self) -> None:
        """Send every chunk of the planned run once; queues wait."""
        with self.process() as journal:
            journal.runs.set_state(RUN, RunState.SENDING)
            for chunk_no in journal.attempts.pending_chunks(RUN):
                send_chunk(self.sending(journal), RUN, chunk_no)
            journal.runs.set_state(RUN, RunState.SENT)

    def sending(self, journal: Journal) -> Sending:
        return Sending(journal, self.gateway, self.clock, lambda: secrets.token_hex(8))

    def polling(self, journal: Journal) -> Polling:
        return Polling(journal, self.gateway, self.clock, lambda _count: None)

    def engine(self, journal: Journal, *, run: RunId = RUN) -> LocalEngine:
        polling = self.polling(journal)
        return LocalEngine(
            self.sending(journal),
            progress=self.progress,
            pace=self.pace,
            policy=self.policy,
            collect_evidence=lambda attempt_id: collect_evidence(polling, run, attempt_id),
            probe=self.gateway.balance,
        )

    def drive(self, journal: Journal, run: RunId = RUN) -> Ending:
        """What `campaign resume` does with the journal: recover, send, set the run's state."""
        recover(self.sending(journal), run)
        if journal.runs.info(run).state in {RunState.PAUSED, RunState.SENDING}:
            journal.attempts.retry_refused(run, codes=FIXABLE_CODES, operator="test", why="resume")
        if not journal.runs.tally(run).statuses.get(Status.PENDING):
            ending = Ending()
        else:
            journal.runs.set_state(run, RunState.SENDING)
            ending = self.engine(journal, run=run).run(run)
        if ending.error is None and not ending.interrupted:
            if journal.runs.info(run).state is RunState.PAUSED:
                journal.runs.set_state(run, RunState.SENDING)
            if journal.runs.info(run).state is RunState.SENDING:
                journal.runs.set_state(run, RunState.SENT)
        else:
            journal.runs.set_state(run, RunState.PAUSED)
        settle_run(journal, run)
        return ending

    def pass_over(self, journal: Journal, run: RunId = RUN) -> PollResult:
        """What `campaign status` does."""
        return poll_once(self.polling(journal), run)

    def poll(self, run: RunId = RUN) -> PollResult:
        """One whole `campaign status`."""
        with self.process() as journal:
            return self.pass_over(journal, run)

    def resume(self, run: RunId = RUN) -> Ending:
        """One whole `campaign resume`, and one poll of the statuses."""
        with self.process() as journal:
            ending = self.drive(journal, run)
            if self.gateway.login_good and not self.gateway.down:
                self.pass_over(journal, run)
        return ending

    def statuses(self, run: RunId = RUN) -> dict[str, Status]:
        """Statuses by clientId, of the recipients who became messages."""
        with self.process() as journal, journal.reports.view(run) as view:
            return {row.client_id: row.status for row in view.rows() if row.client_id}

    def status_line(self, run: RunId = RUN) -> str:
        """The same in one line, in file order."""
        return " ".join(self.statuses(run).values())

    def attempts(self, run: RunId = RUN) -> dict[str, int]:
        """Verdict to count."""
        with self.process() as journal:
            return dict(journal.runs.tally(run).attempts)
