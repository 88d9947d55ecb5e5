"""What the unit tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import World
from tests.invariants import broken


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A journal, a gateway and a clock; nothing is planned. The journal must be sound in the end."""
    made = World(tmp_path / "journal.db")
    yield made
    assert broken(made.path) == []
