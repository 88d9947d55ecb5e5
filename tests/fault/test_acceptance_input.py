"""Bad input is answered with one clear sentence, exit 4, and no request to the gateway."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foreign.driver import Ended, Shell
from tests.foreign.gateway import ForeignGateway
from tests.foreign.judge import accepted_twice
from tests.foreign.recipients import recipients, write_csv
from tests.foreign.together import live_together

RUBBISH = bytes(number * 89 % 256 for number in range(5_000))


@pytest.fixture
def gateway() -> Iterator[ForeignGateway]:
    with ForeignGateway() as opened:
        yield opened


def assert_refused(ended: Ended, gateway: ForeignGateway, named: str) -> None:
    """One sentence that names the thing, exit 4, and nothing has left."""
    assert ended.code == 4, ended.tell()
    assert "Traceback" not in ended.err + ended.out
    assert named in ended.err, ended.tell()
    assert 1 <= len(ended.err.strip().splitlines()) <= 12, ended.tell()
    assert gateway.sends == []
    assert gateway.ledger == []


BAD_FILES: dict[str, bytes | None] = {
    "nowhere.csv": None,
    "folder.csv": None,
    "empty.csv": b"",
    "empty.xlsx": b"",
    "nophone.csv": "Имя,Город\nАнна,Тверь\nПётр,Псков\n".encode(),
    "rubbish.csv": RUBBISH,
    "rubbish.xlsx": RUBBISH,
    "picture.png": b"\x89PNG\r\n\x1a\n" + RUBBISH,
}

BAD_SETTINGS: dict[str, tuple[tuple[str, str], str]] = {
    "map to no column": (("--map", "phone=Нет такого"), "Нет такого"),
    "map of no role": (("--map", "tralala=Телефон"), "tralala"),
    "placeholder of no column": (("--text", "Привет, {Нетстолбца}!"), "Нетстолбца"),
    "past": (("--schedule", "2020-01-01T10:00:00+03:00"), "2020"),
    "no zone": (("--schedule", "2039-01-01T10:00:00"), "2039"),
    "no time": (("--schedule", "вчера"), "вчера"),
    "plain http": (("--gateway-url", "http://example.org/messages/v2/"), "https://example.org"),
    "format": (("--format", "nonsense"), "nonsense"),
    "no folder": (("-o", "customers.csv/report.xlsx"), "customers.csv"),
}
"""Options, and what the sentence must name."""


def test_a_file_that_cannot_be_used_is_exit_4(tmp_path: Path, gateway: ForeignGateway) -> None:
    def refuse(folder: Path) -> None:
        file, content = folder / folder.name, BAD_FILES[folder.name]
        if content is not None:
            file.write_bytes(content)
        elif folder.name.startswith("folder"):
            file.mkdir()
        ended = Shell.at(gateway, folder).run(file, "--text", "Привет")

        assert_refused(ended, gateway, "Имя, Город" if "nophone" in file.name else file.name)

    live_together(tmp_path, dict.fromkeys(BAD_FILES, refuse))


def test_a_setting_that_cannot_be_used_is_exit_4(tmp_path: Path, gateway: ForeignGateway) -> None:
    def refuse(folder: Path) -> None:
        options, named = BAD_SETTINGS[folder.name]
        file = write_csv(folder / "customers.csv", recipients(3))

        assert_refused(Shell.at(gateway, folder).run(file, *options), gateway, named)

    live_together(tmp_path, dict.fromkeys(BAD_SETTINGS, refuse))


def test_each_bad_row_has_its_own_status_and_the_good_ones_are_sent(
    tmp_path: Path, gateway: ForeignGateway
) -> None:
    """The last one has no name for the placeholder."""
    phones = {
        "+7 916 123-45-67": "undelivered",
        "8(916)1234567": "duplicate",
        "12345": "invalid",
        "": "invalid",
        "+7 495 123-45-67": "invalid",
        "7,91612E+10": "invalid",
        "нет": "invalid",
        "89161234562": "delivered",
        "9161234563": "undelivered",
        "9161234564": "invalid",
    }
    file = tmp_path / "customers.csv"
    names = ["Анна"] * (len(phones) - 1) + [""]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("Телефон", "Имя"), *zip(phones, names, strict=True)])
    shell = Shell.at(gateway, tmp_path)
    ended = shell.run(file)
    rows = shell.report()

    assert ended.code == 3, ended.tell()
    assert [row["status"] for row in rows] == list(phones.values())
    assert all(row["reason"] for row in rows if row["status"] == "invalid")
    assert accepted_twice(gateway) == []
    sent = {f"+7916123456{last}" for last in (7, 2, 3)}
    assert {entry.phone for entry in gateway.ledger} == sent


def test_a_file_in_which_no_row_is_good_sends_nothing(tmp_path: Path, gateway: ForeignGateway) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("Телефон,Имя\n1,Анна\n2,Пётр\n", encoding="utf-8")
    ended = Shell.at(gateway, tmp_path).run(file)

    assert ended.code in {3, 4}, ended.tell()
    assert "Traceback" not in ended.err
    assert gateway.sends == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run",), 2),
        (("nonsense",), 2),
        (("run", "x.csv", "--no-such-option"), 2),
        (("report", "--offline"), 9),
        (("resume",), 9),
    ],
)
def test_wrong_usage_has_its_exit_code_and_never_a_traceback(
    tmp_path: Path, gateway: ForeignGateway, arguments: tuple[str, ...], code: int
) -> None:
    ended = Shell.at(gateway, tmp_path).call(*arguments)

    assert ended.code == code, ended.tell()
    assert ended.err.strip()
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("verb", ["balance", "senders"])
def test_a_question_about_the_account_is_answered(tmp_path: Path, gateway: ForeignGateway, verb: str) -> None:
    ended = Shell.at(gateway, tmp_path).call(verb, "--gateway", "prostor", "--gateway-url", gateway.url)

    assert ended.code == 0, ended.tell()
    assert {"balance": "1000000", "senders": "MyBrand"}[verb] in ended.out.replace(" ", "")
