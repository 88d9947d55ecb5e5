"""`--max-cost` while a run is sent: what is spent and what the rest will cost, at each INTENT.

A plan can be bounded by a learned price only, and tariffs change. So the commit that begins an
attempt compares again: what the gateway has charged, plus all others at the best price known by
then. The first chunk goes alone, so a wrong price costs one chunk at most.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from decimal import ROUND_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple, TypeVar

from campaign.domain import Chunk, RunId
from campaign.errors import GuardRefused
from campaign.journal.sqlite.connection import Store
from campaign.journal.sqlite.runs import MICRO, find_run, from_micro
from campaign.text import tr

T = TypeVar("T")

_NO_CHARGE = "'pending','refused','stopped','expired','cancelled'"

# Estimated parts: a gateway that counts more of them than we do shows in the price.
_COSTS = (
    "SELECT coalesce(sum(cost_micro),0),"  # noqa: S608  # constants
    "coalesce(sum(CASE WHEN cost_micro IS NOT NULL THEN segments END),0),"
    f"coalesce(sum(CASE WHEN cost_micro IS NULL AND state NOT IN({_NO_CHARGE}) THEN segments END)"
    ",0),coalesce(sum(CASE WHEN state='pending' THEN segments END),0) FROM message WHERE run_no=?"
)

_COSTS_OF_SOME = f"{_COSTS} AND position IN(SELECT value FROM json_each(?))"  # noqa: S608  # the same


class Costs(NamedTuple):
    """Money and parts of some recipients.

    Attributes:
        micro: Charged by the gateway, in millionths.
        priced: Estimated parts of recipients for whom it named a price.
        unpriced: Estimated parts of those it has, or may have, without a price.
        pending: Estimated parts not sent.
    """

    micro: int
    priced: int
    unpriced: int
    pending: int

    def changed(self, before: "Costs", after: "Costs") -> "Costs":
        """These, when some of the recipients were `before` and are `after`."""
        return Costs(*(n - b + a for n, b, a in zip(self, before, after, strict=True)))


class RunBudget:
    """The bound of one run while one process sends it; without a bound it costs no time.

    Args:
        limit: What the run may cost; None: any price.
        learned: Money for one part as earlier runs showed it.
        is_test: A test may go out to teach a price that nobody knows.
    """

    def __init__(
        self, limit: Decimal | None = None, learned: Decimal | None = None, *, is_test: bool = False
    ) -> None:
        self._limit = limit
        self._learned = learned
        self._is_test = is_test
        self._costs: Costs | None = None

    def refuse_if_over(self, connection: sqlite3.Connection, run: RunId, run_no: int) -> None:
        """Part of INTENT's commit; raises GuardRefused also when the cost is not known."""
        if self._limit is None:
            return
        if self._costs is None:
            self._costs = _costs(connection, run_no)
        price = self._price(connection, run_no, self._costs)
        if price is None:
            if self._is_test:
                return
            raise GuardRefused(
                tr(
                    "--max-cost cannot be held: the price of a part at this gateway is not known "
                    "yet; nothing was sent"
                ),
                hint=tr("One message shows it: campaign test FILE --to +7… --sample 1"),
                code="price_unknown",
            )
        spent = Fraction(self._costs.micro, MICRO) + price * self._costs.unpriced
        whole = spent + price * self._costs.pending
        if whole > Fraction(self._limit):
            raise GuardRefused(
                tr(
                    "--max-cost {limit} would be exceeded: {money} is spent, the rest would cost "
                    "about {money2} at {money3} a part; the rest was not sent",
                    limit=self._limit,
                    money=_money(spent),
                    money2=_money(whole - spent),
                    money3=_money(price),
                ),
                hint=tr(
                    "If that is meant: campaign resume {run} --max-cost {rounded_up}",
                    run=run,
                    rounded_up=_rounded_up(whole),
                ),
                code="over_budget",
            )

    def watch(self, connection: sqlite3.Connection, run_no: int, chunk: Chunk, work: Callable[[], T]) -> T:
        """Do what changes recipients of a chunk, and keep the account."""
        if self._costs is None:
            return work()
        members = json.dumps([member.position for member in chunk.members])
        before = _costs(connection, run_no, members)
        result = work()
        self._costs = self._costs.changed(before, _costs(connection, run_no, members))
        return result

    def _price(self, connection: sqlite3.Connection, run_no: int, costs: Costs) -> Fraction | None:
        """The best known price of a part: charged in this run, seen in its balance, or learned."""
        if costs.priced:
            return Fraction(costs.micro, MICRO * costs.priced)
        if costs.unpriced and (seen := _fallen(connection, run_no, costs.unpriced)) is not None:
            return seen
        return None if self._learned is None else Fraction(self._learned)


class SqliteBudget:
    """`journal.base.Budget`: the bounds of the runs that this process sends."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: dict[RunId, RunBudget] = {}

    def of(self, run: RunId) -> RunBudget:
        """The bound in a run's settings; read once a process."""
        if run not in self._of:
            with self._store.read() as connection:
                info = find_run(connection, "run_id", run)
                limit = None if info is None else info.settings.get("max_cost")
                if info is None or limit is None:
                    budget = RunBudget()
                else:
                    budget = RunBudget(
                        Decimal(str(limit).strip().replace(",", ".")),
                        price_of(connection, info.gateway),
                        is_test=bool(info.settings.get("test")),
                    )
            self._of[run] = budget
        return self._of[run]

    def forget(self, run: RunId) -> None:
        self._of.pop(run, None)

    def bound(self, run: RunId, max_cost: Decimal) -> None:
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET settings=json_set(settings,'$.max_cost',?) WHERE run_id=?",
                (str(max_cost), run),
            )
        )
        self.forget(run)


def price_of(connection: sqlite3.Connection, gateway: str) -> Decimal | None:
    """As `journal.base.Reports.price`."""
    cost, parts = connection.execute(
        "SELECT sum(m.cost_micro),sum(m.sms_count) FROM message m WHERE m.run_no=("
        "SELECT run_no FROM run WHERE gateway=? AND state<>'planned' AND EXISTS("
        "SELECT 1 FROM message WHERE run_no=run.run_no AND cost_micro IS NOT NULL "
        "AND sms_count>0) ORDER BY run_no DESC LIMIT 1) "
        "AND m.cost_micro IS NOT NULL AND m.sms_count>0",
        (gateway,),
    ).fetchone()
    money = from_micro(cost)
    return None if money is None or not parts else (money / parts).quantize(Decimal("0.0001"))


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
