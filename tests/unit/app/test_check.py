"""Each data row has exactly one outcome, and a bad row harms no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from campaign.app.check import check
from campaign.domain import CheckedRow, Layout, Message, RawRow, Rejection, Role, RowWarning, Status
from campaign.domain.ids import make_client_id
from campaign.domain.message.template import Template
from campaign.domain.recipients.duplicates import Duplicates, FirstRows, digest_of
from campaign.domain.recipients.row import RowOptions
from campaign.errors import InputError

NOW = datetime(2026, 12, 1, 7, tzinfo=UTC)
HEADING = (
    "Телефон", "Код", "Текст", "Подпись", "Время", "Пояс", "Flash", "Wap", "Имя",
)  # fmt: skip
ROLES = dict(zip(Role, range(len(Role)), strict=True))
LAYOUT = Layout(1, HEADING, ROLES)
TERMS = RowOptions(layout=LAYOUT, seed="seed", now=NOW, own_client_ids=True, sender="Shop")
PHONE = "+79161234567"


def row(row_no: int = 2, /, *, problem: str = "", **cells: str) -> RawRow:
    """A good row, but for the cells named."""
    good = {"phone": PHONE, "client_id": f"c{row_no}", "text": "Привет"} | cells
    values = tuple(good.get(role, "") for role in Role)
    return RawRow(row_no, (*values, cells.get("name", "")), problem)


def outcomes(*rows: RawRow, terms: RowOptions = TERMS) -> list[Message | Rejection]:
    return [checked.outcome for checked in check(iter(rows), terms)]


def only(raw: RawRow, terms: RowOptions = TERMS) -> Message | Rejection:
    (outcome,) = outcomes(raw, terms=terms)
    return outcome


def rejected(raw: RawRow, terms: RowOptions = TERMS) -> Rejection:
    outcome = only(raw, terms)
    assert isinstance(outcome, Rejection)
    return outcome


def message(raw: RawRow, terms: RowOptions = TERMS) -> Message:
    outcome = only(raw, terms)
    assert isinstance(outcome, Message)
    return outcome


def test_a_good_row_is_a_message() -> None:
    raw = row(phone="8 (916) 123-45-67", sender="Bank")

    assert list(check(iter([raw]), TERMS)) == [
        CheckedRow(raw, Message(2, "c2", PHONE, "Привет", 1, sender="Bank"))  # type: ignore[arg-type]
    ]


def test_the_text_is_sent_as_it_stands() -> None:
    """Registered templates need byte-exact text."""
    assert message(row(text="  два  пробела \n")).text == "  два  пробела \n"


def test_blank_rows_are_no_data_rows() -> None:
    blank = RawRow(3, ("", " ", "\u200b"))
    hidden = RawRow(4, (), "row_hidden")
    found = outcomes(row(2), blank, hidden, row(5, phone="89161234568"))

    assert [outcome.row_no for outcome in found] == [2, 5]


@pytest.mark.parametrize("problem", ["row_hidden", "row_too_wide"])
def test_a_row_with_a_problem_is_rejected_for_it(problem: str) -> None:
    assert rejected(row(problem=problem)) == Rejection(2, Status.INVALID, "", problem)


def test_a_formula_without_a_result_counts_only_where_it_is_used() -> None:
    """A column that nobody asked for must not keep a recipient from the message."""
    problem = "formula_without_value"
    unused = row(problem=problem, name="#FORMULA?")
    used = rejected(row(problem=problem, phone="#FORMULA?"))

    assert isinstance(only(unused), Message)
    assert (used.code, used.field) == (problem, "Телефон")
    assert rejected(RawRow(3, ("",), problem)).code == problem  # a blank row is not skipped


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"phone": ""}, "Телефон", "phone_empty"),
        ({"phone": "84951234567"}, "Телефон", "phone_landline"),
        ({"text": " \u00a0"}, "Текст", "text_empty"),
        ({"text": "я" * 671}, "Текст", "text_too_long"),
        ({"text": "я\ud83d"}, "Текст", "text_bad_characters"),
        ({"client_id": ""}, "Код", "client_id_empty"),
        ({"client_id": "a-b"}, "Код", "client_id_dash"),
        ({"text": "a\x07"}, "Текст", "text_bad_characters"),
        ({"sender": "Магазин"}, "Подпись", "sender_bad"),
        ({"sender": "TwelveLetter"}, "Подпись", "sender_bad"),
        ({"sender": "1" * 16}, "Подпись", "sender_bad"),
        ({"schedule": "завтра"}, "Время", "time_unreadable"),
        ({"schedule": "01.12.2026 12:00"}, "Время", "time_without_zone"),
        ({"schedule": "01.12.2026 07:01 UTC"}, "Время", "time_too_near"),
        ({"schedule": "01.11.2026 12:00 UTC"}, "Время", "time_too_near"),
        ({"schedule": "01.12.2026 12:00", "timezone": "Нск"}, "Пояс", "zone_unknown"),
        ({"flash": "может"}, "Flash", "flash_bad"),
        ({"flash": "1"}, "Flash", "flash_unsupported"),
        ({"wapurl": "не ссылка"}, "Wap", "wapurl_bad"),
        ({"wapurl": "wap.example.com"}, "Wap", "wapurl_unsupported"),
    ],
)
def test_a_bad_cell_is_named_with_its_column(cells: dict[str, str], field: str, code: str) -> None:
    rejection = rejected(row(**cells))

    assert (rejection.status, rejection.field, rejection.code) == (Status.INVALID, field, code)


def test_a_bad_row_stops_nobody() -> None:
    found = outcomes(row(2, phone="x"), RawRow(3, ("89161234568",)), row(4))

    assert [type(outcome) for outcome in found] == [Rejection, Rejection, Message]


def test_the_first_problem_counts() -> None:
    assert rejected(row(phone="", text="", sender="?")).code == "phone_empty"
    assert rejected(row(text="", client_id="")).code == "text_empty"


def test_ten_parts_are_allowed() -> None:
    assert message(row(text="я" * 670)).segments == 10
    assert rejected(row(text="я" * 671)).details == {"parts": "11", "limit": "10"}


# --- duplicates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [{"phone": "8 916 123 45 67"}, {"text": "Другой текст"}, {"client_id": "c2"}],
    ids=["same phone", "another text", "same client id"],
)
def test_the_first_row_of_a_phone_counts_whatever_the_others_say(cells: dict[str, str]) -> None:
    first, second = outcomes(row(2), row(3, **cells))

    assert isinstance(first, Message)
    assert second == Rejection(3, Status.DUPLICATE, "Телефон", "duplicate", {"row": "2"})


def test_different_texts_to_one_phone_can_be_allowed_but_never_the_same_twice() -> None:
    terms = replace(TERMS, allow_duplicates=True)
    first, other, again = outcomes(
        row(2), row(3, text="Другой текст"), row(4, text="Другой текст"), terms=terms
    )

    assert isinstance(first, Message)
    assert isinstance(other, Message)
    assert again == Rejection(4, Status.DUPLICATE, "Телефон", "duplicate_message", {"row": "3"})


def test_duplicates_are_found_across_the_files_of_a_run() -> None:
    seen = Duplicates()
    found: list[Message | Rejection] = []
    for name in ("a.csv", "b.csv"):
        seen.begin(name)
        rows = iter([row(7, client_id=f"x{name[0]}")])
        found += [checked.outcome for checked in check(rows, TERMS, seen)]

    assert isinstance(found[1], Rejection)
    assert found[1].details == {"row": "7 (a.csv)"}


def test_a_client_id_is_unique_ignoring_case() -> None:
    _, second = outcomes(row(2, client_id="aB"), row(3, client_id="Ab", phone="89161234568"))

    assert second == Rejection(3, Status.INVALID, "Код", "client_id_repeated", {"row": "2"})


@pytest.mark.parametrize(
    "bad", [{"sender": "Магазин"}, {"wapurl": "x y"}, {"text": "\ud83d", "client_id": "c3"}]
)
def test_a_rejected_row_reserves_neither_phone_nor_client_id(bad: dict[str, str]) -> None:
    broken = {"client_id": "c3"} | bad
    _, fixed = outcomes(row(2, **broken), row(3))

    assert isinstance(fixed, Message)


@pytest.mark.parametrize(
    ("third", "fourth"),
    [
        ({"client_id": "x"}, {"client_id": "x", "phone": "89161234568"}),
        ({"client_id": "C2", "phone": "89161234568"}, {"phone": "89161234568"}),
    ],
    ids=["no client id", "no phone"],
)
def test_a_duplicate_reserves_nothing(third: dict[str, str], fourth: dict[str, str]) -> None:
    assert isinstance(outcomes(row(2), row(3, **third), row(4, **fourth))[2], Message)


# --- several phones in a cell ----------------------------------------------------------------

TWO = "84951234567, 89161234567; +7 916 123-45-68"


def test_of_several_phones_the_first_that_can_get_an_sms_is_used_and_the_others_are_named() -> None:
    (checked,) = check(iter([row(phone=TWO)]), TERMS)

    details = {"used": "89161234567", "others": "84951234567, +7 916 123-45-68"}
    assert isinstance(checked.outcome, Message)
    assert checked.outcome.phone == PHONE
    assert checked.warnings == (RowWarning("Телефон", "phone_others", details),)


def test_the_same_phone_twice_in_a_cell_is_one_phone() -> None:
    (checked,) = check(iter([row(phone="89161234567 / +79161234567")]), TERMS)

    assert isinstance(checked.outcome, Message)
    assert checked.warnings == ()
    assert checked.part == 0


@pytest.mark.parametrize("own", [True, False])
def test_exploded_phones_are_a_message_each_with_a_client_id_of_its_own(*, own: bool) -> None:
    terms = replace(TERMS, explode_phones=True, own_client_ids=own)
    found = list(check(iter([row(2, phone=TWO), row(3, phone="89161234569")]), terms))

    assert [(one.row.row_no, one.part) for one in found] == [(2, 1), (2, 2), (2, 3), (3, 0)]
    landline, second, third, alone = (one.outcome for one in found)
    assert isinstance(landline, Rejection)
    assert landline.code == "phone_landline"
    assert isinstance(second, Message)
    assert isinstance(third, Message)
    assert isinstance(alone, Message)
    base = "c2" if own else make_client_id("seed", 2)
    assert [second.client_id, third.client_id] == [f"{base}p2", f"{base}p3"]
    assert third.phone == "+79161234568"


def test_an_exploded_client_id_does_not_take_that_of_another_row() -> None:
    terms = replace(TERMS, explode_phones=True)
    cell = "89161234567, 89161234568"
    _, made, theirs = outcomes(row(2, phone=cell), row(3, client_id="C2P2", phone="89161234569"), terms=terms)

    assert isinstance(made, Message)
    assert isinstance(theirs, Rejection)
    assert (theirs.code, theirs.details) == ("client_id_repeated", {"row": "2"})


def test_a_phone_in_an_exploded_cell_may_double_an_earlier_row() -> None:
    terms = replace(TERMS, explode_phones=True)
    found = outcomes(row(2), row(3, phone=f"89161234568, {PHONE}"), terms=terms)

    assert [type(outcome) for outcome in found] == [Message, Message, Rejection]


# --- terms -----------------------------------------------------------------------------------


def test_a_template_wins_over_the_text_column() -> None:
    terms = replace(TERMS, template=Template.parse("Привет, {имя}!", HEADING))

    assert message(row(name="{Код}"), terms).text == "Привет, {Код}!"
    assert rejected(row(), terms) == Rejection(
        2, Status.INVALID, "Имя", "placeholder_empty", {"column": "Имя"}
    )


def test_a_template_that_renders_to_nothing_is_an_empty_text() -> None:
    terms = replace(TERMS, template=Template.parse("{имя|}", HEADING))

    assert rejected(row(), terms).code == "text_empty"


def test_client_ids_are_made_when_the_file_has_none() -> None:
    terms = replace(TERMS, own_client_ids=False)

    for row_no in (2, 3):
        made = message(row(row_no, client_id="?"), terms).client_id
        assert made == make_client_id("seed", row_no)


@pytest.mark.parametrize(("cell", "sender"), [("", "Shop"), (" ", "Shop"), (" A&B-1._ x ", "A&B-1._ x")])
def test_a_blank_sender_is_the_common_one(cell: str, sender: str) -> None:
    assert message(row(sender=cell)).sender == sender


def at_utc(hour: int) -> datetime:
    return datetime(2026, 12, 1, hour, tzinfo=UTC)


def test_a_blank_time_is_the_common_one() -> None:
    later = NOW + timedelta(hours=1)
    terms = replace(TERMS, send_at=later)

    assert message(row(), terms).send_at == later
    assert message(row(schedule="2026-12-01T10:00:00Z"), terms).send_at == at_utc(10)
    assert message(row()).send_at is None
    assert rejected(row(), replace(TERMS, send_at=NOW)).code == "time_too_near"


def test_a_time_without_zone_is_meant_in_the_rows_zone_then_in_the_common_one() -> None:
    terms = replace(TERMS, zone=ZoneInfo("Europe/Moscow"))
    noon = "01.12.2026 12:00"

    assert message(row(schedule=noon), terms).send_at == at_utc(9)
    assert message(row(schedule=noon, timezone="МСК-1"), terms).send_at == at_utc(10)


@pytest.mark.parametrize(
    ("cell", "flash"), [("", False), ("0", False), ("нет", False), ("1", True), ("Да", True)]
)
def test_flash(cell: str, *, flash: bool) -> None:
    assert message(row(flash=cell), replace(TERMS, flash_allowed=True)).flash is flash


def test_wapurl() -> None:
    terms = replace(TERMS, wapurl_allowed=True)

    assert message(row(wapurl=" wap.example.com/x "), terms).wapurl == "wap.example.com/x"
    assert message(row(), terms).wapurl is None


@pytest.mark.parametrize(
    ("missing", "code"),
    [(Role.PHONE, "no_phone_column"), (Role.TEXT, "no_text"), (Role.CLIENT_ID, "no_client_id_column")],
)
def test_missing_columns_are_reported_before_the_first_row(missing: Role, code: str) -> None:
    roles = {role: index for role, index in ROLES.items() if role is not missing}
    terms = replace(TERMS, layout=replace(LAYOUT, roles=roles))

    with pytest.raises(InputError) as caught:
        check(iter(()), terms)
    assert caught.value.code == code


def test_rows_are_a_stream() -> None:
    stream = check((row(number, text=str(number)) for number in count(2)), TERMS)

    assert [next(stream).row.row_no for _ in range(5)] == [2, 3, 4, 5, 6]


# --- duplicates of digests -------------------------------------------------------------------


def test_first_rows_are_remembered_through_growth() -> None:
    seen = FirstRows()
    for number in range(1, 20_001):
        assert seen.claim(digest_of(b"%d" % number), number) is None

    assert len(seen) == 20_000
    assert all(seen.claim(digest_of(b"%d" % n), 99_999) == n for n in range(1, 20_001))
    assert len(seen) == 20_000


def test_digests_that_share_a_slot_or_a_half_are_distinguished() -> None:
    seen = FirstRows()
    twins = [bytes(8) + bytes([n]) + bytes(7) for n in range(5)] + [b"\x01" + bytes(15)]

    assert [seen.claim(digest, number) for number, digest in enumerate(twins, 1)] == [None] * 6
    assert [seen.claim(digest, 99) for digest in twins] == [1, 2, 3, 4, 5, 6]


def test_a_claim_taken_back_is_free_again_and_takes_nothing_else_along() -> None:
    seen = FirstRows()
    first, second = (bytes(8) + bytes([n]) + bytes(7) for n in (1, 2))
    seen.claim(first, 1)
    seen.claim(second, 2)
    seen.take_back()

    assert seen.claim(second, 3) is None
    assert seen.claim(first, 4) == 1
    with pytest.raises(LookupError):
        FirstRows().take_back()
