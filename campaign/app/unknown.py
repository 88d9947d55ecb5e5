"""People in doubt: show what is known, and take a person's word."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from campaign.app.context import (
    UNFINISHED,
    AppContext,
    who,
)
from campaign.app.send import alone_with
from campaign.domain import (
    RunId,
    RunInfo,
    Status,
    UnknownAttempt,
    UnknownShare,
    UnmatchedId,
)
from campaign.errors import InputError
from campaign.journal.base import Journal
from campaign.text import tr


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """People of requests that have left, or may have, and whose outcome no driver has stored.

    Their driver was killed, or is at it right now. They are no doubts yet: `resume` looks first
    whether the answer came.
    """

    run: RunId
    recipients: int


def open_requests(journal: Journal, runs: Sequence[RunInfo]) -> tuple[OpenRequests, ...]:
    """The runs that have such people, oldest first; `status --offline` counts them as unknown."""
    found = []
    for info in reversed(runs):
        if info.state not in UNFINISHED:
            continue  # it could not have ended with one
        unknown = sum(entry.unknown_count for entry in journal.unknown.of(info.run))
        recipients = journal.runs.tally(info.run).statuses.get(Status.UNKNOWN, 0) - unknown
        if recipients > 0:
            found.append(OpenRequests(info.run, recipients))
    return tuple(found)


def unknowns_of(journal: Journal, runs: Sequence[RunInfo]) -> tuple[UnknownAttempt, ...]:
    """Every attempt in doubt of these runs, oldest first."""
    return tuple(entry for info in reversed(runs) for entry in journal.unknown.of(info.run))


def shares_of(journal: Journal, runs: Sequence[RunInfo]) -> tuple[UnknownShare, ...]:
    """What became of everybody who was ever in doubt, a run that had nobody left out."""
    shares = (journal.unknown.share(info.run) for info in reversed(runs))
    return tuple(share for share in shares if share.recipients)


def resolve(  # noqa: PLR0913  # a word, by whom, about what
    context: AppContext, journal: Journal, run: RunId, *, attempt_id: int, sent: bool, why: str
) -> int:
    """Record the word and act on it; returns how many people it was about.

    Raises:
        InputError: No reason was given, or the attempt is not in doubt.
        GuardRefused: "not sent" against evidence.
        RunLocked: Another process drives the run.
    """
    if not why.strip():
        raise InputError(
            tr("a decision needs a reason that others can read later"),
            hint=tr('--why "the provider\'s cabinet shows 200 messages"'),
            code="why_missing",
        )
    with alone_with(context, run):
        return journal.unknown.resolve(run, attempt_id, sent=sent, who=who(), why=why)


def unknown_as_json(
    unknowns: Sequence[UnknownAttempt],
    shares: Sequence[UnknownShare],
    open_now: Sequence[OpenRequests] = (),
) -> dict[str, list[dict[str, object]]]:
    """What `campaign unknown --json` prints."""
    return {
        "unknown": [unknown_attempt_as_json(entry) for entry in unknowns],
        "runs": [asdict(share) for share in shares],
        "open": [asdict(one) for one in open_now],
    }


def unmatched_id_as_json(unmatched_id: UnmatchedId) -> dict[str, object]:
    """One id that nobody knows for programs."""
    return {
        "smsc_id": unmatched_id.smsc_id,
        "attempt": unmatched_id.attempt_id,
        "source": unmatched_id.source,
        "status_text": unmatched_id.status_text,
        "first_seen": unmatched_id.first_seen.isoformat(),
    }


def unknown_attempt_as_json(entry: UnknownAttempt) -> dict[str, object]:
    """One attempt in doubt for programs."""
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
