"""Make a mistake in a copy of the program, and see whether the tests notice."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.patches import MUTANTS, Edit, Mutant

ROOT = Path(__file__).resolve().parents[2]
TIME_LIMIT_S = 600
_PARTS = ("campaign", "tests", "samples")
_SOME_FAILED = 1


class SpoiltTrial(Exception):
    """The trial itself does not work, so that it would say nothing."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one mutant.

    Attributes:
        by: Ids of the tests that failed; the first one ends the trial.
    """

    mutant: str
    listed: bool
    killed: bool
    by: tuple[str, ...]
    seconds: float


@contextmanager
def copied() -> Iterator[Path]:
    """The program and its tests in a folder of their own."""
    with TemporaryDirectory(prefix="mutants") as folder:
        tree = Path(folder)
        for part in _PARTS:
            rubbish = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, tree / part, ignore=rubbish)
        shutil.copy(ROOT / "pyproject.toml", tree)
        _require_own_program(tree)
        yield tree


def applied(mutant: Mutant, tree: Path) -> dict[Path, str]:
    """Make the mistake; returns the files as they were.

    Raises:
        SpoiltTrial: Its text does not stand in the file exactly once.
    """
    before: dict[Path, str] = {}
    for edit in mutant.edits:
        path, spoilt = _spoilt(mutant.name, edit, tree)
        before.setdefault(path, path.read_text(encoding="utf-8"))
        path.write_text(spoilt, encoding="utf-8")
    return before


def _spoilt(name: str, edit: Edit, tree: Path) -> tuple[Path, str]:
    """The one file in which the text stands, and its content with the mistake."""
    found: list[tuple[Path, str, re.Match[str]]] = []
    for path in sorted((tree / edit.folder).rglob("*")):
        if path.suffix in {".py", ".sql"}:
            text = path.read_text(encoding="utf-8")
            found += [(path, text, match) for match in _pattern(edit.old).finditer(text)]
    if len(found) != 1:
        places = ", ".join(f"{path.relative_to(tree)}" for path, _, _ in found) or "nowhere"
        raise SpoiltTrial(f"{name}: its text must stand once in {edit.folder}: {places}")
    path, text, match = found[0]
    return path, text[: match.start()] + _indented(edit.new, match) + text[match.end() :]


def _pattern(old: str) -> re.Pattern[str]:
    """The text, with the lines after its first at any common indentation."""
    first, *rest = old.split("\n")
    least = min((_indent(line) for line in rest if line.strip()), default=0)
    lines = [re.escape(first)]
    for number, line in enumerate(rest):
        indent = "(?P<indent>[ ]*)" if number == 0 else "(?P=indent)"
        lines.append(indent + re.escape(line[least:]) if line.strip() else "")
    return re.compile("\n".join(lines))


def _indented(new: str, match: re.Match[str]) -> str:
    """The mistake, indented as what it replaces."""
    first, *rest = new.split("\n")
    least = min((_indent(line) for line in rest if line.strip()), default=0)
    line_start = match.string.rfind("\n", 0, match.start()) + 1
    own = match.string[line_start : match.start()]
    indent = match.groupdict().get("indent") or own[: _indent(own)]
    return "\n".join([first, *(indent + line[least:] if line.strip() else "" for line in rest)])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def try_one(mutant: Mutant, tree: Path) -> Trial:
    """Run the mutant's tests on the mistaken program."""
    began_s = time.monotonic()
    before = applied(mutant, tree)
    try:
        run = _pytest(tree, mutant.tests)
    finally:
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")
    by = tuple(line.split()[1] for line in run.stdout.splitlines() if line.startswith("FAILED tests/"))
    killed = run.returncode == _SOME_FAILED and bool(by)
    if not killed and run.returncode:
        raise SpoiltTrial(f"{mutant.name}: pytest ended with {run.returncode}\n{run.stdout}")
    return Trial(mutant.name, mutant.listed, killed, by, time.monotonic() - began_s)


def try_all(mutants: Sequence[Mutant] = MUTANTS) -> Iterator[Trial]:
    """One after the other, after the same tests have passed on the program as it is.

    Raises:
        SpoiltTrial: They do not pass, or a mistake cannot be made.
    """
    with copied() as tree:
        tests = sorted({test for mutant in mutants for test in mutant.tests})
        healthy = _pytest(tree, tests)
        if healthy.returncode:
            raise SpoiltTrial(f"the tests fail without any mistake\n{healthy.stdout}")
        for mutant in mutants:
            yield try_one(mutant, tree)


def _pytest(tree: Path, tests: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    command = ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    return _python(tree, command, TIME_LIMIT_S)


def _require_own_program(tree: Path) -> None:
    script = "import campaign, tests; print(campaign.__file__); print(tests.__file__)"
    found = _python(tree, ["-c", script], 60).stdout.split()
    if not found or not all(Path(one).is_relative_to(tree) for one in found):
        raise SpoiltTrial(f"the copy is not what is tested: {found}")


def _python(tree: Path, arguments: Sequence[str], limit_s: float) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, timeout=limit_s,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
