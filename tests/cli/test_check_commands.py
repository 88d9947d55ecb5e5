"""check, preview, plan and test: everything is known before anything is sent."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from campaign.cli.main import root
from campaign.cli.output.summary import problem_line
from campaign.domain import (
    Fate,
    Rejection,
)
from campaign.domain.summary import Problem
from tests.cli.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def test_what_was_chosen_is_always_shown(desk: Desk) -> None:
    desk.write(
        "in.csv", "Отчёт;;\n\nТелефон;Имя;Город\n+79160000001;Ann;Омск\n12;Bob;Томск\n", "cp1251"
    )

    done = desk.type("check", "in.csv", "--text", "Hi {имя}")

    assert "csv, cp1251, ';', heading in row 3" in done.stderr
    assert "phone = column «Телефон» (+79160000001, 12)" in done.stderr
    assert "client_id = made by us" in done.stderr


def test_a_problem_is_named_by_sheet_and_cell(desk: Desk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Лист1"
    for row in (("Имя", "Город", "Телефон"), ("Ann", "Омск", "+79160000001"), ("Bob", "", "12")):
        sheet.append(row)
    book.save(desk.folder / "in.xlsx")

    done = desk.type("check", "in.xlsx", "--text", "Hi {Имя}, {город}")

    assert "Лист1!C3 (Телефон): 12 has too few digits. Write all of them" in done.stderr
    assert "phone_too_short (Лист1!C3)" in done.stdout


def test_a_placeholder_without_value_names_its_cell(desk: Desk) -> None:
    desk.write("in.csv", "phone,name\n+79160000001,\n")

    found = desk.type("check", "in.csv", "--text", "Hi {name}", "--json").json

    assert found["problems"][0]["place"] == "in.csv!B2"


def test_no_more_than_twenty_problems_are_listed_and_all_are_counted(desk: Desk) -> None:
    desk.write("in.csv", "phone\n" + "".join(f"12{n:02d}\n" for n in range(50)))

    found = desk.type("check", "in.csv", "--text", "Hi", "--json").json

    assert len(found["problems"]) == 20
    assert [one["count"] for one in found["reasons"]] == [50]
    assert found["reasons"][0]["rows"] == [2, 3, 4, 5, 6]


def test_parts_longest_and_dearest_texts_are_told(desk: Desk) -> None:
    long, wide = "a" * 150, "я" * 100
    desk.write("in.csv", f"phone,text\n+79160000001,{long}\n+79160000002,{wide}\n+79160000003,x\n")

    found = desk.type("check", "in.csv", "--json").json

    assert found["parts"] == {"1": 2, "2": 1}
    assert (found["longest"]["place"], found["longest"]["characters"]) == ("in.csv!2", 150)
    assert (found["dearest"]["place"], found["dearest"]["parts"]) == ("in.csv!3", 2)
    assert found["price"] is None
    assert found["cost"] is None


def test_the_character_that_doubles_the_price_is_named_with_what_it_costs(desk: Desk) -> None:
    desk.people("old.csv", "0009")
    desk.type("run", "old.csv", "--text", "Hi", "--wait", "5s")  # teaches the price
    desk.people("in.csv", "0001", "0002")
    text = "x" * 100 + " — today"

    done = desk.type("check", "in.csv", "--text", text)
    found = desk.type("check", "in.csv", "--text", text, "--json").json

    (line,) = found["forcing"]
    assert (line["characters"], line["texts"]) == ("—", 2)
    assert (line["parts"], line["parts_without"]) == (4, 2)
    assert float(line["cost"]) == float(found["price"]) * 2
    assert "U+2014 EM DASH" in done.stderr
    assert f"{line['cost']} RUB" in done.stderr


def test_a_text_in_russian_is_not_blamed_for_its_letters(desk: Desk) -> None:
    desk.people("in.csv", "0001")

    assert desk.type("check", "in.csv", "--text", "Привет — это мы", "--json").json["forcing"] == []


def test_slips_are_warned_about_and_sent_as_they_are(desk: Desk) -> None:
    desk.people("in.csv", "0001", "0002")

    done = desk.type("check", "in.csv", "--text", "Hi  {name} ", "--json")

    counts = {one["code"]: one["count"] for one in done.json["warnings"]}
    assert counts == {"text_edge_blanks": 2, "text_double_space": 2}
    assert (done.code, done.json["people"]) == (0, 2)


def test_checking_makes_no_journal(desk: Desk) -> None:
    desk.people("in.csv", "0001")

    desk.type("check", "in.csv", "--text", "Hi")
    desk.type("preview", "in.csv", "--text", "Hi")

    assert not (desk.folder / "journal.db").exists()


def test_a_journal_that_cannot_be_read_does_not_stop_a_check(desk: Desk) -> None:
    desk.people("in.csv", "0001")
    desk.write("journal.db", "no database at all, " * 100)

    done = desk.type("check", "in.csv", "--text", "Hi")

    assert done.code == 0
    assert "prices and columns of earlier runs unknown" in done.stderr


def test_preview_shows_the_first_rows_and_the_longest(desk: Desk) -> None:
    rows = [(f"+7916000{n:04d}", "x" * (200 if n == 7 else n)) for n in range(1, 9)]
    desk.write("in.csv", "phone,text\n" + "".join(f"{p},{t}\n" for p, t in rows))

    found = desk.type("preview", "in.csv", "--json").json["rows"]

    assert [one["row"] for one in found] == [2, 3, 4, 8]
    assert found[-1]["parts"] == 2
    assert found[0]["text"] == "x"


def test_preview_of_a_row_tells_the_local_time(desk: Desk) -> None:
    """A Russian number may be anywhere between Kaliningrad and Kamchatka."""
    desk.people("in.csv", "0001", "0002")

    words = ("preview", "in.csv", "--text", "Hi", "--row", "3", "--schedule", "2099-03-01 09:00Z")
    (one,) = desk.type(*words, "--json").json["rows"]

    assert one["row"] == 3
    assert one["local"] == ["2099-03-01T11:00:00+02:00", "2099-03-01T21:00:00+12:00"]
    shown = desk.type(*words).stdout
    assert "2099-03-01 11:00 (UTC+2) … 2099-03-01 21:00 (UTC+12)" in shown


def test_preview_of_a_bad_row_says_why(desk: Desk) -> None:
    desk.write("in.csv", "phone\n12\n")

    done = desk.type("preview", "in.csv", "--text", "Hi", "--row", "2")

    assert "will not be sent. 12 has too few digits." in done.stdout


def test_texts_are_tested_on_the_own_phone_at_once(desk: Desk) -> None:
    desk.write("in.csv", "phone,name\n+79160000001,Ann\n12,Bob\n+79160000002,Maximilian\n")
    words = ("--text", "Hi {name}", "--schedule", "2099-01-01 10:00Z")

    found = desk.type(
        "test", "in.csv", *words, "--to", "8 916 000-00-09", "--json", "--wait", "5s",
        "--format", "jsonl",
    ).json  # fmt: skip

    rows = desk.report(*found["reports"])
    assert found["fates"] == {"delivered": 2}
    assert {row["phone"] for row in rows} == {"+79160000009"}
    assert [row["row"] for row in rows] == [4, 2]  # the longest first


def test_a_test_counts_as_having_told_nobody(desk: Desk) -> None:
    """Whoever is in his own list is texted by the real run, and a test can be repeated."""
    desk.people("in.csv", "0001", "0002")
    test = ("test", "in.csv", "--text", "Hi", "--to", "+79160000001", "--json", "--wait", "5s")

    first, second = desk.type(*test).json, desk.type(*test).json
    real = desk.type("run", "in.csv", "--text", "Hi", "--json", "--wait", "5s")

    assert first["run"] != second["run"]
    assert second["fates"] == {"delivered": 1}
    assert (real.code, real.json["fates"]) == (0, {"delivered": 2})


def test_a_test_without_a_yes_sends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGN_LOGIN", "me")
    monkeypatch.setenv("CAMPAIGN_PASSWORD", "secret")
    desk.people("in.csv", "0001")

    done = desk.type(
        "test", "in.csv", "--text", "Hi", "--to", "+79160000009", "--gateway", "prostor",
        "--gateway-url", "http://127.0.0.1:9/messages/v2/",
    )  # fmt: skip

    assert done.code == 5


def test_the_first_n_are_sent_and_the_others_named(desk: Desk) -> None:
    desk.people("in.csv", "0001", "0002", "0003")
    words = ("run", "in.csv", "--text", "Hi", "--limit", "2", "--json", "--wait", "5s")

    first = desk.type(*words)
    rest = desk.type(*words, "--skip-sent")

    assert (first.code, first.json["fates"]) == (3, {"cancelled": 1, "delivered": 2})
    assert rest.json["fates"] == {"already_sent": 2, "delivered": 1}


def test_more_recipients_than_allowed_plan_nothing(desk: Desk) -> None:
    desk.people("in.csv", "0001", "0002")

    done = desk.type("run", "in.csv", "--text", "Hi", "--max-recipients", "1")

    assert done.error is not None
    assert (done.code, done.error.code) == (5, "too_many_recipients")
    assert desk.type("runs", "--json").json == []


def test_a_bound_on_money_needs_a_price_and_then_holds(desk: Desk) -> None:
    desk.people("in.csv", "0001", "0002")
    words = ("plan", "in.csv", "--text", "Hi", "--json", "--max-cost")

    unknown = desk.type(*words, "100")
    desk.type("test", "in.csv", "--text", "Hi", "--to", "+79160000009", "--wait", "5s")
    dear, cheap = desk.type(*words, "1,5"), desk.type(*words, "100")

    assert unknown.error is not None
    assert unknown.error.code == "price_unknown"
    assert dear.error is not None
    assert (dear.code, dear.error.code) == (5, "too_expensive")
    assert cheap.json["state"] == "planned"


def test_columns_named_once_are_remembered_for_files_of_the_same_shape(desk: Desk) -> None:
    desk.write("a.csv", "Кто,Контакт\nAnn,+79160000001\n")
    desk.write("b.csv", "КТО;контакт\nBob;+79160000002\n")
    run = desk.type(
        "run", "a.csv", "--text", "Hi", "--map", "phone=Контакт", "--json", "--wait", "5s"
    ).json["run"]

    done = desk.type("run", "b.csv", "--text", "Hi", "--json", "--wait", "5s")

    assert done.json["fates"] == {"delivered": 1}
    assert f"columns remembered from run {run}: phone = Контакт" in done.stderr
    assert "--forget-mapping" in done.stderr
    same = desk.type("run", "b.csv", "--text", "Hi", "--map", "phone=Контакт", "--json")
    assert (same.code, same.json["run"]) == (9, done.json["run"])  # as if given by the option


def test_remembered_columns_do_not_make_another_run_of_an_earlier_command(desk: Desk) -> None:
    """Typed once more, after another file taught a mapping, it is still the same run."""
    words = ("run", "a.csv", "--text", "Hi", "--json", "--wait", "5s")
    desk.write("a.csv", "Телефон,Контакт\n+79160000001,+79160000002\n")
    first = desk.type(*words).json
    desk.write("b.csv", "Телефон,Контакт\n+79160000003,+79160000004\n")
    desk.type("run", "b.csv", "--text", "Hi", "--map", "phone=Контакт", "--wait", "5s")

    again = desk.type(*words)

    assert (again.code, again.json["run"]) == (9, first["run"])


def test_a_mapping_is_forgotten_on_request(desk: Desk) -> None:
    desk.write("a.csv", "Кто,Контакт\nAnn,+79160000001\n")
    desk.write("b.csv", "Кто,Контакт\nBob,+79160000002\n")
    desk.type("run", "a.csv", "--text", "Hi", "--map", "phone=Контакт", "--wait", "5s")

    forgotten = desk.type("check", "b.csv", "--text", "Hi", "--forget-mapping", "--json")
    later = desk.type("check", "b.csv", "--text", "Hi", "--json")

    assert "forgotten" in forgotten.stderr
    assert later.stderr.count("remembered") == 0


def test_a_mapping_that_nobody_confirmed_is_not_remembered(desk: Desk) -> None:
    desk.write("a.csv", "Кто,Контакт\nAnn,+79160000001\n")
    desk.write("b.csv", "Кто,Контакт\nBob,+79160000002\n")
    desk.type("plan", "a.csv", "--text", "Hi", "--map", "phone=Контакт")

    assert "remembered" not in desk.type("check", "b.csv", "--text", "Hi").stderr


def test_reason_and_hint_are_two_sentences_though_the_reason_ends_with_a_word_of_the_file() -> None:
    comment = Rejection(3, Fate.INVALID, "", "phone_comment", {"number": "1", "comment": "wife"})

    assert "comment: wife. Move it" in problem_line(Problem("row 3", comment), "en")


def test_a_reading_verb_makes_no_journal_where_there_is_none(desk: Desk) -> None:
    for words in (["runs"], ["status"], ["unknown"], ["report", "--offline"]):
        done = desk.type(*words)

        assert done.code == 9
        assert done.error is not None
        assert done.error.code == "no_journal"
    assert not (desk.folder / "journal.db").exists()


def test_before_the_first_run_of_all_there_is_nothing_wrong(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(desk.folder / "data"))

    done = CliRunner().invoke(root, ["runs"])

    assert (done.exit_code, done.stdout.strip()) == (0, "there are no runs yet")
