"""What can go wrong with a send request, each as the gateway side sees it.

A fault strikes either before acceptance, so that no message is in the ledger, or after it, so that
all are. To the client the two often look alike; that is the point of having both.
"""

import json
from collections.abc import Callable, Mapping

from tests.foreign.gateway import Exchange, Fault, FaultPlan, Json, ReadFaultPlan, Stage, http_answer

HTML = b"<html><body><h1>502 Bad Gateway</h1><hr>nginx/1.18.0</body></html>"


def at(plan: Mapping[int, Fault]) -> FaultPlan:
    """These send requests, by number from 1."""
    return plan.get


def reading(*calls: str, step: int, fault: Fault) -> ReadFaultPlan:
    """Each `step`-th request of these calls."""
    return lambda call, number: fault if call in calls and number % step == 0 else None


def every(step: int, fault: Fault) -> FaultPlan:
    """Each `step`-th send request."""
    return lambda number: fault if number % step == 0 else None


def always(fault: Fault) -> FaultPlan:
    return lambda _number: fault


def reset_after_headers() -> Fault:
    return Fault(Stage.HEADERS, lambda exchange: exchange.wire.reset())


def reset_half_body() -> Fault:
    return Fault(Stage.HALF, lambda exchange: exchange.wire.reset())


def answer(
    code: int,
    body: bytes = HTML,
    *,
    accepted: bool = False,
    content_type: str = "text/html",
    headers: tuple[tuple[str, str], ...] = (),
) -> Fault:
    raw = http_answer(code, body, content_type=content_type, headers=headers)
    return Fault(_stage(accepted=accepted), lambda _exchange: raw)


def early_answer(code: int, body: bytes = HTML) -> Fault:
    """An answer on the headers alone, before the body is read."""
    raw = http_answer(code, body, content_type="text/html")
    return Fault(Stage.HEADERS, lambda _exchange: raw)


def too_many(retry_after: str = "1") -> Fault:
    """429 with Retry-After, nothing accepted."""
    return answer(429, b"slow down", headers=(("Retry-After", retry_after),))


def login_refused(code: int = 401) -> Fault:
    """The login is refused, as an HTTP code or (200) only in the body."""
    body = b'{"status":"error","description":"error authorization"}'
    return answer(code, body, content_type="application/json")


def status_error(*, accepted: bool) -> Fault:
    """200 with a top-level error that no document explains."""
    body = b'{"status":"error","description":"internal error"}'
    return answer(200, body, accepted=accepted, content_type="application/json")


def lost(*, reset: bool) -> Fault:
    """All are accepted and the answer never comes: EOF, or RST."""
    return Fault(Stage.ACCEPTED, lambda exchange: exchange.wire.reset() if reset else exchange.wire.close())


def truncated(share: float) -> Fault:
    """All are accepted; the reply stops in the middle of what Content-Length promised."""

    def cut(exchange: Exchange) -> bytes:
        raw = http_answer(200, json.dumps(exchange.reply).encode())
        head = raw.index(b"\r\n\r\n") + 4
        return raw[: head + int((len(raw) - head) * share)]

    return Fault(Stage.ACCEPTED, cut)


def edited(change: Callable[[list[Json]], list[Json]]) -> Fault:
    """All are accepted; the list of messages in the reply is changed on its way."""

    def edit(exchange: Exchange) -> bytes:
        messages = exchange.reply["messages"]
        assert isinstance(messages, list)
        return http_answer(200, json.dumps(exchange.reply | {"messages": change(messages)}).encode())

    return Fault(Stage.ACCEPTED, edit)


def missing(count: int) -> Fault:
    """The reply does not name `count` of the accepted messages."""
    return edited(lambda messages: messages[count:])


def stall(*, accepted: bool) -> Fault:
    """Silence until the client gives up."""
    return Fault(_stage(accepted=accepted), lambda exchange: exchange.wire.linger())


def then_refuse(seconds: float) -> Fault:
    """An honest answer, and then for a while nothing listens."""

    def shut(exchange: Exchange) -> bytes:
        exchange.gateway.refuse_connections(seconds)
        return http_answer(200, json.dumps(exchange.reply).encode())

    return Fault(Stage.ACCEPTED, shut)


def echo(code: int, *, accepted: bool) -> Fault:
    """A debugging proxy: the answer shows the whole request, password and all."""

    def mirror(exchange: Exchange) -> bytes:
        page = b"<html><body>request was: " + exchange.body + b"</body></html>"
        return http_answer(code, page, content_type="text/html")

    return Fault(_stage(accepted=accepted), mirror)


def raw(answer: bytes) -> Fault:
    """All are accepted; these bytes come back, HTTP or not."""
    return Fault(Stage.ACCEPTED, lambda _exchange: answer)


def _stage(*, accepted: bool) -> Stage:
    return Stage.ACCEPTED if accepted else Stage.BODY
