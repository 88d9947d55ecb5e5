"""Read settings that are numbers: the bounds that a person sets, pace, row of the headings."""

import math
import ssl
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from campaign.config import Settings
from campaign.errors import InputError
from campaign.steps.guards import Guards

MOST_LANES = 32
_LEAST_RATE = 0.1
_LONGEST_ANSWER_S = 86_400.0
_LONGEST_WAIT_S = 366 * 86_400.0


def require_pace(settings: Settings) -> None:
    """Look at the settings of sending before anything is planned: later is too late to say.

    Raises:
        InputError: `lanes`, `rate`, `timeout`, `wait`, `poll` or `ca_file` cannot be used.
    """
    lanes = settings.number("lanes", 1)
    if not 1 <= lanes <= MOST_LANES or lanes != int(lanes):
        raise _bad_number("lanes", f"{lanes:g}", f"a whole number from 1 to {MOST_LANES}")
    rate = settings.number("rate", _LEAST_RATE)
    if not (math.isfinite(rate) and rate >= _LEAST_RATE):
        raise _bad_number("rate", f"{rate:g}", f"messages a second, {_LEAST_RATE} or more")
    timeout_s = settings.seconds("timeout", 1)
    if not 0 < timeout_s <= _LONGEST_ANSWER_S:
        raise _bad_number("timeout", f"{timeout_s:g}", "a time such as 180s, at most a day")
    for name in ("wait", "poll"):
        if not 0 <= (wait_s := settings.seconds(name, 0)) <= _LONGEST_WAIT_S:
            raise _bad_number(name, f"{wait_s:g}", "a time such as 10m, at most a year")
    _require_certificates(settings.text("ca_file"))


def _require_certificates(path: str) -> None:
    if not path:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        why = "it holds no certificate in PEM form"
        raise _bad_file("ca_file", path, why) from error
    except OSError as error:
        raise _bad_file("ca_file", path, str(error.strerror)) from error


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


def bound_by(settings: Settings, bound: Callable[[Decimal], object]) -> None:
    """Let `bound` know what this very command says that a run may cost, if it does.

    A profile speaks when a run is planned, and not when it goes on.

    Raises:
        InputError: It is no amount.
    """
    most = _money(settings, "max_cost")
    if most is not None and not settings.origins.get("max_cost", "").startswith("profile"):
        bound(most)


def bounds_kept(settings: Settings) -> Mapping[str, object]:
    """The bounds that a run is held to while it is sent, as they are frozen with it."""
    most = _money(settings, "max_cost")
    return {} if most is None else {"max_cost": str(most)}


def _bad_file(name: str, path: str, why: str) -> InputError:
    option = f"--{name.replace('_', '-')}"
    return InputError(
        f"{option} {path} is not usable: {why}",
        hint="Name a file with CA certificates, in text form (PEM).",
        code="setting",
    )


def _bad_number(name: str, value: object, wanted: str) -> InputError:
    option = f"--{name.replace('_', '-')}"
    return InputError(f"{option} {value} is not usable", hint=f"Write {wanted}.", code="setting")
