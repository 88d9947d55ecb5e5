"""Several files, or a folder of them, are one run: judged together, each row with its file."""

import csv
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def test_each_file_has_its_own_layout(shell: Shell) -> None:
    """Headings, delimiter and encoding of one file say nothing about the next."""
    shell.recipients("a.csv", "0001")
    shell.write("b.csv", "Отчёт\n\nИмя;Телефон\nИван;+79160000002\n", "cp1251")
    shell.workbook("c.xlsx", ("Телефон", "name"), ("+79160000003", "Пётр"))

    found = shell.json("check", "a.csv", "b.csv", "c.xlsx", "--text", "Hi")

    assert found["recipients"] == 3
    chosen = [(one["file"], one["encoding"], one["heading_row"]) for one in found["files"]]
    assert chosen == [("a.csv", "utf-8", 1), ("b.csv", "cp1251", 3), ("c.xlsx", None, 1)]
    assert found["files"][1]["columns"]["phone"] == "Телефон"


def test_duplicates_are_judged_across_files_and_name_the_other_one(shell: Shell) -> None:
    shell.recipients("a.csv", "0001", "0002")
    shell.recipients("b.csv", "0003", "0002")

    found = shell.json("check", "a.csv", "b.csv", "--text", "Hi")

    (problem,) = found["problems"]
    assert problem["status"] == "duplicate"
    assert problem["cell"] == "b.csv!A3"
    assert "row 3 (a.csv)" in problem["reason"]


def test_client_ids_are_unique_across_files(shell: Shell) -> None:
    shell.write("a.csv", "phone,id\n+79160000001,A1\n")
    shell.write("b.csv", "phone,id\n+79160000002,a1\n")

    found = shell.json("check", "a.csv", "b.csv", "--text", "Hi")

    assert [one["code"] for one in found["problems"]] == ["client_id_repeated"]


def test_the_report_of_several_files_has_each_cell_under_its_heading(shell: Shell) -> None:
    """Columns have another order in the next file; row 2 of each is another recipient."""
    shell.write("a.csv", "phone,name,city\n+79160000001,Ann,Омск\n")
    shell.write("b.csv", "Name;Phone;Age\nBob;+79160000002;40\n")

    found = shell.json("run", "a.csv", "b.csv", "--text", "Hi", "--wait", "5s", "--format", "csv-raw,jsonl")

    assert found["statuses"] == {"delivered": 2}
    raw = next(path for path in found["reports"] if path.endswith(".csv"))
    lines = csv.reader((shell.folder / raw).read_text(encoding="utf-8").splitlines())
    assert [line[:5] for line in lines] == [
        ["file", "phone", "name", "city", "Age"],
        ["a.csv", "+79160000001", "Ann", "Омск", ""],
        ["b.csv", "+79160000002", "Bob", "", "40"],
    ]
    rows = shell.report(*found["reports"])
    assert [(row["file"], row["row"]) for row in rows] == [("a.csv", 2), ("b.csv", 2)]
    assert len({row["client_id"] for row in rows}) == 2


def test_a_single_file_is_not_named_in_its_rows(shell: Shell) -> None:
    shell.recipients("a.csv", "0001")

    found = shell.json("run", "a.csv", "--text", "Hi", "--format", "jsonl")

    assert "file" not in shell.report(*found["reports"])[0]


def test_the_order_of_the_files_is_part_of_the_run(shell: Shell) -> None:
    """It decides which of two equal rows is the first."""
    shell.recipients("a.csv", "0001")
    shell.recipients("b.csv", "0002")

    first = shell.json("plan", "a.csv", "b.csv", "--text", "Hi")["run"]

    assert shell.json("plan", "a.csv", "b.csv", "--text", "Hi")["run"] == first
    assert shell.json("plan", "b.csv", "a.csv", "--text", "Hi")["run"] != first


def test_a_folder_is_its_tables_in_order_without_locks(shell: Shell) -> None:
    shell.recipients("list/b.csv", "0002")
    shell.recipients("list/a.csv", "0001")
    shell.write("list/~$b.xlsx", "lock")
    shell.write("list/.~lock.a.csv#", "lock")
    shell.write("list/notes.md", "no table")
    shell.recipients("list/old/c.csv", "0003")

    done = shell.type("check", "list", "--text", "Hi", "--json")

    assert [one["file"] for one in done.json["files"]] == ["a.csv", "b.csv"]
    assert "notes.md" in done.stderr
    assert "left out as hidden: .~lock.a.csv#, ~$b.xlsx" in done.stderr
    unsaved = "open in another program, changes that were not saved are not read: a.csv, b.xlsx"
    assert unsaved in done.stderr


def test_only_hidden_tables_of_a_folder_are_named_as_hidden(shell: Shell) -> None:
    shell.recipients("list/a.csv", "0001")
    shell.write("list/.gitignore", "x")
    shell.recipients("other/a.csv", "0001")
    shell.recipients("other/.old.csv", "0002")
    shell.write("empty/notes.md", "no table")

    list_, other, empty = (
        shell.type("check", folder, "--text", "Hi") for folder in ("list", "other", "empty")
    )

    assert "hidden" not in list_.stderr
    assert other.stderr.count("hidden: .old.csv\n") == 1
    assert (empty.code, empty.failure.code) == (4, "file_is_folder")


def test_a_campaign_file_names_several_tables(shell: Shell) -> None:
    """Their paths are relative to it."""
    shell.recipients("lists/a.csv", "0001")
    shell.recipients("lists/b.csv", "0002")
    shell.write("lists/spring.toml", 'recipients = ["a.csv", "b.csv"]\ntext = "Hi"\n')

    found = shell.json("check", "lists/spring.toml")

    assert found["recipients"] == 2


def test_an_error_of_one_file_names_it(shell: Shell) -> None:
    shell.recipients("a.csv", "0001")
    shell.write("b.csv", "name,city\nИван,Омск\n")

    twice = shell.type("check", "a.csv", "./a.csv", "--text", "Hi")
    done = shell.type("check", "a.csv", "b.csv", "--text", "Hi")

    assert twice.failure.code == "file_twice"

    assert done.failure.code == "no_phone_column"
    assert "b.csv" in done.failure.message


def test_a_planned_run_needs_its_files_no_more(shell: Shell) -> None:
    files = [shell.recipients("a.csv", "0001"), shell.recipients("b.csv", "0002")]
    run = shell.json("plan", "a.csv", "b.csv", "--text", "Hi")
    for file in files:
        file.unlink()

    found = shell.json("resume", run["run"], "--wait", "5s")

    assert run["state"] == "planned"
    assert run["next"].startswith(f"campaign resume {run['run']}")
    assert found["statuses"] == {"delivered": 2}


def test_a_file_that_cannot_be_opened_for_a_moment_is_an_input_error(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files once, and none the next time: no bug, and nothing was planned."""
    file = shell.recipients("a.csv", "0001")
    real = Path.open
    failed: list[Path] = []

    def open_once_failing(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == file.name and not failed:
            failed.append(path)
            raise OSError(24, "Too many open files")
        return real(path, *args, **kwargs)  # type: ignore[call-overload]  # handed through

    monkeypatch.setattr(Path, "open", open_once_failing)

    done = shell.type("check", "a.csv", "--text", "Hi")

    assert failed
    assert (done.code, done.failure.code) == (4, "file_unreadable")


def test_places_name_file_and_sheet_where_there_are_several(shell: Shell) -> None:
    for name, phone in (("a.xlsx", "12"), ("b.xlsx", "13")):
        shell.workbook(name, ("Имя", "Телефон"), ("Иван", phone), ("Пётр", "+79160000001"))

    alone = shell.json("check", "a.xlsx", "--text", "Hi")
    both = shell.json("check", "a.xlsx", "b.xlsx", "--text", "Hi")

    assert alone["problems"][0]["cell"] == "Лист1!B2"
    places = [one["cell"] for one in both["problems"]]
    assert places[:2] == ["[a.xlsx]Лист1!B2", "[b.xlsx]Лист1!B2"]
