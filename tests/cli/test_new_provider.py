"""A provider of the same protocol is one row of `gateways.json_v2.providers`, and nothing else."""

from decimal import Decimal
from pathlib import Path

import pytest

from campaign.errors import Exit
from campaign.gateways.json_v2.providers import PROVIDERS, Provider
from campaign.sandbox.options import SANDBOX_LOGIN, SANDBOX_PASSWORD, SandboxOptions
from campaign.sandbox.server import SandboxServer
from tests.cli.shell import Shell, Typed
from tests.invariants import broken

NAME = "newcomer"
ROW = Provider(
    name=NAME,
    base_url="https://api.newcomer.example/messages/v2/",
    schedule_suffix="+00:00",
    status_needs_client_id=True,
    echoes_client_id=False,
    integer_ids=True,
    money_status="top up first",
    unknown_id_status="no such message",
)


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, balance: str) -> tuple[Typed, int]:
    """Send to five recipients; also returns how many messages the sandbox accepted."""
    monkeypatch.setitem(PROVIDERS, NAME, ROW)
    monkeypatch.setenv("CAMPAIGN_LOGIN", SANDBOX_LOGIN)
    monkeypatch.setenv("CAMPAIGN_PASSWORD", SANDBOX_PASSWORD)
    shell = Shell(folder)
    shell.recipients("five.csv", "0100", "0101", "0102", "0103", "0104")
    options = SandboxOptions(
        state=folder / "sandbox.db", dialect=NAME, balance=Decimal(balance), delay_s=(0, 0)
    )
    with SandboxServer(options) as sandbox:
        typed = shell.type(
            "run", "five.csv", "--text", "Hi {name}", "--gateway", NAME,
            "--gateway-url", sandbox.base_url(), "--wait", "20s", "--yes", "--json",
        )  # fmt: skip
        accepted = sandbox.accepted()
    assert all(message.smsc_id.isdigit() for message in accepted)  # in the newcomer's dialect
    assert broken(folder / "journal.db") == []
    return typed, len(accepted)


def test_a_provider_is_added_by_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, accepted = run(tmp_path, monkeypatch, "100.00")
    refused = Shell(tmp_path).type("check", "five.csv", "--text", "Hi", "--gateway", "another")

    assert done.code == Exit.DONE, done.stderr
    assert accepted == 5
    assert done.json["statuses"] == {"delivered": 5}
    assert NAME in refused.failure.hint


def test_the_status_texts_of_a_new_provider_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The money ends after two messages, which the newcomer reports in its own way."""
    done, accepted = run(tmp_path, monkeypatch, "5.00")

    assert accepted == 2
    assert done.json["error"]["code"] == "money"
