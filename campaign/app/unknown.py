"""Recipients whose status is unknown: show what is known, and take a user's decision."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from campaign.app.context import UNFINISHED, AppContext, operator
from campaign.domain import RunId, RunInfo, Status, UnknownAttempt, UnknownShare, UnmatchedId
from campaign.errors import InputError
from campaign.journal.base import Journal
from campaign.text import tr


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """Recipients of requests that have left, or may have, and whose outcome no driver has stored.

    Their driver was killed, or is at work. They do not count as unknown yet: `resume` checks first
    whether the reply came.
    """

    run: RunId
    recipients: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is known of attempts without a reply; runs oldest first.

    Attributes:
        attempts: Those whose status is unknown.
        shares: What became of all recipients whose status was ever unknown, a run that had any.
    """

    attempts: tuple[UnknownAttempt, ...]
    shares: tuple[UnknownShare, ...]
    open_requests: tuple[OpenRequests, ...]
    unmatched_ids: tuple[UnmatchedId, ...]

    def as_json(self) -> dict[str, object]:
        """What `campaign unknown --json` prints."""
        return {
            "unknown": [_attempt(one) for one in self.attempts],
            "runs": [asdict(one) for one in self.shares],
            "open": [asdict(one) for one in self.open_requests],
            "unmatched_ids": [_unmatched_id(one) for one in self.unmatched_ids],
        }


def unknown_of(journal: Journal, runs: Sequence[RunInfo]) -> Unknown:
    """Gather it for runs, latest first."""
    oldest_first = list(reversed(runs))
    attempts = {info.run: journal.unknown.of(info.run) for info in oldest_first}
    open_now = []
    for info in oldest_first:
        if info.state not in UNFINISHED:
            continue  # it could not have ended with one
        unknown = sum(one.unknown_count for one in attempts[info.run])
        recipients = journal.runs.tally(info.run).statuses.get(Status.UNKNOWN, 0) - unknown
        if recipients > 0:
            open_now.append(OpenRequests(info.run, recipients))
    shares = (journal.unknown.share(info.run) for info in oldest_first)
    return Unknown(
        tuple(one for found in attempts.values() for one in found),
        tuple(share for share in shares if share.recipients),
        tuple(open_now),
        tuple(one for info in runs for one in journal.statuses.unmatched_ids(info.run)),
    )


def resolve(  # noqa: PLR0913  # a decision, why, about what
    context: AppContext, journal: Journal, run: RunId, *, attempt_id: int, sent: bool, why: str
) -> int:
    """Record the decision and act on it; returns how many recipients it was about.

    Raises:
        InputError: No reason was given, or the status of the attempt is not unknown.
        GuardRefused: "not sent" against evidence.
    """
    if not why.strip():
        raise InputError(
            tr("a decision needs a reason that others can read later"),
            hint=tr('--why "the provider\'s cabinet shows 200 messages"'),
            code="why_missing",
        )
    with context.only_driver(run):
        return journal.unknown.resolve(run, attempt_id, sent=sent, operator=operator(), why=why)


def _attempt(one: UnknownAttempt) -> dict[str, object]:
    return {
        "run": one.run,
        "attempt": one.attempt_id,
        "chunk": one.chunk_no,
        "try": one.try_no,
        "committed_at": None if one.committed_at is None else one.committed_at.isoformat(),
        "recipients": one.member_count,
        "unknown": one.unknown_count,
        "code": one.code,
        "reply_text": one.reply_text,
        "evidence": {
            "ids_in_queue": one.ids_seen,
            "queue_answers": one.queue_answers,
            "queue_losses": one.queue_losses,
            "balance_before": one.balance_before,
            "balance_after": one.balance_after,
        },
    }


def _unmatched_id(one: UnmatchedId) -> dict[str, object]:
    return {
        "smsc_id": one.smsc_id,
        "attempt": one.attempt_id,
        "source": one.source,
        "status_text": one.status_text,
        "first_seen": one.first_seen.isoformat(),
    }
