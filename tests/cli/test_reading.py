"""What is found out about a table reaches the user, who can correct it."""

import os
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def test_the_row_of_headings_can_be_given(shell: Shell) -> None:
    """On the command line or in the campaign file; another one is another run."""
    shell.write("in.csv", "Контакт;+79160000009\nСвязь;Имя\n+79160000001;Анна\n")
    shell.write("c.toml", 'recipients = "in.csv"\ntext = "{B}"\nheader = 0\nmap = {phone = "A"}\n')
    shell.recipients("plain.csv", "0001")
    words = ("plan", "plain.csv", "--text", "Привет")

    found = shell.json("check", "in.csv", "--text", "{Имя}", "--header", "2")
    of_file = shell.json("check", "c.toml")

    assert found["recipients"] == 1
    assert "hold a phone, and are not read: 1" in str(found)
    assert (of_file["rows"], of_file["recipients"]) == (3, 1)
    assert shell.json(*words)["run"] != shell.json(*words, "--header", "1")["run"]


def test_recipients_without_headings_are_read_with_a_warning(shell: Shell) -> None:
    shell.write("in.csv", "+79160000001;Анна\n+79160000002;Пётр\n")

    done = shell.type("check", "in.csv", "--text", "{B}, ждём вас!")

    assert "named by their letters" in done.stderr
    assert "phone = column «A» (+79160000001, +79160000002)" in done.stderr


def test_fixed_quotes_are_reported_although_they_are_found_late(shell: Shell) -> None:
    shell.write("in.csv", 'Телефон;Имя\n+79160000001;"ООО "Ромашка""\n')

    done = shell.type("check", "in.csv", "--text", "{Имя}", "--json")

    assert done.json["recipients"] == 1
    assert "quotes that are not doubled" in str(done.json)
    assert "1 (2)" in str(done.json)


def test_rows_that_are_no_recipients_are_rejected_as_what_they_are(shell: Shell) -> None:
    shell.write(
        "in.csv", 'Телефон;Имя\n+79160000001;Анна\nТелефон;Имя\n+79160000002;А;Б\n"а "б";в\nИтого: 2;\n'
    )

    done = shell.type("check", "in.csv", "--text", "Привет", "--lang", "ru", "--json")

    reported = str(done.json)
    for code in ("repeated_heading", "row_too_wide", "quote_broken", "totals_row"):
        assert code in reported


def test_a_swallowing_quote_stops_everything(shell: Shell) -> None:
    shell.write("in.csv", 'Телефон;Имя\n+79160000001;"Анна\n+79160000002;Пётр"\n')

    done = shell.type("run", "in.csv", "--text", "Привет", "--json")

    assert done.code == 4
    assert done.failure.code == "quote_open"
    assert "line 2" in done.failure.message


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="no pipes with a path")
def test_the_text_may_come_from_a_pipe(shell: Shell) -> None:
    shell.write("in.csv", "phone\n+79160000001\n")
    reader, writer = os.pipe()
    os.write(writer, b"Hello\n")
    os.close(writer)

    done = shell.type("check", "in.csv", "--text-file", f"/dev/fd/{reader}", "--json")

    os.close(reader)
    assert done.json["longest"]["text"] == "Hello"
