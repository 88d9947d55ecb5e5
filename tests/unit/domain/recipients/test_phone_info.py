"""What a number's range tells: the data's own words, and nothing where it has none."""

import subprocess
import sys

import phonenumbers
import pytest
from phonenumbers import carrier, timezone

from campaign.domain import Phone
from campaign.domain.recipients.phone_info import describe

SOURCE = f"phonenumbers {phonenumbers.__version__}"


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+79280000000", "RU"),
        ("+77010000000", "KZ"),
        ("+375291234567", "BY"),
        ("+998901234567", "UZ"),
        ("+12025550123", "US"),
        ("+14165550123", "CA"),
    ],
)
def test_the_country_is_that_of_the_range(phone: str, country: str) -> None:
    said = describe(Phone(phone))

    assert said.country == country
    assert said.source == SOURCE


def test_the_operator_is_that_of_the_library() -> None:
    known = 0
    for block in range(9000, 10_000, 7):
        phone = Phone(f"+7{block}000000")
        expected = carrier.name_for_valid_number(phonenumbers.parse(phone), "ru")
        assert describe(phone, "ru").operator == expected
        known += bool(expected)

    assert 0 < known < 143


def test_russian_mobiles_get_no_zone_because_the_data_has_none() -> None:
    """The library's other table gives Moscow's zone for all of +79: in Siberia that is a lie."""
    for block in range(9000, 10_000, 50):
        phone = Phone(f"+7{block}123456")
        zones = timezone.time_zones_for_number(phonenumbers.parse(phone))
        assert len(zones) > 8 or zones == ("Etc/Unknown",)
        assert describe(phone).zones == ()
        assert describe(phone).region == ""


def test_a_country_of_one_zone_gets_it() -> None:
    assert describe(Phone("+998901234567")).zones == ("Asia/Tashkent",)


def test_where_mobiles_have_the_numbers_of_towns_the_region_is_told() -> None:
    assert describe(Phone("+12025550123"), "en").region == "Washington D.C."


def test_nobody_who_does_not_ask_waits_for_the_tables() -> None:
    program = (
        "import sys, campaign.domain.recipients.phone_info, campaign.app.check;"
        "print([m for m in sys.modules if m.startswith(('phonenumbers.carrier',"
        " 'phonenumbers.geo', 'phonenumbers.timezone', 'phonenumbers.tz'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
