"""`python -m tests.torture make FOLDER | run | scoreboard`."""

import tempfile
from collections import Counter
from pathlib import Path

import click

from tests.torture.cases import all_cases
from tests.torture.expect import Kind, judge
from tests.torture.product import outcome_of, write
from tests.torture.scoreboard import expectations, scoreboard, show


@click.group()
def main() -> None:
    """Files as real customers have them, and what must come out of each."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--slow", is_flag=True, help="Also the files of 300 MB and more.")
def make(folder: Path, *, slow: bool) -> None:
    """Write every file into FOLDER, with expect.json next to it."""
    for case in all_cases():
        if slow or not case.slow:
            path = write(case, folder)
            (path.parent / "expect.json").write_text(expectations(case), encoding="utf-8")
            show(f"{path}: {case.why}")


@main.command()
@click.option("--only", default="", help="Part of the name.")
def run(only: str) -> None:
    """Give the files that are not hostile to campaign; show what is not right."""
    counts: Counter[Kind] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for case in all_cases():
            if case.hostile or only not in case.name:
                continue
            verdict = judge(case.expect, outcome_of(case, write(case, Path(folder))))
            counts[verdict.kind] += 1
            if verdict.kind is not Kind.RIGHT:
                show("\n  ".join((f"{verdict.kind}: {case.name}", *verdict.differences)))
    show(", ".join(f"{count} {kind}" for kind, count in counts.items()))


@main.command("scoreboard")
@click.option("--slow", is_flag=True, help="Also the files of 300 MB and more.")
@click.option("--details", is_flag=True, help="Name the files.")
def compare(*, slow: bool, details: bool) -> None:
    """Give the same files to campaign, pandas and frictionless."""
    with tempfile.TemporaryDirectory() as folder:
        for line in scoreboard(Path(folder), slow=slow, details=details):
            show(line)


if __name__ == "__main__":
    main()
