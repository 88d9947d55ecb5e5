"""`--max-cost` while a run is sent: what is spent and what the rest will cost, at each INTENT.

A plan can be bounded by a learned price only, and a tariff changes. So the commit that begins an
attempt compares anew: what the gateway has named, plus everybody else at the best price that is
known by then. The first chunk goes alone, so a wrong price costs one chunk at most.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeVar

from campaign.domain import (
    Chunk,
    RunId,
    RunInfo,
)
from campaign.errors import GuardRefused
from campaign.journal.sqlite.connection import (
    Store,
)
from campaign.journal.sqlite.reports import ReportBook
from campaign.journal.sqlite.runs import (
    MICRO,
    run_info,
)

T = TypeVar("T")

_NO_CHARGE = "'pending','refused','stopped','expired','cancelled'"

# Estimated parts: a gateway that counts more of them than we do shows in the price.
_COSTS = (
    "SELECT coalesce(sum(cost_micro),0),"  # noqa: S608  # our own words
    "coalesce(sum(CASE WHEN cost_micro IS NOT NULL THEN segments END),0),"
    f"coalesce(sum(CASE WHEN cost_micro IS NULL AND state NOT IN({_NO_CHARGE}) THEN segments END)"
    ",0),coalesce(sum(CASE WHEN state='pending' THEN segments END),0) FROM message WHERE run_no=?"
)

_COSTS_OF_SOME = f"{_COSTS} AND position IN(SELECT value FROM json_each(?))"  # noqa: S608  # the same


@dataclass(frozen=True, slots=True)
class Costs:
    """Money and parts of some people.

    Attributes:
        micro: Named by the gateway, in millionths.
        priced: Estimated parts of those for whom it named a price.
        unpriced: Estimated parts of those whom it has, or may have, without a price.
        pending: Estimated parts of those who are not sent.
    """

    micro: int = 0
    priced: int = 0
    unpriced: int = 0
    pending: int = 0

    def changed(self, before: "Costs", after: "Costs") -> "Costs":
        """These, when some of the people were `before` and are `after`."""
        return Costs(
            self.micro + after.micro - before.micro,
            self.priced + after.priced - before.priced,
            self.unpriced + after.unpriced - before.unpriced,
            self.pending + after.pending - before.pending,
        )


class Budget:
    """The bound of one run while one driver sends it; without a bound it costs nothing.

    Args:
        limit: What the run may cost; None: any price.
        learned: Money for one part as earlier runs showed it.
        is_test: A test may go out to teach a price that nobody knows.
    """

    def __init__(
        self,
        limit: Decimal | None = None,
        learned: Decimal | None = None,
        *,
        is_test: bool = False,
    ) -> None:
        self._limit = limit
        self._learned = learned
        self._is_test = is_test
        self._costs: Costs | None = None

    def refuse_if_over(self, connection: sqlite3.Connection, run: RunId, run_no: int) -> None:
        """Part of INTENT's commit.

        Raises:
            GuardRefused: The run would cost more than it may, or nobody knows what it costs.
        """
        if self._limit is None:
            return
        if self._costs is None:
            self._costs = _costs(connection, run_no)
        price = self._price(connection, run_no, self._costs)
        if price is None:
            if self._is_test:
                return
            raise GuardRefused(
                "--max-cost cannot be held: the price of a part at this gateway is not known yet; "
                "nothing was sent",
                hint="One message teaches it: campaign test FILE --to +7… --sample 1",
                code="price_unknown",
            )
        spent = Fraction(self._costs.micro, MICRO) + price * self._costs.unpriced
        whole = spent + price * self._costs.pending
        if whole > Fraction(self._limit):
            raise GuardRefused(
                f"--max-cost {self._limit} would be exceeded: {_money(spent)} is spent, the rest "
                f"would cost about {_money(whole - spent)} at {_money(price)} a part; the rest was "
                "not sent",
                hint=f"If that is meant: campaign resume {run} --max-cost {_rounded_up(whole)}",
                code="over_budget",
            )

    def watch(
        self, connection: sqlite3.Connection, run_no: int, chunk: Chunk, work: Callable[[], T]
    ) -> T:
        """Do what changes people of a chunk, and keep the account."""
        if self._costs is None:
            return work()
        members = json.dumps([member.position for member in chunk.members])
        before = _costs(connection, run_no, members)
        result = work()
        self._costs = self._costs.changed(before, _costs(connection, run_no, members))
        return result

    def _price(self, connection: sqlite3.Connection, run_no: int, costs: Costs) -> Fraction | None:
        """The best known price of a part: named in this run, seen in its balance, or learned."""
        if costs.priced:
            return Fraction(costs.micro, MICRO * costs.priced)
        seen = _fallen(connection, run_no, costs.unpriced) if costs.unpriced else None
        if seen is not None:
            return seen
        return None if self._learned is None else Fraction(self._learned)


class Budgets:
    """The bounds of all runs that this process drives."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: dict[RunId, Budget] = {}

    def of(self, run: RunId) -> Budget:
        """The bound that stands in a run's settings; looked up once a driver."""
        if run not in self._of:
            with self._store.read() as connection:
                info = run_info(connection, "run_id", run)
            self._of[run] = Budget() if info is None else self._made(info)
        return self._of[run]

    def _made(self, info: RunInfo) -> Budget:
        limit = info.settings.get("max_cost")
        if limit is None:
            return Budget()
        return Budget(
            Decimal(str(limit).strip().replace(",", ".")),
            ReportBook(self._store).price(info.gateway),
            is_test=bool(info.settings.get("test")),
        )

    def forget(self, run: RunId) -> None:
        """Another driver begins: look everything up again."""
        self._of.pop(run, None)

    def bound(self, run: RunId, max_cost: Decimal) -> None:
        """Write down an operator's newer word on what a run may cost."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET settings=json_set(settings,'$.max_cost',?) WHERE run_id=?",
                (str(max_cost), run),
            )
        )
        self.forget(run)


def _costs(connection: sqlite3.Connection, run_no: int, members: str | None = None) -> Costs:
    if members is None:
        return Costs(*connection.execute(_COSTS, (run_no,)).fetchone())
    return Costs(*connection.execute(_COSTS_OF_SOME, (run_no, members)).fetchone())


def _fallen(connection: sqlite3.Connection, run_no: int, unpriced: int) -> Fraction | None:
    """What the balance fell by since the run's first answer, a part of what was sent since."""
    answers = (
        "SELECT attempt_id,balance,members FROM attempt WHERE run_no=? AND balance LIKE '%RUB%' "
        "AND closed_us IS NOT NULL ORDER BY closed_us {},attempt_id {} LIMIT 1"
    )
    first = connection.execute(answers.format("ASC", "ASC"), (run_no,)).fetchone()
    last = connection.execute(answers.format("DESC", "DESC"), (run_no,)).fetchone()
    if first is None or first[0] == last[0]:
        return None
    before, after = _rubles(str(first[1])), _rubles(str(last[1]))
    parts = unpriced - _costs(connection, run_no, str(first[2])).unpriced
    if before is None or after is None or parts <= 0 or after >= before:
        return None
    return Fraction(before - after) / parts


def _rubles(balance: str) -> Decimal | None:
    """The money of a stored balance: "97.50 RUB, 3 SMS"."""
    for line in balance.split(", "):
        amount, _, kind = line.partition(" ")
        if kind == "RUB":
            with suppress(InvalidOperation):
                return Decimal(amount)
    return None


def _money(amount: Fraction) -> str:
    return f"{Decimal(amount.numerator) / amount.denominator:.2f}"


def _rounded_up(amount: Fraction) -> str:
    exact = Decimal(amount.numerator) / amount.denominator
    return str(exact.quantize(Decimal("0.01"), ROUND_UP))
