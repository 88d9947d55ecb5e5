"""Where a setting comes from: flags > environment > campaign file > profile > defaults."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from campaign.config import Layer, Settings, find_credentials, read_toml, resolve
from campaign.errors import Exit, InputError
from campaign.i18n import translated
from campaign.secret import Credentials
from tests.cli.shell import Shell


def test_the_first_layer_that_names_an_option_wins_and_is_remembered() -> None:
    settings = resolve(
        Layer("the command line", {"concurrency": 2, "sender": None}),
        Layer("the environment", {"concurrency": 3, "sender": "ENV"}),
        Layer("campaign file spring.toml", {"sender": "FILE", "text": "Hi"}),
    )

    assert settings.number("concurrency") == 2
    assert settings.text("sender") == "ENV"
    assert settings.origins == {
        "concurrency": "the command line",
        "sender": "the environment",
        "text": "campaign file spring.toml",
    }


def test_paths_in_a_campaign_file_are_relative_to_it(tmp_path: Path) -> None:
    """A campaign file must work from any folder."""
    file = tmp_path / "spring.toml"
    file.write_text('recipients = "people.csv"\nclient-id = "auto"\n', encoding="utf-8")

    layer = read_toml(file, what="campaign file")

    assert layer.values == {"recipients": str(tmp_path / "people.csv"), "client_id": "auto"}


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("recipient = 'a.csv'", "campaign_file", "'recipients'"),
        ("password = 'x'", "campaign_file", "CAMPAIGN_PASSWORD"),
        ("text = ", "campaign_file", "double quotes"),
    ],
)
def test_a_wrong_campaign_file_is_explained(tmp_path: Path, text: str, code: str, hint: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError) as caught:
        read_toml(file, what="campaign file")

    assert caught.value.code == code
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("text", 5, Settings.text),
        ("concurrency", "many", Settings.number),
        ("allow_plain_http", "yes", Settings.flag),
        ("map", "a", Settings.table),
    ],
)
def test_a_setting_of_the_wrong_kind_names_its_origin(
    name: str, value: object, read: Callable[[Settings, str], object]
) -> None:
    settings = resolve(Layer("profile config.toml", {name: value}))

    with pytest.raises(InputError, match=r"profile config\.toml"):
        read(settings, name)


def test_durations_are_read_as_users_type_them() -> None:
    settings = resolve(Layer("x", {"wait": "1h30m", "poll": "2", "timeout": 4}))

    assert settings.seconds("wait", 0) == 5400
    assert settings.seconds("poll", 0) == 2
    assert settings.seconds("timeout", 0) == 4
    assert settings.seconds("nothing", 7) == 7


def _find(tmp_path: Path, **environment: str) -> Credentials:
    return find_credentials(gateway="prostor", environment=environment, profile_folder=tmp_path, ask=None)


def test_the_password_comes_from_the_environment_then_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-file\n", encoding="utf-8")
    secret.chmod(0o600)

    typed = _find(tmp_path, CAMPAIGN_LOGIN="me", CAMPAIGN_PASSWORD="S3CRET")
    of_file = _find(tmp_path, CAMPAIGN_LOGIN="me", CAMPAIGN_PASSWORD_FILE=str(secret))

    assert (typed.login, typed.password.reveal()) == ("me", "S3CRET")
    assert (of_file.login, of_file.password.reveal()) == ("me", "from-file")
    assert "S3CRET" not in f"{typed} {typed!r} {typed.password} {typed.password!r}"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)

    with pytest.raises(InputError) as caught:
        _find(tmp_path, CAMPAIGN_LOGIN="me")

    assert caught.value.hint == f"chmod 600 {secret}"


def test_the_error_for_missing_credentials_names_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _find(tmp_path)

    assert caught.value.code == "credentials_missing"
    assert "CAMPAIGN_LOGIN" in caught.value.hint


def test_a_prompt_is_a_text_that_can_be_translated(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(text: str, _hidden: bool) -> str:  # noqa: FBT001  # the shape of `Ask`
        asked.append(translated(text, "ru"))
        return "me"

    find_credentials(gateway="prostor", environment={}, profile_folder=tmp_path, ask=ask)

    assert asked == ["Логин для prostor", "Пароль me для prostor"]


def test_certificates_that_are_none_are_named_before_a_balance_is_asked(shell: Shell) -> None:
    shell.write("people.csv", "phone\n")

    done = shell.type("balance", "--ca-file", "people.csv")

    assert done.code == Exit.UNUSABLE_INPUT
    assert "--ca-file people.csv is not usable: it contains no certificate" in done.stderr
