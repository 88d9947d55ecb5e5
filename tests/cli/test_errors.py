"""How a command reports that it failed: in the user's language, with a command to copy."""

import pytest

from campaign.app.run_lock import only_driver
from campaign.cli.errors import error_lines, wished_language
from campaign.errors import GatewayError
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
    run = shell.json("plan", "a.csv", "--text", "Hi")["run"]
    locks = shell.folder / "journal.db.locks" / f"{run}.lock"
    with only_driver(locks, run):
        resumed = shell.type("resume", run)
        again = shell.type("run", "a.csv", "--text", "Hi")
        russian = errors(shell, "resume", run, "--lang", "ru")

    look = f"campaign status {run} --offline --store journal.db"
    for done in (resumed, again):
        assert done.code == 11
        assert done.failure.hint == f"Wait until it ends, or check it: {look}"
    assert russian[0].startswith(f"Ошибка [locked]: запуск {run} ведёт другой процесс: ")
    assert russian[1] == f"Подсказка: Дождитесь его конца или проверьте: {look}"


def test_an_error_is_one_sentence_of_the_wished_language(shell: Shell) -> None:
    shell.recipients("people.csv", "0001")

    assert errors(shell, "check", "poeple.csv", "--text", "Hi", "--lang", "ru") == [
        "Ошибка [file_missing]: Файла poeple.csv нет",
        "Подсказка: Возможно, имелось в виду people.csv?",
    ]
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

    assert page == ["Ошибка [docs_unknown]: страницы 'exit-code' нет", "Подсказка: campaign docs exit-codes"]
    assert runs[0] == f"Ошибка [no_journal]: журнала {shell.journal} нет"


def test_the_campaign_file_names_the_language_too(shell: Shell) -> None:
    shell.write("a.toml", 'recipients = "none.csv"\ntext = "Hi"\nlang = "ru"\n')

    assert (
        errors(shell, "check", "a.toml")[0] == f"Ошибка [file_missing]: Файла {shell.folder / 'none.csv'} нет"
    )


def test_the_value_of_an_option_fills_the_russian_sentence(shell: Shell) -> None:
    shell.recipients("a.csv", "0001")

    shown = errors(shell, "check", "a.csv", "--text", "Hi", "--schedule", "soon", "--lang", "ru")

    assert shown[0] == "Ошибка [time_unreadable]: --schedule 'soon': soon — не дата со временем."
    assert shown[1].startswith("Подсказка: Впишите вместе с поясом: 2026-12-01 10:00+03:00")


def test_names_of_exceptions_come_last() -> None:
    error = GatewayError("h gave no answer: ReadTimeout < TimeoutError", code="no_answer")

    assert list(error_lines(error, "en")) == [
        "Error [no_answer]: h gave no answer (ReadTimeout < TimeoutError)"
    ]


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
    assert wished_language(named, environment) == lang


@pytest.mark.parametrize("option", ["--wait", "--poll"])
def test_a_duration_that_is_none_is_refused_before_sending(shell: Shell, option: str) -> None:
    """They are used after sending: by then it would be too late to refuse them."""
    shell.recipients("a.csv", "0001")

    done = shell.type("run", "a.csv", "--text", "Hi", option, "soon")

    assert done.code == 4
    assert not shell.journal.exists()
