"""What a person is told about a file before anything is sent: gathered while the rows stream by."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from campaign.compose.recipe import Checking, Recipe
from campaign.model import CheckedRow, Layout, Message, Rejection, Role, TableInfo

PROBLEMS_SHOWN = 20
_SAMPLES = 2


@dataclass(slots=True)
class Brief:
    """Counts and examples of one file.

    Attributes:
        problems: The first twenty rejections.
        reasons: (field, code) to row numbers of the rejections: the count and the first few.
        samples: Role to the first two values of its column.
        longest: The message with most parts.
        price: Money for one part, learned from earlier runs; None when not known.
    """

    info: TableInfo
    layout: Layout
    own_client_ids: bool
    gateway: str
    sender: str
    send_at: datetime | None
    rows: int = 0
    people: int = 0
    segments: int = 0
    problems: list[Rejection] = field(default_factory=list)
    rejected: list[tuple[str, str, int]] = field(default_factory=list)
    samples: dict[Role, list[str]] = field(default_factory=dict)
    first: Message | None = None
    longest: Message | None = None
    send_times: Counter[datetime | None] = field(default_factory=Counter)
    price: Decimal | None = None

    @property
    def chunks(self) -> int:
        """Requests that the plan needs."""
        return sum(-(-count // 200) for count in self.send_times.values())

    @property
    def cost(self) -> Decimal | None:
        """Money for the whole list at the learned price."""
        return None if self.price is None else self.price * self.segments

    def watch(self, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
        """Pass the rows on and count them."""
        for checked in rows:
            self._note(checked)
            yield checked

    def _note(self, checked: CheckedRow) -> None:
        self.rows += 1
        for role, column in self.layout.roles.items():
            shown = self.samples.setdefault(role, [])
            if (
                len(shown) < _SAMPLES
                and column < len(checked.row.cells)
                and checked.row.cells[column]
            ):
                shown.append(checked.row.cells[column])
        outcome = checked.outcome
        if isinstance(outcome, Rejection):
            self.rejected.append((outcome.field, outcome.code, outcome.row_no))
            if len(self.problems) < PROBLEMS_SHOWN:
                self.problems.append(outcome)
            return
        self.people += 1
        self.segments += outcome.segments
        self.send_times[outcome.send_at] += 1
        self.first = self.first or outcome
        if self.longest is None or outcome.segments > self.longest.segments:
            self.longest = outcome


def brief_of(checking: Checking, recipe: Recipe, price: Decimal | None) -> Brief:
    """An empty brief, ready to watch the rows."""
    return Brief(
        info=checking.info,
        layout=checking.layout,
        own_client_ids=checking.own_client_ids,
        gateway=recipe.gateway,
        sender=recipe.sender or "",
        send_at=recipe.send_at,
        price=price,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a planned run is sent.

    Attributes:
        people: The number that must be typed.
        balances: Lines of the account's balance, already in words; empty when it did not answer.
    """

    run: str
    gateway: str
    gateway_url: str
    people: int
    segments: int
    chunks: int
    sender: str
    send_times: Mapping[datetime | None, int]
    first_text: str
    cost: Decimal | None = None
    balances: tuple[str, ...] = ()
