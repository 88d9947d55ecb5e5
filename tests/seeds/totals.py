"""Sums over many seeds, also over slices that were stored as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from itertools import chain
from typing import Any

from tests.seeds.run import Counts, Outcome, UnknownAttempt


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> float:
        """100 when there is nothing to be a part of."""
        return 100.0 * self.part / self.whole if self.whole else 100.0

    def __str__(self) -> str:
        """For the page."""
        return f"{self.part:,} of {self.whole:,} ({self.percent:.1f} %)" if self.whole else "-"


@dataclass(frozen=True, slots=True)
class Totals(Counts):
    """Sums over many seeds."""

    runs: int
    invariants: int
    strange: int
    unknowns: tuple[UnknownAttempt, ...]
    injected: Counter[str]
    bad_seeds: tuple[int, ...]

    @property
    def resent(self) -> int:
        """Unknown recipients that were sent to again."""
        return sum(one.resent for one in self.unknowns)

    def resolved(
        self, *, whole: bool | None = None, echoes: bool | None = None, crashed: bool | None = None
    ) -> Share:
        """Unknown attempts, taken, queue alive: how many the evidence resolved."""
        chosen = [
            one
            for one in self.unknowns
            if one.alive and one.unknown_taken and whole in {None, one.whole}
            and echoes in {None, one.echoes} and crashed in {None, one.crashed}
        ]  # fmt: skip
        return Share(sum(one.resolved for one in chosen), len(chosen))

    @property
    def recipients_resolved(self) -> Share:
        """The same in recipients."""
        chosen = [one for one in self.unknowns if one.alive]
        return Share(sum(one.learned for one in chosen), sum(one.unknown_taken for one in chosen))

    @property
    def not_taken(self) -> Share:
        """Unknown attempts of which the gateway took nothing, of all unknown ones."""
        return Share(sum(not one.taken for one in self.unknowns), len(self.unknowns))


def total(outcomes: Iterable[Outcome]) -> Totals:
    """Add up."""
    return together(map(_totals_of_one, outcomes))


def _totals_of_one(outcome: Outcome) -> Totals:
    return Totals(
        runs=1,
        invariants=len(outcome.invariants),
        strange=len(outcome.strange),
        unknowns=outcome.unknowns,
        injected=Counter(dict(outcome.injected)),
        bad_seeds=() if outcome.promise_kept else (outcome.seed,),
        **{one.name: getattr(outcome, one.name) for one in fields(Counts)},
    )


def stored(totals: Totals) -> dict[str, Any]:
    """As JSON can hold it."""
    return {**asdict(replace(totals, injected=Counter())), "injected": dict(totals.injected)}


def revived(saved: Mapping[str, Any]) -> Totals:
    """Totals that were stored as JSON."""
    return Totals(**{
        **saved,
        "unknowns": tuple(UnknownAttempt(**one) for one in saved["unknowns"]),
        "injected": Counter(saved["injected"]),
        "bad_seeds": tuple(saved["bad_seeds"]),
    })  # fmt: skip


def together(parts: Iterable[Totals]) -> Totals:
    """Totals of several slices."""
    many = list(parts)
    injected: Counter[str] = Counter()
    for one in many:
        injected.update(one.injected)
    sums = {
        one.name: sum(getattr(totals, one.name) for totals in many)
        for one in fields(Totals)
        if one.name not in {"unknowns", "injected", "bad_seeds"}
    }
    return Totals(
        unknowns=tuple(chain.from_iterable(one.unknowns for one in many)),
        injected=injected,
        bad_seeds=tuple(chain.from_iterable(one.bad_seeds for one in many)),
        **sums,
    )
