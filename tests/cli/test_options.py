"""The table of options: a row is an option of the command line, of files, of the environment, of the API."""

import importlib
import sys
from gettext import NullTranslations
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from campaign import api, i18n, options
from campaign.cli.main import root
from campaign.config import Settings, read_toml
from campaign.options import Identity, Kind, Option, Where
from campaign.text import tr
from tests.cli.shell import Shell

NEW = Option(
    "quiet_hours",
    "reading",
    Kind.COUNT,
    low=1,
    high=9,
    identity=Identity.GIVEN,
    help=tr("Send nothing for so many hours."),
)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """With one more row in the table, of which no other file knows."""
    monkeypatch.setattr(options, "TABLE", (*options.TABLE, NEW))
    for name in [name for name in sys.modules if name.startswith("campaign.cli.commands.")]:
        monkeypatch.delitem(sys.modules, name)
    shell = Shell(tmp_path)
    monkeypatch.chdir(tmp_path)
    shell.recipients("in.csv", "0001")
    return shell


def plan(shell: Shell, *words: str) -> object:
    return shell.json("plan", *words)["run"]


def test_a_row_is_an_option_of_the_command_line(shell: Shell) -> None:
    shown = CliRunner().invoke(root, ["plan", "--help"]).stdout

    assert "--quiet-hours N" in shown
    assert "Send nothing for so many hours." in shown
    assert "CAMPAIGN_QUIET_HOURS" in shown
    assert shell.type("check", "in.csv", "--text", "Hi", "--quiet-hours", "12").code == 2
    assert shell.type("check", "in.csv", "--text", "Hi", "--quiet-hours", "2").code == 0


def test_a_row_is_part_of_the_identity_wherever_it_is_set(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("in.csv", "--text", "Hi")
    typed = plan(shell, *words, "--quiet-hours", "2")
    shell.write("c.toml", 'recipients = "in.csv"\ntext = "Hi"\nquiet-hours = 2\n')
    of_file = plan(shell, "c.toml")
    monkeypatch.setenv("CAMPAIGN_QUIET_HOURS", "2")
    of_environment = plan(shell, *words)
    monkeypatch.delenv("CAMPAIGN_QUIET_HOURS")

    assert typed == of_file == of_environment
    assert plan(shell, *words) != typed


def test_a_row_is_a_key_of_campaign_files_with_its_bounds(shell: Shell) -> None:
    layer = read_toml(shell.write("c.toml", "quiet_hours = 12\n"), what="campaign file")

    with pytest.raises(api.InputError, match="--quiet-hours 12 is") as refused:
        Settings(layer.values).require_usable()

    assert refused.value.hint == "Write a whole number from 1 to 9."


def test_a_row_is_a_keyword_of_the_api(shell: Shell) -> None:
    with api.open(store=shell.journal) as client:
        given = client.plan("in.csv", text="Hi", quiet_hours=2)

        assert given.name != client.plan("in.csv", text="Hi").name
        with pytest.raises(api.InputError, match="--quiet-hours"):
            client.plan("in.csv", text="Hi", quiet_hours=12)


def test_every_row_has_a_help_and_a_bound_that_can_be_explained() -> None:
    for row in options.TABLE:
        assert row.help, row.name
        if row.kind in {Kind.NUMBER, Kind.TIME, Kind.MONEY}:
            assert row.wanted is not None, row.name
        if Where.API in row.where:
            assert Where.FILE in row.where, row.name


@pytest.mark.parametrize("typed", [["--lang", "xx"], ["--lang=xx"]])
def test_help_is_shown_in_the_language_named_anywhere(
    monkeypatch: pytest.MonkeyPatch, typed: list[str]
) -> None:
    """Of the command line's own texts and of click's: heading, sentence, option."""

    class Loud(NullTranslations):
        def gettext(self, message: str) -> str:
            return message.upper()

    monkeypatch.setattr(i18n, "languages", lambda: ("en", "xx"))
    monkeypatch.setattr(i18n, "catalogue", lambda lang: Loud() if lang == "xx" else NullTranslations())
    monkeypatch.setattr("os.environ", {"PATH": ""})
    importlib.import_module("campaign.cli.commands.cancel")

    for words in (["cancel", "--help", *typed], [*typed[:0], "cancel", *typed, "--help"]):
        shown = CliRunner().invoke(root, words).stdout

        assert "CANCEL THE UNSENT PART OF RUN" in shown
        assert "STORED IN THE JOURNAL." in shown
        assert "SEND WITHOUT ASKING." in shown
    monkeypatch.setattr("os.environ", {"PATH": "", "CAMPAIGN_LANG": "xx"})
    assert "CANCEL THE UNSENT PART OF A RUN." in CliRunner().invoke(root, ["--help"]).stdout


def test_each_command_is_the_file_of_its_name() -> None:
    with click.Context(root) as context:
        for name in root.list_commands(context):
            found = root.get_command(context, name)

            assert found is not None
            assert found.name == name
