"""`python -m tests.figures [SEEDS]`: measure the promise, and write what came out into the docs.

Long on a small machine: the exhaustive model, seeded campaigns (10,000 unless said otherwise), a
kill before every effect of the real program, and every mistake of the list. With `quick` as second
word the kills and the long models are sampled, and the page says so.
"""

import importlib
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from campaign.model import Attempt
from tests.fakes import RUN, World, people
from tests.model.protocol import Model, explore
from tests.model.test_model import (
    FALSE_ASSUMPTIONS,
    KEPT,
    KEPT_LONG,
    SMALL,
    TWO_DRIVERS,
    WRONG_RULES,
    WRONG_RULES_OF_TWO,
)
from tests.mutants.patches import NOT_HERE
from tests.mutants.trial import Trial, try_all
from tests.seeds.run import MEMORY, Outcome, Share, Totals, run_seeds, total

PAGE = Path(__file__).resolve().parents[1] / "campaign" / "docs" / "reliability.md"
TEMPLATE = Path(__file__).with_name("figures.template.md")
SEEDS = 10_000
LARGE = 100_000
_LOT = 250
_QUICK_STEP = 20
_SUMMED = ("points", "people", "duplicates", "false_accepted", "false_refused", "skipped", "stuck",
           "held", "held_taken", "unknown_attempts", "unknown_taken", "resolved",
           "sent_again")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Modelled:
    """What the exhaustive model came to."""

    states: int
    broken: tuple[str, ...]
    mistakes: Share
    assumptions: Share


@dataclass(frozen=True, slots=True)
class Killed:
    """Kills before effects of the real program, all stories together."""

    sums: dict[str, int]
    stories: tuple[tuple[str, int, str], ...]
    worst_resume_s: float
    offenders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page tells."""

    model: Modelled
    seeds: range
    totals: Totals
    kills: Killed | None
    trials: tuple[Trial, ...]
    resume_s: float
    minutes: float
    quick: bool


def measure_model(*, quick: bool) -> Modelled:
    """Every state of every scope; every mistake and every false assumption."""
    found = [explore(model) for model in chain(KEPT.values(), () if quick else KEPT_LONG.values())]
    wrong = [(Model(SMALL, rules), breaks) for rules, breaks in WRONG_RULES.values()]
    wrong += [(Model(TWO_DRIVERS, rules), breaks) for rules, breaks in WRONG_RULES_OF_TWO.values()]
    false = [Model(SMALL, world=world) for world in FALSE_ASSUMPTIONS.values()]
    return Modelled(
        states=sum(one.states for one in found),
        broken=tuple(name for one in found for name in one.broken),
        mistakes=Share(
            sum(breaks in explore(model, until=breaks).broken for model, breaks in wrong),
            len(wrong),
        ),
        assumptions=Share(
            sum("DUPLICATE" in explore(model, until="DUPLICATE").broken for model in false),
            len(false),
        ),
    )


def measure_seeds(seeds: range) -> Totals:
    """All seeds, on every processor."""
    lots = [seeds[first : first + _LOT] for first in range(0, len(seeds), _LOT)]
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for number, lot in enumerate(pool.map(_run_lot, lots), start=1):
            outcomes += lot
            _say(f"seeds: {min(number * _LOT, len(seeds))} of {len(seeds)}")
    return total(outcomes)


def _run_lot(seeds: range) -> list[Outcome]:
    return list(run_seeds(seeds))


def measure_kills(*, quick: bool) -> Killed | None:
    """A kill before every effect, and the resume after it; None where that cannot be done."""
    try:
        kill: Any = importlib.import_module("tests.sweeps.kill")
        usable = importlib.import_module("tests.sweeps.ptrace").usable()
        sampled: Any = importlib.import_module("tests.sweeps.stage").Sample
    except ImportError:
        return None
    if not usable:
        return None
    figures: list[Any] = []
    with TemporaryDirectory(prefix="kills", dir=MEMORY) as folder:
        for number, story in enumerate(kill.STORIES):
            sample = sampled(_QUICK_STEP if quick else 1)
            figures.append(kill.kill_sweep(story, Path(folder) / str(number), sample))
            _say(f"kills: {story.name}: {figures[-1].points}")
    return Killed(
        sums={name: sum(getattr(one, name) for one in figures) for name in _SUMMED},
        stories=tuple((one.name, one.points, one.seed) for one in figures),
        worst_resume_s=max(one.worst_resume_s for one in figures),
        offenders=tuple(str(bad) for one in figures for bad in one.offenders),
    )


def measure_mutants() -> tuple[Trial, ...]:
    """Every mistake."""
    trials = []
    for trial in try_all():
        _say(f"mutants: {trial.mutant}: {'killed' if trial.killed else 'SURVIVED'}")
        trials.append(trial)
    return tuple(trials)


def measure_resume(number: int = LARGE) -> float:
    """Seconds from opening the journal of so many people after a crash to the next request."""
    with TemporaryDirectory(prefix="resume") as folder:
        world = World(Path(folder) / "journal.db")
        world.plan(people(number))
        with world.process() as books:
            chunk = books.sends.chunk(RUN, 1)
            attempt = books.sends.begin(
                chunk, queue_name="q" * 16, request_digest=world.gateway.request_digest
            )
            books.sends.arm(attempt)
        asked_s: list[float] = []

        def note(_: Attempt) -> None:
            asked_s.append(time.monotonic())
            world.clock.ask_stop()

        world.gateway.before_send = note
        began_s = time.monotonic()
        with world.process() as books:
            world.drive(books)
    return asked_s[0] - began_s


def main(words: Sequence[str]) -> int:
    """Measure everything and write the page; 1 when a promise is broken."""
    began_s = time.monotonic()
    seeds = range(1, (int(words[0]) if words else SEEDS) + 1)
    quick = "quick" in words
    model = measure_model(quick=quick)
    _say(f"model: {model.states} states, broken: {model.broken or 'nothing'}")
    resume_s = measure_resume()
    totals = measure_seeds(seeds)
    trials = measure_mutants()
    kills = measure_kills(quick=quick)
    minutes = (time.monotonic() - began_s) / 60
    figures = Figures(model, seeds, totals, kills, trials, resume_s, minutes, quick)
    PAGE.write_text(page(figures), encoding="utf-8")
    bad = (
        *model.broken,
        *map(str, totals.bad_seeds),
        *(trial.mutant for trial in trials if not trial.killed),
        *(kills.offenders if kills else ()),
    )
    for one in bad:
        _say(f"BROKEN: {one}")
    return 1 if bad else 0


# --- the page -----------------------------------------------------------------------------------


def page(figures: Figures) -> str:
    """The page, from the figures alone."""
    totals, kills = figures.totals, figures.kills
    killed = sum(trial.killed for trial in figures.trials)
    not_here = "".join(f" Not among them: *{name}* ({why})." for name, why in NOT_HERE.items())
    return TEMPLATE.read_text(encoding="utf-8").format(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        cores=os.cpu_count(),
        minutes=figures.minutes,
        quick=" **Kills and long models were only sampled this time.**" if figures.quick else "",
        table=_table(figures, killed),
        whole=totals.resolved(whole=True),
        whole_calm=totals.resolved(whole=True, crashed=False),
        whole_crashed=totals.resolved(whole=True, crashed=True),
        part_echo=totals.resolved(whole=False, echoes=True),
        part_mute=totals.resolved(whole=False, echoes=False),
        all=totals.resolved(),
        told=totals.people_told,
        not_taken=totals.not_taken,
        resent=totals.resent,
        states=f"{figures.model.states:,}",
        mistakes=figures.model.mistakes.whole,
        assumptions=figures.model.assumptions.whole,
        runs=f"{totals.runs:,}",
        people=f"{totals.people:,}",
        requests=f"{totals.requests:,}",
        crashes=f"{totals.crashes:,}",
        take_overs=f"{totals.take_overs:,}",
        stories=_stories(kills),
        killed=killed,
        mutants=len(figures.trials),
        listed=sum(trial.killed and trial.listed for trial in figures.trials),
        not_here=not_here,
        large=LARGE,
        resume=figures.resume_s,
        worst=f"Worst command after a kill: {kills.worst_resume_s:.2f} s." if kills else "",
        first=figures.seeds.start,
        last=figures.seeds.stop - 1,
        bad=f"**Broken by seeds {totals.bad_seeds}.**" if totals.bad_seeds else "None broke it.",
    )


def _stories(kills: Killed | None) -> str:
    if kills is None:
        return "Not counted this time: the sweep cannot run on this machine."
    told = (f"{name} ({points}; {seed})" for name, points, seed in kills.stories)
    return "Stories, with their points:\n  " + ";\n  ".join(told) + "."


def _table(figures: Figures, killed: int) -> str:
    totals, kills = figures.totals, figures.kills
    rows: list[tuple[str, object, str, str]] = [
        ("runs or kill points", f"{totals.runs:,}", "points", "10,000 and 1,000"),
        ("people", f"{totals.people:,}", "people", ""),
        ("**duplicates**", totals.duplicates, "duplicates", "0"),
        ("**false accepted**", totals.false_accepted, "false_accepted", "0"),
        ("false refused", totals.false_refused, "false_refused", "0"),
        ("**skipped**", totals.skipped, "skipped", "0"),
        ("**stuck**", totals.stuck, "stuck", "0"),
        ("in doubt and sent to again", totals.resent, "sent_again", "0"),
        ("people held", totals.held, "held", ""),
        ("of which taken", totals.held_taken, "held_taken", ""),
        ("books found wrong", totals.invariants, "", "0"),
    ]
    lines = ["| | seeded campaigns | kills | bar |", "|---|---|---|---|"]
    for name, value, key, bar in rows:
        number = f"{kills.sums[key]:,}" if kills and key else "-"
        lines.append(f"| {name} | {value} | {number} | {bar} |")
    resolved = f"{Share(kills.sums['resolved'], kills.sums['unknown_taken'])}" if kills else "-"
    lines += [
        f"| **in doubt and taken, resolved** | {totals.resolved()} | {resolved} | 95 % |",
        f"| mistakes noticed | {killed} of {len(figures.trials)} | | all |",
        f"| worst resume | {figures.resume_s:.2f} s ({LARGE:,} people) | "
        + (f"{kills.worst_resume_s:.2f} s" if kills else "-") + " | 2 s |",
    ]  # fmt: skip
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
