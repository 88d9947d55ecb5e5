"""The page to mail: self-contained, nothing in it runs, no names, the right figures."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.app.maintenance import page as docs_page
from campaign.domain import (
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
)
from campaign.domain.polling import HORIZON
from campaign.domain.recipients.phone_info import redacted
from campaign.i18n import Lang, label, languages, status_name
from campaign.reports.figures import PROBLEMS_SHOWN, Timeline, count_rows
from campaign.reports.format import Figures
from campaign.reports.html.page import HtmlWriter
from tests.contract.test_report_writers import NOON, make_row, make_rows, make_run, make_tally, now

VOID = frozenset({"meta", "br"})
HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style><script>alert(1)</script>",
    "</text></svg><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<!--",
    "]]>",
    "{{ 7 * 7 }}{% for x in y %}",
    "{count} {0} %s",
    "&lt;script&gt;&#60;script&#62;",
    "\u202egnp.exe\u2066\u200b",
    "lone \ud800 surrogate \x00 \x1b[2J",
    "=cmd|' /C calc'!A0",
    "я" * 32_767,
)


class Tree(HTMLParser):
    """Everything that a browser would find in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.skeleton: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.charts: dict[str, list[dict[str, str]]] = {}
        self.texts: list[str] = []
        self.open: list[str] = []
        self._section = ""
        self.feed(page)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.skeleton.append((tag, tuple(sorted(values))))
        self.attributes += values.items()
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self._section = values["id"]
            self.tables[self._section], self.charts[self._section] = [], []
        if tag == "tr":
            self.tables[self._section].append([])
        if tag in {"th", "td"}:
            self.tables[self._section][-1].append("")
        if "data-key" in values:
            self.charts[self._section].append(values)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.open[-2:] != ["th", "span"] and not {"th", "td"} & set(self.open):
            return
        if "title" not in self.open:
            self.tables[self._section][-1][-1] += data

    def counts(self, section: str) -> dict[str, int]:
        """The counts of the pieces of a section's charts, summed up by key."""
        sums: Counter[str] = Counter()
        for piece in self.charts[section]:
            sums[piece["data-key"]] += int(piece.get("data-count", 0))
        return dict(sums)


def page_of(folder: Path, rows: Sequence[ReportRow], *, lang: Lang = "en", run: RunInfo | None = None) -> str:
    path = folder / "report.html"
    tally = make_tally(list(rows))
    HtmlWriter(lang, now).write(path, run or make_run(list(rows)), tally, iter(rows))
    return path.read_text(encoding="utf-8")


def every_status(each: int = 3) -> list[ReportRow]:
    """Rows of all statuses, the later ones more often."""
    statuses = [status for number, status in enumerate(Status, start=1) for _ in range(number * each)]
    return [make_row(number, status) for number, status in enumerate(statuses, start=2)]


def hostile(text: str) -> tuple[list[ReportRow], RunInfo]:
    """A run with this text wherever it can have one."""
    details = dict.fromkeys(("value", "status", "row", "description", "field"), text)
    fields = ("client_id", "phone", "text", "status_text", "smsc_id", "code", "field", "sender")
    changes = {"cells": (text,) * 5, "details": details, **dict.fromkeys(fields, text)}
    rows = [
        make_row(number, status, source_no=number % 2 + 1, **changes) for number, status in enumerate(Status)
    ]
    sources = tuple(
        Source(no, text, text, "0", TableInfo("csv"), Layout(1, (text,), {Role.PHONE: 0})) for no in (1, 2)
    )
    run = make_run(
        rows,
        run=RunId(text),
        source_name=text,
        heading=(text,) * 5,
        gateway=text,
        gateway_url=text,
        reason=text,
        settings=dict.fromkeys(("text", "sender", "schedule", "again"), text),
        sources=sources,
    )
    return rows, run


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_no_text_from_outside_becomes_markup(tmp_path: Path, text: str) -> None:
    """A page has the same tags and attributes, whatever its run was called and its cells held."""
    rows, run = hostile(text)
    plain_rows, plain_run = hostile("x")
    plain = page_of(tmp_path, plain_rows, run=plain_run)

    page = page_of(tmp_path, rows, run=run)

    assert Tree(page).skeleton == Tree(plain).skeleton
    assert "<script" not in page.lower()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b]", page)
    assert len(page) < len(plain) + 32_000


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_needs_nothing_but_itself(tmp_path: Path, lang: Lang) -> None:
    page = page_of(tmp_path, every_status(), lang=lang)
    tree = Tree(page)

    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert ("content", policy) in tree.attributes
    assert ("lang", lang) in tree.attributes
    tags, names = {tag for tag, _ in tree.skeleton}, {name for name, _ in tree.attributes}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base"}
    assert not {name for name in names if name.startswith("on")} | (names & {"src", "href"})
    assert set(re.findall(r"url\([^)]*\)", page)) <= {"url(#hatch)"}
    assert "@import" not in page


def test_the_page_names_no_recipient(tmp_path: Path) -> None:
    """It is made to be mailed: no phone, no cell, no value that a reason quotes."""
    rows = [
        make_row(number, status, client_id=f"ID{number}x", details={"value": "8 495 1234567"})
        for number, status in enumerate(list(Status) * 3, start=2)
    ]

    page = page_of(tmp_path, rows)

    for row in rows:
        assert row.phone not in page
        assert row.phone[5:] not in page
        assert row.client_id not in page
    for secret in ("Анна", "Псков", "8 495 1234567", "Привет"):
        assert secret not in page


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+79160000017", "+7916•••••17"),
        ("", ""),
        ("+7916", "•••••"),
        ("x" * 11, "•" * 11),
        ("+7" + "9" * 99, "+7999••••••••99"),
    ],
)
def test_a_redacted_phone_cannot_be_dialled(phone: str, shown: str) -> None:
    assert redacted(phone) == shown


def test_only_the_first_problem_rows_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    rows = [make_row(number, Status.UNDELIVERED) for number in range(2, 102)]

    page = page_of(tmp_path, rows)
    _, *lines = Tree(page).tables["problems"]

    assert [int(line[0]) for line in lines] == list(range(2, 2 + PROBLEMS_SHOWN))
    assert "Shown: 20 of 100." in page


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_tally_adds_up_to_the_rows(tmp_path: Path, lang: Lang) -> None:
    rows = every_status()

    tree = Tree(page_of(tmp_path, rows, lang=lang))
    _, *lines, total = tree.tables["tally"]
    counts = [int(line[1]) for line in lines]

    assert sum(counts) == int(total[1]) == len(rows)
    assert sorted(counts) == sorted(Counter(row.status for row in rows).values())
    assert all(any(status_name(status, lang)[1:] in line[0] for line in lines) for status in Status)
    assert sum(int(line[2]) for line in tree.tables["reasons"][1:]) == len(rows)


def test_the_charts_show_the_numbers_of_the_tally(tmp_path: Path) -> None:
    rows = every_status()
    statuses = Counter(row.status.value for row in rows)
    not_tried = {"invalid", "duplicate", "stopped", "already_sent", "pending", "expired"}
    not_tried.add("cancelled")

    tree = Tree(page_of(tmp_path, [replace(row, phone="+79031234567") for row in rows]))

    assert tree.counts("tally") == statuses
    assert tree.counts("operators") == {k: n for k, n in statuses.items() if k not in not_tried}
    tried = sum(tree.counts("operators").values())
    assert [int(line[1]) for line in tree.tables["operators"][1:]] == [tried]
    assert tree.counts("funnel") == {
        "rows": len(rows),
        "valid": len(rows) - sum(statuses[f] for f in not_tried - {"pending", "expired", "cancelled"}),
        "handed_over": sum(statuses[f] for f in ("accepted", "delivered", "undelivered", "no_final_status")),
        "delivered": statuses["delivered"],
    }


def test_pieces_of_a_chart_are_as_long_as_their_share(tmp_path: Path) -> None:
    rows = [make_row(2), make_row(3), make_row(4), make_row(5, Status.UNKNOWN)]

    page = page_of(tmp_path, rows)
    tally = page[page.index('id="tally"') : page.index("<table", page.index('id="tally"'))]

    assert re.findall(r'<rect x="([\d.]+)%" .*?width="([\d.]+)%"', tally) == [
        ("0.000", "75.000"),
        ("75.000", "25.000"),
    ]


def test_the_chart_over_time_ends_with_all_delivered(tmp_path: Path) -> None:
    rows = [make_row(n, handed_over_at=NOON, final_at=NOON + timedelta(minutes=n)) for n in range(2, 42)]

    tree = Tree(page_of(tmp_path, rows))
    delivered, handed = (
        [int(total) for total in curve["data-totals"].split(",")] for curve in tree.charts["timeline"]
    )
    _, *lines = tree.tables["timeline"]

    assert delivered[0] == handed[0] == 0
    assert delivered[-1] == handed[-1] == handed[1] == 40
    assert [int(line[2]) for line in lines] == delivered[1:] == sorted(delivered[1:])


def test_reasons_stand_in_where_no_operator_is_known(tmp_path: Path) -> None:
    rows = [make_row(number, phone="+79160000017") for number in range(2, 5)]

    tree = Tree(page_of(tmp_path, rows))

    assert "operators" not in tree.charts
    assert tree.counts("by-reason") == {"delivered": 3}


def test_estimate_and_bill_are_compared_for_the_same_messages(tmp_path: Path) -> None:
    rows = [
        make_row(2, segments=1, sms_count=2, cost=Decimal("5.00")),
        make_row(3, segments=3, sms_count=None, cost=None),
    ]

    page = page_of(tmp_path, rows)
    money = dict(re.findall(r"<dt>(.*?)</dt><dd class=\"right\">(.*?)</dd>", page))

    assert list(money.values()) == [
        "4", "1", "2", "5.00\u00a0RUB", "2.50\u00a0RUB", "10.00\u00a0RUB",
        "1 of 2 messages, about 7.50\u00a0RUB",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "Cost reported: 5.00 RUB for 2 SMS; price not reported for 3 of 5 messages, about 15.00 RUB."),
        (
            "ru",
            (
                "Сообщённая стоимость: 5,00 RUB за 2 SMS; цена не сообщена: 3 из 5 сообщений, "
                "примерно 15,00 RUB."
            ),
        ),
    ],
)
def test_the_headline_says_what_the_cost_leaves_out(tmp_path: Path, lang: Lang, line: str) -> None:
    """Recipients settled by evidence: the lost answer would have named their price."""
    lost = [make_row(n, segments=2, sms_count=None, cost=None) for n in (4, 5, 6)]

    page = page_of(tmp_path, [make_row(2), make_row(3), *lost], lang=lang)
    whole = page_of(tmp_path, [make_row(2), make_row(3)], lang=lang)

    assert f"<span>{line}</span>" in page.replace("\u00a0", " ")
    for key in ("money_unpriced", "money_named"):
        assert label(key, lang) in page
        assert label(key, lang) not in whole


def test_a_run_all_unknown_does_not_begin_with_nothing_handed_over(tmp_path: Path) -> None:
    unknowns = [make_row(n, Status.UNKNOWN) for n in range(2, 42)]

    page = page_of(tmp_path, unknowns)

    first = "Status unknown: 40; the gateway may have accepted them."
    assert f'<p class="headline"><span>{first}</span>' in page
    assert label("said_none", "en") not in page
    assert label("said_none", "en") in page_of(tmp_path, [make_row(2, Status.PENDING)])


def test_an_end_of_tracking_that_is_one_minute_is_written_once(tmp_path: Path) -> None:
    rows = [make_row(2, Status.ACCEPTED), make_row(3, Status.ACCEPTED)]

    page = page_of(tmp_path, rows).replace("\u00a0", " ")

    assert "tracking ends on 2026-05-07 12:00 UTC (72" in page
    assert "12:00 UTC to" not in page


def test_a_table_of_reasons_has_no_gap_for_the_value_of_one_row(tmp_path: Path) -> None:
    rows = [make_row(2, Status.INVALID, code="phone_not_a_number")]

    assert "Не номер телефона." in page_of(tmp_path, rows, lang="ru")


def test_what_is_open_is_shown_with_its_end_and_how_to_go_on(tmp_path: Path) -> None:
    later = NOON + timedelta(hours=5)
    rows = [
        make_row(2, Status.ACCEPTED),
        make_row(3, Status.ACCEPTED, send_at=later),
        make_row(4, Status.PENDING),
        make_row(5, Status.UNKNOWN),
    ]

    page = page_of(tmp_path, rows).replace("\u00a0", " ")

    assert "from 2026-05-07 12:00 UTC to 2026-05-07 17:00 UTC" in page
    for command in ("status r20260504-4f1c22 --wait 10m", "resume r2", "unknown r2"):
        assert f"<code>campaign {command}" in page


def test_rows_of_several_files_are_named_with_their_file(tmp_path: Path) -> None:
    rows = [make_row(7, Status.UNDELIVERED, source_no=no) for no in (1, 2)]
    sources = tuple(
        Source(no, name, name, "0", TableInfo("csv"), Layout(1, (), {}))
        for no, name in enumerate(("a.csv", "b.csv"), start=1)
    )

    tree = Tree(page_of(tmp_path, rows, run=make_run(rows, sources=sources)))

    assert [line[0] for line in tree.tables["problems"][1:]] == ["a.csv: 7", "b.csv: 7"]
    assert tree.tables["reasons"][1][-1] == "a.csv: 7, b.csv: 7"
    assert "a.csv, b.csv" in tree.texts


def test_tracking_ends_on_the_page_when_it_ends_in_the_program() -> None:
    hours = int(HORIZON.total_seconds()) // 3600

    for key in ("open_give_up", "open_give_up_at"):
        assert all(f"({hours} " in label(key, lang) for lang in languages())
    assert f"({hours} hours after" in docs_page("reports")


def test_requests_unknown_are_shown_with_their_evidence_and_without_their_recipients(tmp_path: Path) -> None:
    phones = ("+79160000017",)
    unknown = UnknownAttempt(
        RunId("r"), 12, 3, 1, NOON, "no_answer", "words", 200, 150, 50, 4, 0, "9", "7", phones
    )
    share = UnknownShare(RunId("r"), recipients=200, by_evidence=40, by_operator=7, resent=3, left=150)
    extras = ReportExtras(unknowns=(unknown,) * 25, share=share, operator="<b>anna</b>")
    rows = [make_row(2, Status.UNKNOWN)]
    path = tmp_path / "report.html"

    HtmlWriter("en", now, extras).write(path, make_run(rows), make_tally(rows), rows)
    page = path.read_text(encoding="utf-8")
    tree = Tree(page)
    _, first, *_, last = tree.tables["unknowns"]

    assert first == ["12", "150", "200", "50", "4", "2026-05-04\u00a012:00"]
    assert last[0] == "and 5 more"
    assert phones[0][1:] not in page
    assert "&lt;b&gt;anna" in page
    assert "later gateway reports: 40, by an operator: 7, sent again: 3. Still unknown: 1" in page


def test_the_page_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    few, many = (len(page_of(tmp_path, make_rows(count))) for count in (200, 5000))

    assert many < 1.5 * few


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_run_of_no_rows_has_a_page_too(tmp_path: Path, lang: Lang) -> None:
    tree = Tree(page_of(tmp_path, [], lang=lang))

    assert tree.tables["tally"][-1][1] == "0"


@pytest.mark.parametrize(
    ("part", "whole", "english", "russian"),
    [
        (0, 0, "0%", "0\u00a0%"),
        (0, 9, "0%", "0\u00a0%"),
        (9, 9, "100%", "100\u00a0%"),
        (1, 3, "33.3%", "33,3\u00a0%"),
        (1, 100_000, "<0.1%", "<0,1\u00a0%"),
        (99_999, 100_000, "99.9%", "99,9\u00a0%"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(part: int, whole: int, english: str, russian: str) -> None:
    assert Figures("en", UTC).share(part, whole) == english
    assert Figures("ru", UTC).share(part, whole) == russian


def test_figures_look_as_their_language_has_them() -> None:
    english, russian = Figures("en", UTC), Figures("ru", UTC)

    assert english.money(Decimal("1234567.5"), "RUB") == "1,234,567.50\u00a0RUB"
    assert russian.money(Decimal("1234567.5"), "RUB") == "1\u00a0234\u00a0567,50\u00a0RUB"
    assert english.stamp(NOON) == "2026-05-04\u00a012:00\u00a0UTC"
    assert russian.stamp(NOON) == "04.05.2026\u00a012:00\u00a0UTC"
    assert russian.money(Decimal("-0.5"), "RUB") == "-0,50\u00a0RUB"


def moments() -> st.SearchStrategy[datetime]:
    start, end = datetime(2000, 1, 1), datetime(2060, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
    return st.datetimes(start, end, timezones=st.just(UTC))


@given(events=st.lists(st.tuples(st.sampled_from("ab"), moments())), at_most=st.integers(1, 50))
def test_a_timeline_loses_no_event_and_fits(events: list[tuple[str, datetime]], at_most: int) -> None:
    timeline = Timeline("a", "b")
    for name, moment in events:
        timeline.add(name, moment)

    points = timeline.points(at_most)

    assert bool(points) == bool(events)
    if points:
        assert len(points) <= at_most + 1
        assert points[0].totals == {"a": 0, "b": 0}
        assert points[-1].totals == {n: sum(name == n for name, _ in events) for n in "ab"}
        assert points[0].until <= min(at for _, at in events)
    for point in points[1:]:
        for name in "ab":
            before = sum(n == name and at < point.until for n, at in events)
            assert point.totals[name] == before


def test_a_timeline_keeps_few_steps_however_many_events_come() -> None:
    timeline = Timeline("a")
    for second in range(20_000):
        timeline.add("a", NOON + timedelta(seconds=second))

    assert len(timeline._counts["a"]) <= 4096  # noqa: SLF001 - the promise is about memory
    assert timeline.points()[-1].totals == {"a": 20_000}


def test_an_operator_has_one_name_also_where_the_data_has_it_in_english_only() -> None:
    """In phonenumbers 9.0, +7926 is МегаФон and +7999 MegaFon, whatever language is asked for."""
    phones = ("+79260000001", "+79991000002", "+79260000003")

    figures = count_rows((make_row(phone=phone) for phone in phones), "ru")

    assert {name: statuses.total() for name, statuses in figures.operators.items()} == {"МегаФон": 3}
