"""Send one chunk: write the intent, make the call, write the raw answer, then understand it.

The order of those lines is the whole promise of this program. Whatever stops the process between
them leaves an attempt in the journal from which `recover` knows what may have happened, and what
may have been taken is never sent again unless an operator says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from campaign.clock import Clock
from campaign.domain import Attempt, Chunk, Consequence, Member, Reply, ReplyVerdict, RunId, Status, Verdict
from campaign.domain.schedule import MIN_AHEAD
from campaign.errors import GuardRefused, LoginRefused, NothingToDo, NotSent, Refused
from campaign.gateways.base import Gateway
from campaign.journal.base import Journal
from campaign.text import tr

FIXABLE_CODES = ("refused_money", "refused_sender", "refused_schedule", "refused_queue", "refused_param")
"""Refusals of single messages that a top-up or a setting at the gateway can fix."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending a chunk needs."""

    journal: Journal
    gateway: Gateway
    clock: Clock
    new_queue_name: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one chunk: recipients in the request, and how many of them are unknown yet.

    Where `expired` recipients will not be sent, as their send time is over, there was no request:
    `attempt_id` is 0 and `recipients` as many.
    """

    attempt_id: int
    recipients: int
    unknown: int
    consequence: Consequence
    status_text: str = ""
    expired: int = 0


def send_chunk(sending: Sending, run: RunId, chunk_no: int) -> Sent | None:
    """Hand over the pending recipients of one chunk, once.

    Returns:
        What became of them, also when that is *unknown*; None when none was pending.

    Raises:
        NotSent: Certainly not taken; may be tried again.
        LoginRefused: Certainly not taken; no chunk will be.
        Refused: Certainly not taken; the next one would fail the same way.
        GuardRefused: By the gateway's clock the planned send time is over, by ours it is not.
        PauseRequested: An operator asked the run to pause; nothing of it was sent.
        JournalError: Not stored, so not sent (or sent and `recover` will know).
    """
    try:
        return _send_once(sending, run, chunk_no)
    except NotSent as error:
        if error.code != "schedule_over":
            raise
        return _send_once(sending, run, chunk_no)  # the time came meanwhile: now they expire


def _send_once(sending: Sending, run: RunId, chunk_no: int) -> Sent | None:
    attempts, gateway = sending.journal.attempts, sending.gateway
    chunk = attempts.chunk(run, chunk_no)
    if not chunk.members:
        return None
    _require_one_time(chunk, sending)
    try:
        attempt = attempts.begin(
            chunk, queue_name=sending.new_queue_name(), request_digest=gateway.request_digest
        )
    except NothingToDo as nothing:  # all of its recipients were left out, in one commit
        if nothing.code != Status.EXPIRED:
            return None
        count = len(chunk.members)
        return Sent(0, count, unknown=0, consequence=Consequence.GO_ON, expired=count)
    try:
        reply = gateway.send(attempt, lambda: attempts.commit_point(attempt))
    except NotSent as error:
        attempts.close_not_sent(attempt, code=error.code, reply_text=error.message)
        raise
    attempts.store_reply(attempt, reply)
    verdict = gateway.judge(attempt.chunk.members, reply)
    unknown = attempts.apply(attempt, verdict)
    return _sent(attempt, verdict, unknown)


def recover(sending: Sending, run: RunId) -> None:
    """Bring a run that was stopped anywhere into a state from which it can go on.

    Safe to call any number of times; it makes no call to the gateway.
    """
    recover_judging(sending.journal, sending.gateway.judge, run)


def recover_judging(
    journal: Journal, judge: Callable[[Sequence[Member], Reply], ReplyVerdict], run: RunId
) -> None:
    """The same without a gateway, and so without a login."""
    journal.attempts.recover(run)
    for attempt, reply in journal.attempts.replied(run):
        journal.attempts.apply(attempt, judge(attempt.chunk.members, reply))


def _require_one_time(chunk: Chunk, sending: Sending) -> None:
    """A past time would be sent at once: the clock that counts is the gateway's.

    Recipients expire by our clock in the journal; the least lead absorbs how much two good clocks
    differ.
    """
    theirs = sending.gateway.their_time
    if chunk.send_at is None or theirs is None or theirs < chunk.send_at:
        return
    ours = sending.clock.now()
    if chunk.send_at - ours >= MIN_AHEAD:
        raise GuardRefused(
            tr(
                "chunk {chunk_no} is planned for {send_at} UTC, which is over by the gateway's "
                "clock ({theirs} UTC) and not by this machine's ({ours} UTC); the gateway would "
                "send it at once",
                chunk_no=chunk.chunk_no,
                send_at=f"{chunk.send_at:%Y-%m-%d %H:%M}",
                theirs=f"{theirs:%Y-%m-%d %H:%M}",
                ours=f"{ours:%Y-%m-%d %H:%M}",
            ),
            hint=tr("Set the clock of this machine, then: campaign resume {run}", run=chunk.run),
            code="clocks_differ",
        )


def _sent(attempt: Attempt, verdict: ReplyVerdict, unknown: int) -> Sent:
    text = verdict.reply_text or verdict.code
    where = f"chunk {attempt.chunk.chunk_no}"
    if verdict.verdict is Verdict.NOT_SENT:
        raise NotSent(
            tr("{where}: the gateway is busy ({text})", where=where, text=text),
            retry_after_s=verdict.retry_after_s,
        )
    if verdict.consequence is Consequence.STOP_LOGIN:
        raise LoginRefused(
            tr(
                "{where}: the gateway refused login or password ({text}); nothing of it was sent",
                where=where,
                text=text,
            ),
            hint=tr(
                "Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD, then: campaign resume {run}", run=attempt.chunk.run
            ),
        )
    if verdict.verdict is Verdict.REFUSED:
        raise Refused(
            tr(
                "{where}: the gateway refused the request ({code}: {text}); nothing of it was sent",
                where=where,
                code=verdict.code,
                text=text,
            ),
            hint=tr("Check --gateway and --gateway-url, then: campaign resume {run}", run=attempt.chunk.run),
        )
    return Sent(
        attempt_id=attempt.attempt_id,
        recipients=len(attempt.chunk.members),
        unknown=unknown,
        consequence=verdict.consequence,
        status_text=text,
    )
