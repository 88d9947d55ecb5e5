"""A moment is read exactly or refused: a message sent at the wrong hour cannot be taken back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaign.domain.schedule import MIN_AHEAD, load_zone, parse_when, require_ahead
from campaign.errors import UnusableCell
from tests.conftest import raises_code

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 12, 1, 10, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T10:00:00+03:00", "2026-12-01T07:00:00Z", "2026-12-01T07:00:00.000Z",
        "2026-12-01 10:00+0300", "2026-12-01 10:00:00 +03", "01.12.2026 10:00 Europe/Moscow",
        "01.12.2026 10:00:00 MSK", "1.12.2026 10:00 МСК", "2026-12-01 10:00 msk",
        " 2026-12-01\u00a007:00 UTC ", "01.12.2026 12:00 МСК+2",
        "01.12.2026 12:00 Asia/Yekaterinburg",
    ],
)  # fmt: skip
def test_a_time_that_names_its_zone(text: str) -> None:
    when = parse_when(text, zone=None)

    assert when == TEN
    assert when.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["2026-12-01 10:00", "2026-12-01T10:00:00", "01.12.2026 10:00", "01.12.2026 10:00:00"]
)
def test_a_time_without_zone_is_meant_in_the_given_one(text: str) -> None:
    """01.12 is the first of December, never the twelfth of January."""
    assert parse_when(text, zone=MOSCOW) == TEN


def test_a_named_zone_wins_over_the_given_one() -> None:
    assert parse_when("01.12.2026 10:00 MSK", zone=BERLIN) == TEN


@pytest.mark.parametrize("text", ["2026-12-01 10:00", "01.12.2026 10:00"])
def test_a_time_without_any_zone_is_refused(text: str) -> None:
    with raises_code(UnusableCell, "time_without_zone"):
        parse_when(text, zone=None)


@pytest.mark.parametrize(
    "text",
    [
        "", "завтра", "2026-12-01", "01.12.2026", "10:00", "46357.4166667", "01/12/2026 10:00",
        "12/01/2026 10:00 AM", "2026-13-01 10:00", "31.02.2026 10:00", "2026-12-01 24:00",
        "2026-12-01 10:60", "01.12.26 10:00", "2026-12-01 10:00:00.5", "2026-12-01 10",
        "2026-12-01 10:00+03:00 Europe/Moscow", "2026-12-01 10:00+15:00", "2026-12-01 10:00+03:75",
        "2026-12-01 10:00 Europe/Moscow x", "20261201T100000Z", "2026-1-1 10:00",
        "1999-12-01 10:00",
    ],
)  # fmt: skip
def test_other_forms_are_refused(text: str) -> None:
    with raises_code(UnusableCell, "time_unreadable"):
        parse_when(text, zone=MOSCOW)


def test_a_time_that_the_clock_skips_does_not_exist() -> None:
    with raises_code(UnusableCell, "time_does_not_exist") as caught:
        parse_when("29.03.2026 02:30 Europe/Berlin", zone=None)

    assert caught.value.details["zone"] == "Europe/Berlin"


def test_a_time_that_the_clock_shows_twice_is_ambiguous() -> None:
    with raises_code(UnusableCell, "time_ambiguous"):
        parse_when("25.10.2026 02:30", zone=BERLIN)


def test_the_hours_around_a_change_are_plain() -> None:
    assert parse_when("29.03.2026 03:00", zone=BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert parse_when("25.10.2026 03:00", zone=BERLIN) == datetime(2026, 10, 25, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("Europe/Moscow", 3), ("UTC", 0), ("utc", 0), ("МСК", 3), ("MSK-1", 2), ("UTC+5", 5),
     ("UTC-03:30", -3.5), ("America/Argentina/Buenos_Aires", -3), ("Etc/GMT-5", 5)],
)  # fmt: skip
def test_zones(name: str, hours: float) -> None:
    assert datetime(2026, 12, 1, tzinfo=load_zone(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    ["", "Moscow", "Europe", "Europe/Nowhere", "../etc/passwd", "Europe/../UTC", "localtime",
     "posixrules", "right/Europe/Moscow", "/etc/localtime", "UTC+15", "МСК+12", "MSK+", "Europe/"],
)  # fmt: skip
def test_other_zones_are_unknown(name: str) -> None:
    with raises_code(UnusableCell, "zone_unknown"):
        load_zone(name)


def test_two_minutes_ahead_is_enough_and_less_is_not() -> None:
    require_ahead(TEN, now=TEN - MIN_AHEAD)
    with raises_code(UnusableCell, "time_too_near") as caught:
        require_ahead(TEN, now=TEN - MIN_AHEAD + timedelta(seconds=1))

    assert caught.value.details == {"value": "2026-12-01 07:00 UTC", "minutes": "2"}
