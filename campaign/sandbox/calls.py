"""The six calls: JSON document in, HTTP code and JSON document out.

No HTTP here, and no fault: a fault may only ask a call to behave otherwise (`CallFault`), so that
the ledger stays the truth whatever the client is sent.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaign.domain import CHUNK_SIZE, QUEUE_READ_LIMIT
from campaign.gateways.json_v2.providers import Provider
from campaign.sandbox import messages
from campaign.sandbox.messages import (
    REFUSED_IDS,
    Billing,
    Document,
    Event,
    StatusQueues,
    balance_line,
    events,
    id_json,
    id_number,
    status_at,
)
from campaign.sandbox.options import SandboxOptions
from campaign.sandbox.store import Message, StateStore

Outcome = tuple[int, Document]
"""HTTP code and answer."""


@dataclass(slots=True)
class CallFault:
    """How a fault wants a call to be made."""

    money_after: int | None = None  # the balance ends before this message of the request, from 0
    peek: bool = False  # statusQueue answers without forgetting


def error(description: object) -> Document:
    """Make the answer that refuses a whole request."""
    document: Document = {"status": "error"}
    if description is not None:
        document["description"] = description
    return document


class Api:
    """One account at one gateway, for any provider; `now_s` gives seconds since the epoch."""

    def __init__(self, options: SandboxOptions, store: StateStore, now_s: Callable[[], float]) -> None:
        self._options = options
        self._store = store
        self._now_s = now_s
        self._queues = StatusQueues(store, self._events)
        self._usable = frozenset(sender.name for sender in options.senders if sender.usable)
        defaults = [sender.name for sender in options.senders if sender.status == "default"]
        self._default_sender = defaults[0] if defaults else ""
        self._calls: Mapping[str, Callable[[Provider, Document, CallFault], Outcome]] = {
            "send": self._send,
            "status": self._status,
            "statusQueue": self._status_queue,
            "balance": self._balance,
            "senders": self._senders,
            "version": self._version,
        }

    def knows(self, call: str, provider: Provider) -> bool:
        """Whether the provider has such a call."""
        return call in self._calls and (call != "version" or provider.has_version)

    def authorized(self, document: object) -> bool:
        """Whether login and password are the ones the sandbox was started with."""
        if not isinstance(document, dict):
            return False
        given = f"{document.get('login')}\n{document.get('password')}"
        wanted = f"{self._options.login}\n{self._options.password}"
        return hmac.compare_digest(given.encode(errors="surrogatepass"), wanted.encode())

    def answer(self, call: str, provider: Provider, document: object, fault: CallFault) -> Outcome:
        """Make a call; whatever was taken is committed when this returns."""
        if not isinstance(document, dict) or not self.authorized(document):
            return 401, error("error authorization")
        return self._calls[call](provider, document, fault)

    # --- send ----------------------------------------------------------------------------

    def _send(self, provider: Provider, document: Document, fault: CallFault) -> Outcome:
        asked, refusal = _asked_messages(document)
        if refusal:
            return 400, error(refusal)
        options = messages.read_options(document)
        senders = messages.SenderRules(provider, self._usable, self._default_sender)
        judged = [options.refusal or messages.examine(message, senders) for message in asked]
        paid = len(asked) if fault.money_after is None else fault.money_after
        with self._store.transaction() as account:
            account.request_no += 1
            billing = Billing(self._options.price, provider, account, options, self._now_s())
            answers = [
                billing.serve(position, message.get("clientId"), request, broke=position >= paid)
                for position, (message, request) in enumerate(zip(asked, judged, strict=True))
            ]
            if billing.accepted:
                self._store.append(billing.accepted)
                self._queues.add(options.queue, billing.accepted)
        lines = [balance_line(account.balance)] if options.billing else []
        return 200, {"status": "ok", "balance": lines, "messages": answers}

    # --- statuses ------------------------------------------------------------------------

    def _events(self, message: Message) -> tuple[Event, ...]:
        return events(message, self._options.delay_s)

    def _status(self, provider: Provider, document: Document, _fault: CallFault) -> Outcome:
        rows, refusal = _asked_messages(document)
        if refusal:
            return 400, error(refusal)
        base = self._store.account().id_base
        numbers = [id_number(provider, row.get("smscId")) for row in rows]
        wanted = [(0 if number is None else number) - base for number in numbers]
        known = self._store.messages([seq for seq in wanted if 0 < seq < REFUSED_IDS])
        now = self._now_s()
        return 200, {
            "status": "ok",
            "messages": [
                self._status_row(provider, row, known.get(seq), now)
                for row, seq in zip(rows, wanted, strict=True)
            ],
        }

    def _status_row(
        self, provider: Provider, row: Mapping[str, object], message: Message | None, now: float
    ) -> Document:
        smsc_id = row.get("smscId")
        client_id = row.get("clientId")
        if smsc_id in (None, ""):
            return {"status": messages.ABSENT + "smscId"}
        answer: Document = {"status": provider.unknown_id_status, "smscId": smsc_id}
        if client_id not in (None, ""):
            answer["clientId"] = client_id
        elif provider.status_needs_client_id:
            return answer | {"status": messages.ABSENT + "clientId"}
        # The number alone is not enough: an id of the other provider may have the same one.
        if message is None or message.smsc_id != str(smsc_id).upper():
            return answer
        answer["status"] = status_at(self._events(message), now)
        answer["smscId"] = id_json(provider, message.smsc_id)
        wish = self._options.echo_client_id
        if provider.echoes_client_id if wish is None else wish:
            answer.setdefault("clientId", message.client_id)
        return answer

    def _status_queue(self, provider: Provider, document: Document, fault: CallFault) -> Outcome:
        name = messages.queue_name(document.get("statusQueueName"))
        if name is None:
            return 200, error(messages.INVALID_QUEUE)
        try:
            limit = int(str(document.get("statusQueueLimit", 1)))
        except ValueError:
            return 200, error("invalid status queue limit")
        limit = max(1, min(limit, QUEUE_READ_LIMIT))
        rows = self._queues.read(name, limit=limit, now=self._now_s(), remove=not fault.peek)
        if not rows:
            return 200, {"status": "ok", "description": "queue is empty"}
        return 200, {
            "status": "ok",
            "messages": [
                {"status": row.status_text, "smscId": id_json(provider, row.smsc_id)} for row in rows
            ],
        }

    # --- account -------------------------------------------------------------------------

    def _balance(self, _provider: Provider, _document: Document, _fault: CallFault) -> Outcome:
        return 200, {"status": "ok", "balance": [balance_line(self._store.account().balance)]}

    def _senders(self, _provider: Provider, _document: Document, _fault: CallFault) -> Outcome:
        rows = [
            {"status": sender.status, "info": sender.info, "name": sender.name}
            for sender in self._options.senders
        ]
        return 200, {"status": "ok", "senders": rows}

    def _version(self, _provider: Provider, _document: Document, _fault: CallFault) -> Outcome:
        return 200, {"status": "ok", "version": 2}


def _asked_messages(document: Document) -> tuple[list[Document], str]:
    """The messages of a request, those that are no objects as empty ones, or what refuses it."""
    asked = document.get("messages")
    if not isinstance(asked, list) or not asked:
        return [], messages.ABSENT + "messages"
    if len(asked) > CHUNK_SIZE:
        return [], f"too many messages: {len(asked)}, allowed {CHUNK_SIZE}"
    return [one if isinstance(one, dict) else {} for one in asked], ""
