"""Errors of the network as sentences: class names only, so that no body can hide in them."""

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from requests import exceptions as errors

from campaign.errors import GatewayError, NotSent, Unreadable


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, from the outside in."""
    cause: object = error
    for _ in range(6):
        if not isinstance(cause, BaseException):
            return
        yield cause
        inner = [getattr(cause, "reason", None), *cause.args, cause.__cause__]
        cause = next((one for one in inner if isinstance(one, BaseException)), None)


def class_names(error: BaseException) -> str:
    """Class names: enough for support, and no body can hide in them."""
    return " < ".join(dict.fromkeys(type(cause).__name__ for cause in causes(error)))


def not_sent(error: BaseException, url: str, *, armed: bool) -> NotSent:
    """What to raise for an error before the last byte; final where the certificate does not fit."""
    host = urlsplit(url).netloc
    # A connection that ends inside the handshake says nothing about the certificate.
    tls = isinstance(error, errors.SSLError) and not any(
        isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) for cause in causes(error)
    )
    failure = NotSent(
        f"{host} could not be reached: {class_names(error)}",
        hint="The certificate does not fit; nothing was sent. Check --gateway-url."
        if tls
        else "Nothing was sent; it is tried again.",
        final=tls,
    )
    failure.code = "never_completed" if armed else "not_reached"
    return failure


def no_answer(error: BaseException, url: str) -> GatewayError:
    """What to raise for an error of a call that only reads."""
    return Unreadable(
        f"{urlsplit(url).netloc} gave no answer: {class_names(error)}",
        hint="Check the network and --gateway-url; asking changes nothing.",
        code="no_answer",
    )
