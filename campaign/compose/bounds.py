"""Read settings that are numbers: the bounds that a person sets, and the row of the headings."""

from decimal import Decimal, InvalidOperation

from campaign.config import Settings
from campaign.errors import InputError
from campaign.steps.guards import Guards


def guards_of(settings: Settings) -> Guards:
    """The bounds that a person sets.

    Raises:
        InputError: One is no number.
    """
    return Guards(
        limit=_count(settings, "limit"),
        max_recipients=_count(settings, "max_recipients"),
        max_cost=_money(settings, "max_cost"),
    )


def header_of(settings: Settings) -> int | None:
    """Row number of the headings, 0 for none; None when it was not said.

    Raises:
        InputError: It is no row number.
    """
    if settings.get("header") is None:
        return None
    number = settings.number("header", 0)
    if number < 0 or number != int(number):
        raise _bad_number("header", number, "a row number, or 0 for none")
    return int(number)


def _count(settings: Settings, name: str) -> int | None:
    if settings.get(name) is None:
        return None
    number = settings.number(name, 0)
    if number < 1 or number != int(number):
        raise _bad_number(name, number, "a whole number from 1")
    return int(number)


def _money(settings: Settings, name: str) -> Decimal | None:
    value = settings.get(name)
    if value is None:
        return None
    try:
        money = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        raise _bad_number(name, value, "an amount such as 1500.50") from None
    if not money.is_finite() or money < 0:
        raise _bad_number(name, value, "an amount such as 1500.50")
    return money


def _bad_number(name: str, value: object, wanted: str) -> InputError:
    option = f"--{name.replace('_', '-')}"
    return InputError(f"{option} {value} is not usable", hint=f"Write {wanted}.", code="setting")
