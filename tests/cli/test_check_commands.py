"""check, preview, plan and test: everything is known before anything is sent."""

import pytest
from click.testing import CliRunner

from campaign.cli.main import root
from campaign.cli.output.summary import problem_line
from campaign.domain import Rejection, Status
from campaign.domain.summary import Problem
from tests.cli.shell import Shell, credentials


def test_what_was_chosen_is_always_shown(shell: Shell) -> None:
    shell.write("in.csv", "Отчёт;;\n\nТелефон;Имя;Город\n+79160000001;Ann;Омск\n12;Bob;Томск\n", "cp1251")

    done = shell.type("check", "in.csv", "--text", "Hi {имя}")

    assert "csv, cp1251, ';', heading in row 3" in done.stderr
    assert "phone = column «Телефон» (+79160000001, 12)" in done.stderr
    assert "client_id = generated" in done.stderr


def test_a_problem_is_named_by_sheet_and_cell(shell: Shell) -> None:
    shell.workbook("in.xlsx", ("Имя", "Город", "Телефон"), ("Ann", "Омск", "+79160000001"), ("Bob", "", "12"))
    shell.write("in.csv", "phone,name\n+79160000001,\n")

    done = shell.type("check", "in.xlsx", "--text", "Hi {Имя}, {город}")
    found = shell.json("check", "in.csv", "--text", "Hi {name}")

    assert "Лист1!C3 (Телефон): 12 has too few digits. Enter all of them" in done.stderr
    assert "phone_too_short (Лист1!C3)" in done.stdout
    assert found["problems"][0]["cell"] == "in.csv!B2"  # a placeholder without a value


def test_no_more_than_twenty_problems_are_listed_and_all_are_counted(shell: Shell) -> None:
    shell.write("in.csv", "phone\n" + "".join(f"12{n:02d}\n" for n in range(50)))

    found = shell.json("check", "in.csv", "--text", "Hi")

    assert len(found["problems"]) == 20
    (reason,) = found["reasons"]
    assert (reason["code"], reason["count"]) == ("phone_too_short", 50)
    assert reason["rows"] == [2, 3, 4, 5, 6]


def test_parts_longest_and_dearest_texts_are_shown(shell: Shell) -> None:
    long, wide = "a" * 150, "я" * 100
    shell.write("in.csv", f"phone,text\n+79160000001,{long}\n+79160000002,{wide}\n+79160000003,x\n")

    found = shell.json("check", "in.csv")

    assert found["parts"] == {"1": 2, "2": 1}
    assert (found["longest"]["cell"], found["longest"]["characters"]) == ("in.csv!2", 150)
    assert (found["dearest"]["cell"], found["dearest"]["parts"]) == ("in.csv!3", 2)
    assert found["price"] is None
    assert found["cost"] is None


def test_the_character_that_doubles_the_price_is_named_with_what_it_costs(shell: Shell) -> None:
    shell.recipients("old.csv", "0009")
    shell.type("run", "old.csv", "--text", "Hi", "--wait", "5s")  # teaches the price
    shell.recipients("in.csv", "0001", "0002")
    text = "x" * 100 + " — today"

    done = shell.type("check", "in.csv", "--text", text)
    found = shell.json("check", "in.csv", "--text", text)

    (line,) = found["forcing"]
    assert (line["characters"], line["texts"]) == ("—", 2)
    assert (line["parts"], line["parts_without"]) == (4, 2)
    assert float(line["cost"]) == float(found["price"]) * 2
    assert "U+2014 EM DASH" in done.stderr
    assert f"{line['cost']} RUB" in done.stderr


def test_a_text_in_russian_is_not_blamed_for_its_letters(shell: Shell) -> None:
    shell.recipients("in.csv", "0001")

    assert shell.json("check", "in.csv", "--text", "Привет — это мы")["forcing"] == []


def test_slips_are_warned_about_and_sent_as_they_are(shell: Shell) -> None:
    shell.recipients("in.csv", "0001", "0002")

    done = shell.type("check", "in.csv", "--text", "Hi  {name} ", "--json")

    counts = {one["code"]: one["count"] for one in done.json["warnings"]}
    assert counts == {"text_edge_blanks": 2, "text_double_space": 2}
    assert (done.code, done.json["recipients"]) == (0, 2)


def test_a_journal_that_cannot_be_read_does_not_stop_a_check(shell: Shell) -> None:
    shell.recipients("in.csv", "0001")
    shell.write("journal.db", "no database at all, " * 100)

    done = shell.type("check", "in.csv", "--text", "Hi")

    assert done.code == 0
    assert "prices and columns of earlier runs unknown" in done.stderr


def test_preview_shows_the_first_rows_and_the_longest(shell: Shell) -> None:
    rows = [(f"+7916000{n:04d}", "x" * (200 if n == 7 else n)) for n in range(1, 9)]
    shell.write("in.csv", "phone,text\n" + "".join(f"{p},{t}\n" for p, t in rows))

    found = shell.json("preview", "in.csv")["rows"]

    assert [one["row"] for one in found] == [2, 3, 4, 8]
    assert found[-1]["parts"] == 2
    assert found[0]["text"] == "x"


def test_preview_of_a_row_shows_the_local_time(shell: Shell) -> None:
    """A Russian number may be anywhere between Kaliningrad and Kamchatka."""
    shell.recipients("in.csv", "0001", "0002")

    words = ("preview", "in.csv", "--text", "Hi", "--row", "3", "--schedule", "2099-03-01 09:00Z")
    (one,) = shell.json(*words)["rows"]

    assert one["row"] == 3
    assert one["local"] == ["2099-03-01T11:00:00+02:00", "2099-03-01T21:00:00+12:00"]
    shown = shell.type(*words).stdout
    assert "2099-03-01 11:00 (UTC+2) … 2099-03-01 21:00 (UTC+12)" in shown


def test_preview_of_a_bad_row_says_why(shell: Shell) -> None:
    shell.write("in.csv", "phone\n12\n")

    done = shell.type("preview", "in.csv", "--text", "Hi", "--row", "2")

    assert "will not be sent. 12 has too few digits." in done.stdout


def test_texts_are_tested_on_the_own_phone_at_once(shell: Shell) -> None:
    shell.write("in.csv", "phone,name\n+79160000001,Ann\n12,Bob\n+79160000002,Maximilian\n")
    words = ("--text", "Hi {name}", "--schedule", "2099-01-01 10:00Z", "--to", "8 916 000-00-09")

    found = shell.json("test", "in.csv", *words, "--wait", "5s", "--format", "jsonl")

    rows = shell.report(*found["reports"])
    assert found["statuses"] == {"delivered": 2}
    assert {row["phone"] for row in rows} == {"+79160000009"}
    assert [row["row"] for row in rows] == [4, 2]  # the longest first


def test_a_test_does_not_count_as_sent(shell: Shell) -> None:
    """A recipient of the own list is texted by the real run, and a test can be repeated."""
    shell.recipients("in.csv", "0001", "0002")
    test = ("test", "in.csv", "--text", "Hi", "--to", "+79160000001", "--json", "--wait", "5s")

    first, second = shell.type(*test).json, shell.type(*test).json
    real = shell.type("run", "in.csv", "--text", "Hi", "--json", "--wait", "5s")

    assert first["run"] != second["run"]
    assert second["statuses"] == {"delivered": 1}
    assert (real.code, real.json["statuses"]) == (0, {"delivered": 2})


@pytest.mark.parametrize("verb", ["run", "test"])
def test_a_live_gateway_needs_a_yes(shell: Shell, verb: str) -> None:
    """No terminal and no --yes: planned, nothing sent, and the command to go on."""
    shell.recipients("in.csv", "0001")
    to = ("--to", "+79160000009") if verb == "test" else ()

    done = shell.type(
        verb, "in.csv", "--text", "Hi", *to, "--gateway", "prostor",
        "--gateway-url", "http://127.0.0.1:9/messages/v2/", **credentials(),
    )  # fmt: skip

    assert done.code == 5
    assert "nothing was sent" in done.stderr
    assert "campaign resume " in done.stderr


def test_the_first_n_are_sent_and_the_others_named(shell: Shell) -> None:
    shell.recipients("in.csv", "0001", "0002", "0003")
    words = ("run", "in.csv", "--text", "Hi", "--limit", "2", "--json", "--wait", "5s")

    first = shell.type(*words)
    rest = shell.type(*words, "--skip-sent")

    assert (first.code, first.json["statuses"]) == (3, {"cancelled": 1, "delivered": 2})
    assert rest.json["statuses"] == {"already_sent": 2, "delivered": 1}


def test_more_recipients_than_allowed_plan_nothing(shell: Shell) -> None:
    shell.recipients("in.csv", "0001", "0002")

    done = shell.type("run", "in.csv", "--text", "Hi", "--max-recipients", "1")

    assert (done.code, done.failure.code) == (5, "too_many_recipients")
    assert shell.json("runs") == []


def test_a_bound_on_money_needs_a_price_and_then_holds(shell: Shell) -> None:
    shell.recipients("in.csv", "0001", "0002")
    words = ("plan", "in.csv", "--text", "Hi", "--json", "--max-cost")

    unknown = shell.type(*words, "100")
    shell.type("test", "in.csv", "--text", "Hi", "--to", "+79160000009", "--wait", "5s")
    dear, cheap = shell.type(*words, "1,5"), shell.type(*words, "100")

    assert unknown.failure.code == "price_unknown"
    assert (dear.code, dear.failure.code) == (5, "too_expensive")
    assert cheap.json["state"] == "planned"


def test_columns_named_once_are_remembered_for_files_of_the_same_shape(shell: Shell) -> None:
    """As soon as a run with them was sent, and until they are forgotten on request."""
    shell.write("a.csv", "Кто,Контакт\nAnn,+79160000001\n")
    shell.write("b.csv", "КТО;контакт\nBob;+79160000002\n")
    named = ("a.csv", "--text", "Hi", "--map", "phone=Контакт")
    shell.type("plan", *named)
    before = shell.type("check", "b.csv", "--text", "Hi")
    run = shell.json("run", *named, "--wait", "5s")["run"]

    done = shell.type("run", "b.csv", "--text", "Hi", "--json", "--wait", "5s")

    assert "remembered" not in before.stderr
    assert done.json["statuses"] == {"delivered": 1}
    assert f"columns remembered from run {run}: phone = Контакт" in done.stderr
    assert "--forget-mapping" in done.stderr
    same = shell.type("run", "b.csv", "--text", "Hi", "--map", "phone=Контакт", "--json")
    assert (same.code, same.json["run"]) == (9, done.json["run"])  # as if given by the option
    forgotten = shell.type("check", "b.csv", "--text", "Hi", "--forget-mapping", "--json")
    assert "forgotten" in forgotten.stderr
    assert "remembered" not in shell.type("check", "b.csv", "--text", "Hi").stderr


def test_remembered_columns_do_not_make_another_run_of_an_earlier_command(shell: Shell) -> None:
    """Typed once more, after another file taught a mapping, it is still the same run."""
    words = ("run", "a.csv", "--text", "Hi", "--json", "--wait", "5s")
    shell.write("a.csv", "Телефон,Контакт\n+79160000001,+79160000002\n")
    first = shell.type(*words).json
    shell.write("b.csv", "Телефон,Контакт\n+79160000003,+79160000004\n")
    shell.type("run", "b.csv", "--text", "Hi", "--map", "phone=Контакт", "--wait", "5s")

    again = shell.type(*words)

    assert (again.code, again.json["run"]) == (9, first["run"])


def test_reason_and_hint_are_two_sentences_though_the_reason_ends_with_text_of_the_file() -> None:
    comment = Rejection(3, Status.INVALID, "", "phone_comment", {"number": "1", "comment": "wife"})

    assert "number 1: wife. Move it" in problem_line(Problem("row 3", comment), "en")


def test_a_reading_verb_makes_no_journal_where_there_is_none(shell: Shell) -> None:
    shell.recipients("in.csv", "0001")
    for verb in ("check", "preview"):
        assert shell.type(verb, "in.csv", "--text", "Hi").code == 0
    for words in (["runs"], ["status"], ["unknown"], ["report", "--offline"]):
        done = shell.type(*words)

        assert done.code == 9
        assert done.failure.code == "no_journal"
    assert not shell.journal.exists()


def test_before_the_first_run_of_all_there_is_nothing_wrong(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(shell.folder / "data"))

    done = CliRunner().invoke(root, ["runs"])

    assert (done.exit_code, done.stdout.strip()) == (0, "there are no runs yet")
