"""Where the gateway is: an address that gives nothing away on the way there."""

from urllib.parse import urlsplit

from campaign.errors import InputError

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
