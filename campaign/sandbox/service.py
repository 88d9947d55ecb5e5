"""What stands behind the HTTP: routes, the calls, the counters and the admin path.

Admin path (loopback only, no login; it shows no phone, text or password):

    GET    /sandbox/ledger   counts, money, counters, seed
    GET    /sandbox/faults   the rules with their counts
    POST   /sandbox/faults   a fault script: replaces the rules
    DELETE /sandbox/faults   no more faults
    POST   /sandbox/account  {"top_up": "100.00", "advance_s": 3600}: money, time
"""

import json
import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from campaign.errors import InputError
from campaign.gateways.json_v2.providers import PROVIDERS, SANDBOX, Provider
from campaign.sandbox.calls import Api, CallFault, Outcome, error
from campaign.sandbox.exchange import Answer, Exchange, Scene
from campaign.sandbox.messages import Document, money
from campaign.sandbox.options import SandboxOptions
from campaign.sandbox.scenario import FaultScript, rules_of
from campaign.sandbox.store import StateStore
from campaign.text import tr

_PATH = re.compile(r"/(?:(?P<dialect>[a-z]+)/)?messages/v2/(?P<call>[A-Za-z]+)(?P<json>\.json)?/?(?:\?.*)?")


class Route(NamedTuple):
    """Where a path leads: a call as one provider answers it."""

    call: str
    provider: Provider
    is_json: bool


def answer_json(status: int, document: object) -> Answer:
    """Make an HTTP answer of a document."""
    return Answer(status, json.dumps(document, separators=(",", ":")).encode())


class Service:
    """One sandbox without its sockets; `seed` is of the fault script."""

    def __init__(
        self, options: SandboxOptions, store: StateStore, *, seed: int, clock: Callable[[], float]
    ) -> None:
        self._options = options
        self._store = store
        self._seed = seed
        self._skew_s = store.account().skew_s
        self._api = Api(options, store, lambda: clock() + self._skew_s)
        self._script = FaultScript(options.faults, seed)
        self._previous: dict[str, Document] = {}
        self._late: set[threading.Timer] = set()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Forget calls that were to be made late."""
        with self._lock:
            late, self._late = self._late, set()
        for timer in late:
            timer.cancel()

    def count(self, name: str) -> None:
        """Add one to a counter."""
        with self._lock:
            self._counts[name] += 1

    def counters(self) -> dict[str, int]:
        """Return all counters: requests by call, `incomplete`, `aborted`, …."""
        with self._lock:
            return dict(self._counts)

    # --- the calls -------------------------------------------------------------------------

    def route(self, path: str) -> Route | None:
        """Find the call that a path means."""
        match = _PATH.fullmatch(path)
        if match is None or match["dialect"] == SANDBOX:
            return None
        provider = PROVIDERS.get(match["dialect"] or self._options.dialect)
        if provider is None or not self._api.knows(match["call"], provider):
            return None
        return Route(match["call"], provider, bool(match["json"]))

    def exchange(self, call: str) -> Exchange:
        """Plan one exchange, faults included."""
        return self._script.exchange(call)

    def perform(self, route: Route, body: bytes, exchange: Exchange) -> Answer:
        """Make a call as planned, or pretend to; what was taken is committed on return."""

        def call(fault: CallFault) -> Outcome:
            return self._api.answer(route.call, route.provider, document, fault)

        self.count(route.call)
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return answer_json(400, error("malformed json"))
        if exchange.late_s is not None:
            self._make_late(exchange.late_s, lambda: call(CallFault()))
            exchange.execute = False
        status, reply = 200, error("temporary failure")
        if exchange.execute:
            status, reply = call(exchange.call_fault)
            for _ in range(exchange.copies - 1):
                call(exchange.call_fault)
        answer = answer_json(status, self._edited(route.call, reply, exchange))
        for rewrite in exchange.rewrites:
            rewrite(answer)
        return answer

    def _edited(self, call: str, reply: Document, exchange: Exchange) -> Document:
        """Edit an answer as planned; the original is stored for a later swap."""
        with self._lock:
            previous = self._previous.get(call)
            if exchange.execute:
                self._previous[call] = reply
        if exchange.edits:
            reply = json.loads(json.dumps(reply))  # the stored one stays as it is
            scene = Scene(call, previous, exchange.rng)
            for edit in exchange.edits:
                reply = edit(reply, scene)
        return reply

    def _make_late(self, seconds: float, call: Callable[[], object]) -> None:
        def make() -> None:
            with self._lock:
                if timer not in self._late:
                    return
            call()
            with self._lock:
                self._late.discard(timer)

        timer = threading.Timer(seconds, make)
        timer.daemon = True
        with self._lock:
            self._late.add(timer)
        timer.start()

    # --- the admin path --------------------------------------------------------------------

    def set_faults(self, document: object) -> None:
        """Replace the fault script.

        Raises:
            InputError: It is not understood; the old one stays.
        """
        self._script = FaultScript(rules_of(document), self._seed)

    def top_up(self, amount: Decimal) -> None:
        """Put money on the account, or take it off."""
        with self._store.transaction() as account:
            account.balance += amount

    def advance(self, seconds: float) -> None:
        """Let the sandbox's clock go ahead, for scheduled messages and long waits."""
        with self._store.transaction() as account:
            account.skew_s += seconds
            self._skew_s = account.skew_s

    def _summary(self) -> Mapping[str, object]:
        account = self._store.account()
        return {
            "accepted": account.seq,
            "send_requests": account.request_no,
            "repeated_client_ids": self._store.repeated_client_ids(),
            "balance": money(account.balance),
            "counters": self.counters(),
            "seed": self._seed,
        }

    def admin(self, method: str, path: str, body: bytes) -> Answer:
        """Answer a request on the admin path."""
        try:
            if (method, path) == ("GET", "/sandbox/ledger"):
                return answer_json(200, self._summary())
            if path == "/sandbox/faults":
                return self._admin_faults(method, body)
            if (method, path) == ("POST", "/sandbox/account"):
                self._admin_account(json.loads(body))
                return answer_json(200, self._summary())
        except InputError as problem:
            return answer_json(400, {"status": "error", "description": problem.message})
        except (ValueError, TypeError, AttributeError, InvalidOperation):
            return answer_json(400, error("malformed request"))
        return answer_json(404, error("no such admin call"))

    def _admin_faults(self, method: str, body: bytes) -> Answer:
        if method == "POST":
            self.set_faults(json.loads(body))
        elif method == "DELETE":
            self.set_faults([])
        elif method != "GET":
            return answer_json(405, error("GET, POST or DELETE"))
        return answer_json(200, {"seed": self._seed, "rules": self._script.describe()})

    def _admin_account(self, wish: Mapping[str, object]) -> None:
        amount = Decimal(str(wish.get("top_up", "0")))
        seconds = float(str(wish.get("advance_s", 0)))
        if not (amount.is_finite() and math.isfinite(seconds)):
            raise InputError(tr("top_up and advance_s must be finite numbers"))
        self.top_up(amount)
        self.advance(seconds)
