"""A driver that was killed with a request on its way: `unknown` shows it as `status` does."""

import pytest

from tests.cli.shell import Shell, credentials
from tests.cli.two_accounts import TwoAccounts


@pytest.fixture
def killed(shell: Shell, gateway: TwoAccounts, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose run was killed while its only request was on its way."""
    shell.recipients("two.csv", "0001", "0002")
    for name, value in credentials("ann").items():
        monkeypatch.setenv(name, value)
    gateway.may_answer.clear()
    driver = shell.start(
        "run", "two.csv", "--text", "Hi", "--yes",
        "--gateway", "prostor", "--gateway-url", gateway.url,
    )  # fmt: skip
    assert gateway.send_came.wait(30)
    driver.kill()
    driver.wait()
    gateway.may_answer.set()
    return shell


def test_recipients_of_a_killed_driver_are_shown_with_the_command_that_settles_them(killed: Shell) -> None:
    status = killed.type("status", "--offline", "--json")
    run = status.json["run"]

    shown, found = killed.type("unknown"), killed.type("unknown", run, "--json")

    assert status.json["statuses"] == {"unknown": 2}
    assert (shown.code, found.code) == (8, 8)
    assert "is unknown" not in shown.stdout
    assert "2 recipients" in shown.stdout
    assert f"campaign resume {run} --store journal.db" in shown.stdout
    assert found.json["open"] == [{"run": run, "recipients": 2}]
    assert "2 получателя" in killed.type("unknown", "--lang", "ru").stdout


def test_after_they_are_settled_nobody_is_unknown(killed: Shell, gateway: TwoAccounts) -> None:
    killed.type("resume", "--wait", "3s")

    settled = killed.type("unknown", "--json")

    assert set(gateway.taken.values()) == {1}
    assert (settled.code, settled.json["unknown"], settled.json["open"]) == (0, [], [])
