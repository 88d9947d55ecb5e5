"""What every test shares: a quiet environment and steady Hypothesis profiles."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from campaign.errors import CampaignError

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("steady"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "steady")

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
Refusal = TypeVar("Refusal", bound=CampaignError)


@contextmanager
def raises_code(
    kind: type[Refusal], code: str, match: str | None = None
) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """As `pytest.raises`, for an error with this code."""
    with pytest.raises(kind, match=match) as caught:
        yield caught
    assert caught.value.code == code


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's machine reaches a test."""
    for name in list(os.environ):
        if name.startswith("CAMPAIGN_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("LANG", "C.UTF-8")
