"""What a number's range shows: what the data holds, and nothing where it has none."""

import subprocess
import sys

import phonenumbers
import pytest
from phonenumbers import carrier, timezone

from campaign.domain import Phone
from campaign.domain.recipients.phone_info import describe


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
    assert describe(Phone(phone)).country == country


def test_the_operator_is_that_of_the_library() -> None:
    known = 0
    for block in range(9000, 10_000, 7):
        phone = Phone(f"+7{block}000000")
        expected = carrier.name_for_valid_number(phonenumbers.parse(phone), "ru")
        assert describe(phone, "ru").operator == expected
        known += bool(expected)

    assert 0 < known < 143


def test_the_library_still_knows_no_single_zone_of_russian_mobiles() -> None:
    """Its other table gives Moscow's zone for all of +79: in Siberia that is wrong."""
    for block in range(9000, 10_000, 50):
        phone = Phone(f"+7{block}123456")
        zones = timezone.time_zones_for_number(phonenumbers.parse(phone))
        assert len(zones) > 8 or zones == ("Etc/Unknown",)


def test_the_tables_are_loaded_only_when_needed() -> None:
    program = (
        "import sys, campaign.domain.recipients.phone_info, campaign.app.check;"
        "print([m for m in sys.modules if m.startswith(('phonenumbers.carrier',"
        " 'phonenumbers.geo', 'phonenumbers.timezone', 'phonenumbers.tz'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
