"""The same files given to campaign, pandas and frictionless: who reads rightly, who is silent.

Each program reads each hostile file in a process of its own with 2 GiB of memory and 20 s; all
other files are read in one process, begun again where a file ended it.
"""

import json
import multiprocessing
import resource
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from pathlib import Path

from tests.torture.cases import all_cases
from tests.torture.expect import Case, Kind, Outcome, Verdict, judge, judge_rival
from tests.torture.product import output_of, run_alone, write
from tests.torture.rivals import rivals

_MEMORY = 2 << 30
_SECONDS = 20


def scoreboard(folder: Path, *, slow: bool, details: bool) -> Iterator[str]:
    """Lines of the table, and with `details` every file that a program did not read rightly."""
    cases = [case for case in all_cases() if slow or not case.slow]
    paths = [write(case, folder) for case in cases]
    yield f"{len(cases)} files{'' if slow else ' (those of 300 MB and more left out: --slow)'}"
    yield f"{'':20} {'right':>7} {'explained':>10} {'silent error':>13} {'crash':>7}"
    for name in rivals():
        needed = name.partition(",")[0]
        if find_spec(needed) is None:
            yield f"{name:20} not installed: pip install 'campaign[scoreboard]'"
            continue
        verdicts = list(_verdicts(name, cases, paths))
        counts = Counter(verdict.kind for verdict in verdicts)
        right, explained = counts[Kind.RIGHT], counts[Kind.EXPLAINED]
        silent, crash = counts[Kind.SILENT], counts[Kind.CRASH]
        yield f"{name:20} {right:7} {explained:10} {silent:13} {crash:7}"
        if details:
            for case, verdict in zip(cases, verdicts, strict=True):
                if verdict.kind is not Kind.RIGHT:
                    why = "; ".join(verdict.differences)[:160]
                    yield f"    {verdict.kind:12} {case.name}: {why}"


def _verdicts(name: str, cases: Sequence[Case], paths: Sequence[Path]) -> Iterator[Verdict]:
    pool = _Worker()
    for case, path in zip(cases, paths, strict=True):
        if name == "campaign":
            yield _of_campaign(case, path)
            continue
        if case.hostile:
            pool.stop()
        outcome = pool.ask(name, str(path), {**case.settings})
        yield judge_rival(case.expect, outcome, hostile=case.hostile)
    pool.stop()


def _of_campaign(case: Case, path: Path) -> Verdict:
    """By the stricter rule: row numbers, codes and columns count too."""
    if case.hostile:
        ending = run_alone(case, path)
        if ending.exit not in {0, 3, 4}:
            return Verdict(Kind.CRASH, (ending.output[-200:],))
        if case.expect.may_read and not ending.exit:
            return Verdict(Kind.RIGHT)
        return judge(case.expect, Outcome(error=ending.code, output=ending.output))
    outcome = rivals()["campaign"](path, case.settings)
    if (case.expect.says or case.expect.advises) and not outcome.error:
        outcome.output = output_of(case, path)
    return judge(case.expect, outcome)


class _Worker:
    """A process that reads files, begun when needed."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def ask(self, name: str, path: str, settings: dict[str, object]) -> Outcome:
        if self._pool is None:
            # Begun from nothing: a fork would hold our memory, and count it as its own.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_limit)
        answer = self._pool.submit(_read, name, path, settings)
        try:
            return answer.result(timeout=_SECONDS)
        except TimeoutError:
            self.stop()
            return Outcome(crash=f"no answer in {_SECONDS} s")
        except BrokenProcessPool:
            self.stop()
            return Outcome(crash="the process died")

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._pool is None:
            return
        for process in multiprocessing.active_children():
            process.kill()
        self._pool.shutdown(cancel_futures=True)
        self._pool = None


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    warnings.simplefilter("ignore")


def _read(name: str, path: str, settings: dict[str, object]) -> Outcome:
    return rivals()[name](Path(path), settings)


def expectations(case: Case) -> str:
    """What must come out, as JSON for those who want to try another program."""
    expect = case.expect
    return json.dumps(
        {
            "why": case.why,
            "file": case.file,
            "settings": dict(case.settings),
            "errors": sorted(expect.errors),
            "may_be_refused": sorted(expect.or_errors),
            "may_be_read": expect.may_read,
            "says": expect.says,
            "rows": {
                row: {key: _plain(getattr(one, key)) for key in one.__slots__}
                for row, one in expect.rows.items()
            },
        },
        ensure_ascii=False,
        indent=1,
        default=str,
    )


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def show(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
