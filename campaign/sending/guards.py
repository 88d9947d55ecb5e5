"""The bounds that an operator sets before planning: how many, and for how much money."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from campaign.domain import CheckedRow, Message, Phone, Rejection, Status
from campaign.errors import GuardRefused
from campaign.i18n import count_of
from campaign.journal.base import SentBefore
from campaign.text import tr


@dataclass(frozen=True, slots=True)
class Guards:
    """What must not be exceeded; None: no bound.

    Recipients over `limit` are left out, each with this reason; over another bound nothing is planned.
    """

    limit: int | None = None
    max_recipients: int | None = None
    max_cost: Decimal | None = None


def limited(rows: Iterator[CheckedRow], limit: int | None) -> Iterator[CheckedRow]:
    """Leave out the recipients after the first so many; none silently."""
    recipients = 0
    for row in rows:
        recipients += isinstance(row.outcome, Message)
        if limit is None or recipients <= limit or not isinstance(row.outcome, Message):
            yield row
        else:
            yield _without(row, Status.CANCELLED, "over_limit", limit=str(limit))


def _without(row: CheckedRow, status: Status, code: str, **details: str) -> CheckedRow:
    left_out = Rejection(row.row.row_no, status, "", code, details)
    return replace(row, outcome=left_out, warnings=())


def held(rows: Iterator[CheckedRow], guards: Guards, price: Decimal | None) -> Iterator[CheckedRow]:
    """Pass the rows on, and refuse at the end what exceeds a bound; `price` is that of one part.

    Raises:
        GuardRefused: Before a row is taken, when a price is bounded that is not known; else after
            the last row, so that it can report how many there are.
    """
    if guards.max_cost is not None and price is None:
        raise GuardRefused(
            tr(
                "--max-cost cannot be held: the price of a part at this gateway is not known "
                "yet; nothing was planned"
            ),
            hint=tr(
                "One message shows it: campaign test FILE --to +7… --sample 1; or limit "
                "the number of recipients: --max-recipients N"
            ),
            code="price_unknown",
        )
    return _held(rows, guards, price)


def _held(rows: Iterator[CheckedRow], guards: Guards, price: Decimal | None) -> Iterator[CheckedRow]:
    recipients = parts = 0
    for row in rows:
        if isinstance(row.outcome, Message):
            recipients += 1
            parts += row.outcome.segments
        yield row
    if guards.max_recipients is not None and recipients > guards.max_recipients:
        raise GuardRefused(
            tr(
                (
                    "{count} would get a message, --max-recipients allows {max_recipients}; "
                    "nothing was planned"
                ),
                count=count_of(recipients, "recipient"),
                max_recipients=guards.max_recipients,
            ),
            hint=tr(
                "To send to the first of them only: --limit {max_recipients}",
                max_recipients=guards.max_recipients,
            ),
            code="too_many_recipients",
        )
    cost = Decimal(0) if price is None else price * parts
    if guards.max_cost is not None and cost > guards.max_cost:
        raise GuardRefused(
            tr(
                "{count} would cost about {cost}, --max-cost allows {max_cost}; nothing was planned",
                count=count_of(parts, "part"),
                cost=f"{cost:.2f}",
                max_cost=guards.max_cost,
            ),
            hint=tr("A shorter text, --limit N, or a higher --max-cost."),
            code="too_expensive",
        )


_BATCH = 500


def without_sent(
    rows: Iterator[CheckedRow], sent_before: SentBefore, *, account: str, skip: bool
) -> Iterator[CheckedRow]:
    """Pass the rows on, those sent before as rejections (`skip`), or refuse at the end.

    Raises:
        GuardRefused: After the last row: some got the same text already, and without `skip`.
    """
    recipients = repeated = 0
    first_run = ""
    while batch := list(islice(rows, _BATCH)):
        earlier = _earlier(batch, sent_before, account)
        for position, row in enumerate(batch):
            recipients += isinstance(row.outcome, Message)
            run = earlier.get(position)
            if run is None:
                yield row
                continue
            repeated += 1
            first_run = first_run or run
            yield _without(row, Status.ALREADY_SENT, "already_sent", run=run)
    if repeated and not skip:
        raise GuardRefused(
            tr(
                "{repeated} of {count} got this text within the last 30 days, from run "
                "{first_run}; nothing was planned or sent",
                repeated=repeated,
                count=count_of(recipients, "recipient"),
                first_run=first_run,
            ),
            hint=tr("To leave them out: --skip-sent; to send it to them again on purpose: --again LABEL"),
            code="already_sent",
        )


def require_unsent(
    messages: Iterable[Sequence[tuple[Phone, str]]], sent_before: SentBefore, *, account: str, hint: str
) -> None:
    """Check a whole run that is planned before its first message is sent; `messages` in batches.

    Raises:
        GuardRefused: A recipient got the same text already; `hint` says what can be done.
    """
    recipients = repeated = 0
    first_run = ""
    for batch in messages:
        earlier = sent_before.earlier(account, batch)
        recipients += len(batch)
        repeated += len(earlier)
        first_run = first_run or next(iter(earlier.values()), "")
    if repeated:
        raise GuardRefused(
            tr(
                "{repeated} of {count} got this text within the last 30 days, from run "
                "{first_run}; nothing was sent",
                repeated=repeated,
                count=count_of(recipients, "recipient"),
                first_run=first_run,
            ),
            hint=hint,
            code="already_sent",
        )


def _earlier(batch: list[CheckedRow], sent_before: SentBefore, account: str) -> dict[int, str]:
    positions, messages = [], []
    for position, row in enumerate(batch):
        if isinstance(row.outcome, Message):
            positions.append(position)
            messages.append((row.outcome.phone, row.outcome.text))
    return {positions[at]: run for at, run in sent_before.earlier(account, messages).items()}
