"""The command line as a person meets it, against the practice gateway, in processes of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


class Shell:
    """A folder with a journal, in which commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def type(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "campaign", *words, "--store", "journal.db"]
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def json(self, *words: str) -> dict[str, Any]:
        done = self.type(*words, "--json")
        found: dict[str, Any] = json.loads(done.stdout)
        assert found["exit"] == done.returncode
        return found

    def recipients(self, count: int, *, tail: str = "001") -> str:
        rows = [f"+79160{number:03d}{tail},Имя{number}" for number in range(count)]
        (self.folder / "people.csv").write_text("phone,name\n" + "\n".join(rows), encoding="utf-8")
        return "people.csv"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_run_is_carried_out_reported_and_listed(shell: Shell) -> None:
    found = shell.json(
        "run", shell.recipients(30), "--text", "Hi {name}", "--format", "xlsx,jsonl,csv"
    )

    assert found["exit"] == 0
    assert found["state"] == "settled"
    assert found["statuses"] == {"delivered": 30}
    assert found["attempts"]["answered"] == 1
    assert [Path(path).suffix for path in found["reports"]] == [".xlsx", ".jsonl", ".csv"]
    assert all((shell.folder / path).is_file() for path in found["reports"])
    assert found["next"] == ""
    assert found["run"] in shell.type("runs").stdout


def test_the_same_command_finds_the_same_run(shell: Shell) -> None:
    """The commonest real duplicate is a person typing the command once more."""
    words = ("run", shell.recipients(5), "--text", "Hi", "--wait", "5s")
    first = shell.json(*words)

    again = shell.json(*words)

    assert again["exit"] == 9
    assert again["run"] == first["run"]
    assert "has sent this already" in again["error"]["message"]
    other = shell.json(*words, "--again", "second")
    assert other["run"] != first["run"]
    assert other["statuses"] == {"delivered": 5}


def test_a_scheduled_run_without_a_zone_is_refused(shell: Shell) -> None:
    done = shell.type("run", shell.recipients(2), "--text", "Hi", "--schedule", "2099-01-01 10:00")

    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert "--schedule" in done.stderr


def test_a_past_schedule_is_refused(shell: Shell) -> None:
    done = shell.type("run", shell.recipients(2), "--text", "Hi", "--schedule", "2020-01-01 10:00Z")

    assert done.returncode == 4
    assert "Hint:" in done.stderr


def test_a_live_gateway_needs_a_yes(shell: Shell) -> None:
    """No terminal and no --yes: planned, nothing sent, and the command to go on."""
    done = shell.type(
        "run", shell.recipients(2), "--text", "Hi", "--gateway", "prostor",
        "--gateway-url", "http://127.0.0.1:9/messages/v2/",
        CAMPAIGN_LOGIN="me", CAMPAIGN_PASSWORD="secret",
    )  # fmt: skip

    assert done.returncode == 5
    assert "nothing was sent" in done.stderr
    assert "campaign resume people-" in done.stderr


def test_plain_http_to_another_machine_is_refused(shell: Shell) -> None:
    done = shell.type(
        "run", shell.recipients(2), "--text", "Hi", "--gateway", "prostor", "--yes",
        "--gateway-url", "http://sms.example/messages/v2/",
        CAMPAIGN_LOGIN="me", CAMPAIGN_PASSWORD="secret",
    )  # fmt: skip

    assert done.returncode == 4
    assert "https://sms.example" in done.stderr


def test_check_sends_nothing_and_explains_every_row(shell: Shell) -> None:
    (shell.folder / "bad.csv").write_text("phone\n+79160000001\n123\n\n", encoding="utf-8")

    found = json.loads(shell.type("check", "bad.csv", "--text", "Hi", "--json").stdout)

    assert found["rows"] == 2
    assert found["recipients"] == 1
    assert found["problems"][0]["row"] == 3
    assert found["reasons"][0]["code"] == "phone_too_short"
    assert shell.type("runs", "--json").returncode == 9  # no journal was made


def test_a_dry_run_plans_nothing(shell: Shell) -> None:
    done = shell.type("run", shell.recipients(3), "--text", "Hi {name}", "--dry-run")

    assert done.returncode == 0
    assert "people who will get the text: 3" in done.stderr
    assert shell.type("runs", "--json").returncode == 9  # no journal was made


def test_russian_is_spoken_when_asked_for(shell: Shell) -> None:
    done = shell.type("run", shell.recipients(2), "--text", "Привет", "--lang", "ru")

    assert "доставлено" in done.stdout.lower()
    assert "ПЕСОЧНИЦА" in done.stderr


def test_every_option_has_its_environment_variable(shell: Shell) -> None:
    done = shell.type("check", shell.recipients(1), CAMPAIGN_TEXT="From the environment")

    assert "From the environment" in done.stderr


def test_a_file_cannot_drive_the_terminal(shell: Shell) -> None:
    """Names come from strangers: escapes are shown, never sent to the terminal."""
    (shell.folder / "evil.csv").write_text(
        "phone,name\n+79160000001,\x1b]0;pwn\x07[green]OK\n123,\x1b[2J\n", encoding="utf-8"
    )

    done = shell.type("check", "evil.csv", "--text", "Hi {name}")

    assert "\x1b" not in done.stdout + done.stderr
    assert "\x07" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("run", "missing.csv", "--text", "Hi"),
        ("run", "empty", "--text", "Hi"),
        ("run", "people.csv", "./people.csv", "--text", "Hi"),
        ("run", "people.csv", "people.toml", "--text", "Hi"),
        ("run", "people.csv", "--text", "Hi", "--max-cost", "much"),
        ("preview", "people.csv", "--text", "Hi", "--row", "9"),
        ("test", "people.csv", "--text", "Hi", "--to", "12"),
        ("docs", "nothing"),
        ("run", "people.csv"),
        ("run", "people.csv", "--text", "Hi", "--map", "phone"),
        ("run", "people.csv", "--text", "Hi", "--map", "fone=phone"),
        ("run", "people.csv", "--text", "Hi", "--format", "pdf"),
        ("run", "people.csv", "--text", "Hi {nam}"),
        ("run", "people.csv", "--text", "Hi", "--wait", "soon"),
        ("run", "people.csv", "--text", "Hi", "--gateway", "nobody"),
    ],
)
def test_bad_input_is_one_clear_sentence(shell: Shell, words: tuple[str, ...]) -> None:
    shell.recipients(1)
    (shell.folder / "empty").mkdir()

    done = shell.type(*words) if words[0] != "docs" else shell.type("docs", "nothing")

    assert done.returncode in {2, 4}
    assert "Traceback" not in done.stderr
    if done.returncode == 4:
        assert "Error [" in done.stderr
        assert "Hint: " in done.stderr
