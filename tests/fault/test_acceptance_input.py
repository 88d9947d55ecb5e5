"""Bad input is answered with one clear sentence, exit 4, and no request to the gateway."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.foreign.driver import Ended, Shell
from tests.foreign.gateway import ForeignGateway
from tests.foreign.judge import accepted_twice
from tests.foreign.recipients import recipients, write_csv
from tests.foreign.together import live_together

RUBBISH = bytes(number * 89 % 256 for number in range(5_000))
VERBS = (
    "run",
    "resume",
    "report",
    "status",
    "check",
    "runs",
    "balance",
    "senders",
    "sandbox",
    "docs",
)


@pytest.fixture
def gateway() -> Iterator[ForeignGateway]:
    with ForeignGateway() as opened:
        yield opened


def missing(folder: Path) -> Path:
    return folder / "nowhere.csv"


def empty(folder: Path) -> Path:
    return write(folder / "empty.csv", b"")


def empty_workbook(folder: Path) -> Path:
    return write(folder / "empty.xlsx", b"")


def no_phone_column(folder: Path) -> Path:
    return write(folder / "nophone.csv", "Имя,Город\nАнна,Тверь\nПётр,Псков\n".encode())


def rubbish_csv(folder: Path) -> Path:
    return write(folder / "rubbish.csv", RUBBISH)


def rubbish_workbook(folder: Path) -> Path:
    return write(folder / "rubbish.xlsx", RUBBISH)


def directory(folder: Path) -> Path:
    path = folder / "folder.csv"
    path.mkdir()
    return path


def picture(folder: Path) -> Path:
    return write(folder / "picture.png", b"\x89PNG\r\n\x1a\n" + RUBBISH)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def assert_refused(ended: Ended, gateway: ForeignGateway, named: str) -> None:
    """One sentence that names the thing, exit 4, and nothing has left."""
    assert ended.code == 4, ended.tell()
    assert "Traceback" not in ended.err + ended.out
    assert named in ended.err, ended.tell()
    assert 1 <= len(ended.err.strip().splitlines()) <= 12, ended.tell()
    assert gateway.sends == []
    assert gateway.ledger == []


BAD_FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (missing, "nowhere.csv"),
    "empty": (empty, "empty.csv"),
    "empty workbook": (empty_workbook, "empty.xlsx"),
    "no phone column": (no_phone_column, "Имя, Город"),
    "rubbish": (rubbish_csv, "rubbish.csv"),
    "rubbish workbook": (rubbish_workbook, "rubbish.xlsx"),
    "folder": (directory, "folder.csv"),
    "picture": (picture, "picture.png"),
}
"""How to make it, and what the sentence must name."""

BAD_SETTINGS: dict[str, tuple[tuple[str, str], str]] = {
    "map to no column": (("--map", "phone=Нет такого"), "Нет такого"),
    "map of no role": (("--map", "tralala=Телефон"), "tralala"),
    "placeholder of no column": (("--text", "Привет, {Нетстолбца}!"), "Нетстолбца"),
    "past": (("--schedule", "2020-01-01T10:00:00+03:00"), "2020"),
    "no zone": (("--schedule", "2039-01-01T10:00:00"), "2039"),
    "no time": (("--schedule", "вчера"), "вчера"),
    "plain http": (("--gateway-url", "http://example.org/messages/v2/"), "http"),
    "format": (("--format", "nonsense"), "nonsense"),
}
"""Options, and what the sentence must name."""


def test_a_file_that_cannot_be_used_is_exit_4(tmp_path: Path, gateway: ForeignGateway) -> None:
    def refuse(folder: Path) -> None:
        make, named = BAD_FILES[folder.name]
        ended = Shell.at(gateway, folder).run(make(folder), "--text", "Привет")

        assert_refused(ended, gateway, named)

    live_together(tmp_path, dict.fromkeys(BAD_FILES, refuse))


def test_a_setting_that_cannot_be_used_is_exit_4(tmp_path: Path, gateway: ForeignGateway) -> None:
    def refuse(folder: Path) -> None:
        options, named = BAD_SETTINGS[folder.name]
        file = write_csv(folder / "customers.csv", recipients(3))

        assert_refused(Shell.at(gateway, folder).run(file, *options), gateway, named)

    live_together(tmp_path, dict.fromkeys(BAD_SETTINGS, refuse))


def test_a_report_that_cannot_be_written_is_told_before_anybody_is_sent(
    tmp_path: Path, gateway: ForeignGateway
) -> None:
    """Exit 4 means that nothing was sent; afterwards it would be a lie."""
    file = write_csv(tmp_path / "customers.csv", recipients(3))
    blocker = write(tmp_path / "blocker", b"a file, no folder")
    ended = Shell.at(gateway, tmp_path).run(file, "-o", str(blocker / "report.xlsx"))

    assert_refused(ended, gateway, "blocker")


def test_a_row_with_an_unfilled_placeholder_is_rejected_and_the_others_are_sent(
    tmp_path: Path, gateway: ForeignGateway
) -> None:
    file = tmp_path / "customers.csv"
    rows = [[one.phone, "" if one.number in {3, 8} else one.name] for one in recipients(10)]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["Телефон", "Имя"], *rows])
    shell = Shell.at(gateway, tmp_path)
    ended = shell.run(file)
    told = shell.report()

    assert ended.code == 3, ended.tell()
    assert [row["row"] for row in told if row["status"] == "invalid"] == [5, 10]
    assert len(gateway.ledger) == 8
    assert all(row["reason"] for row in told if row["status"] == "invalid")


def test_each_bad_row_has_its_own_status_and_the_good_ones_are_sent(
    tmp_path: Path, gateway: ForeignGateway
) -> None:
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
    }
    file = tmp_path / "customers.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["Телефон", "Имя"], *([phone, "Анна"] for phone in phones)])
    shell = Shell.at(gateway, tmp_path)
    ended = shell.run(file, "--text", "Привет")
    told = [row["status"] for row in shell.report()]

    assert ended.code == 3, ended.tell()
    assert told == list(phones.values())
    assert accepted_twice(gateway) == []
    assert {entry.phone for entry in gateway.ledger} == {
        "+79161234567",
        "+79161234562",
        "+79161234563",
    }


def test_a_file_in_which_no_row_is_good_sends_nothing(
    tmp_path: Path, gateway: ForeignGateway
) -> None:
    file = write(tmp_path / "bad.csv", "Телефон,Имя\n1,Анна\n2,Пётр\n".encode())
    ended = Shell.at(gateway, tmp_path).run(file)

    assert ended.code in {3, 4}, ended.tell()
    assert "Traceback" not in ended.err
    assert gateway.sends == []


def test_every_verb_explains_itself(tmp_path: Path, gateway: ForeignGateway) -> None:
    def ask(folder: Path) -> None:
        ended = Shell.at(gateway, folder).call(folder.name, "--help")

        assert ended.code == 0, ended.tell()
        assert "--help" in ended.out
        assert ended.err == ""

    live_together(tmp_path, dict.fromkeys(VERBS, ask))


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("nonsense",), ("run", "x.csv", "--no-such-option"), ("report", "--offline")],
)
def test_wrong_usage_is_exit_2_or_9_and_never_a_traceback(
    tmp_path: Path, gateway: ForeignGateway, arguments: tuple[str, ...]
) -> None:
    ended = Shell.at(gateway, tmp_path).call(*arguments)

    assert ended.code in {2, 4, 9}, ended.tell()
    assert ended.err.strip()
    assert "Traceback" not in ended.err


def test_resume_with_an_empty_journal_has_nothing_to_do(
    tmp_path: Path, gateway: ForeignGateway
) -> None:
    ended = Shell.at(gateway, tmp_path).resume()

    assert ended.code == 9, ended.tell()
    assert ended.err.strip()


@pytest.mark.parametrize("verb", ["balance", "senders"])
def test_a_question_about_the_account_is_answered(
    tmp_path: Path, gateway: ForeignGateway, verb: str
) -> None:
    ended = Shell.at(gateway, tmp_path).call(
        verb, "--gateway", "prostor", "--gateway-url", gateway.url
    )

    assert ended.code == 0, ended.tell()
    assert {"balance": "1000000", "senders": "MyBrand"}[verb] in ended.out.replace(" ", "")
