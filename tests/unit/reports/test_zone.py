"""In which zone times are shown, and how it is named."""

import os
import pickle
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from campaign.app.context import shown_zone
from campaign.clock import local_zone
from campaign.config import Settings
from campaign.errors import InputError
from campaign.i18n import Lang, at_moment, in_full, in_short

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)
WINTER = datetime(2026, 11, 22, 12, tzinfo=UTC)
BERLIN_BY_RULE = "CET-1CEST,M3.5.0,M10.5.0/3"

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the system sets its zone once")


@pytest.fixture(autouse=True)
def _own_zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


def zone_with(name: str) -> tzinfo:
    """The machine's zone as cron or a container would set it."""
    os.environ["TZ"] = name
    time.tzset()
    return local_zone()


@pytest.mark.parametrize(
    "name",
    ["UTC", "Europe/Moscow", "Europe/Berlin", ":Asia/Tokyo", "America/St_Johns", "MSK-3",
     BERLIN_BY_RULE, "nonsense"],
)  # fmt: skip
@pytest.mark.parametrize("moment", [SUMMER, WINTER], ids=["summer", "winter"])
def test_the_zone_is_that_of_the_machine_then_and_can_travel(name: str, moment: datetime) -> None:
    """The day of the moment decides on summer time, not today."""
    zone = pickle.loads(pickle.dumps(zone_with(name)))  # noqa: S301 - our own bytes

    expected = time.strftime("%Y-%m-%d %H:%M %z", time.localtime(moment.timestamp()))
    assert f"{moment.astimezone(zone):%Y-%m-%d %H:%M %z}" == expected


def test_a_zone_without_a_name_knows_both_hours_in_which_clocks_are_set_back() -> None:
    zone = zone_with(BERLIN_BY_RULE)

    assert not isinstance(zone, ZoneInfo)
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    walls = [(night + timedelta(hours=more)).astimezone(zone) for more in (0, 1)]
    assert [wall.hour for wall in walls] == [2, 2]
    assert [at_moment(zone, night + timedelta(hours=more)) for more in (0, 1)] == [
        "UTC+02:00", "UTC+01:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "lang", "short", "full"),
    [
        (UTC, "ru", "UTC", "UTC"),
        (ZoneInfo("Etc/UTC"), "en", "UTC", "UTC"),
        (ZoneInfo("Europe/Moscow"), "en", "UTC+03:00", "Moscow, UTC+03:00"),
        (ZoneInfo("Europe/Moscow"), "ru", "UTC+03:00", "Москва, UTC+03:00"),
        (ZoneInfo("Asia/Kolkata"), "ru", "UTC+05:30", "Калькутта, UTC+05:30"),
        (ZoneInfo("Etc/GMT-3"), "en", "UTC+03:00", "UTC+03:00"),
        (timezone(timedelta(hours=-3, minutes=-30)), "en", "UTC-03:30", "UTC-03:30"),
        (
            ZoneInfo("Europe/Berlin"), "ru",
            "Берлин", "Берлин, UTC+02:00 / UTC+01:00",
        ),
    ],
)  # fmt: skip
def test_a_zone_is_named_by_what_can_be_checked(zone: tzinfo, lang: Lang, short: str, full: str) -> None:
    """A zone with summer time has no one distance, so a heading gives its name."""
    assert in_short(zone, lang, SUMMER) == short
    assert in_full(zone, lang, SUMMER, WINTER) == full


def test_a_zone_with_summer_time_and_no_name_is_the_local_one() -> None:
    zone = zone_with(BERLIN_BY_RULE)

    assert in_short(zone, "en", SUMMER) == "local time"
    assert in_full(zone, "en", SUMMER, SUMMER) == "UTC+02:00"


def test_what_is_asked_for_comes_before_the_run_and_the_run_before_the_machine() -> None:
    frozen = {"timezone": "Asia/Omsk"}
    zone_with("Asia/Tokyo")

    assert str(shown_zone(Settings({"timezone": "MSK"}), frozen)) == "Europe/Moscow"
    assert str(shown_zone(Settings({}), frozen)) == "Asia/Omsk"
    assert str(shown_zone(Settings({}), {"timezone": ""})) == "Asia/Tokyo"
    assert str(shown_zone(Settings({}), {"timezone": "gone/away"})) == "Asia/Tokyo"


def test_a_zone_that_does_not_exist_is_refused_with_how_to_write_it() -> None:
    with pytest.raises(InputError, match="Mosow") as refused:
        shown_zone(Settings({"timezone": "Europe/Mosow"}))

    assert "Europe/Moscow" in refused.value.hint
