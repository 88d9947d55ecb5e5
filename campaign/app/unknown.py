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
        open_requests: Of runs whose driver was killed or is at work.
        unmatched_ids: That the gateway named and no recipient has.
    """

    attempts: tuple[UnknownAttempt, ...]
    shares: tuple[UnknownShare, ...]
    open_requests: tuple[OpenRequests, ...]
    unmatched_ids: tuple[UnmatchedId, ...]

    def as_json(self) -> dict[str, object]:
        """What `campaign unknown --json` prints."""
        return {
            "unknown": [unknown_attempt_as_json(one) for one in self.attempts],
            "runs": [asdict(one) for one in self.shares],
            "open": [asdict(one) for one in self.open_requests],
            "unmatched_ids": [unmatched_id_as_json(one) for one in self.unmatched_ids],
        }


def unknown_of(journal: Journal, runs: Sequence[RunInfo]) -> Unknown:
    """Gather it for runs, which come latest first."""
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


def resolve(  # noqa: PLR0913  # a decision, by whom, about what
    context: AppContext, journal: Journal, run: RunId, *, attempt_id: int, sent: bool, why: str
) -> int:
    """Record the decision and act on it; returns how many recipients it was about.

    Raises:
        InputError: No reason was given, or the status of the attempt is not unknown.
        GuardRefused: "not sent" against evidence.
        RunLocked: Another process drives the run.
    """
    if not why.strip():
        raise InputError(
            tr("a decision needs a reason that others can read later"),
            hint=tr('--why "the provider\'s cabinet shows 200 messages"'),
            code="why_missing",
        )
    with context.only_driver(run):
        return journal.unknown.resolve(run, attempt_id, sent=sent, who=operator(), why=why)


def unmatched_id_as_json(unmatched_id: UnmatchedId) -> dict[str, object]:
    """One unmatched id for programs."""
    return {
        "smsc_id": unmatched_id.smsc_id,
        "attempt": unmatched_id.attempt_id,
        "source": unmatched_id.source,
        "status_text": unmatched_id.status_text,
        "first_seen": unmatched_id.first_seen.isoformat(),
    }


def unknown_attempt_as_json(entry: UnknownAttempt) -> dict[str, object]:
    """One attempt for programs."""
    return {
        "run": entry.run,
        "attempt": entry.attempt_id,
        "chunk": entry.chunk_no,
        "try": entry.try_no,
        "armed_at": None if entry.committed_at is None else entry.committed_at.isoformat(),
        "recipients": entry.member_count,
        "unknown": entry.unknown_count,
        "code": entry.code,
        "words": entry.words,
        "evidence": {
            "ids_in_queue": entry.ids_seen,
            "queue_answers": entry.queue_answers,
            "queue_losses": entry.queue_losses,
            "balance_before": entry.balance_before,
            "balance_after": entry.balance_after,
        },
    }
