"""Payloads and replies as JSON: what is written is exact, what is read is distrusted."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from campaign.domain import Attempt, Balance, Delivery, Member, Reply, Sender, StatusRow, Tracked
from campaign.errors import LoginRefused, Unreadable
from campaign.gateways.json_v2.providers import Provider
from campaign.text import tr

_SEPARATOR = re.compile(r"[\s,]*")
_MAX_DEPTH = 32
_MONEY = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?")
"""Plain notation only: arithmetic with 1E+9999999 raises, and printing it takes a gigabyte."""

JsonObject = Mapping[str, object]


class NotJson(ValueError):
    """The body is not one unambiguous JSON object."""


def parse(body: bytes) -> JsonObject:
    """One JSON object, read strictly.

    Raises:
        NotJson: Not UTF-8, not JSON, not an object, a key twice, NaN, or nested too deep.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:200]) from error
    if not isinstance(value, dict) or _is_too_deep(value):
        raise NotJson("not an object, or nested too deep")
    return value


def _is_too_deep(value: object) -> bool:
    """A fixed limit: where Python's own recursion ends depends on who called."""
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _fraction(text: str) -> object:
    """A number with a point; as text where no Decimal can hold it (1e99999999999999999999)."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _no_constant(name: str) -> object:
    raise NotJson(f"{name} is not a number")


def _no_repeated_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a key stands twice in one object")
    return found


_DECODER = json.JSONDecoder(
    parse_float=_fraction, parse_constant=_no_constant, object_pairs_hook=_no_repeated_key
)


def whole_object(text: str, position: int) -> tuple[JsonObject, int] | None:
    """The object that begins there (blanks and commas skipped), and where it ends."""
    gap = _SEPARATOR.match(text, position)
    position = position if gap is None else gap.end()
    if not text.startswith("{", position):
        return None
    try:
        value, end = _DECODER.raw_decode(text, position)
    except (ValueError, RecursionError):
        return None
    return None if _is_too_deep(value) else (value, end)


def as_text(value: object) -> str:
    """At most 200 characters; half of a surrogate pair could be neither stored nor shown."""
    return value[:200].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def as_id(value: object) -> str:
    """Ids come as strings or as JSON integers above 2^31; they are text to us."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value)
    return as_text(value)


def as_count(value: object) -> int | None:
    """A number of at most four digits, None for anything else."""
    text = as_id(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004


def as_money(value: object) -> Decimal | None:
    """A sum below 10^12 in plain notation, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    text = str(value).strip()
    return Decimal(text) if _MONEY.fullmatch(text) else None


_HTTP_OK = 200
_HTTP_UNAUTHORIZED = 401
_SMSC_ID = re.compile(r"[0-9A-Za-z-]{1,72}")
_MESSAGES = re.compile(r'"messages"\s*:\s*\[')
_LOGIN_DESCRIPTION = "error authorization"
_QUEUE_EMPTY = "queue is empty"
_MAX_SALVAGED = 1000
"""A correct answer names at most 200 recipients."""

_COST_LIMIT = 10**6
"""No SMS costs a million; more, times all recipients, is more than the journal can add up."""


@dataclass(frozen=True, slots=True)
class Named:
    """One message object of a send reply.

    Attributes:
        quarantined: There was a smscId that cannot be one.
        impossible_cost: A msgCost that no SMS has, as it came; `cost` is then None.
    """

    client_id: str
    status_text: str
    smsc_id: str
    quarantined: bool
    sms_count: int | None
    cost: Decimal | None
    impossible_cost: str = ""


def encode(payload: JsonObject) -> bytes:
    """JSON in UTF-8; the texts stay byte for byte what was approved."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def send_payload(attempt: Attempt, provider: Provider) -> dict[str, object]:
    """Body of send.json without login and password.

    Source: gateway documents, send.json: scheduleTime, statusQueueName and showBillingDetails
    belong to the request, not to a message.
    """
    payload: dict[str, object] = {
        "messages": [_message(member, provider) for member in attempt.chunk.members],
        "statusQueueName": attempt.queue_name,
        "showBillingDetails": True,
    }
    if attempt.chunk.send_at is not None:
        payload["scheduleTime"] = provider.schedule(attempt.chunk.send_at)
    return payload


def _message(member: Member, provider: Provider) -> dict[str, object]:
    message: dict[str, object] = {"clientId": member.client_id, "phone": member.phone, "text": member.text}
    if member.sender:
        message["sender"] = member.sender
    if provider.has_message_options:
        if member.flash:
            message["flash"] = 1
        if member.wapurl:
            message["wapurl"] = member.wapurl
    return message


def status_payload(tracked: Sequence[Tracked]) -> dict[str, object]:
    """Body of status.json without login and password; clientId wherever it is known."""
    return {
        "messages": [
            {"smscId": one.smsc_id, "clientId": one.client_id} if one.client_id else {"smscId": one.smsc_id}
            for one in tracked
        ]
    }


def named_messages(document: JsonObject) -> tuple[Named, ...]:
    """The message objects of a send reply, in the order in which they came."""
    messages = document.get("messages")
    if not isinstance(messages, list):
        return ()
    return tuple(_named(one) for one in messages if isinstance(one, dict))


def salvage(body: bytes) -> tuple[Named, ...]:
    """Whole message objects in a body that broke off or is no valid JSON as a whole.

    A body with a second list of messages proves nothing about any recipient.
    """
    text = body.decode("utf-8", errors="replace")
    start = _MESSAGES.search(text)
    if start is None:
        return ()
    found: list[JsonObject] = []
    position = start.end()
    while (whole := whole_object(text, position)) is not None:
        value, position = whole
        found.append(value)
        if len(found) > _MAX_SALVAGED:
            return ()
    if _MESSAGES.search(text, position):
        return ()
    return tuple(_named(one) for one in found if not _is_damaged(one))


def _is_damaged(value: JsonObject) -> bool:
    return "\ufffd" in json.dumps(value, ensure_ascii=False, default=str)


def _named(message: JsonObject) -> Named:
    smsc_id = as_id(message.get("smscId"))
    usable = bool(_SMSC_ID.fullmatch(smsc_id))
    cost = as_money(message.get("msgCost"))
    possible = cost is None or 0 <= cost < _COST_LIMIT
    return Named(
        client_id=as_id(message.get("clientId")),
        status_text=as_text(message.get("status")),
        smsc_id=smsc_id if usable else "",
        quarantined=bool(smsc_id) and not usable,
        sms_count=as_count(message.get("smsCount")),
        cost=cost if possible else None,
        impossible_cost="" if possible else str(cost),
    )


def description(document: JsonObject) -> str:
    """What the gateway reports about the request as a whole."""
    return as_text(document.get("description"))[:200]


def is_login_refusal(http_status: int | None, document: JsonObject | None) -> bool:
    """401, or `error authorization` with nothing else in it."""
    if http_status == _HTTP_UNAUTHORIZED:
        return True
    return (
        document is not None
        and description(document).strip().lower() == _LOGIN_DESCRIPTION
        and not document.get("messages")
    )


def read_document(reply: Reply) -> JsonObject:
    """An answer to a call that only reads.

    Raises:
        LoginRefused: The gateway did not accept login or password.
        Unreadable: Anything else that is not a whole JSON object with code 200.
    """
    try:
        document = parse(reply.body)
    except NotJson:
        document = None
    if is_login_refusal(reply.http_status, document):
        raise LoginRefused(
            tr("the gateway refused login or password"),
            hint=tr("Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD (or CAMPAIGN_PASSWORD_FILE)."),
        )
    if reply.http_status != _HTTP_OK or document is None or not reply.complete:
        shown = reply.body[:120].decode("utf-8", errors="replace").strip()
        raise Unreadable(
            tr(
                "the gateway answered HTTP {http_status} {error} {shown!r}",
                http_status=reply.http_status,
                error=reply.error,
                shown=shown,
            ),
            hint=tr("Nothing was changed by asking; try again later."),
        )
    return document


DELIVERY_STATUSES = {
    "queued": Delivery.ON_ITS_WAY,
    "smsc submit": Delivery.ON_ITS_WAY,
    "delivered": Delivery.DELIVERED,
    "delivery error": Delivery.UNDELIVERED,
    "smsc reject": Delivery.UNDELIVERED,
    "incorrect id": Delivery.LOST,
}


def delivery_of(status_text: str) -> Delivery:
    """Class of a delivery status; an undocumented one is not final."""
    return DELIVERY_STATUSES.get(status_text.strip().lower(), Delivery.UNRECOGNISED)


def status_rows(reply: Reply) -> tuple[StatusRow, ...]:
    """Rows of status.json or statusQueue.json; an empty queue is a success without rows."""
    document = read_document(reply)
    messages = document.get("messages")
    if not isinstance(messages, list):
        if description(document).strip().lower() == _QUEUE_EMPTY or document.get("status") == "ok":
            return ()
        raise Unreadable(tr("the gateway reported: {description!r}", description=description(document)))
    rows = []
    for one in messages:
        if not isinstance(one, dict):
            continue
        smsc_id, text = as_id(one.get("smscId")), as_text(one.get("status"))
        if _SMSC_ID.fullmatch(smsc_id) and text:
            rows.append(StatusRow(smsc_id, text, delivery_of(text), as_id(one.get("clientId"))))
    return tuple(rows)


def balances(document: JsonObject) -> tuple[Balance, ...]:
    """Lines of balance.json; numbers and strings mean the same, an unreadable one means nothing."""
    lines = document.get("balance")
    if not isinstance(lines, list):
        return ()
    return tuple(
        Balance(
            kind=as_text(line.get("type")), amount=amount, credit=as_money(line.get("credit")) or Decimal(0)
        )
        for line in lines
        if isinstance(line, dict) and (amount := as_money(line.get("balance"))) is not None
    )


def senders(document: JsonObject) -> tuple[Sender, ...]:
    """Lines of senders.json."""
    lines = document.get("senders")
    if not isinstance(lines, list):
        return ()
    return tuple(
        Sender(
            name=as_text(line.get("name")),
            status=as_text(line.get("status")).strip().lower(),
            info=as_text(line.get("info")),
        )
        for line in lines
        if isinstance(line, dict)
    )
