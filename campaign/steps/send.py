"""Send one chunk: write the intent, make the call, write the raw answer, then understand it.

The order of those lines is the whole promise of this program. Whatever stops the process between
them leaves an attempt in the journal from which `recover` knows what may have happened, and what
may have been taken is never sent again without a person's word.
"""

from collections.abc import Callable
from dataclasses import dataclass

from campaign.errors import GuardRefused, LoginRefused, NothingToDo, NotSent, Refused, UnusableCell
from campaign.model import Attempt, Chunk, Consequence, Judgement, Reply, RunId, Verdict
from campaign.ports import Clock, Gateway, SendJournal
from campaign.rules.schedule import require_ahead

MENDABLE_CODES = (
    "refused_money",
    "refused_sender",
    "refused_schedule",
    "refused_queue",
    "refused_param",
)
"""Refusals by name that a top-up or a setting at the gateway mends."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending a chunk needs."""

    journal: SendJournal
    gateway: Gateway
    clock: Clock
    new_queue_name: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one chunk.

    Attributes:
        people: How many were in the request.
        unknown: How many of them nobody can tell about yet.
    """

    attempt_id: int
    people: int
    unknown: int
    consequence: Consequence
    words: str = ""


def send_chunk(sending: Sending, run: RunId, chunk_no: int) -> Sent | None:
    """Hand over the pending people of one chunk, once.

    Returns:
        What became of them, also when that is *unknown*; None when nobody was pending.

    Raises:
        NotSent: Certainly not taken; may be tried again.
        LoginRefused: Certainly not taken; no chunk will be.
        Refused: Certainly not taken; the next one would fail the same way.
        GuardRefused: The planned send time is over or too near.
        PauseAsked: Somebody asked the run to pause; nothing of it was sent.
        JournalError: Not stored, so not sent (or sent and `recover` will know).
    """
    journal, gateway = sending.journal, sending.gateway
    chunk = journal.chunk(run, chunk_no)
    if not chunk.members:
        return None
    _require_time(chunk, sending.clock)
    try:
        attempt = journal.begin(
            chunk, queue_name=sending.new_queue_name(), request_digest=gateway.request_digest
        )
    except NothingToDo:  # everybody in it was put on the stop-list since the plan
        return None
    try:
        reply = gateway.send(attempt, lambda: journal.arm(attempt))
    except NotSent as error:
        journal.close_not_sent(attempt, code=error.code, words=error.message)
        raise
    journal.store_reply(attempt, reply)
    judgement = gateway.judge(attempt.chunk.members, reply)
    unknown = journal.apply(attempt, judgement)
    return _told(attempt, judgement, unknown)


def recover(sending: Sending, run: RunId) -> None:
    """Bring a run that was stopped anywhere into a state from which it can go on.

    Safe to call any number of times; it makes no call to the gateway.
    """
    sending.journal.recover(run)
    for attempt, reply in sending.journal.replied(run):
        _apply_again(sending, attempt, reply)


def _apply_again(sending: Sending, attempt: Attempt, reply: Reply) -> None:
    judgement = sending.gateway.judge(attempt.chunk.members, reply)
    sending.journal.apply(attempt, judgement)


def _require_time(chunk: Chunk, clock: Clock) -> None:
    """A past time would be sent at once: refuse it again at the moment of sending."""
    if chunk.send_at is None:
        return
    try:
        require_ahead(chunk.send_at, now=clock.now())
    except UnusableCell as error:
        raise GuardRefused(
            f"chunk {chunk.chunk_no} was planned for {chunk.send_at:%Y-%m-%d %H:%M} UTC, which is "
            "over or less than two minutes ahead; the gateway would send it at once",
            hint="Plan the rest again with a later --schedule and a new --again LABEL.",
            code="schedule_over",
        ) from error


def _told(attempt: Attempt, judgement: Judgement, unknown: int) -> Sent:
    words = judgement.words or judgement.code
    where = f"chunk {attempt.chunk.chunk_no}"
    if judgement.verdict is Verdict.NOT_SENT:
        raise NotSent(
            f"{where}: the gateway is busy ({words})", retry_after_s=judgement.retry_after_s
        )
    if judgement.consequence is Consequence.STOP_LOGIN:
        raise LoginRefused(
            f"{where}: the gateway refused login or password ({words}); nothing of it was sent",
            hint="Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD, then: "
            f"campaign resume {attempt.chunk.run}",
        )
    if judgement.verdict is Verdict.REFUSED:
        raise Refused(
            f"{where}: the gateway refused the request ({judgement.code}: {words}); "
            "nothing of it was sent",
            hint=f"Check --gateway and --gateway-url, then: campaign resume {attempt.chunk.run}",
        )
    return Sent(
        attempt_id=attempt.attempt_id,
        people=len(attempt.chunk.members),
        unknown=unknown,
        consequence=judgement.consequence,
        words=words,
    )
