"""Sums over many seeds, also over slices that were kept as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from itertools import chain
from typing import Any

from tests.seeds.run import Outcome, UnknownAttempt


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
class Totals:
    """Sums over many seeds; names as in `Outcome`."""

    runs: int
    recipients: int
    requests: int
    crashes: int
    take_overs: int
    duplicates: int
    false_accepted: int
    false_refused: int
    false_final: int
    skipped: int
    stuck: int
    invariants: int
    strange: int
    held: int
    held_taken: int
    unknowns: tuple[UnknownAttempt, ...]
    injected: Counter[str]
    bad_seeds: tuple[int, ...]

    @property
    def resent(self) -> int:
        """People in doubt who were sent to again."""
        return sum(one.resent for one in self.unknowns)

    def resolved(
        self, *, whole: bool | None = None, echoes: bool | None = None, crashed: bool | None = None
    ) -> Share:
        """Attempts in doubt, taken, queue alive: how many the evidence resolved."""
        chosen = [
            one
            for one in self.unknowns
            if one.alive and one.unknown_taken and whole in {None, one.whole}
            and echoes in {None, one.echoes} and crashed in {None, one.crashed}
        ]  # fmt: skip
        return Share(sum(one.resolved for one in chosen), len(chosen))

    @property
    def recipients_told(self) -> Share:
        """The same in people."""
        chosen = [one for one in self.unknowns if one.alive]
        return Share(sum(one.told for one in chosen), sum(one.unknown_taken for one in chosen))

    @property
    def not_taken(self) -> Share:
        """Attempts in doubt of which the gateway took nothing, of all in doubt."""
        return Share(sum(not one.taken for one in self.unknowns), len(self.unknowns))


def total(outcomes: Iterable[Outcome]) -> Totals:
    """Add up."""
    many = list(outcomes)
    sums = {
        one.name: sum(getattr(outcome, one.name) for outcome in many)
        for one in fields(Outcome)
        if one.name not in {"seed", "invariants", "strange", "unknowns", "injected"}
    }
    injected: Counter[str] = Counter()
    for one in many:
        injected.update(dict(one.injected))
    return Totals(
        runs=len(many),
        invariants=sum(len(one.invariants) for one in many),
        strange=sum(len(one.strange) for one in many),
        injected=injected,
        unknowns=tuple(unknown for one in many for unknown in one.unknowns),
        bad_seeds=tuple(one.seed for one in many if not one.kept),
        **sums,
    )


def stored(totals: Totals) -> dict[str, Any]:
    """As JSON can keep it."""
    return {**asdict(replace(totals, injected=Counter())), "injected": dict(totals.injected)}


def revived(kept: Mapping[str, Any]) -> Totals:
    """Totals that were kept as JSON."""
    return Totals(**{
        **kept,
        "unknowns": tuple(UnknownAttempt(**one) for one in kept["unknowns"]),
        "injected": Counter(kept["injected"]),
        "bad_seeds": tuple(kept["bad_seeds"]),
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
