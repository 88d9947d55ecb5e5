"""Mistakes on the command line are reported, once, with what to do."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.recipients("in.csv", "0001")
    return shell


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--text", ""), "option_empty", "the text for all recipients is empty"),
        (("--text", " \n"), "option_empty", "the text for all recipients is empty"),
        (("--text", "Hi", "--region", "ZZ"), "setting", "--region 'ZZ' is not a country"),
        (("--text", "Hi", "--sheet", "One"), "setting", "which has no sheets"),
    ],
)
def test_an_option_that_cannot_be_meant_is_one_error(
    shell: Shell, words: tuple[str, ...], code: str, message: str
) -> None:
    done = shell.type("check", "in.csv", *words)

    assert done.code == 4
    assert done.failure.code == code
    assert message in done.failure.message


def test_one_text_may_be_typed_which_counts_before_that_of_the_campaign_file(shell: Shell) -> None:
    shell.write("a.toml", 'recipients = "in.csv"\ntext = "from the file"\n')
    shell.write("t.txt", "typed")

    both = shell.type("check", "in.csv", "--text", "Hi", "--text-file", "t.txt")

    assert both.code == 2
    assert "--text or --text-file, not both" in both.stderr
    assert "First text: typed" in shell.type("check", "a.toml", "--text-file", "t.txt").stderr


def test_the_form_that_is_shown_for_a_time_is_one_that_is_taken(shell: Shell) -> None:
    done = shell.type("plan", "in.csv", "--text", "Hi", "--schedule", "tomorrow")

    shown = done.failure.hint.partition("zone: ")[2].partition(" or ")[0].replace("2026", "2099")
    assert shell.type("plan", "in.csv", "--text", "Hi", "--schedule", shown).code == 0


def test_a_new_journal_is_reported_once(shell: Shell) -> None:
    """A mistyped --store would begin an empty memory of what was sent."""
    first = shell.type("plan", "in.csv", "--text", "Hi")
    again = shell.type("plan", "in.csv", "--text", "Hi")
    quiet = shell.type("plan", "in.csv", "--text", "Hi", "-q")

    assert f"new journal made at {shell.folder / 'journal.db'}" in first.stderr
    assert "new journal" not in again.stderr + quiet.stderr


def _letter(path: Path) -> None:
    path.write_text("Dear Ann", encoding="utf-8")


def _database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE recipes(name)")


@pytest.mark.parametrize("make", [_letter, _database])
def test_a_file_that_is_no_journal_stays_as_it_was_and_alone(
    shell: Shell, make: Callable[[Path], None]
) -> None:
    path = shell.journal
    make(path)
    before = path.read_bytes()

    done = shell.type("run", "in.csv", "--text", "Hi")

    assert done.code == 74
    assert path.read_bytes() == before
    assert sorted(one.name for one in shell.folder.iterdir()) == ["in.csv", "journal.db"]


def test_when_it_will_be_sent_is_shown_before_and_after(shell: Shell) -> None:
    words = ("in.csv", "--text", "Hi", "--timezone", "Asia/Omsk", "--schedule", "2099-12-01 10:00")

    planned = shell.type("plan", *words)

    assert "Send time: 2099-12-01 10:00 UTC+06:00: 1 recipient" in planned.stdout
    assert "Send time: 2099-12-01" in planned.stderr
    assert "Send time" not in shell.type("plan", "in.csv", "--text", "Hi").stdout


def test_a_mistyped_verb_gets_the_one_that_was_meant(shell: Shell) -> None:
    done = shell.type("statsu")

    assert done.code == 2
    assert "Did you mean 'status'?" in done.stderr


def test_the_hint_of_json_is_that_of_stderr(shell: Shell) -> None:
    shell.type("plan", "in.csv", "--text", "Hi")

    done = shell.type("status", "none", "--json")

    assert done.json["error"]["hint"] == "campaign runs --store journal.db"
    assert "Hint: campaign runs --store journal.db" in done.stderr
