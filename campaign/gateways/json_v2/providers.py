"""The providers of the JSON v2 protocol: one row each, and no code that knows any of them.

It imports next to nothing, because `campaign run --help` reads it too.
Source: `campaign docs gateway`, and the vendors' documents named there.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from campaign.errors import InputError
from campaign.text import tr


@dataclass(frozen=True, slots=True)
class Provider:
    """What differs between providers."""

    name: str
    base_url: str  # where the `.json` calls live, with its final slash
    schedule_suffix: str = "Z"  # how UTC is written behind scheduleTime
    has_version: bool = True  # version.json exists
    has_message_options: bool = False  # `flash` and `wapurl` may stand in a message
    status_needs_client_id: bool = False  # status.json refuses a row without clientId
    echoes_client_id: bool = True  # status.json gives the clientId even when the request did not
    integer_ids: bool = False  # smscId is a JSON integer above 2^31; otherwise hex digits in a string
    money_status: str = "not enough balance"  # of a message that the balance does not cover
    unknown_id_status: str = "incorrect id"  # for an id that the provider does not know

    def schedule(self, moment: datetime) -> str:
        """Write a moment as the provider's document writes it, in UTC, whole seconds."""
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + self.schedule_suffix


SANDBOX = "sandbox"
"""The gateway on this machine; it speaks the protocol of every other row."""

_PROSTOR = Provider(name="prostor", base_url="https://api.prostor-sms.ru/messages/v2/")

PROVIDERS = {
    provider.name: provider
    for provider in (
        replace(_PROSTOR, name=SANDBOX, base_url="http://127.0.0.1/"),
        _PROSTOR,
        Provider(
            name="iqsms",
            base_url="https://api.iqsms.ru/messages/v2/",
            schedule_suffix="+00:00",
            has_version=False,
            has_message_options=True,
            status_needs_client_id=True,
            echoes_client_id=False,
            integer_ids=True,
            money_status="not enough credits",
            unknown_id_status="queued",  # seen in public clients
        ),
        replace(_PROSTOR, name="smsbliss", base_url="https://api.smsbliss.net/messages/v2/"),
    )
}


def provider_of(name: str) -> Provider:
    """The provider of that name, else InputError."""
    if name not in PROVIDERS:
        raise InputError(
            tr("there is no gateway {name!r}", name=name),
            hint=f"--gateway {'|'.join(PROVIDERS)}",
            code="gateway_unknown",
        )
    return PROVIDERS[name]


def spoken_names() -> tuple[str, ...]:
    """The providers whose dialect the sandbox can speak, the default first."""
    return tuple(name for name in PROVIDERS if name != SANDBOX)


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
            tr(
                "the gateway's address {scheme}://{hostname} is not usable",
                scheme=parts.scheme,
                hostname=parts.hostname or "",
            ),
            hint="--gateway-url https://HOST/messages/v2/",
            code="gateway_url",
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            tr("the gateway's address must not hold a login, a password or parameters"),
            hint=tr("Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD; --gateway-url https://HOST/messages/v2/"),
            code="gateway_url",
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not allow_plain:
        raise InputError(
            tr(
                "http://{hostname} would send login, phones and texts readable by anybody on the way",
                hostname=parts.hostname,
            ),
            hint=tr(
                "--gateway-url https://{netloc}{path}, or --allow-plain-http",
                netloc=parts.netloc,
                path=parts.path,
            ),
            code="plain_http",
        )
    return url if url.endswith("/") else url + "/"
