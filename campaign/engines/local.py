"""Send the chunks of a run from this process: lanes, slow start, breaker. The only threads.

The first chunk goes alone; after each good answer the lanes double up to the limit; any trouble
brings them back to one. After an unknown outcome nothing new begins until its evidence was looked
for: a gateway that answers 502 while accepting would otherwise turn a whole run into "unknown".
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock

from campaign.errors import (
    CampaignError,
    GatewayError,
    GuardRefused,
    JournalError,
    LoginRefused,
    NotSent,
)
from campaign.model import Consequence, RunId
from campaign.ports import Clock, Progress
from campaign.steps.retry import RetryPolicy, until_sent
from campaign.steps.send import Sending, Sent, send_chunk

_LOOKS_FOR_EVIDENCE_S = (0.0, 0.5, 1.5, 3.0)
"""Pauses before each look into the queue of an attempt whose answer was lost."""

_SLICE_S = 0.5
"""So long a waiting lane may take to see that the run has stopped."""

_UNKNOWN_IN_A_ROW = 2
_UNKNOWN_IN_ALL = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast.

    Attributes:
        lanes: Requests in flight at most.
        rate: Messages a second at most, None for no limit.
    """

    lanes: int = 4
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why sending ended.

    Attributes:
        error: What stopped it; None when nobody was left, or a stop was asked for.
        interrupted: Somebody asked to stop.
    """

    error: CampaignError | None = None
    interrupted: bool = False


class _LaneClock:
    """The clock of the lanes: stops, too, when something else has stopped the run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._halted = Event()

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic_s(self) -> float:
        return self._clock.monotonic_s()

    def sleep(self, seconds: float) -> None:
        until_s = self._clock.monotonic_s() + seconds
        while not self.stop_asked() and (left_s := until_s - self._clock.monotonic_s()) > 0:
            self._clock.sleep(min(left_s, _SLICE_S))

    def stop_asked(self) -> bool:
        return self._halted.is_set() or self._clock.stop_asked()

    def halt(self) -> None:
        """Let no lane begin anything more."""
        self._halted.set()


class _Turnstile:
    """Lets lanes through one by one: at the agreed rate, and not while the gateway is busy."""

    def __init__(self, clock: Clock, rate: float | None) -> None:
        self._clock = clock
        self._rate = rate
        self._lock = Lock()
        self._free_at_s = clock.monotonic_s()
        self._closed_until_s = self._free_at_s
        self._open = Event()
        self._open.set()

    def pass_through(self, people: int) -> None:
        """Wait for this lane's turn; returns early when the run is stopped."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            starts_s = max(now_s, self._free_at_s)
            self._free_at_s = starts_s + (people / self._rate if self._rate else 0)
        self._clock.sleep(starts_s - now_s)
        self._open.wait()
        while not self._clock.stop_asked() and (left_s := self._closed_for()) > 0:
            self._clock.sleep(left_s)

    def _closed_for(self) -> float:
        with self._lock:
            return self._closed_until_s - self._clock.monotonic_s()

    def close_for(self, seconds: float) -> None:
        """Let nobody through for a while, also not those who wait already."""
        with self._lock:
            closed_until_s = self._clock.monotonic_s() + seconds
            self._closed_until_s = max(self._closed_until_s, closed_until_s)

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Let nobody through while the block runs."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()


@dataclass(slots=True)
class _Breaker:
    """Counts outcomes that stay unknown although their evidence was looked for."""

    in_a_row: int = 0
    in_all: int = 0

    def good(self) -> None:
        """A chunk was answered for, at once or by evidence: the row of doubts ends."""
        self.in_a_row = 0

    def doubt(self) -> bool:
        """One more that stays unknown; whether the run must pause now."""
        self.in_a_row += 1
        self.in_all += 1
        return self.in_a_row >= _UNKNOWN_IN_A_ROW or self.in_all >= _UNKNOWN_IN_ALL


@dataclass(slots=True)
class _Window:
    """How many lanes are open now."""

    limit: int
    size: int = 1

    def good(self) -> None:
        self.size = min(self.size * 2, self.limit)

    def bad(self) -> None:
        self.size = 1


class LocalEngine:
    """Drives one run in this process.

    Args:
        look_for_evidence: Reads the queue of one unknown attempt; returns how many people in it
            are still unknown.
        probe: A call that shows that the account answers (balance); raises GatewayError if not.
        looks_s: Pauses before each look for evidence.
    """

    def __init__(  # noqa: PLR0913  # the engine is where everything that sends is brought together
        self,
        sending: Sending,
        *,
        progress: Progress,
        pace: Pace,
        policy: RetryPolicy,
        look_for_evidence: Callable[[int], int],
        probe: Callable[[], object],
        looks_s: Sequence[float] = _LOOKS_FOR_EVIDENCE_S,
    ) -> None:
        self._sending = sending
        self._clock = sending.clock
        self._progress = progress
        self._policy = policy
        self._look_for_evidence = look_for_evidence
        self._probe = probe
        self._looks_s = looks_s
        self._window = _Window(pace.lanes)
        self._breaker = _Breaker()
        self._lane_clock = _LaneClock(self._clock)
        self._turnstile = _Turnstile(self._lane_clock, pace.rate)
        self._rate = pace.rate

    def send_all(self, run: RunId) -> Ending:
        """Send every pending chunk; returns when nobody is left or something says stop.

        Chunks in flight are always brought to their end. An engine drives a run once.
        """
        todo = iter(self._sending.journal.pending_chunks(run))
        with ThreadPoolExecutor(self._window.limit, thread_name_prefix="lane") as pool:
            try:
                return self._drive(run, todo, pool)
            finally:
                self._lane_clock.halt()  # also after a bug: no lane may go on by itself

    def _drive(self, run: RunId, todo: Iterator[int], pool: ThreadPoolExecutor) -> Ending:
        flying: set[Future[Sent | None]] = set()
        error: CampaignError | None = None
        bug: BaseException | None = None
        left_over = False
        while True:
            while not self._lane_clock.stop_asked() and len(flying) < self._window.size:
                chunk_no = next(todo, None)
                if chunk_no is None:
                    break
                flying.add(pool.submit(self._send, run, chunk_no))
            if not flying:
                break
            landed, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in landed:
                failure = future.exception()
                left_over = left_over or isinstance(failure, NotSent)
                if failure is not None and not isinstance(failure, CampaignError):
                    bug = bug or failure
                else:
                    error = self._land(future, error)
                if error is not None or bug is not None:
                    self._lane_clock.halt()
        if bug is not None:
            raise bug
        left_over = left_over or next(todo, None) is not None
        return Ending(error, interrupted=error is None and left_over)

    def _send(self, run: RunId, chunk_no: int) -> Sent | None:
        def once() -> Sent | None:
            self._turnstile.pass_through(people)
            if self._lane_clock.stop_asked():
                raise NotSent(f"chunk {chunk_no}: the run was stopped before it", final=True)
            return send_chunk(self._sending, run, chunk_no)

        people = len(self._sending.journal.chunk(run, chunk_no).members) if self._rate else 0
        return until_sent(once, policy=self._policy, clock=self._lane_clock, on_wait=self._busy)

    def _busy(self, error: NotSent, wait_s: float, try_no: int) -> None:
        self._window.bad()
        if error.retry_after_s is not None:
            self._turnstile.close_for(wait_s)
        self._progress.say(
            f"{error.message}; not sent, next try in {wait_s:.1f} s ({try_no} so far)"
        )

    def _land(
        self, future: Future[Sent | None], error: CampaignError | None
    ) -> CampaignError | None:
        """Take one chunk's outcome; returns what stops the run, if anything."""
        try:
            sent = future.result()
        except NotSent as failure:
            return error if self._lane_clock.stop_asked() else error or _unavailable(failure)
        except CampaignError as failure:
            return _worse(error, failure)
        if sent is None:
            return error
        self._progress.advance(sent.people)
        if sent.unknown:
            return error or self._investigate(sent)
        self._window.good()
        self._breaker.good()
        return error or _stop_for(sent)

    def _investigate(self, sent: Sent) -> CampaignError | None:
        """Look for evidence about an unknown outcome; returns an error when the run must pause."""
        self._window.bad()
        self._progress.say(
            f"no usable answer for {sent.unknown} people ({sent.words}); they are not sent again; "
            "asking the gateway what it took"
        )
        with self._turnstile.shut():
            try:
                settled = self._settled(sent)
            except (LoginRefused, JournalError) as failure:
                return failure
            except GatewayError as failure:
                return _paused(f"and the gateway does not answer: {failure.message}")
        if settled:
            self._breaker.good()
        elif not self._clock.stop_asked() and self._breaker.doubt():
            return _paused(f"{self._breaker.in_all} chunks in doubt")
        return _stop_for(sent)

    def _settled(self, sent: Sent) -> bool:
        """Whether the evidence tells about everybody; a stop leaves that to the next command.

        Raises:
            GatewayError: The account does not answer at all.
        """
        if self._clock.stop_asked():
            return False
        self._probe()
        for pause_s in self._looks_s:
            self._clock.sleep(pause_s)
            if self._clock.stop_asked():
                return False
            if not self._look(sent.attempt_id):
                return True
        return False

    def _look(self, attempt_id: int) -> int:
        """One look; one that fails has seen nothing."""
        try:
            return self._look_for_evidence(attempt_id)
        except LoginRefused:
            raise
        except GatewayError:
            return 1


def _stop_for(sent: Sent) -> CampaignError | None:
    match sent.consequence:
        case Consequence.PAUSE_MONEY:
            return GatewayError(
                "the gateway says that the money is used up",
                hint="Top up the account, then: campaign resume",
                code="money",
            )
        case Consequence.STOP_CONFIG:
            return GuardRefused(
                "the gateway refuses messages because of a setting (sender, send time, ...); "
                "see the reasons in the report",
                hint="campaign senders shows which senders may be used; then: campaign resume",
                code="refused_setting",
            )
        case _:
            return None


def _paused(why: str) -> GatewayError:
    return GatewayError(
        f"sending is paused: {why}",
        hint="Wait until the gateway works again, then: campaign resume",
        code="paused",
    )


def _unavailable(failure: NotSent) -> CampaignError:
    return GatewayError(
        f"{failure.message}; given up for now, nothing of it was sent",
        hint=failure.hint if failure.final else "When the gateway answers again: campaign resume",
        code="unavailable",
    )


def _worse(first: CampaignError | None, second: CampaignError) -> CampaignError:
    """Of two errors the one that ranks higher (design, exit codes)."""
    if first is None:
        return second
    ranking = (74, 6, 11, 8, 7, 5, 4, 3, 1)
    return min((first, second), key=lambda error: ranking.index(error.exit_code))
