"""With `--lang ru` nothing is English but commands, options, names, formats and addresses."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import campaign
from campaign import errors
from campaign.cli.main import root
from campaign.cli.output.console import PlainUi
from campaign.errors import CampaignError
from campaign.i18n import translated
from campaign.reports import FORMATS
from tests import catalogue
from tests.cli.shell import Shell

RUSSIAN = next(path for path in catalogue.catalogues() if "ru" in path.parts)
WORDS = re.compile(r"\b[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
CODE = re.compile(
    r"`[^`]*`|\{[^}]*\}|'[^']*'|\"[^\"]*\"|\[[A-Z_. ,]*\]|\[переменная:[^\]]*\]"
    r"|\bcampaign(?: (?!Excel)[a-z.-]+| --?[a-z-]+| FILE\b| [A-Z]+\b)+|--?[a-z][a-z-]*(?:[ =][A-Z=a-z|…-]+)?"
    r"|\b(?:Microsoft Excel|From JSON|Google|File|NAME|COMMAND|ARGS|OPTIONS)\b|https?://\S+|\(U\+[^)]*\)"
)
COMMANDS = [
    "run", "resume", "report", "status", "unknown", "resolve", "pause", "cancel", "stoplist", "doctor",
    "check", "preview", "test", "plan", "runs", "retry", "balance", "senders", "sandbox", "docs",
]  # fmt: skip


def english(text: str) -> list[str]:
    """Runs of three English words that are neither code nor a name."""
    return WORDS.findall(CODE.sub("·", text))


def test_the_search_finds_english_and_lets_commands_be() -> None:
    assert english("Ошибка: there is no file") == ["there is no file"]
    assert english("Далее: campaign resume RUN --store PATH, затем `campaign status` и csv") == []


@pytest.mark.parametrize("words", [*([one] for one in COMMANDS), [], ["stoplist", "import"]])
def test_help_is_russian(words: list[str]) -> None:
    shown = CliRunner().invoke(root, [*words, "--lang", "ru", "--help"]).stdout

    assert "Использование:" in shown
    assert english(shown) == []


@pytest.mark.parametrize("command", ["run", "report", "retry"])
def test_help_is_russian_in_what_other_tables_fill_it_with(command: str) -> None:
    """Purposes of formats are too short for the search above."""
    shown = CliRunner().invoke(root, [command, "--lang", "ru", "--help"]).stdout
    options = " ".join(shown.split())

    for name, one in FORMATS.items():
        assert f"{name}: {one.purpose}" not in options
        assert f"{name}: {translated(one.purpose, 'ru')}" in options


def test_the_list_of_commands_is_whole() -> None:
    assert root.list_commands(None) == COMMANDS  # type: ignore[arg-type]  # it is not used


def test_no_translation_is_english() -> None:
    for message in catalogue.read(RUSSIAN):
        strings = [message.string] if isinstance(message.string, str) else message.string
        for string in (strings or ()) if message.id else ():
            assert english(string) == [], string


def plain_texts(path: Path) -> Iterator[str]:
    """Messages and hints of errors that are no texts to be translated."""
    names = {
        name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, CampaignError)
    } - {"UnusableCell"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            hints = [one.value for one in node.keywords if one.arg in {"hint", "message"}]
            for value in (*node.args[:1], *hints):
                if isinstance(value, ast.Constant | ast.JoinedStr | ast.BinOp):
                    yield ast.unparse(value).strip("f'\"")


def test_every_error_is_raised_with_a_text_that_can_be_translated() -> None:
    for path in Path(campaign.__file__).parent.rglob("*.py"):
        for text in plain_texts(path):
            assert english(text) == [], path


@pytest.fixture
def russian(shell: Shell) -> Shell:
    shell.write("a.csv", "phone,name\n+79160000001,Аня\n+79160000001,Боря\n5,Вера\n+79160000002,\n")
    shell.write("bad_stops.csv", "phone\n123\n89OO0000001\n7.91612E+10\n+79160000009\n")
    return shell


def test_a_campaign_is_russian_from_check_to_doctor(russian: Shell) -> None:
    text = ("a.csv", "--text", "Привет, {name}! 👍", "--client-id", "auto")
    commands = [
        ("check", *text), ("check", *text, "-v", "--limit", "1"), ("preview", *text), ("plan", *text),
        ("runs",), ("run", *text, "--wait", "20s", "-v"), ("run", *text), ("report",), ("status",),
        ("report", "--since", "30d"), ("unknown",), ("doctor",), ("balance",), ("runs", "--state", "x"),
        ("stoplist", "add", "+79160000009", "--why", "просил"), ("stoplist", "list"),
        ("stoplist", "import", "bad_stops.csv"), ("stoplist", "import", "bad_stops.csv", "--skip-bad"),
        ("check", *text, "--stop-list", "bad_stops.csv"), ("check", "a.csv", "--text-file", "no.txt"),
        ("stoplist", "remove", "+79160000009", "--why", "передумал"), ("resume",), ("cancel", "a"),
        ("retry", "a", "--only", "delivered"), ("check", "b.csv"), ("check", "a.csv", "--header", "x"),
        ("check",), ("nonsense",), ("resolve", "a", "--attempt", "1", "--as", "sent", "--why", "ок"),
    ]  # fmt: skip

    for words in commands:
        done = russian.type(*words, "--lang", "ru")
        shown = done.stdout + done.stderr
        assert shown, words
        assert english(shown) == [], words
    assert "Ошибка [usage]: " in russian.type("nonsense", "--lang", "ru").stderr
    assert "повторы: 1" in russian.type("status", "--lang", "ru").stdout


def test_an_old_or_open_journal_is_reported_in_russian(russian: Shell) -> None:
    russian.type("plan", "a.csv", "--text", "Привет", "--client-id", "auto")
    russian.journal.chmod(0o644)

    done = russian.type("doctor", "--lang", "ru")

    assert "ошибка rights: " in done.stdout
    assert english(done.stdout) == []


def test_progress_is_russian(capsys: pytest.CaptureFixture[str]) -> None:
    ui = PlainUi(quiet=False, verbose=True, lang="ru", wait_s=60)
    for stage in ("check", "send", "wait", "report"):
        ui.stage(stage, 3)
    ui.end_stage()

    shown = capsys.readouterr().err
    assert "Ждём итоговых статусов 3 сообщений" in shown
    assert english(shown) == []


def test_reasons_of_the_system_are_translated_in_one_place() -> None:
    using = {
        path.name
        for path in Path(campaign.__file__).parent.rglob("*.py")
        if "strerror" in path.read_text("utf-8")
    }

    assert using == {"text.py"}


def test_the_json_of_an_error_is_in_the_language_that_was_asked_for(shell: Shell) -> None:
    command = ("check", "none.csv", "--text", "Hi", "--json")

    assert shell.type(*command).json["error"]["text"] == "There is no file none.csv"
    assert shell.type(*command, "--lang", "ru").json["error"]["text"] == "Файла none.csv нет"
