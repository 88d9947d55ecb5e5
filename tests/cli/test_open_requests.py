"""A driver that was killed with a request on its way: `unknown` says so as `status` does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.two_accounts import TwoAccounts, two_accounts


@pytest.fixture
def gateway() -> Iterator[TwoAccounts]:
    with two_accounts() as gateway:
        yield gateway


@pytest.fixture
def killed(tmp_path: Path, gateway: TwoAccounts, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A desk whose run was killed while its only request was on its way."""
    shell = Shell(tmp_path, monkeypatch)
    shell.recipients("two.csv", "0001", "0002")
    monkeypatch.setenv("CAMPAIGN_LOGIN", "ann")
    monkeypatch.setenv("CAMPAIGN_PASSWORD", "secret of ann")
    gateway.may_answer.clear()
    driver = subprocess.Popen(
        [
            sys.executable, "-m", "campaign", "run", "two.csv", "--text", "Hi", "--yes",
            "--gateway", "prostor", "--gateway-url", gateway.url, "--store", "journal.db",
        ],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert gateway.send_came.wait(30)
    driver.kill()
    driver.wait()
    gateway.may_answer.set()
    return shell


def test_recipients_of_a_killed_driver_are_told_with_the_command_that_settles_them(
    killed: Shell,
) -> None:
    status = killed.type("status", "--offline", "--json")
    run = status.json["run"]

    shown, told = killed.type("unknown"), killed.type("unknown", run, "--json")

    assert status.json["statuses"] == {"unknown": 2}
    assert (shown.code, told.code) == (8, 8)
    assert "nobody is in doubt" not in shown.stdout
    assert "2 people" in shown.stdout
    assert f"campaign resume {run} --store journal.db" in shown.stdout
    assert told.json["open"] == [{"run": run, "recipients": 2}]
    assert "2 человека" in killed.type("unknown", "--lang", "ru").stdout


def test_after_they_are_settled_nobody_is_unknown(killed: Shell, gateway: TwoAccounts) -> None:
    killed.type("resume", "--wait", "3s")

    settled = killed.type("unknown", "--json")

    assert set(gateway.taken.values()) == {1}
    assert (settled.code, settled.json["unknown"], settled.json["open"]) == (0, [], [])
