"""The word that each message of a send request gets before money is asked; pure.

The words are those of `gateway.md`; where the documents are silent (which of two faults is named
first) the order below is ours: the request's own faults, then sender, phone, text.
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from campaign.sandbox.delivery import REFUSED_ENDING
from campaign.sandbox.options import Dialect

ABSENT = "absent required param "
INVALID_PHONE = "invalid mobile phone"
INVALID_SENDER = "sender address invalid"
INVALID_SCHEDULE = "invalid schedule time format"
INVALID_QUEUE = "invalid status queue name"

_QUEUE_NAME = re.compile(r"[0-9A-Za-z]{3,16}")
_PHONE = re.compile(r"\+?[1-9][0-9]{9,14}")
_TRUNK_EIGHT = re.compile(r"\+?89[0-9]{9}")  # 8 916 … is how Russians dial, not a number
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_WAPURL = re.compile(r"[^\s.]+\.[^\s]+")


class Terms(NamedTuple):
    """What a send request says about all of its messages.

    Attributes:
        queue: "" when no status queue was asked for.
        send_at: Seconds since the epoch; None for now.
        billing: Whether smsCount, msgCost and balance belong into the answer.
        refusal: A word that every message gets, "" when the request is well-formed.
    """

    queue: str
    send_at: float | None
    billing: bool
    refusal: str


class Request(NamedTuple):
    """One message, ready to be charged."""

    phone: str
    text: str
    sender: str


def queue_name(value: object) -> str | None:
    """Return a queue name that the documents allow, else None."""
    return value if isinstance(value, str) and _QUEUE_NAME.fullmatch(value) else None


def schedule_time(value: object) -> float | None:
    """Read `2008-07-12T14:30:01Z` or `…+00:00`; None when it is neither."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def read_terms(document: Mapping[str, object]) -> Terms:
    """Read the part of a send request that concerns all of its messages."""
    refusal = ""
    send_at = None
    if (when := document.get("scheduleTime")) not in (None, ""):
        send_at = schedule_time(when)
        refusal = INVALID_SCHEDULE if send_at is None else refusal
    queue = ""
    if (name := document.get("statusQueueName")) not in (None, ""):
        queue = queue_name(name) or ""
        refusal = refusal or ("" if queue else INVALID_QUEUE)
    billing = document.get("showBillingDetails") in (True, 1, "1", "true")
    return Terms(queue, send_at, billing, refusal)


class Account(NamedTuple):
    """What the checks know of the account: senders that may be used, and the one used unasked."""

    dialect: Dialect
    usable: Collection[str]
    default_sender: str


def examine(message: Mapping[str, object], account: Account) -> Request | str:
    """Return the message ready to be charged, or the word that refuses it."""
    for check in _CHECKS:
        if word := check(message, account):
            return word
    return Request(str(message["phone"]), str(message["text"]), str(message.get("sender") or ""))


def _absent(message: Mapping[str, object], _account: Account) -> str:
    for name in ("phone", "clientId"):
        if message.get(name) in (None, "") or not _is_unicode(message[name]):
            return ABSENT + name
    return "" if "text" in message else ABSENT + "text"


def _sender(message: Mapping[str, object], account: Account) -> str:
    sender = message.get("sender") or account.default_sender
    return "" if isinstance(sender, str) and sender in account.usable else INVALID_SENDER


def _phone(message: Mapping[str, object], _account: Account) -> str:
    phone = str(message["phone"])
    good = _PHONE.fullmatch(phone) and not _TRUNK_EIGHT.fullmatch(phone)
    return "" if good and not phone.endswith(REFUSED_ENDING) else INVALID_PHONE


def _text(message: Mapping[str, object], _account: Account) -> str:
    text = message["text"]
    if not isinstance(text, str) or not _is_unicode(text):
        return "text must be string"
    return "" if text.strip() else "text is empty"


def _wapurl(message: Mapping[str, object], account: Account) -> str:
    link = message.get("wapurl")
    if not account.dialect.has_wapurl or link in (None, ""):
        return ""
    return "" if isinstance(link, str) and _WAPURL.fullmatch(link) else "wapurl invalid"


def _is_unicode(value: object) -> bool:
    """Whether a value from JSON is whole: an escape can smuggle in half of a surrogate pair."""
    text = str(value)
    return text.isascii() or not _HALF_PAIR.search(text)


_CHECKS = (_absent, _sender, _phone, _text, _wapurl)
