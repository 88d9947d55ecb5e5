"""Every mistake of the list can still be made, and each is noticed."""

import shutil
from pathlib import Path

import pytest

from tests.mutants.patches import MUTANTS, NOT_HERE, Mutant
from tests.mutants.runner import ROOT, applied, try_all

LIST_OF_RELIABILITY = 20


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_can_still_be_made(mutant: Mutant, tmp_path: Path) -> None:
    """Its text stands in its folder once, and the tests that must see it are there."""
    for folder in {edit.folder for edit in mutant.edits}:
        rubbish = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=rubbish)
    for path, before in applied(mutant, tmp_path).items():
        text = path.read_text(encoding="utf-8")
        assert text != before
        if path.suffix == ".py":
            compile(text, path, "exec")
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_list_is_whole() -> None:
    names = [mutant.name for mutant in MUTANTS]

    assert len(set(names)) == len(names)
    listed = [mutant.name for mutant in MUTANTS if mutant.listed]
    assert len(listed) + len(NOT_HERE) == LIST_OF_RELIABILITY


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_every_mistake_is_noticed() -> None:
    assert [trial.mutant for trial in try_all() if not trial.killed] == []
