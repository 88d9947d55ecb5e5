"""Send one chunk: write the intent, make the call, write the raw answer, then understand it.

The order of those lines is the whole promise of this program. Whatever stops the process between
them leaves an attempt in the journal from which `recover` knows what may have happened, and what
may have been taken is never sent again without a person's word.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from campaign.clock import Clock
from campaign.domain import (
    Attempt,
    Chunk,
    Consequence,
    Reply,
    ReplyVerdict,
    RunId,
    Status,
    Verdict,
)
from campaign.domain.schedule import MIN_AHEAD
from campaign.errors import (
    GuardRefused,
    LoginRefused,
    NothingToDo,
    NotSent,
    Refused,
)
from campaign.gateways.base import Gateway
from campaign.journal.base import Journal

FIXABLE_CODES = (
    "refused_money",
    "refused_sender",
    "refused_schedule",
    "refused_queue",
    "refused_param",
)
"""Refusals by name that a top-up or a setting at the gateway mends."""


@runtime_checkable
class TellsTime(Protocol):
    """A gateway whose answers tell its own clock."""

    @property
    def their_time(self) -> datetime | None:
        """What that clock showed at its last answer; None before the first one."""
        ...


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending a chunk needs."""

    journal: Journal
    gateway: Gateway
    clock: Clock
    new_queue_name: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one chunk.

    Attributes:
        recipients: How many were in the request.
        unknown: How many of them nobody can tell about yet.
        expired: How many were not sent for good, as their send time is over; then there was no
            request, `attempt_id` is 0 and `recipients` as many.
    """

    attempt_id: int
    recipients: int
    unknown: int
    consequence: Consequence
    words: str = ""
    expired: int = 0


def send_chunk(sending: Sending, run: RunId, chunk_no: int) -> Sent | None:
    """Hand over the pending people of one chunk, once.

    Returns:
        What became of them, also when that is *unknown*; None when nobody was pending.

    Raises:
        NotSent: Certainly not taken; may be tried again.
        LoginRefused: Certainly not taken; no chunk will be.
        Refused: Certainly not taken; the next one would fail the same way.
        GuardRefused: By the gateway's clock the planned send time is over, by ours it is not.
        PauseAsked: Somebody asked the run to pause; nothing of it was sent.
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
    except NothingToDo as nothing:  # everybody in it was left out, in one commit
        return _missed(chunk) if nothing.code == Status.EXPIRED else None
    try:
        reply = gateway.send(attempt, lambda: attempts.commit_point(attempt))
    except NotSent as error:
        attempts.close_not_sent(attempt, code=error.code, reply_text=error.message)
        raise
    attempts.store_reply(attempt, reply)
    reply_verdict = gateway.judge(attempt.chunk.members, reply)
    unknown = attempts.apply(attempt, reply_verdict)
    return _told(attempt, reply_verdict, unknown)


def recover(sending: Sending, run: RunId) -> None:
    """Bring a run that was stopped anywhere into a state from which it can go on.

    Safe to call any number of times; it makes no call to the gateway.
    """
    sending.journal.attempts.recover(run)
    for attempt, reply in sending.journal.attempts.replied(run):
        _apply_again(sending, attempt, reply)


def _apply_again(sending: Sending, attempt: Attempt, reply: Reply) -> None:
    reply_verdict = sending.gateway.judge(attempt.chunk.members, reply)
    sending.journal.attempts.apply(attempt, reply_verdict)


def _require_one_time(chunk: Chunk, sending: Sending) -> None:
    """A past time would be sent at once: the clock that counts is the gateway's.

    The journal lets people expire by our clock; the least lead absorbs what two good clocks differ.
    """
    theirs = sending.gateway.their_time if isinstance(sending.gateway, TellsTime) else None
    if chunk.send_at is None or theirs is None or theirs < chunk.send_at:
        return
    ours = sending.clock.now()
    if chunk.send_at - ours >= MIN_AHEAD:
        raise GuardRefused(
            f"chunk {chunk.chunk_no} is planned for {chunk.send_at:%Y-%m-%d %H:%M} UTC, which is "
            f"over by the gateway's clock ({theirs:%Y-%m-%d %H:%M} UTC) and not by this machine's "
            f"({ours:%Y-%m-%d %H:%M} UTC); the gateway would send it at once",
            hint=f"Set the clock of this machine, then: campaign resume {chunk.run}",
            code="clocks_differ",
        )


def _missed(chunk: Chunk) -> Sent:
    recipients = len(chunk.members)
    return Sent(0, recipients, unknown=0, consequence=Consequence.GO_ON, expired=recipients)


def _told(attempt: Attempt, reply_verdict: ReplyVerdict, unknown: int) -> Sent:
    words = reply_verdict.words or reply_verdict.code
    where = f"chunk {attempt.chunk.chunk_no}"
    if reply_verdict.verdict is Verdict.NOT_SENT:
        raise NotSent(
            f"{where}: the gateway is busy ({words})", retry_after_s=reply_verdict.retry_after_s
        )
    if reply_verdict.consequence is Consequence.STOP_LOGIN:
        raise LoginRefused(
            f"{where}: the gateway refused login or password ({words}); nothing of it was sent",
            hint="Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD, then: "
            f"campaign resume {attempt.chunk.run}",
        )
    if reply_verdict.verdict is Verdict.REFUSED:
        raise Refused(
            f"{where}: the gateway refused the request ({reply_verdict.code}: {words}); "
            "nothing of it was sent",
            hint=f"Check --gateway and --gateway-url, then: campaign resume {attempt.chunk.run}",
        )
    return Sent(
        attempt_id=attempt.attempt_id,
        recipients=len(attempt.chunk.members),
        unknown=unknown,
        consequence=reply_verdict.consequence,
        words=words,
    )
