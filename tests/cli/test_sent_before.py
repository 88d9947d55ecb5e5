"""The same recipients once more: who is left out, what is shown, and what an operator may do."""

import pwd

import pytest

from tests.cli.shell import Shell

TEXT = ("--text", "Hi {name}", "--wait", "5s", "--json")


@pytest.fixture
def shell(shell: Shell) -> Shell:
    shell.recipients("two.csv", "0001", "0002")
    shell.recipients("three.csv", "0001", "0002", "0003")
    return shell


def test_the_hint_after_a_run_that_is_over_leads_to_no_second_copy(shell: Shell) -> None:
    shell.type("run", "two.csv", *TEXT)

    again = shell.type("run", "two.csv", *TEXT)

    assert again.code == 9
    assert again.json["error"]["code"] == "sent_already"
    assert "--skip-sent --again LABEL" in again.json["error"]["hint"]
    russian = shell.type("run", "two.csv", *TEXT[:-1], "--lang", "ru")
    assert russian.code == 9


def test_the_hint_after_a_cancelled_run_works(shell: Shell) -> None:
    """The same `--skip-sent` alone would find the cancelled run, for ever."""
    shell.type("run", "two.csv", *TEXT)
    planned = shell.type("plan", "three.csv", "--text", "Hi {name}", "--skip-sent", "--json")
    shell.type("cancel", planned.json["run"], "--yes")

    stuck = shell.type("run", "three.csv", *TEXT, "--skip-sent")
    assert stuck.json["error"]["code"] == "cancelled"
    assert "--skip-sent --again LABEL" in stuck.json["error"]["hint"]

    done = shell.type("run", "three.csv", *TEXT, "--skip-sent", "--again", "rest")
    assert done.json["statuses"] == {"already_sent": 2, "delivered": 1}


def test_a_run_overtaken_by_another_one_names_commands_that_exist(shell: Shell) -> None:
    """`resume` has no --skip-sent."""
    planned = shell.json("plan", "two.csv", "--text", "Hi {name}")["run"]
    shell.type("run", "three.csv", *TEXT)

    blocked = shell.type("resume", planned, "--json")

    hint = blocked.json["error"]["hint"]
    assert (blocked.code, blocked.json["error"]["code"]) == (5, "already_sent")
    assert f"campaign cancel {planned} --store journal.db" in hint
    assert "`campaign run` with --skip-sent --again LABEL" in hint


def test_a_user_without_a_name_can_do_everything(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that was given a bare number as its user."""

    def nobody(uid: int) -> object:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)

    planned = shell.json("plan", "two.csv", "--text", "Hi {name}")["run"]
    for code, *words in (
        (0, "stoplist", "add", "+79160000001", "--why", "asked"),
        (0, "pause", planned),
        (3, "resume", planned, "--wait", "5s", "--format", "xlsx"),
        (9, "retry", planned, "--only", "undelivered"),
        (9, "cancel", planned, "--yes"),
    ):
        assert shell.type(*words).code == code, words
    assert shell.value("SELECT operator FROM stop_event").startswith("uid ")
