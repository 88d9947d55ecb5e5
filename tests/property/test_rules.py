"""The rules against slower or simpler ways to compute the same."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign.app.check import check
from campaign.domain import Layout, Message, RawRow, Rejection, Role, Status
from campaign.domain.cells import is_blank, is_formula_error
from campaign.domain.ids import parse_client_id
from campaign.domain.message.segments import count_segments
from campaign.domain.message.template import Template
from campaign.domain.recipients.columns import locate
from campaign.domain.recipients.duplicates import FirstRows, digest_of
from campaign.domain.recipients.phone import ask_library, parse_phone
from campaign.domain.recipients.row import RowOptions
from campaign.domain.schedule import parse_when
from campaign.errors import CampaignError, InputError, UnusableCell
from campaign.i18n import reason, translated

NOW = datetime(2026, 12, 1, tzinfo=UTC)

# --- phone -----------------------------------------------------------------------------------

DECORATION = st.text(alphabet=" ()-\u00a0\u202f\u200b\u202a\ufeff", max_size=2)
NATIONAL = st.one_of(
    st.from_regex(r"\A9\d{9}\Z"),
    st.from_regex(r"\A9300[0-9]{6}\Z"),
    st.from_regex(r"\A93[0-9]{8}\Z"),
    st.from_regex(r"\A[3478][0-9]{9}\Z"),
    st.from_regex(r"\A[0-9]{8,12}\Z"),
    st.from_regex(r"\A9\d{9}\.0\Z"),
)


@st.composite
def decorated_numbers(draw: st.DrawFn) -> str:
    """Digits of a number with the signs that users and programs put between them."""
    digits = draw(st.sampled_from(["", "7", "8", "+7", "+8", "+", "007"])) + draw(NATIONAL)
    return "".join(sign + draw(DECORATION) for sign in ("", *digits))


def answer(ask: Callable[[str], object], cell: str) -> object:
    """What a rule returns, or its code and details when it refuses."""
    try:
        return ask(cell)
    except UnusableCell as error:
        return error.code, error.details
    except CampaignError as error:
        return error.code, error.message


def refusal(found: object) -> str:
    """The code of a refusal, which must have a sentence."""
    assert isinstance(found, tuple)
    code, details = found
    if isinstance(details, str):  # a sentence of its own, which the catalogue knows
        assert translated(details, "ru") != str(details)
        return str(code)
    assert reason(code, details, "en").reason != code
    assert reason(code, details, "ru").reason != code
    return str(code)


@settings(max_examples=2000)
@given(st.one_of(decorated_numbers(), st.text(alphabet="+78 9163(0)-.\u00a0д", max_size=20)))
@example("+79300012345")
@example("(+7)916-123-45-67-")
@example("-79161234567")
@example("79161234567.0")
@example("+79161234567.0")
@example("89300012345.0")
@example("7916 1234567.0")
def test_the_short_way_gives_the_answer_of_the_library(cell: str) -> None:
    assert answer(parse_phone, cell) == answer(ask_library, cell)


@pytest.mark.parametrize("start", range(9_300_000_000, 9_301_000_000, 100_000))
def test_the_short_way_agrees_in_every_corner_of_9300(start: int) -> None:
    """The one Russian range that "nine and nine more digits" gets wrong."""
    for number in range(start, start + 100_000, 5_003):
        assert answer(parse_phone, str(number)) == answer(ask_library, str(number))


@given(st.text(max_size=60) | decorated_numbers())
def test_any_cell_is_a_phone_or_has_a_reason(cell: str) -> None:
    found = answer(parse_phone, cell)

    if isinstance(found, str):
        assert found.startswith("+7")
        assert found[1:].isdecimal()
        assert found.isascii()
        assert parse_phone(found) == found
    else:
        assert refusal(found).startswith("phone_")


# --- segments --------------------------------------------------------------------------------

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "^{}\\[~]|€\f"


def cut_greedily(text: str) -> tuple[str, int, int]:
    """Fill part after part, sign by sign; a sign that does not fit begins the next one."""
    gsm = all(sign in BASIC + EXTENSION for sign in text)
    alone, size = (160, 153) if gsm else (70, 67)
    weights = [2 if (sign in EXTENSION if gsm else ord(sign) > 0xFFFF) else 1 for sign in text]
    units, parts, used = sum(weights), 1, 0
    for weight in weights if units > alone else []:
        if used + weight > size:
            parts, used = parts + 1, 0
        used += weight
    return ("GSM-7" if gsm else "UCS-2"), units, parts


def long_texts(alphabet: str) -> st.SearchStrategy[str]:
    """Runs of signs, so that every length near a cut comes up."""
    run = st.builds(lambda sign, count: sign * count, st.sampled_from(alphabet), st.integers(1, 160))
    return st.lists(run, max_size=8).map("".join)


@settings(max_examples=1000)
@given(
    st.one_of(
        long_texts("ab€^[é"),
        long_texts("яё😀a€«"),
        st.text(alphabet=BASIC + EXTENSION, max_size=400),
        st.text(max_size=200),
    )
)
def test_parts_are_those_of_a_greedy_cut(text: str) -> None:
    counted = count_segments(text)

    assert (counted.encoding, counted.units, counted.parts) == cut_greedily(text)


# --- template --------------------------------------------------------------------------------

VALUES = st.text(max_size=10).filter(
    lambda value: value.strip().isprintable() and value.strip() and not is_formula_error(value)
)


@given(before=st.text(max_size=20), value=VALUES, after=st.text(max_size=20))
def test_a_template_changes_nothing_but_its_placeholders(before: str, value: str, after: str) -> None:
    literal = [part.replace("{", "{{").replace("}", "}}") for part in (before, after)]
    template = Template.parse("{имя}".join(literal), ("Имя",))

    assert template.render((value,)) == before + value + after


@given(st.text(alphabet="{}|a %", max_size=12))
def test_any_text_is_a_template_or_has_a_reason(text: str) -> None:
    found = answer(lambda cell: Template.parse(cell, ("a", "a a", "%")), text)

    if isinstance(found, Template):
        assert all(slot.column for slot in found.slots)
    else:
        assert refusal(found) in {"template_bad", "template_unknown_column"}


# --- small rules -----------------------------------------------------------------------------


@given(st.text(max_size=80))
def test_a_client_id_is_the_cell_itself_or_refused(cell: str) -> None:
    try:
        client_id = parse_client_id(cell)
    except UnusableCell:
        return
    assert client_id == cell.strip()
    assert client_id.isascii()
    assert client_id.isalnum()


@given(
    local=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    name=st.sampled_from(["Europe/Berlin", "Europe/Moscow", "America/St_Johns", "Asia/Tehran"]),
)
def test_a_time_that_is_read_is_shown_by_the_clocks_there(local: datetime, name: str) -> None:
    text = f"{local:%d.%m.%Y %H:%M:%S} {name}"
    when = answer(partial(parse_when, zone=None), text)

    if isinstance(when, datetime):
        assert when.utcoffset() == timedelta(0)
        assert f"{when.astimezone(ZoneInfo(name)):%d.%m.%Y %H:%M:%S} {name}" == text
    else:
        assert refusal(when) in {"time_does_not_exist", "time_ambiguous"}


@given(st.text(max_size=30))
def test_any_time_is_read_or_has_a_reason(text: str) -> None:
    when = answer(partial(parse_when, zone=UTC), text)

    assert isinstance(when, datetime) or refusal(when)


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans())))
def test_first_rows_are_those_of_a_dict(claims: list[tuple[int, bool]]) -> None:
    seen, plain = FirstRows(), dict[int, int]()
    for row_no, (value, keep) in enumerate(claims, 1):
        first = seen.claim(digest_of(bytes([value])), row_no)
        assert first == plain.get(value)
        if first is None and keep:
            plain[value] = row_no
        elif first is None:
            seen.take_back()
    assert len(seen) == len(plain)


# --- the whole check -------------------------------------------------------------------------

CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "+79161234567", "89161234567", "9161234568", "84951234567", "a", "A", "b1", "?",
         "89161234567, 9161234568",
         "84951234567;89161234567", "  Привет\u200b", "Привет", "1", "UTC",
         "2026-12-02 10:00", "{x}", "7,9E+10", "😀" * 400]
    ),
    st.text(max_size=12),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=12)


@settings(max_examples=500)
@given(table=ROWS, own=st.booleans(), common=st.booleans(), several=st.booleans())
def test_each_data_row_has_one_outcome(
    table: list[list[str]], *, own: bool, common: bool, several: bool
) -> None:
    """Nobody skipped, nobody twice, nothing raised, whatever the cells hold."""
    roles = {role: index for index, role in enumerate(Role)}
    heading = tuple(roles)
    template = Template.parse("{text|x}", heading) if common else None
    layout = Layout(1, heading, roles)
    options = RowOptions(
        layout=layout, seed="s", now=NOW, template=template, own_client_ids=own,
        explode_phones=several, allow_duplicates=several,
    )  # fmt: skip
    rows = [RawRow(number, tuple(cells)) for number, cells in enumerate(table, 2)]

    checked = list(check(iter(rows), options))

    parts = [(one.row.row_no, one.part) for one in checked]
    assert parts == sorted(set(parts))
    if not several:
        assert {part for _, part in parts} <= {0}
    checked_rows = {row_no for row_no, _ in parts}
    assert {row.row_no for row in rows if "".join(row.cells).strip()} >= checked_rows
    assert {row.row_no for row in rows if not is_blank("".join(row.cells))} == checked_rows
    messages = [one.outcome for one in checked if isinstance(one.outcome, Message)]
    texts = {(m.phone, m.text) if several else m.phone for m in messages}
    assert len(texts) == len(messages)
    assert len({m.client_id.lower() for m in messages}) == len(messages)
    for one in checked:
        assert one.outcome.row_no == one.row.row_no
        if isinstance(one.outcome, Rejection):
            assert one.outcome.status in {Status.INVALID, Status.DUPLICATE}
            assert reason(one.outcome.code, one.outcome.details, "ru").reason != one.outcome.code
            assert one.warnings == ()
        for warning in one.warnings:
            assert "…" not in reason(warning.code, warning.details, "ru").reason


@given(ROWS)
def test_a_heading_is_found_or_there_is_a_reason(table: list[list[str]]) -> None:
    rows = [RawRow(number, tuple(cells)) for number, cells in enumerate(table, 1)]
    rows.insert(len(rows) // 2, RawRow(100, ("Телефон", "Имя")))
    above = [cell for row in rows[: len(table) // 2] for cell in row.cells]
    if any(isinstance(answer(parse_phone, cell), str) for cell in above):
        with pytest.raises(InputError, match="above the headings"):
            locate(iter(rows), {})
        return
    layout, data = locate(iter(rows), {})

    assert layout.heading_row_no == 100
    assert [row.row_no for row in data if not is_blank("".join(row.cells))] == [
        row.row_no for row in rows[len(table) // 2 + 1 :] if not is_blank("".join(row.cells))
    ]
