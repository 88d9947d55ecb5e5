"""Send the chunks of a run from this process: workers, slow start, breaker. The only threads.

The first chunk goes alone; after each good answer the workers double up to the limit; any trouble
brings them back to one. After an unknown outcome nothing new begins until its evidence was asked
for: a gateway that answers 502 while accepting would otherwise turn a whole run into "unknown".
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from campaign.domain import RunId, Status
from campaign.domain.schedule import MIN_AHEAD
from campaign.errors import CampaignError, GatewayError, JournalError, LoginRefused, NotSent
from campaign.i18n import count_of
from campaign.sending.concurrency import Breaker, Pace, RateLimiter, SlowStart, WorkerClock
from campaign.sending.engine import Ending, paused, stop_for, unavailable, worse
from campaign.sending.progress import Progress
from campaign.sending.retry import RetryPolicy, until_sent
from campaign.sending.send import Sending, Sent, send_chunk
from campaign.text import tr

_EVIDENCE_PAUSES_S = (0.0, 0.5, 1.5, 3.0)
"""Pauses before each reading of the queue of an attempt whose answer was lost."""


class LocalEngine:
    """Drives one run in this process (`Engine`).

    Args:
        collect_evidence: Reads the queue of one unknown attempt; returns how many of its
            recipients are still unknown.
        probe: A call that shows that the account answers (balance); raises GatewayError if not.
    """

    def __init__(  # noqa: PLR0913  # the engine is where everything that sends is brought together
        self,
        sending: Sending,
        *,
        progress: Progress,
        pace: Pace,
        policy: RetryPolicy,
        collect_evidence: Callable[[int], int],
        probe: Callable[[], object],
        evidence_pauses_s: Sequence[float] = _EVIDENCE_PAUSES_S,
    ) -> None:
        self._sending = sending
        self._clock = sending.clock
        self._progress = progress
        self._policy = policy
        self._collect_evidence = collect_evidence
        self._probe = probe
        self._evidence_pauses_s = evidence_pauses_s
        self._slow_start = SlowStart(pace.workers)
        self._breaker = Breaker()
        self._worker_clock = WorkerClock(self._clock)
        self._rate_limiter = RateLimiter(self._worker_clock, pace.rate)
        self._rate = pace.rate
        self._expired = 0

    def run(self, run: RunId) -> Ending:
        """Send every pending chunk (`Engine.run`); one engine drives a run once."""
        todo = iter(self._sending.journal.attempts.pending_chunks(run))
        with ThreadPoolExecutor(self._slow_start.limit, thread_name_prefix="worker") as pool:
            try:
                return self._drive(run, todo, pool)
            finally:
                self._worker_clock.stop()  # also after a bug: no worker may go on by itself
                self._report_expired(run)

    def _drive(self, run: RunId, todo: Iterator[int], pool: ThreadPoolExecutor) -> Ending:
        in_flight: set[Future[Sent | None]] = set()
        error: CampaignError | None = None
        bug: BaseException | None = None
        left_over = False
        while True:
            while not self._worker_clock.stop_asked() and len(in_flight) < self._slow_start.size:
                chunk_no = next(todo, None)
                if chunk_no is None:
                    break
                in_flight.add(pool.submit(self._send, run, chunk_no))
            if not in_flight:
                break
            done, in_flight = wait(in_flight, return_when=FIRST_COMPLETED)
            for future in done:
                failure = future.exception()
                left_over = left_over or isinstance(failure, NotSent)
                if failure is not None and not isinstance(failure, CampaignError):
                    bug = bug or failure
                else:
                    error = self._finish(future, error)
                if error is not None or bug is not None:
                    self._worker_clock.stop()
        if bug is not None:
            raise bug
        left_over = left_over or next(todo, None) is not None
        return Ending(error, interrupted=error is None and left_over)

    def _send(self, run: RunId, chunk_no: int) -> Sent | None:
        def once() -> Sent | None:
            self._rate_limiter.wait_turn(recipients)
            if self._worker_clock.stop_asked():
                raise NotSent(
                    tr("chunk {chunk_no}: the run was stopped before it", chunk_no=chunk_no), final=True
                )
            return send_chunk(self._sending, run, chunk_no)

        recipients = self._counted_by_rate(run, chunk_no) if self._rate else 0
        return until_sent(once, policy=self._policy, clock=self._worker_clock, on_wait=self._busy)

    def _counted_by_rate(self, run: RunId, chunk_no: int) -> int:
        """Recipients of a chunk that count for the rate: none when it will not be sent."""
        chunk = self._sending.journal.attempts.chunk(run, chunk_no)
        over = chunk.send_at is not None and chunk.send_at - self._clock.now() < MIN_AHEAD
        return 0 if over else len(chunk.members)

    def _busy(self, error: NotSent, wait_s: float, try_no: int) -> None:
        self._slow_start.trouble()
        if error.retry_after_s is not None:
            self._rate_limiter.pause_for(wait_s)
        self._progress.say(
            tr(
                "{message}; not sent, next try in {wait_s} s ({try_no} so far)",
                message=error.message,
                wait_s=f"{wait_s:.1f}",
                try_no=try_no,
            )
        )

    def _finish(self, future: Future[Sent | None], error: CampaignError | None) -> CampaignError | None:
        """Take one chunk's outcome; returns what stops the run, if anything."""
        try:
            sent = future.result()
        except NotSent as failure:
            return error if self._worker_clock.stop_asked() else error or unavailable(failure)
        except CampaignError as failure:
            return worse(error, failure)
        if sent is None:
            return error
        self._progress.advance(sent.recipients)
        self._expired += sent.expired
        if sent.expired:  # no request was made: that says nothing about the gateway
            return error
        if sent.unknown:
            return error or self._investigate(sent)
        self._slow_start.success()
        self._breaker.success()
        return error or stop_for(sent)

    def _report_expired(self, run: RunId) -> None:
        if self._expired:
            self._progress.say(
                tr(
                    "planned time over before it could be sent, so not sent: {count}. When the run "
                    "is finished: campaign retry {run} --only {EXPIRED}",
                    count=count_of(self._expired, "message"),
                    run=run,
                    EXPIRED=Status.EXPIRED,
                )
            )

    def _investigate(self, sent: Sent) -> CampaignError | None:
        """Ask for evidence about an unknown outcome; returns an error when the run must pause."""
        self._slow_start.trouble()
        self._progress.say(
            tr(
                "no usable answer for {count} ({status_text}); they are not sent again; asking "
                "the gateway what it took",
                count=count_of(sent.unknown, "recipient"),
                status_text=sent.status_text,
            )
        )
        with self._rate_limiter.paused():
            try:
                settled = self._settled(sent)
            except (LoginRefused, JournalError) as failure:
                return failure
            except GatewayError as failure:
                return paused(tr("and the gateway does not answer: {message}", message=failure.message))
        if settled:
            self._breaker.success()
        elif not self._clock.stop_asked() and self._breaker.unknown():
            return paused(tr("chunks without a clear answer, in all: {count}", count=self._breaker.in_all))
        return stop_for(sent)

    def _settled(self, sent: Sent) -> bool:
        """Whether the evidence settles all of them; a stop leaves that to the next command."""
        if self._clock.stop_asked():
            return False
        self._probe()
        for pause_s in self._evidence_pauses_s:
            self._clock.sleep(pause_s)
            if self._clock.stop_asked():
                return False
            if not self._read_evidence(sent.attempt_id):
                return True
        return False

    def _read_evidence(self, attempt_id: int) -> int:
        try:
            return self._collect_evidence(attempt_id)
        except LoginRefused:
            raise
        except GatewayError:
            return 1  # a reading that fails settles nothing  # a reading that fails settles nothing
