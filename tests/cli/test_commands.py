"""The command line as a user meets it, against the sandbox, in processes of its own."""

from pathlib import Path

import pytest

from tests.cli.shell import ProcessShell, Shell


@pytest.fixture
def shell(tmp_path: Path) -> ProcessShell:
    return ProcessShell(tmp_path)


def test_a_run_is_carried_out_reported_and_listed(shell: ProcessShell) -> None:
    found = shell.json("run", shell.many(30), "--text", "Hi {name}", "--format", "xlsx,jsonl,csv")

    assert found["exit"] == 0
    assert found["state"] == "settled"
    assert found["statuses"] == {"delivered": 30}
    assert found["attempts"]["answered"] == 1
    assert [Path(path).suffix for path in found["reports"]] == [".xlsx", ".jsonl", ".csv"]
    assert all((shell.folder / path).is_file() for path in found["reports"])
    assert found["next"] == ""
    assert found["run"] in shell.type("runs").stdout


def test_the_same_command_finds_the_same_run(shell: ProcessShell) -> None:
    """The commonest real duplicate is a person typing the command once more."""
    words = ("run", shell.many(5), "--text", "Hi", "--wait", "5s")
    first = shell.json(*words)

    again = shell.json(*words)

    assert again["exit"] == 9
    assert again["run"] == first["run"]
    assert "has sent this already" in again["error"]["text"]
    other = shell.json(*words, "--again", "second")
    assert other["run"] != first["run"]
    assert other["statuses"] == {"delivered": 5}


def test_a_dry_run_plans_nothing(shell: ProcessShell) -> None:
    done = shell.type("run", shell.many(3), "--text", "Hi {name}", "--dry-run")

    assert done.code == 0
    assert "recipients: 3" in done.stderr
    assert shell.type("runs", "--json").code == 9  # no journal was made


def test_every_option_has_its_environment_variable(shell: ProcessShell) -> None:
    done = shell.type("check", shell.many(1), CAMPAIGN_TEXT="From the environment")

    assert "From the environment" in done.stderr


def test_a_file_cannot_drive_the_terminal(shell: ProcessShell) -> None:
    """Names come from anywhere: escapes are shown, never sent to the terminal."""
    shell.write("evil.csv", "phone,name\n+79160000001,\x1b]0;pwn\x07[green]OK\n123,\x1b[2J\n")

    done = shell.type("check", "evil.csv", "--text", "Hi {name}")

    assert "\x1b" not in done.stdout + done.stderr
    assert "\x07" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("run", "people.csv", "people.toml", "--text", "Hi"),
        ("run", "people.csv", "--text", "Hi", "--max-cost", "much"),
        ("run", "people.csv"),
        ("run", "people.csv", "--text", "Hi", "--map", "phone"),
        ("run", "people.csv", "--text", "Hi", "--gateway", "nobody"),
        ("preview", "people.csv", "--text", "Hi", "--row", "9"),
        ("test", "people.csv", "--text", "Hi", "--to", "12"),
        ("docs", "nothing"),
    ],
)
def test_bad_input_is_one_clear_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    """More of them: `tests.fault.test_acceptance_input`."""
    shell = Shell(tmp_path)
    shell.many(1)

    done = shell.type(*words)

    assert done.code in {2, 4}
    if done.code == 4:
        assert "Error [" in done.stderr
        assert "Hint: " in done.stderr
