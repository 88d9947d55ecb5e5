"""How a command says that it failed: in the person's language, with a command to copy."""

import pytest

from campaign.app.run_lock import only_driver
from campaign.cli.errors import (
    error_lines,
    wished,
)
from campaign.errors import (
    GatewayError,
    GuardRefused,
    InputError,
    NothingToDo,
)
from tests.cli.shell import Shell


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CAMPAIGN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def errors(shell: Shell, *words: str, **environment: str) -> list[str]:
    """What the command prints on stderr."""
    return shell.type(*words, **environment).stderr.splitlines()


def test_the_hint_of_a_run_that_is_driven_is_a_whole_command(shell: Shell) -> None:
    shell.recipients("a.csv", "0001")
    run = shell.type("plan", "a.csv", "--text", "Hi", "--json").json["run"]
    locks = shell.folder / "journal.db.locks" / f"{run}.lock"
    with only_driver(locks, run):
        resumed = shell.type("resume", run)
        again = shell.type("run", "a.csv", "--text", "Hi")
        russian = errors(shell, "resume", run, "--lang", "ru")

    look = f"campaign status {run} --offline --store journal.db"
    for done in (resumed, again):
        assert done.code == 11
        assert done.failure.hint == f"Wait until it ends, or look at it: {look}"
    assert russian[0] == "Ошибка [locked]: Этот запуск ведёт другой процесс."
    assert f"another process drives run {run}" in russian[1]
    assert russian[2] == f"Подсказка: Дождитесь его конца или: {look}"


def test_in_russian_the_sentence_is_russian_and_the_particulars_follow(shell: Shell) -> None:
    shell.recipients("people.csv", "0001")

    assert errors(shell, "check", "poeple.csv", "--text", "Hi", "--lang", "ru") == [
        "Ошибка [file_missing]: Такого файла нет.",
        "  There is no file poeple.csv. Did you mean people.csv?",
        "Подсказка: Проверьте имя и папку.",
    ]


def test_in_english_nothing_is_translated(shell: Shell) -> None:
    shell.recipients("people.csv", "0001")

    assert errors(shell, "check", "poeple.csv", "--text", "Hi") == [
        "Error [file_missing]: There is no file poeple.csv",
        "Hint: Did you mean people.csv?",
    ]


@pytest.mark.parametrize("variable", ["CAMPAIGN_LANG", "LC_ALL"])
def test_the_environment_names_the_language_too(shell: Shell, variable: str) -> None:
    """Also of a verb that has no `--lang`."""
    value = "ru" if variable == "CAMPAIGN_LANG" else "ru_RU.UTF-8"
    page = errors(shell, "docs", "exit-code", **{variable: value})
    runs = errors(shell, "status", **{variable: value})

    assert page[0] == "Ошибка [docs_unknown]: Такой страницы нет."
    assert page[-1] == "Подсказка: campaign docs exit-codes"
    assert runs[0] == "Ошибка [no_journal]: Там нет журнала."


def test_the_campaign_file_names_the_language_too(shell: Shell) -> None:
    shell.write("a.toml", 'recipients = "none.csv"\ntext = "Hi"\nlang = "ru"\n')

    assert errors(shell, "check", "a.toml")[0] == "Ошибка [file_missing]: Такого файла нет."


def test_the_value_of_an_option_fills_the_russian_sentence(shell: Shell) -> None:
    shell.recipients("a.csv", "0001")

    said = errors(shell, "check", "a.csv", "--text", "Hi", "--schedule", "soon", "--lang", "ru")

    assert said[0] == "Ошибка [time_unreadable]: soon — не дата со временем."
    assert said[1] == "  --schedule 'soon': soon is not a date with a time."
    assert said[2].startswith("Подсказка: Впишите вместе с поясом: 2026-12-01 10:00+03:00")


def test_an_english_error_says_what_it_said_before() -> None:
    error = InputError("--map x is wrong", hint="Say it.", code="map_form")

    assert list(error_lines(error, error.hint, "en")) == [
        "Error [map_form]: --map x is wrong", "Hint: Say it.",
    ]  # fmt: skip


def test_a_russian_hint_holds_the_command_of_the_error() -> None:
    error = GatewayError("sending is paused: 3 chunks in doubt", code="paused")
    hint = "Wait until the gateway works again, then: campaign resume a-1 --store 'my j.db'"

    assert list(error_lines(error, hint, "ru")) == [
        "Ошибка [paused]: Отправка приостановлена.",
        "  sending is paused: 3 chunks in doubt",
        "Подсказка: Дождитесь, пока шлюз заработает, затем: campaign resume a-1 --store 'my j.db'",
    ]  # fmt: skip


def test_what_only_the_english_hint_knows_is_kept() -> None:
    error = GuardRefused("run a-1 is paused", code="run_unfinished")
    hint = "campaign resume a-1; or to give it up: campaign cancel a-1"

    lines = list(error_lines(error, hint, "ru"))

    assert lines[1] == f"  run a-1 is paused. {hint}"
    assert lines[2] == "Подсказка: campaign resume a-1"


def test_a_russian_hint_holds_the_number_of_the_error() -> None:
    error = GuardRefused("2 people would be texted", code="too_many_recipients")

    lines = list(error_lines(error, "To send to the first of them only: --limit 1", "ru"))

    assert lines[1:] == [
        "  2 people would be texted",
        "Подсказка: Чтобы отправить только первым из них: --limit 1",
    ]


def test_a_sentence_that_says_it_all_stands_alone() -> None:
    assert list(error_lines(NothingToDo("There is nothing to do"), "", "ru")) == [
        "Ошибка [nothing_to_do]: Делать нечего."
    ]


def test_names_of_exceptions_come_last() -> None:
    error = GatewayError("h gave no answer: ReadTimeout < TimeoutError", code="no_answer")

    assert list(error_lines(error, "", "en")) == [
        "Error [no_answer]: h gave no answer (ReadTimeout < TimeoutError)"
    ]
    russian = list(error_lines(error, "", "ru"))
    assert russian[0] == "Ошибка [no_answer]: Шлюз не ответил."
    assert russian[1] == "  h gave no answer (ReadTimeout < TimeoutError)"


@pytest.mark.parametrize(
    ("named", "environment", "lang"),
    [
        ("ru", {"LANG": "en_GB.UTF-8"}, "ru"),
        ("", {"CAMPAIGN_LANG": "ru", "LC_ALL": "C"}, "ru"),
        ("", {"LC_ALL": "", "LANG": "ru_RU.UTF-8"}, "ru"),
        ("", {"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, "en"),
        ("en", {"CAMPAIGN_LANG": "ru"}, "en"),
        (None, {}, "en"),
    ],
)
def test_what_is_named_counts_before_the_environment(
    named: str | None, environment: dict[str, str], lang: str
) -> None:
    assert wished(named, environment) == lang


@pytest.mark.parametrize("option", ["--wait", "--poll"])
def test_a_duration_that_is_none_is_told_before_anything_is_sent(shell: Shell, option: str) -> None:
    """They are used after sending: by then it would be too late to say."""
    shell.recipients("a.csv", "0001")

    done = shell.type("run", "a.csv", "--text", "Hi", option, "soon")

    assert done.code == 4
    assert not (shell.folder / "journal.db").exists()
