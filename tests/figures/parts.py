"""The measurements, part by part."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from campaign.domain import Attempt
from tests.fakes import RUN, World, recipients
from tests.fault.test_sweep_drivers import STORIES as DRIVERS
from tests.figures.measurements import Measured, Measurements, Piece
from tests.model.protocol import explore
from tests.model.test_model import FALSE_ASSUMPTIONS, KEPT, KEPT_LONG, WRONG_RULES
from tests.mutants.patches import MUTANTS
from tests.mutants.runner import try_all
from tests.seeds.run import MEMORY, Outcome, run_seeds
from tests.seeds.totals import stored, total
from tests.sweeps.canary import canary_sweep
from tests.sweeps.io_faults import TROUBLES, io_sweep
from tests.sweeps.kill import STORIES, kill_sweep
from tests.sweeps.power import control_sweep, power_sweep
from tests.sweeps.ptrace import usable
from tests.sweeps.stage import Figures, Sample

SEEDS = 10_000
LARGE = 100_000
_SLICE = 1_000
_LOT = 125
_QUICK_STEP = 60
_QUICK_SEEDS = 200
_ORDINALS = {2: "2nd", 3: "3rd"}


@dataclass(frozen=True, slots=True)
class Options:
    """How much.

    Attributes:
        quick: A sample of each part: shows that the command works, and proves nothing.
        workers: Processes at the same time.
        every: Of the points of kills, disks and power only every so many; the page says so.
    """

    seeds: int = SEEDS
    quick: bool = False
    workers: int = 1
    every: int = 1

    @property
    def step(self) -> int:
        """Every how many points of a sweep."""
        return _QUICK_STEP if self.quick else self.every

    @property
    def sample(self) -> str:
        """As the page shows it."""
        return "all" if self.step == 1 else f"every {_ORDINALS.get(self.step, f'{self.step}th')}"


Part = Callable[[Measurements, Options], Iterator[Piece]]


def model(store: Measurements, options: Options) -> Iterator[Piece]:
    """Every state of every scope; every wrong rule and every false assumption."""
    yield store.measure(
        "model", "model", "a sample" if options.quick else "all", lambda: _modelled(quick=options.quick)
    )


def _modelled(*, quick: bool) -> Measured:
    found = [explore(one) for one in chain(KEPT.values(), () if quick else KEPT_LONG.values())]
    wrong = [*WRONG_RULES.values(), *((one, "DUPLICATE") for one in FALSE_ASSUMPTIONS.values())]
    return {
        "states": sum(one.states for one in found),
        "broken": [name for one in found for name in one.broken],
        "wrong": len(wrong),
        "noticed": sum(breaks in explore(one, until=breaks).broken for one, breaks in wrong),
    }


def seeds(store: Measurements, options: Options) -> Iterator[Piece]:
    """Seeded campaigns, a thousand a piece."""
    number = _QUICK_SEEDS if options.quick else options.seeds
    for first in range(1, number + 1, _SLICE):
        chosen = range(first, min(first + _SLICE, number + 1))
        name = f"{chosen[0]}-{chosen[-1]}"
        yield store.measure("seeds", name, name, lambda: _sown(chosen, options.workers))  # noqa: B023


def _sown(chosen: range, workers: int) -> Measured:
    lots = [chosen[at : at + _LOT] for at in range(0, len(chosen), _LOT)]
    with ProcessPoolExecutor(workers) as pool:
        return stored(total(one for lot in pool.map(_run_lot, lots) for one in lot))


def _run_lot(lot: range) -> list[Outcome]:
    return list(run_seeds(lot))


def kills(store: Measurements, options: Options) -> Iterator[Piece]:
    """Kill -9 before every system call of each story."""
    for story in STORIES:
        yield store.measure(
            "kills", story.name, options.sample,
            lambda: _swept(lambda place, how: kill_sweep(story, place, how), options),  # noqa: B023
        )  # fmt: skip


def disks(store: Measurements, options: Options) -> Iterator[Piece]:
    """Full and broken disks at every call."""
    for trouble in TROUBLES:
        yield store.measure(
            "disks", trouble.name, options.sample,
            lambda: _swept(lambda place, how: io_sweep(trouble, place, how), options),  # noqa: B023
        )  # fmt: skip


def power(store: Measurements, options: Options) -> Iterator[Piece]:
    """Power cuts at every effect; and the control, which must find duplicates."""
    yield store.measure("power", "cuts", options.sample, lambda: _swept(power_sweep, options))
    yield store.measure(
        "power", "control", "every 10th",
        lambda: _swept(lambda place, _: control_sweep(place, Sample(10)), options),
    )  # fmt: skip


def _swept(sweep: Callable[[Path, Sample], Figures], options: Options) -> Measured:
    with TemporaryDirectory(prefix="sweep", dir=MEMORY) as folder:
        return asdict(sweep(Path(folder), Sample(options.step, workers=options.workers)))


def drivers(store: Measurements, options: Options) -> Iterator[Piece]:
    """Several processes at one run, frozen ones, signals."""
    for name, story in list(DRIVERS.items())[: 2 if options.quick else None]:
        yield store.measure("drivers", name, "all", lambda: _driven(story))  # noqa: B023


def _driven(story: "Callable[[Path], object]") -> Measured:
    with TemporaryDirectory(prefix="drivers", dir=MEMORY) as folder:
        return asdict(story(Path(folder)))  # type: ignore[call-overload,no-any-return]  # a dataclass


def canary(store: Measurements, options: Options) -> Iterator[Piece]:
    """One password, searched for in every file that was written."""
    step = _QUICK_STEP * 5 if options.quick else 30
    yield store.measure("canary", "canary", f"every {step}th", lambda: _searched(step))


def _searched(step: int) -> Measured:
    with TemporaryDirectory(prefix="canary", dir=MEMORY) as folder:
        return asdict(canary_sweep(Path(folder), step=step))


def mutants(store: Measurements, options: Options) -> Iterator[Piece]:
    """Every mistake of the list."""
    chosen = MUTANTS[:4] if options.quick else MUTANTS
    yield store.measure(
        "mutants", "mutants", "a sample" if options.quick else "all",
        lambda: {"trials": [asdict(trial) for trial in try_all(chosen)]},
    )  # fmt: skip


def resume(store: Measurements, options: Options) -> Iterator[Piece]:
    """From opening the journal of many recipients after a crash to the next request."""
    number = LARGE // 10 if options.quick else LARGE
    yield store.measure(
        "resume", "resume", f"{number} recipients",
        lambda: {"recipients": number, "seconds": measure_resume(number)},
    )  # fmt: skip


def measure_resume(number: int) -> float:
    """Seconds."""
    with TemporaryDirectory(prefix="resume") as folder:
        world = World(Path(folder) / "journal.db")
        world.plan(recipients(number))
        with world.process() as journal:
            chunk = journal.attempts.chunk(RUN, 1)
            attempt = journal.attempts.begin(
                chunk, queue_name="q" * 16, request_digest=world.gateway.request_digest
            )
            journal.attempts.commit_point(attempt)
        asked_s: list[float] = []

        def note(_: Attempt) -> None:
            asked_s.append(time.monotonic())
            world.clock.ask_stop()

        world.gateway.before_send = note
        began_s = time.monotonic()
        with world.process() as journal:
            world.drive(journal)
    return asked_s[0] - began_s


PARTS: dict[str, Part] = {
    "model": model,
    "resume": resume,
    "mutants": mutants,
    "drivers": drivers,
    "seeds": seeds,
    "disks": disks,
    "canary": canary,
    "kills": kills,
    "power": power,
}
TRACED = frozenset({"kills", "disks", "power", "canary"})
"""Parts that need a machine whose registers `ptrace` knows."""


def possible(part: str) -> bool:
    """Whether this machine can measure it."""
    return part not in TRACED or usable()


def processors() -> int:
    """At most two: the sweeps are measured on machines with two."""
    return min(2, os.cpu_count() or 1)
