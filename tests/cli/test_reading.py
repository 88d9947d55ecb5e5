"""What is found out about a table reaches the person, and can be said otherwise."""

import os
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def test_the_row_of_headings_can_be_said(shell: Shell) -> None:
    shell.write("in.csv", "Контакт;+79160000009\nСвязь;Имя\n+79160000001;Анна\n")

    done = shell.type("check", "in.csv", "--text", "{Имя}", "--header", "2", "--json")

    assert done.json["recipients"] == 1
    assert "hold a phone, and are not read: 1" in str(done.json)


def test_the_row_of_headings_may_stand_in_the_campaign_file(shell: Shell) -> None:
    shell.write("in.csv", "Телефон;Имя\n+79160000001;Анна\n")
    shell.write("c.toml", 'recipients = "in.csv"\ntext = "{B}"\nheader = 0\nmap = {phone = "A"}\n')

    done = shell.type("check", "c.toml", "--json")

    assert done.json["rows"] == 2
    assert done.json["recipients"] == 1


def test_another_row_of_headings_is_another_run(shell: Shell) -> None:
    """It decides who is told what; a run without the option keeps its name."""
    shell.write("in.csv", "Телефон;Имя\n+79160000001;Анна\n")
    words = ("plan", "in.csv", "--text", "Привет", "--json")

    plain, said = shell.type(*words).json["run"], shell.type(*words, "--header", "1").json["run"]

    assert plain != said


def test_recipients_without_headings_are_read_and_it_is_said(shell: Shell) -> None:
    shell.write("in.csv", "+79160000001;Анна\n+79160000002;Пётр\n")

    done = shell.type("check", "in.csv", "--text", "{B}, ждём вас!")

    assert "named by their letters" in done.stderr
    assert "phone = column «A» (+79160000001, +79160000002)" in done.stderr


def test_fixed_quotes_are_said_although_they_are_found_late(shell: Shell) -> None:
    shell.write("in.csv", 'Телефон;Имя\n+79160000001;"ООО "Ромашка""\n')

    done = shell.type("check", "in.csv", "--text", "{Имя}", "--json")

    assert done.json["recipients"] == 1
    assert "quotes that are not doubled" in str(done.json)
    assert "1 (2)" in str(done.json)


def test_rows_that_are_no_recipients_are_rejected_as_what_they_are(shell: Shell) -> None:
    shell.write(
        "in.csv",
        'Телефон;Имя\n+79160000001;Анна\nТелефон;Имя\n+79160000002;А;Б\n"а "б";в\nИтого: 2;\n',
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
