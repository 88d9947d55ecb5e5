"""A sandbox whose clock is moved by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.test_sandbox import Hands, Start, starter


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def start(tmp_path: Path, hands: Hands) -> Iterator[Start]:
    with starter(tmp_path, hands) as begin:
        yield begin
