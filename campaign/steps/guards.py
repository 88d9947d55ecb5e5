"""The bounds that a person sets before planning: how many, and for how much money."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from campaign.errors import GuardRefused
from campaign.model import CheckedRow, Fate, Message, Rejection
from campaign.rules.plural import counted


@dataclass(frozen=True, slots=True)
class Guards:
    """What must not be exceeded; None: no bound.

    Attributes:
        limit: People who are sent to; the others are left out, each with this reason.
        max_recipients: More people than that, and nothing is planned.
        max_cost: A higher price of the whole, and nothing is planned.
    """

    limit: int | None = None
    max_recipients: int | None = None
    max_cost: Decimal | None = None


def limited(rows: Iterator[CheckedRow], limit: int | None) -> Iterator[CheckedRow]:
    """Leave out everybody behind the first so many people; nobody silently."""
    return rows if limit is None else _limited(rows, limit)


def _limited(rows: Iterator[CheckedRow], limit: int) -> Iterator[CheckedRow]:
    people = 0
    for row in rows:
        if not isinstance(row.outcome, Message):
            yield row
            continue
        people += 1
        if people <= limit:
            yield row
            continue
        left_out = Rejection(
            row.row.row_no, Fate.CANCELLED, "", "over_limit", {"limit": str(limit)}
        )
        yield replace(row, outcome=left_out, warnings=())


def held(rows: Iterator[CheckedRow], guards: Guards, price: Decimal | None) -> Iterator[CheckedRow]:
    """Pass the rows on, and refuse at the end what exceeds a bound.

    Args:
        rows: As they would be planned.
        guards: The bounds.
        price: Money for one part; None when it is not known yet.

    Raises:
        GuardRefused: Before a row is taken, when a price is bounded that nobody knows; else after
            the last row, so that it can tell how many there are.
    """
    if guards.max_cost is not None and price is None:
        raise GuardRefused(
            "--max-cost cannot be held: the price of a part at this gateway is not known yet; "
            "nothing was planned",
            hint="One message teaches it: campaign test FILE --to +7… --sample 1; or bound the "
            "number of people: --max-recipients N",
            code="price_unknown",
        )
    return _held(rows, guards, price)


def _held(
    rows: Iterator[CheckedRow], guards: Guards, price: Decimal | None
) -> Iterator[CheckedRow]:
    people = parts = 0
    for row in rows:
        if isinstance(row.outcome, Message):
            people += 1
            parts += row.outcome.segments
        yield row
    if guards.max_recipients is not None and people > guards.max_recipients:
        raise GuardRefused(
            f"{counted(people, 'person')} would be texted, --max-recipients allows "
            f"{guards.max_recipients}; nothing was planned",
            hint=f"To send to the first of them only: --limit {guards.max_recipients}",
            code="too_many_recipients",
        )
    cost = Decimal(0) if price is None else price * parts
    if guards.max_cost is not None and cost > guards.max_cost:
        raise GuardRefused(
            f"{counted(parts, 'part')} would cost about {cost:.2f}, --max-cost allows "
            f"{guards.max_cost}; nothing was planned",
            hint="A shorter text, --limit N, or a higher --max-cost.",
            code="too_expensive",
        )
