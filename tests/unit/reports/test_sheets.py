"""Our sheets of the workbook: rows to fix, cost, unknown recipients, settings."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from campaign.domain import (
    FileOptions,
    Layout,
    ReportExtras,
    ReportRow,
    Role,
    RunId,
    RunInfo,
    Source,
    Status,
    TableInfo,
    UnknownAttempt,
    UnknownShare,
    UnmatchedId,
)
from campaign.domain.recipients.headings import rank
from campaign.i18n import Lang, label, languages
from campaign.reports.columns import OWN_COLUMNS, Texts
from campaign.reports.fix_columns import fix_labels, without_fix_columns
from campaign.reports.xlsx.new_book import open_book
from campaign.reports.xlsx.workbook import WorkbookWriter
from campaign.tables import open_table
from tests.contract.test_report_writers import HEADING, NOON, make_row, make_run, make_tally, now
from tests.unit.reports.test_original_workbook import make_book, make_rows_of
from tests.unit.reports.test_workbook import own, table, write_book


def write(
    path: Path,
    rows: list[ReportRow],
    *,
    lang: Lang = "en",
    run: RunInfo | None = None,
    extras: ReportExtras | None = None,
) -> Workbook:
    run = run or make_run(rows)
    WorkbookWriter(lang, now, extras).write(path, run, make_tally(rows), iter(rows))
    return load_workbook(path)


def source(no: int, name: str, heading: tuple[str, ...], sheet: str | None = None) -> Source:
    info = TableInfo("csv" if sheet is None else "ods", sheet=sheet)
    return Source(no, name, f"/lists/{name}", "ab" * 32, info, Layout(1, heading, {Role.PHONE: 0}))


@pytest.mark.parametrize(("lang", "name"), [("en", "fix"), ("ru", "исправить")])
def test_the_rows_to_fix_are_read_again_as_they_were(tmp_path: Path, lang: Lang, name: str) -> None:
    """`campaign run report.xlsx --sheet Fix`: our columns come off, formulas are still texts."""
    bad = ("=1+1", "'-5", "007", " пробел ", "x")
    rows = [
        make_row(2),
        make_row(3, Status.INVALID, cells=bad),
        make_row(4, Status.INVALID, code="row_hidden"),
        make_row(5, Status.REFUSED, code="refused_phone"),
        make_row(6, Status.REFUSED, code="refused_schedule"),
    ]
    path = tmp_path / "report.xlsx"
    write(path, rows, lang=lang)

    with open_table(path, FileOptions(sheet=name)) as read:
        plain, heading_row = without_fix_columns(read.rows)
        cells = [row.cells for row in plain]

    assert heading_row == 1
    assert cells[0][:4] == HEADING[:4]
    assert [line[:5] for line in cells[1:]] == [bad, rows[3].cells]


def test_a_fix_sheet_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    rows = [make_row(17, Status.INVALID)]

    heading, line = table(write(tmp_path / "r.xlsx", rows)["Fix"])

    assert heading[-3:] == fix_labels("en")
    assert line[-3] == "17"
    assert "8 495 123" in str(line[-2])


def test_each_source_has_its_own_sheets_and_columns(tmp_path: Path) -> None:
    """Named after their files; what Excel does not take in a name is left out."""
    first = source(1, "Москва: [юг].csv", ("Телефон", "Имя"))
    second = source(2, "b" * 40 + ".csv", ("phone", "city", "name"))
    rows = [
        make_row(2, cells=("1", "Анна")),
        make_row(2, Status.INVALID, source_no=2, cells=("2", "Псков", "Олег")),
        make_row(3, Status.INVALID, source_no=1, cells=("3", "Иван")),
    ]
    run = make_run(rows, sources=(first, second), heading=first.layout.heading)

    book = write(tmp_path / "r.xlsx", rows, run=run)

    assert book.sheetnames[:2] == ["Москва юг", "b" * 31]
    assert [line[:2] for line in table(book["Москва юг"])] == [
        ("Телефон", "Имя"), ("1", "Анна"), ("3", "Иван")]  # fmt: skip
    assert table(book["b" * 31])[1][:3] == ("2", "Псков", "Олег")
    assert table(book["Fix"])[1][:4] == ("2", "Псков", "Олег", "2")
    assert table(book["Fix 2"])[1][:3] == ("3", "Иван", "3")
    assert f"{first.name}, {second.name}" in [line[1] for line in table(book["Summary"])]


def test_a_single_source_gives_its_sheet_its_name(tmp_path: Path) -> None:
    rows = [make_row(2)]
    run = make_run(rows, sources=(source(1, "a.ods", HEADING, sheet="Лист клиентов"),))

    book = write(tmp_path / "r.xlsx", rows, run=run)

    assert book.sheetnames[0] == "Лист клиентов"
    assert own(table(book.worksheets[0])[1], "phone") == rows[0].phone


def test_more_files_than_fit_side_by_side_are_on_one_sheet(tmp_path: Path) -> None:
    sources = tuple(source(no, f"{no}.csv", ("phone",)) for no in range(1, 52))
    rows = [make_row(2, source_no=no, cells=(f"p{no}",)) for no in range(1, 52)]
    run = make_run(rows, sources=sources, heading=("phone",))

    book = write(tmp_path / "r.xlsx", rows, run=run)

    assert book.sheetnames[:2] == ["Recipients", "Summary"]
    assert [line[:2] for line in table(book.worksheets[0])][50:] == [("50.csv", "p50"), ("51.csv", "p51")]


def test_every_table_of_the_cost_adds_up_to_the_tally(tmp_path: Path) -> None:
    rows = [
        make_row(2, sender="SHOP", segments=2, sms_count=3, cost=Decimal("7.5")),
        make_row(3, sender="SHOP"),
        make_row(4, handed_over_at=NOON + timedelta(days=1)),
        make_row(5, Status.REFUSED),
        make_row(6, Status.INVALID, segments=None),
    ]

    lines = table(write(tmp_path / "r.xlsx", rows)["Cost"])
    totals = [line[1:] for line in lines if line[0] == "Total"]
    named = {line[0]: line[1:] for line in lines}

    assert totals == [(4, 5, 5, 1, 12.5)] * 3
    assert named["SHOP"] == (2, 3, 4, 1, 10)
    assert named["2"] == (1, 2, 3, 1, 7.5)
    assert named["2026-05-05"] == (1, 1, 1, 0, 2.5)
    assert named["(not accepted)"] == (1, 1, 0, 0, 0)


@pytest.mark.parametrize(("lang", "group"), [("en", "(unknown)"), ("ru", "(статус неизвестен)")])
def test_recipients_unknown_are_a_group_of_unknown_cost(tmp_path: Path, lang: Lang, group: str) -> None:
    rows = [make_row(2), make_row(3, Status.UNKNOWN), make_row(4, Status.PENDING)]
    sheet = {"en": "Cost", "ru": "Стоимость"}[lang]

    named = {line[0]: line[1:] for line in table(write(tmp_path / "r.xlsx", rows, lang=lang)[sheet])}

    assert named[group] == (1, 1, 0, 0, None)
    assert named[label("not_handed_over", lang)] == (1, 1, 0, 0, 0)


def test_summary_and_cost_show_whose_price_was_not_reported(tmp_path: Path) -> None:
    lost = [make_row(n, segments=2, sms_count=None, cost=None) for n in (4, 5, 6)]

    book = write(tmp_path / "r.xlsx", [make_row(2), make_row(3), *lost])
    whole = write(tmp_path / "w.xlsx", [make_row(2), make_row(3)])

    figures = {line[0]: line[1:3] for line in table(book["Summary"])}
    assert figures["Cost reported so far, RUB"][1] == 5
    assert figures["Price not reported"] == ("of 5 messages", 3)
    assert figures["Their approximate cost, RUB"][1] == 15
    note = "price not reported for 3 of 5 messages, about 15.00 RUB."
    assert any(note in str(line[0]).replace("\u00a0", " ") for line in table(book["Cost"]))
    names = {line[0] for name in ("Summary", "Cost") for line in table(whole[name])}
    assert "Cost so far, RUB" in names
    assert not any("reported so far" in str(name) or "not reported" in str(name) for name in names)


def test_the_average_price_is_that_of_messages_whose_price_is_known(tmp_path: Path) -> None:
    """Billed SMS without a price would halve it, and the page would show another one."""
    rows = [make_row(n, cost=Decimal("2.5") if n < 7 else None) for n in range(2, 12)]

    figures = {line[0]: line[2] for line in table(write(tmp_path / "r.xlsx", rows)["Summary"])}

    assert figures["Price of one SMS, average, RUB"] == 2.5


@pytest.mark.parametrize("text", ["Hi, {name}!", "it's 5 o'clock", "two\nlines \\n 'x'", "$HOME `x`"])
def test_the_command_that_sends_the_fixed_rows_has_the_text_of_the_run(tmp_path: Path, text: str) -> None:
    rows = [make_row(2), make_row(3, Status.INVALID)]

    book = write(tmp_path / "r.xlsx", rows, run=make_run(rows, settings={"text": text}))
    plain = write(tmp_path / "c.xlsx", rows, run=make_run(rows, settings={"text": None}))

    (note,) = (str(v) for line in table(book["Summary"]) for v in line if "--sheet" in str(v))
    command = note[note.index("campaign run FILE") :].removeprefix("campaign ")
    script = f"printf '%s\\0' {command}"
    bash = shutil.which("bash") or "bash"
    printed = subprocess.run([bash, "-c", script], capture_output=True, check=True).stdout
    assert printed.decode().split("\0")[:-1] == ["run", "FILE", "--sheet", "Fix", "--text", text]
    assert not any("--text" in str(v) for line in table(plain["Summary"]) for v in line)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_heading_of_ours_is_taken_for_a_column_of_theirs(lang: Lang) -> None:
    """A report can be fed back: their phone is next to our columns."""
    for texts in (Texts(lang, UTC, (), NOON), Texts(lang, UTC, ("RUB",), NOON)):
        for column in OWN_COLUMNS:
            heading = texts.heading(column)
            assert {role for role in Role if rank(role, heading)} == set(), heading


@pytest.mark.parametrize("lang", languages())
def test_no_heading_of_ours_reads_like_a_status_of_a_row(lang: Lang) -> None:
    """The time when the gateway accepted a message is not the status of that name."""
    texts = Texts(lang, UTC, (), NOON)
    headings = {texts.heading(column).split(",")[0] for column in OWN_COLUMNS}

    assert headings.isdisjoint(map(texts.status, Status))


def test_what_is_known_of_recipients_unknown_is_shown(tmp_path: Path) -> None:
    run_id = RunId("r20260504-4f1c22")
    unknown = UnknownAttempt(
        run=run_id, attempt_id=12, chunk_no=3, try_no=1, committed_at=NOON, code="http_status",
        reply_text="", member_count=200, unknown_count=2, ids_seen=7, queue_answers=4, queue_losses=1,
        balance_before="100", balance_after="90", phones=(), http_status=502,
    )  # fmt: skip
    extras = ReportExtras(
        unknowns=(unknown,),
        share=UnknownShare(run_id, recipients=5, by_evidence=3, by_operator=0, resent=0, left=2),
        unmatched_ids=(UnmatchedId("=9", 12, "queue", "delivered", NOON),),
        alarms=("a foreign clientId =1+1",),
    )
    rows = [make_row(8, Status.UNKNOWN, attempt_id=12), make_row(9)]

    book = write(tmp_path / "r.xlsx", rows, extras=extras)
    lines = table(book["Unknown"])
    flat = [str(cell) for line in lines for cell in line if cell is not None]
    summary = " ".join(str(cell) for line in table(book["Summary"]) for cell in line)

    assert [line[:3] for line in lines if line[2] == rows[0].phone] == [(8, "клиенты.xlsx", rows[0].phone)]
    assert rows[1].phone not in flat
    assert any("ids reported since: 7; queue answers: 4; lost: 1" in text for text in flat)
    assert any("HTTP 502" in text for text in flat)
    assert "=9" in flat
    assert "a foreign clientId =1+1" in flat
    assert "3 of 5 recipients with an unknown status" in summary


def test_without_unknown_there_is_no_sheet_about_it(tmp_path: Path) -> None:
    assert "Unknown" not in write(tmp_path / "r.xlsx", [make_row(2)]).sheetnames


def test_settings_name_what_decided_and_no_secret(tmp_path: Path) -> None:
    rows = [make_row(2)]
    settings = {"text": "Hi {name}", "map": {"phone": "A"}, "password": "hunter2", "sender": ""}
    run = make_run(rows, settings=settings, gateway_url="https://me:hunter2@gate.example/x",
                   sources=(source(1, "a.csv", HEADING),))  # fmt: skip

    extras = ReportExtras(command="campaign run --gateway-url https://me:hunter2@gate.example/x")
    lines = table(write(tmp_path / "r.xlsx", rows, run=run, extras=extras)["Settings"])
    values = {str(line[0]): line[1] for line in lines}

    assert values["--text"] == "Hi {name}"
    assert values["--map"] == '{"phone": "A"}'
    assert values["--sender"] == "(none)"
    assert values["SHA-256"] == "ab" * 32
    every = [table(sheet) for sheet in load_workbook(tmp_path / "r.xlsx").worksheets]
    assert "hunter2" not in str(every)


def test_the_summary_shows_what_is_open_and_until_when(tmp_path: Path) -> None:
    rows = [make_row(2, Status.ACCEPTED), make_row(3, Status.PENDING), make_row(4, Status.UNKNOWN)]

    lines = table(write(tmp_path / "r.xlsx", rows)["Summary"])
    notes = [str(line[1]) for line in lines]

    for command in ("status", "resume", "unknown"):
        assert any(f"campaign {command} r20260504-4f1c22" in text for text in notes)
    assert any("2026-05-07" in text and "72 hours" in text for text in notes)


def test_delivered_is_shown_as_a_share_of_those_handed_over(tmp_path: Path) -> None:
    rows = [make_row(2), make_row(3, Status.ACCEPTED), make_row(4, Status.INVALID)]

    lines = table(write(tmp_path / "r.xlsx", rows)["Summary"])
    share = next(line for line in lines if line[0] == "Delivered, of accepted")

    assert share[2:4] == (1, 0.5)


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ("", "Sheet"),
        ("'a'", "a"),
        ("History", "History 2"),
        ("a/b\\c?d*e:f[g]", "abcdefg"),
        ("=1+1", "=1+1"),
        ("x\x00\u202ey", "xy"),
        ("д" * 40, "д" * 31),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_a_sheet_takes_any_name_that_excel_takes(tmp_path: Path, wanted: str, named: str) -> None:
    path = tmp_path / "r.xlsx"
    path.touch()
    with open_book(path) as book:
        first = book.add_sheet(wanted).name
        second = book.add_sheet(wanted).name

    assert first == named
    assert second != first
    assert len(second.encode("utf-16-le")) <= 62
    assert load_workbook(path).sheetnames == [first, second]


def test_a_row_of_several_phones_is_fixed_once(tmp_path: Path) -> None:
    rows = [make_row(2, Status.INVALID), replace(make_row(2, Status.INVALID), client_id="c2x2")]

    assert len(table(write(tmp_path / "r.xlsx", rows)["Fix"])) == 2


def charted(path: Path) -> list[dict[str, list[object]]]:
    """What each chart of the summary shows: its series by name, names of the points first."""
    book = load_workbook(path)
    sheet = book["Summary"]

    def cells(formula: str) -> list[object]:
        assert formula.startswith(("'Summary'!", "Summary!"))
        found = sheet[formula.partition("!")[2].replace("$", "")]
        return [line[0].value for line in found] if isinstance(found, tuple) else [found.value]

    charts = []
    for chart in getattr(sheet, "_charts"):  # noqa: B009 - the only way to ask; the stubs lack it
        shown: dict[str, list[object]] = {}
        for series in chart.series:
            shown["names"] = cells((series.cat.strRef or series.cat.numRef).f)
            shown[series.tx.v if series.tx else "count"] = cells(series.val.numRef.f)
        charts.append(shown)
    return charts


@pytest.mark.parametrize("original", [False, True])
def test_charts_show_the_numbers_of_the_rows(tmp_path: Path, original: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """In a table that we draw and in the user's own workbook."""
    path = tmp_path / "in.xlsx"
    make_book(path, 4)
    run, rows = make_rows_of(path, 4)
    rows[2] = make_row(6, Status.UNDELIVERED, segments=3, handed_over_at=NOON)
    rows[3] = make_row(7, Status.INVALID, segments=None, phone="")

    write(tmp_path / "r.xlsx", rows, run=run if original else make_run(rows))
    statuses, timeline, parts, operators = charted(tmp_path / "r.xlsx")

    assert statuses == {"names": ["Delivered", "Undelivered", "Invalid"], "count": [2, 1, 1]}
    assert (timeline["Accepted"][-1], timeline["Delivered"][-1]) == (3, 2)
    assert (timeline["Accepted"][0], timeline["Delivered"][0]) == (0, 0)
    assert parts == {"names": ["1", "3"], "Messages": [2, 1]}
    assert (sum(map(int, map(str, operators["Total"])))) == 3
    assert (sum(map(int, map(str, operators["Delivered"])))) == 2


def test_the_summary_is_cut_where_a_block_begins_and_never_within_a_chart(tmp_path: Path) -> None:
    rows = [make_row(i + 2, status) for i, status in enumerate([*Status] * 3)]

    sheet: Any = write_book(tmp_path / "report.xlsx", rows)["Summary"]  # stubs know no charts

    begins = {number + 1 for number in (found.id for found in sheet.row_breaks.brk)}
    heads = {cell.row for cell in sheet["A"] if cell.value and cell.font.b}
    charts = [(one.anchor._from.row + 1, one.anchor.to.row + 1) for one in sheet._charts]  # noqa: SLF001 - openpyxl has it nowhere else
    assert len(charts) == 4
    assert begins
    assert begins <= heads
    assert not any(top < begin <= foot for begin in begins for top, foot in charts)
