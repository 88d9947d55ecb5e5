"""What becomes of messages: checks, billing, ids, and the statuses that their queues answer."""

import heapq
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from campaign.domain import CHUNK_SIZE
from campaign.domain.message.segments import count_segments
from campaign.gateways.json_v2.providers import Provider
from campaign.sandbox.store import Account, Message, StateStore

Document = dict[str, object]

REFUSED_IDS = 2**31
"""Ids of refused messages lie this far above `id_base`, those of accepted ones below."""


def money(amount: Decimal) -> str:
    """Write roubles exactly, with two decimals at least."""
    exponent = amount.as_tuple().exponent
    exact = isinstance(exponent, int) and exponent < -2  # noqa: PLR2004 - two decimals of a rouble
    return f"{amount:f}" if exact else f"{amount:.2f}"


def balance_line(balance: Decimal) -> Document:
    """Make the rouble line of a balance list. Source: gateway documents, balance.json."""
    return {"credit": 0.0, "balance": money(balance), "type": "RUB"}


def id_text(provider: Provider, number: int) -> str:
    """Write an id as a client would store it."""
    return str(number) if provider.integer_ids else f"{number:X}"


def id_number(provider: Provider, value: object) -> int | None:
    """Read an id from a request; None when the provider cannot have given it."""
    try:
        return int(str(value), 10 if provider.integer_ids else 16)
    except ValueError:
        return None


def id_json(provider: Provider, text: str) -> str | int:
    """Turn a stored id into the JSON value that the provider answers with."""
    return int(text) if provider.integer_ids and text.isdigit() else text


# --- statuses ----------------------------------------------------------------------------------

REFUSED_ENDING = "990"
ENDLESS_ENDING = "993"
FINAL_STATUSES = {"991": "delivery error", "992": "smsc reject"}
"""By the last three digits of the phone; any other message is delivered."""

_SUBMIT_SHARE = 0.4  # smsc submit comes this far into the delay
_SPREAD = 2_654_435_761  # Knuth's multiplier: consecutive numbers land far apart


class Event(NamedTuple):
    """A status and the moment from which it holds, in seconds since the epoch."""

    due_at: float
    status_text: str


def events(message: Message, delay_s: tuple[float, float]) -> tuple[Event, ...]:
    """List all statuses that a message will ever have, in order of time.

    Its number decides the delay within the bounds, its phone the end. A scheduled time in the past
    means "now".
    """
    shortest, longest = delay_s
    delay = shortest + (longest - shortest) * ((message.seq * _SPREAD % 2**32) / 2**32)
    start = max(message.accepted_at, message.send_at or 0)
    queued = Event(message.accepted_at, "queued")
    submitted = Event(start + delay * _SUBMIT_SHARE, "smsc submit")
    ending = message.phone[-3:]
    if ending == ENDLESS_ENDING:
        return queued, submitted
    return queued, submitted, Event(start + delay, FINAL_STATUSES.get(ending, "delivered"))


def status_at(all_events: tuple[Event, ...], now: float) -> str:
    """Give the status at a moment; a message is `queued` from its first instant."""
    past = [event for event in all_events[1:] if event.due_at <= now]
    return (past[-1] if past else all_events[0]).status_text


# --- the checks of a request -------------------------------------------------------------------

ABSENT = "absent required param "
INVALID_QUEUE = "invalid status queue name"
_INVALID_SENDER = "sender address invalid"

_QUEUE_NAME = re.compile(r"[0-9A-Za-z]{3,16}")
_PHONE = re.compile(r"\+?[1-9][0-9]{9,14}")
_TRUNK_EIGHT = re.compile(r"\+?89[0-9]{9}")  # 8 916 … is how Russians dial, not a number
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_WAPURL = re.compile(r"[^\s.]+\.[^\s]+")


class SendOptions(NamedTuple):
    """What a send request sets for all of its messages."""

    queue: str  # "" when no status queue was asked for
    send_at: float | None  # seconds since the epoch; None for now
    billing: bool
    refusal: str  # a status that every message gets, "" when the request is well-formed


class Request(NamedTuple):
    """One message, ready to be charged."""

    phone: str
    text: str
    sender: str


def queue_name(value: object) -> str | None:
    """Return a queue name that the documents allow, else None."""
    return value if isinstance(value, str) and _QUEUE_NAME.fullmatch(value) else None


def _schedule_time(value: object) -> float | None:
    """Read `2008-07-12T14:30:01Z` or `…+00:00`; None when it is neither."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def read_options(document: Mapping[str, object]) -> SendOptions:
    """Read the part of a send request that concerns all of its messages."""
    refusal = queue = ""
    send_at = None
    if (when := document.get("scheduleTime")) not in (None, ""):
        send_at = _schedule_time(when)
        refusal = "invalid schedule time format" if send_at is None else ""
    if (name := document.get("statusQueueName")) not in (None, ""):
        queue = queue_name(name) or ""
        refusal = refusal or ("" if queue else INVALID_QUEUE)
    billing = document.get("showBillingDetails") in (True, 1, "1", "true")
    return SendOptions(queue, send_at, billing, refusal)


class SenderRules(NamedTuple):
    """What the checks know of the account."""

    provider: Provider
    usable: Collection[str]
    default_sender: str


def examine(message: Mapping[str, object], account: SenderRules) -> Request | str:
    """Return the message ready to be charged, or the status that refuses it."""
    if refusal := _refusal(message, account):
        return refusal
    return Request(str(message["phone"]), str(message["text"]), str(message.get("sender") or ""))


def _refusal(  # noqa: PLR0911  # one status for each check
    message: Mapping[str, object], account: SenderRules
) -> str:
    for name in ("phone", "clientId"):
        if message.get(name) in (None, "") or not _is_unicode(message[name]):
            return ABSENT + name
    if "text" not in message:
        return ABSENT + "text"
    sender = message.get("sender") or account.default_sender
    if not isinstance(sender, str) or sender not in account.usable:
        return _INVALID_SENDER
    phone, text, link = str(message["phone"]), message["text"], message.get("wapurl")
    usual = _PHONE.fullmatch(phone) and not _TRUNK_EIGHT.fullmatch(phone)
    if not usual or phone.endswith(REFUSED_ENDING):
        return "invalid mobile phone"
    if not isinstance(text, str) or not _is_unicode(text):
        return "text must be string"
    if not text.strip():
        return "text is empty"
    if not account.provider.has_message_options or link in (None, ""):
        return ""
    return "" if isinstance(link, str) and _WAPURL.fullmatch(link) else "wapurl invalid"


def _is_unicode(value: object) -> bool:
    """An escape in JSON can smuggle in half of a surrogate pair."""
    text = str(value)
    return text.isascii() or not _HALF_PAIR.search(text)


# --- queues ------------------------------------------------------------------------------------

_CACHED_QUEUES = 256


class _Next(NamedTuple):
    """The next event of a message that its queue has to answer; sorts by time, then by number."""

    due_at: float
    seq: int
    event_no: int
    smsc_id: str
    events: tuple[Event, ...]


class QueueRow(NamedTuple):
    """One row of a statusQueue answer."""

    smsc_id: str
    status_text: str


class StatusQueues:
    """Reads queues out of the store, where each answer is recorded first."""

    def __init__(self, store: StateStore, events_of: Callable[[Message], tuple[Event, ...]]) -> None:
        self._store = store
        self._events_of = events_of
        self._heaps: OrderedDict[str, list[_Next]] = OrderedDict()
        self._version = store.foreign_changes()

    def read(self, name: str, *, limit: int, now: float, remove: bool = True) -> list[QueueRow]:
        """Return what is due, oldest first, and forget it (with `remove`); unknown queues are empty."""
        with self._store.transaction():
            heap = self._heap(name)
            if not remove:
                return _pop_due(heap.copy(), limit, now)[0]
            rows, taken = _pop_due(heap, limit, now)
            if taken:
                self._store.take(taken.items())
        return rows

    def add(self, name: str, messages: Iterable[Message]) -> None:
        """Put new messages into a queue that is being read; call it inside their transaction.

        A queue that was never read needs nothing: its first read finds them in the ledger.
        """
        heap = self._heaps.get(name)
        if heap is not None:
            for message in messages:
                own = self._events_of(message)
                heapq.heappush(heap, _Next(own[0].due_at, message.seq, 0, message.smsc_id, own))

    def _heap(self, name: str) -> list[_Next]:
        version = self._store.foreign_changes()
        if version != self._version:  # another process took or read something
            self._heaps.clear()
            self._version = version
        heap = self._heaps.get(name)
        if heap is None:
            heap = [
                _Next(own[taken].due_at, message.seq, taken, message.smsc_id, own)
                for message, taken in self._store.queue(name)
                if taken < len(own := self._events_of(message))
            ]
            heapq.heapify(heap)
            self._heaps[name] = heap
            while len(self._heaps) > _CACHED_QUEUES:
                self._heaps.popitem(last=False)
        self._heaps.move_to_end(name)
        return heap


def _pop_due(heap: list[_Next], limit: int, now: float) -> tuple[list[QueueRow], dict[int, int]]:
    """Pop due events; return them and, per message, how many of its events are answered by now."""
    rows: list[QueueRow] = []
    taken: dict[int, int] = {}
    while heap and len(rows) < limit and heap[0].due_at <= now:
        event = heap[0]
        following = event.event_no + 1
        rows.append(QueueRow(event.smsc_id, event.events[event.event_no].status_text))
        taken[event.seq] = following
        if following < len(event.events):
            due_at = event.events[following].due_at
            heapq.heapreplace(heap, event._replace(due_at=due_at, event_no=following))
        else:
            heapq.heappop(heap)
    return rows, taken


# --- billing -----------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _parts(text: str) -> int:
    """Remembered: a campaign without placeholders asks for the same text each time."""
    return count_segments(text).parts


@dataclass(slots=True)
class Billing:
    """Charges the messages of one request, one by one, inside its transaction."""

    price: Decimal
    provider: Provider
    account: Account
    options: SendOptions
    now: float
    accepted: list[Message] = field(default_factory=list)

    def serve(self, position: int, client_id: object, request: Request | str, *, broke: bool) -> Document:
        """Take a message or refuse it; returns its object in the answer."""
        if isinstance(request, str):
            return self._refuse(position, client_id, request)
        parts, account, options = _parts(request.text), self.account, self.options
        cost = self.price * parts
        if broke or cost > account.balance:
            return self._refuse(position, client_id, self.provider.money_status)
        account.balance -= cost
        account.seq += 1
        smsc_id = id_text(self.provider, account.id_base + account.seq)
        self.accepted.append(
            Message(
                account.seq, account.request_no, options.queue, str(client_id), smsc_id,
                request.phone, request.text, request.sender, parts, str(cost), self.now,
                options.send_at,
            )
        )  # fmt: skip
        answer: Document = {
            "status": "accepted",
            "smscId": id_json(self.provider, smsc_id),
            "clientId": str(client_id),
        }
        if options.billing:
            answer |= {"smsCount": parts, "msgCost": money(cost)}
        return answer

    def _refuse(self, position: int, client_id: object, status_text: str) -> Document:
        answer: Document = {"status": status_text}
        if status_text == _INVALID_SENDER:  # as the documents' own example shows
            number = self.account.id_base + REFUSED_IDS
            number += self.account.request_no * CHUNK_SIZE + position
            answer["smscId"] = id_json(self.provider, id_text(self.provider, number))
        if client_id is not None:
            answer["clientId"] = str(client_id)
        return answer
