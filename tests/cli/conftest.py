"""What the tests of the command line share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.two_accounts import TwoAccounts, two_accounts
from tests.invariants import broken


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """An empty folder; a journal that is made there must be sound in the end."""
    made = Shell(tmp_path)
    yield made
    if made.journal.exists() and made.journal.read_bytes()[:6] == b"SQLite":
        assert broken(made.journal) == []


@pytest.fixture
def gateway() -> Iterator[TwoAccounts]:
    with two_accounts() as gateway:
        yield gateway
