"""The options that decide which rows become which messages, from the command line to the report."""

from typing import Any

import pytest

from tests.cli.shell import Shell

TABLE = """phone;name;id
"89000000101, 89000000102";Ann;a1
"84950000101; 89000000103";Bob;b2
89000000101;Ann again;c3
+375291234567;Cid;d4
"""


@pytest.fixture
def shell(shell: Shell) -> Shell:
    shell.write("rows.csv", TABLE)
    return shell


def report(shell: Shell, *options: str) -> list[dict[str, Any]]:
    """Run the table and read the report back."""
    shell.type("run", "rows.csv", "--text", "Hi {name}", *options, "--format", "jsonl", "-o", "out.jsonl")
    return shell.report("out.jsonl")


def test_by_default_a_phone_gets_one_text_and_a_row_one_message(shell: Shell) -> None:
    told = report(shell)

    assert [(one["row"], one["phone"], one["reason"]) for one in told] == [
        (2, "+79000000101", "delivered"),
        (3, "+79000000103", "delivered"),
        (4, None, "duplicate"),
        (5, None, "phone_foreign"),
    ]


def test_exploded_rows_have_a_line_for_each_phone_and_the_journal_is_sound(shell: Shell) -> None:
    told = report(shell, "--explode-phones", "--countries", "BY")

    assert [(one["row"], one["client_id"], one["phone"], one["reason"]) for one in told] == [
        (2, "a1", "+79000000101", "delivered"),
        (2, "a1p2", "+79000000102", "delivered"),
        (3, None, None, "phone_landline"),
        (3, "b2p2", "+79000000103", "delivered"),
        (4, None, None, "duplicate"),
        (5, "d4", "+375291234567", "delivered"),
    ]
    assert shell.type("doctor").code == 0


def test_duplicates_can_be_allowed(shell: Shell) -> None:
    told = report(shell, "--allow-duplicates")

    assert told[2]["phone"] == "+79000000101"
    assert told[2]["status"] == "delivered"


def test_each_of_these_settings_makes_another_run(shell: Shell) -> None:
    """They decide what is sent to whom; the same command finds the same run again."""
    options: tuple[list[str], ...] = (
        [], ["--explode-phones"], ["--allow-duplicates"], ["--countries", "375"],
        ["--countries", "BY"], ["--max-segments", "10"],
    )  # fmt: skip
    runs = [
        shell.json("plan", "rows.csv", "--text", "Hi {name}", "--again", "x", *more)["run"]
        for more in options
    ]

    assert len(set(runs[:4])) == 4
    assert runs[4] == runs[3]
    assert runs[5] == runs[0]


@pytest.mark.parametrize(
    ("setting", "code"),
    [("max_segments = 0", "--max-segments"), ("max_segments = 1.5", "--max-segments"),
     ('countries = "Narnia"', "--countries")],
)  # fmt: skip
def test_a_setting_without_sense_is_refused_before_anything_is_read(
    shell: Shell, setting: str, code: str
) -> None:
    shell.lines("c.toml", 'recipients = "rows.csv"', 'text = "Hi"', setting)

    done = shell.type("check", "c.toml")

    assert done.code == 4
    assert code in done.stderr


def test_more_parts_can_be_allowed(shell: Shell) -> None:
    long = "x" * 1600

    few = shell.json("check", "rows.csv", "--text", long)
    many = shell.json("check", "rows.csv", "--text", long, "--max-segments", "11")

    assert few["recipients"] == 0
    assert many["recipients"] == 2
