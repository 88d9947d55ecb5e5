"""No child process sees a password: not ours, and not what else the environment holds."""

import os
import sys
from pathlib import Path

import pytest

from campaign.errors import Exit
from campaign.secret import child_environment
from tests.cli.shell import Shell

SECRETS = {
    "CAMPAIGN_LOGIN": "canary-login",
    "CAMPAIGN_PASSWORD": "canary-password",
    "CAMPAIGN_PASSWORD_FILE": "/home/canary/file",
    "SMS_PASS": "canary-password",
    "LC_PASS": "canary-password",  # an allowed prefix, but the password's value
    "AWS_SECRET_ACCESS_KEY": "canary-other-program",
    "HTTPS_PROXY": "http://canary:canary-proxy@10.0.0.1:3128",
    "https_proxy": "http://canary:canary-proxy@10.0.0.1:3128",
}
SANDBOX_PASSWORD = "second-canary-sandbox"  # noqa: S105  # a canary


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CAMPAIGN_SANDBOX_PASSWORD", SANDBOX_PASSWORD)


def test_the_environment_of_children_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    environment = child_environment()

    assert "canary" not in repr(environment)
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["LC_ALL"] == "C.UTF-8"


@pytest.mark.skipif(os.name != "posix", reason="the wrapper is a shell script")
def test_no_child_of_a_run_sees_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a workbook, the sandbox, and filling in the original workbook: one child each."""
    seen = tmp_path / "seen"
    seen.mkdir()
    wrapper = tmp_path / "python"
    wrapper.write_text(
        f'#!/bin/sh\nenv > "{seen}/$$.env"\necho "$*" > "{seen}/$$.args"\nexec "{sys.executable}" "$@"\n'
    )
    wrapper.chmod(0o700)
    shell = Shell(tmp_path)
    shell.workbook("list.xlsx", ("phone", "name"), ("+79160000100", "Anna"))
    monkeypatch.setattr(sys, "executable", str(wrapper))

    done = shell.type("run", "list.xlsx", "--text", "Hi {name}", "--wait", "20s")

    assert done.code == Exit.DONE, done.stderr
    children = {path.read_text(): path.with_suffix(".env") for path in seen.glob("*.args")}
    for part in ("campaign.tables.child", "campaign.sandbox", "campaign.reports.xlsx.original"):
        found = [env for args, env in children.items() if part in args]
        assert found, part
        # The sandbox checks logins: it is given its own password, and no other.
        own = 1 if part == "campaign.sandbox" else 0
        assert [env.read_text().count("canary") for env in found] == [own] * len(found)
