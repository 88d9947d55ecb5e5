"""People in doubt: show what is known, and take a person's word."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from campaign.app.context import (
    UNFINISHED,
    Books,
    Desk,
    who,
)
from campaign.app.send import alone_with
from campaign.domain import (
    Doubt,
    DoubtShare,
    Fate,
    RunId,
    RunInfo,
    Stranger,
)
from campaign.errors import InputError


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """People of requests that have left, or may have, and whose outcome no driver has stored.

    Their driver was killed, or is at it right now. They are no doubts yet: `resume` looks first
    whether the answer came.
    """

    run: RunId
    people: int


def open_requests(books: Books, runs: Sequence[RunInfo]) -> tuple[OpenRequests, ...]:
    """The runs that have such people, oldest first; `status --offline` counts them as unknown."""
    found = []
    for info in reversed(runs):
        if info.state not in UNFINISHED:
            continue  # it could not have ended with one
        in_doubt = sum(doubt.unknown_count for doubt in books.doubts.doubts(info.run))
        people = books.reports.tally(info.run).fates.get(Fate.UNKNOWN, 0) - in_doubt
        if people > 0:
            found.append(OpenRequests(info.run, people))
    return tuple(found)


def doubts_of(books: Books, runs: Sequence[RunInfo]) -> tuple[Doubt, ...]:
    """Every attempt in doubt of these runs, oldest first."""
    return tuple(doubt for info in reversed(runs) for doubt in books.doubts.doubts(info.run))


def shares_of(books: Books, runs: Sequence[RunInfo]) -> tuple[DoubtShare, ...]:
    """What became of everybody who was ever in doubt, a run that had nobody left out."""
    shares = (books.doubts.share(info.run) for info in reversed(runs))
    return tuple(share for share in shares if share.people)


def resolve(  # noqa: PLR0913  # a word, by whom, about what
    desk: Desk, books: Books, run: RunId, *, attempt_id: int, sent: bool, why: str
) -> int:
    """Record the word and act on it; returns how many people it was about.

    Raises:
        InputError: No reason was given, or the attempt is not in doubt.
        GuardRefused: "not sent" against evidence.
        RunLocked: Another process drives the run.
    """
    if not why.strip():
        raise InputError(
            "a decision needs a reason that others can read later",
            hint='--why "the provider\'s cabinet shows 200 messages"',
            code="why_missing",
        )
    with alone_with(desk, run):
        return books.doubts.resolve(run, attempt_id, sent=sent, who=who(), why=why)


def unknown_as_json(
    doubts: Sequence[Doubt], shares: Sequence[DoubtShare], open_now: Sequence[OpenRequests] = ()
) -> dict[str, list[dict[str, object]]]:
    """What `campaign unknown --json` prints."""
    return {
        "doubts": [doubt_as_json(doubt) for doubt in doubts],
        "runs": [asdict(share) for share in shares],
        "open": [asdict(one) for one in open_now],
    }


def stranger_as_json(stranger: Stranger) -> dict[str, object]:
    """One id that nobody knows for programs."""
    return {
        "smsc_id": stranger.smsc_id,
        "attempt": stranger.attempt_id,
        "source": stranger.source,
        "word": stranger.word,
        "first_seen": stranger.first_seen.isoformat(),
    }


def doubt_as_json(doubt: Doubt) -> dict[str, object]:
    """One attempt in doubt for programs."""
    return {
        "run": doubt.run,
        "attempt": doubt.attempt_id,
        "chunk": doubt.chunk_no,
        "try": doubt.try_no,
        "armed_at": None if doubt.armed_at is None else doubt.armed_at.isoformat(),
        "people": doubt.member_count,
        "unknown": doubt.unknown_count,
        "code": doubt.code,
        "words": doubt.words,
        "evidence": {
            "ids_in_queue": doubt.ids_seen,
            "queue_answers": doubt.queue_answers,
            "queue_losses": doubt.queue_losses,
            "balance_before": doubt.balance_before,
            "balance_after": doubt.balance_after,
        },
    }
