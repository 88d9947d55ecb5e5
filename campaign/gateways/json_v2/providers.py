"""The table of providers: one protocol, small differences, no code.

Source: `campaign docs gateway`, and the vendors' documents named there.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from campaign.domain import Delivery
from campaign.errors import InputError


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between providers of the JSON v2 protocol.

    Attributes:
        base_url: Where the `.json` calls live, with its final slash.
        schedule_suffix: How UTC is written behind scheduleTime.
        has_version: Whether version.json exists.
        has_message_options: Whether `flash` and `wapurl` may stand in a message.
        status_needs_client_id: Whether status.json must be given a clientId beside each smscId.
    """

    name: str
    base_url: str
    schedule_suffix: str = "Z"
    has_version: bool = True
    has_message_options: bool = False
    status_needs_client_id: bool = False

    def schedule(self, moment: datetime) -> str:
        """Write a moment as the provider's document writes it, in UTC, whole seconds."""
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + self.schedule_suffix


_PROSTOR = Dialect(name="prostor", base_url="https://api.prostor-sms.ru/messages/v2/")

DIALECTS = {
    dialect.name: dialect
    for dialect in (
        _PROSTOR,
        Dialect(
            name="iqsms",
            base_url="https://api.iqsms.ru/messages/v2/",
            schedule_suffix="+00:00",
            has_version=False,
            has_message_options=True,
            status_needs_client_id=True,
        ),
        replace(_PROSTOR, name="smsbliss", base_url="https://api.smsbliss.net/messages/v2/"),
        replace(_PROSTOR, name="sandbox", base_url="http://127.0.0.1/"),
    )
}


def dialect_of(name: str) -> Dialect:
    """The provider of that name.

    Raises:
        InputError: Nobody of that name is known.
    """
    if name not in DIALECTS:
        raise InputError(
            f"there is no gateway called {name!r}",
            hint=f"--gateway {'|'.join(DIALECTS)}",
            code="gateway_unknown",
        )
    return DIALECTS[name]


ACCEPTED_WORD = "accepted"

REFUSED_WORDS = {
    "invalid mobile phone": "refused_phone",
    "text is empty": "refused_text",
    "text must be string": "refused_text",
    "wapurl invalid": "refused_wapurl",
}
"""Words about one row only."""

CONFIG_WORDS = {
    "sender address invalid": "refused_sender",
    "invalid schedule time format": "refused_schedule",
    "invalid status queue name": "refused_queue",
}
"""Words about settings: the next chunk would fail the same way."""

CONFIG_PREFIXES = {"absent required param": "refused_param"}

MONEY_WORDS = {"not enough balance": "refused_money", "not enough credits": "refused_money"}
"""Both are understood from every provider."""

DELIVERY_WORDS = {
    "queued": Delivery.ON_ITS_WAY,
    "smsc submit": Delivery.ON_ITS_WAY,
    "delivered": Delivery.DELIVERED,
    "delivery error": Delivery.UNDELIVERED,
    "smsc reject": Delivery.UNDELIVERED,
    "incorrect id": Delivery.LOST,
}


def delivery_of(word: str) -> Delivery:
    """Class of a delivery word; words nobody documented are kept raw and are not final."""
    return DELIVERY_WORDS.get(word.strip().lower(), Delivery.UNRECOGNISED)


_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def checked_url(url: str, *, allow_plain: bool) -> str:
    """The base URL with its final slash.

    Raises:
        InputError: Not http(s), with a password in it, or readable by others on the way.
    """
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and not any(sign.isspace() for sign in url)
    except ValueError:
        parts, usable = urlsplit(""), False
    if parts.scheme not in {"http", "https"} or not parts.hostname or not usable:
        raise InputError(
            f"the gateway's address {parts.scheme}://{parts.hostname or ''} is not usable",
            hint="--gateway-url https://HOST/messages/v2/",
            code="gateway_url",
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            "the gateway's address must not hold a login, a password or parameters",
            hint="Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD; --gateway-url https://HOST/messages/v2/",
            code="gateway_url",
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not allow_plain:
        raise InputError(
            f"http://{parts.hostname} would send login, phones and texts readable by anybody "
            "on the way",
            hint=f"--gateway-url https://{parts.netloc}{parts.path}, or --allow-plain-http",
            code="plain_http",
        )
    return url if url.endswith("/") else url + "/"
