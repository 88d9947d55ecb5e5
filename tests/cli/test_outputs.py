"""No mistake with an output destroys a file; a report that fails hides nothing that was sent."""

import os
from pathlib import Path

import pytest

from campaign.reports import csv as csv_report
from tests.cli.shell import Shell

TABLE = "phone,name\n+79000000001,Ann\n12,Bob\n"
RUN = ("--text", "Hi {name}", "--wait", "0", "--json")


def link(source: Path, name: str, kind: str) -> str:
    """The same file under another name; or, under the same."""
    match kind:
        case "hardlink":
            os.link(source, source.with_name(name))
        case "symlink":
            source.with_name(name).symlink_to(source)
        case _:
            return source.name
    return name


@pytest.mark.parametrize("kind", ["itself", "hardlink", "symlink"])
def test_an_output_that_is_an_input_is_refused_before_anything_is_sent(shell: Shell, kind: str) -> None:
    """Also one whose ending is corrected, and a file of the settings."""
    source = shell.write("in.csv", TABLE)
    stops = shell.write("stops.csv", "phone\n+79000000005\n")
    named = link(source, "other.csv", kind)

    for verb, *words in (
        ("check", "--fix-file", named),
        ("check", "--fix-file", "in.xlsx"),
        ("plan", "--fix-file", named),
        ("run", "--wait", "0", "--fix-file", named),
        ("run", "--wait", "0", "-o", named),
        ("run", "--wait", "0", "--stop-list", "stops.csv", "-o", "stops.csv"),
        ("test", "--to", "+79000000009", "--wait", "0", "-o", named),
    ):
        done = shell.type(verb, "in.csv", "--text", "Hi", *words)

        assert (done.code, done.failure.code) == (4, "output_is_input"), (verb, words)
    assert source.read_text(encoding="utf-8") == TABLE
    assert stops.read_text(encoding="utf-8") == "phone\n+79000000005\n"
    assert not shell.journal.exists()


@pytest.mark.parametrize("option", ["-o", "--fix-file"])
def test_a_file_of_somebody_else_stays_and_the_copy_is_named(shell: Shell, option: str) -> None:
    shell.write("in.csv", TABLE)
    letter = shell.write("mine.csv", "something else")

    done = shell.type("run", "in.csv", *RUN, option, "mine.csv")
    again = shell.type("report", "-o", "mine.csv", "--format", "csv", "--offline")
    stops = shell.type("stoplist", "export", "-o", "mine.csv")

    assert letter.read_text(encoding="utf-8") == "something else"
    assert "mine (2).csv" in done.json["reports"]
    assert "mine.csv was left as it is" in done.stderr
    assert "mine (3).csv" in again.stdout
    assert "mine.csv was left as it is" in stops.stderr
    assert "mine (4).csv" in stops.stdout


def test_a_retry_is_not_written_over_the_file_of_its_run(shell: Shell) -> None:
    source = shell.write("in.csv", "phone\n+79000000001\n")
    run = shell.json("plan", "in.csv", "--text", "Hi")["run"]
    shell.type("cancel", run, "--yes")

    done = shell.type("retry", run, "--only", "cancelled", "-o", "in.csv")

    assert done.failure.code == "output_is_input"
    assert source.read_text(encoding="utf-8") == "phone\n+79000000001\n"


def test_the_report_of_a_run_replaces_itself(shell: Shell) -> None:
    shell.write("in.csv", TABLE)

    shell.type("run", "in.csv", *RUN, "-o", "r.csv")
    shell.type("report", "-o", "r.csv", "--offline")

    assert sorted(path.name for path in shell.folder.glob("r*.csv")) == ["r.csv"]


def test_a_path_that_cannot_hold_a_report_is_refused_before_sending(shell: Shell) -> None:
    shell.write("in.csv", TABLE)

    for path in ("x.pdf", "x.csv.bak", "/dev/full", "/proc/none/x.xlsx"):
        assert shell.type("run", "in.csv", *RUN, "-o", path).code == 4
        assert not shell.json("runs")


def test_the_ending_names_the_format(shell: Shell) -> None:
    """A workbook called .csv opens nowhere."""
    shell.write("in.csv", TABLE)

    shell.type("run", "in.csv", *RUN, "-o", "r.jsonl")
    wrong = shell.type("report", "-o", "r.csv", "--format", "xlsx", "--offline")

    assert (shell.folder / "r.jsonl").read_text(encoding="utf-8").startswith("{")
    assert wrong.failure.code == "report_format"


def test_a_report_that_fails_after_sending_hides_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 4 means that nothing was sent; here recipients were texted."""
    shell.write("in.csv", "phone\n+79000000001\n+79000000002\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csv_report.CsvWriter, "_fill", full)
    done = shell.type("run", "in.csv", "--text", "Hi", "--wait", "5s", "--json", "-o", "r.csv")
    report = shell.type("report", "-o", "r.csv", "--offline")

    assert done.code == 3
    assert done.json["statuses"] == {"delivered": 2}
    assert done.json["reports"] == []
    assert done.json["error"]["code"] == "report_place"
    assert f"campaign report {done.json['run']} -o" in done.json["error"]["hint"]
    assert "the disk is full" in done.stderr
    assert report.code == 4
