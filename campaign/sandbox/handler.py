"""Serves one connection: read, follow the plan, answer, and count what was not whole.

A request whose body ended before Content-Length bytes was not received: nothing is accepted, it is
only counted as `incomplete`. The campaign's promise "the last byte was not sent, so nobody was
told" rests on gateways behaving like that.
"""

import ssl
import threading
from collections.abc import Iterator

from campaign.sandbox.api import error
from campaign.sandbox.plan import Answer, Ending, Plan
from campaign.sandbox.service import Route, Service, answer_json
from campaign.sandbox.wire import BadRequestError, Head, Wire

_PADDING = b" " * 65_536
_DRAIN_S = 5.0
_LAST_DRAIN_S = 0.1  # when the server closes, it does not wait for slow clients


class Handler:
    """Speaks HTTP/1.1 on one connection.

    Args:
        wire: The connection.
        service: What stands behind it.
        stopping: Set when the server closes: no further request is begun, and waits end.
        max_body_bytes: A longer body is answered with 413.
    """

    def __init__(
        self, wire: Wire, service: Service, stopping: threading.Event, *, max_body_bytes: int
    ) -> None:
        self._wire = wire
        self._service = service
        self._stopping = stopping
        self._max_body_bytes = max_body_bytes

    def run(self) -> None:
        """Serve requests until either side has had enough."""
        try:
            while self._serve_one():
                pass
            self._wire.finish(_LAST_DRAIN_S if self._stopping.is_set() else _DRAIN_S)
        except (OSError, ssl.SSLError):  # the client went away; nothing of ours is lost
            self._service.count("aborted")
        finally:
            self._wire.close()

    def _serve_one(self) -> bool:
        """Serve one request; False when the connection is to end."""
        self._wire.idle = True
        if self._stopping.is_set():
            return False
        try:
            head = self._wire.read_head()
        except BadRequestError:
            self._service.count("bad_request")
            self._wire.send(Answer(400, b"").head(close=True))
            return False
        self._wire.idle = False
        if head is None:
            return False
        if head.path.startswith("/sandbox/"):
            return self._serve_admin(head)
        route = self._service.route(head.path)
        if route is None or not route.is_json or head.method != "POST":
            return self._turn_away(head, route)
        return self._serve_call(head, route)

    def _serve_admin(self, head: Head) -> bool:
        body = self._wire.read_body(min(head.length or 0, self._max_body_bytes))
        return self._send_plain(self._service.admin(head.method, head.path, body), head)

    def _turn_away(self, head: Head, route: Route | None) -> bool:
        """Answer a request that is no call of the JSON interface; its body is of no interest."""
        if route is None:
            answer = answer_json(404, error("no such call"))
        elif not route.is_json:
            # Without the suffix the vendors answer text, and look for the login elsewhere.
            answer = Answer(200, b"error authorization\n", content_type="text/plain")
        else:
            answer = answer_json(405, error("only POST"))
            answer.headers["Allow"] = "POST"
        self._wire.read_body(min(head.length or 0, self._max_body_bytes))
        return self._send_plain(answer, head)

    def _send_plain(self, answer: Answer, head: Head, *, close: bool = False) -> bool:
        keep = head.keeps_alive and not close and not self._stopping.is_set()
        self._wire.send(answer.head(close=not keep) + answer.body)
        return keep

    def _serve_call(self, head: Head, route: Route) -> bool:
        length = head.length
        if length is None or length > self._max_body_bytes:
            refusal = answer_json(411 if length is None else 413, error("body length"))
            return self._send_plain(refusal, head, close=True)
        plan = self._service.plan(route.call)
        if plan.early is not None:
            early = answer_json(plan.early, error("refused before the body was read"))
            return self._send_plain(early, head, close=True)
        if head.headers.get("expect", "").lower() == "100-continue":
            self._wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        wanted = length if plan.stop_after is None else min(plan.stop_after, length)
        body = self._wire.read_body(wanted)
        if len(body) < wanted or plan.stop_after is not None:
            self._service.count("incomplete")
            return self._end(plan)
        answer = self._service.perform(route, body, plan)
        return self._deliver(answer, head, plan)

    # --- the answer's way out ----------------------------------------------------------------

    def _deliver(self, answer: Answer, head: Head, plan: Plan) -> bool:
        self._stopping.wait(plan.stall_s)
        if plan.silent:
            return self._end(plan)
        keep = plan.ending is Ending.KEEP and head.keeps_alive and not self._stopping.is_set()
        first = answer.interim + answer.head(close=not keep)
        if plan.cut is None and not plan.piece_bytes and not answer.padding:
            self._wire.send(first + answer.body)  # one packet: the way of nearly every answer
        else:
            self._wire.send(first)
            for piece in _pieces(answer, plan):
                self._wire.send(piece)
                self._stopping.wait(plan.gap_s)
        return keep or self._end(plan)

    def _end(self, plan: Plan) -> bool:
        if plan.ending is Ending.RESET:
            self._wire.reset()
        return False


def _pieces(answer: Answer, plan: Plan) -> Iterator[bytes]:
    """Yield the body, padding first, in pieces, up to the planned cut."""
    left = len(answer.body) + answer.padding if plan.cut is None else plan.cut
    size = plan.piece_bytes or len(_PADDING)
    padding = answer.padding
    while padding > 0 and left > 0:
        piece = _PADDING[: min(padding, left, size)]
        yield piece
        padding -= len(piece)
        left -= len(piece)
    body = answer.body[: max(0, left)]
    for start in range(0, len(body), size):
        yield body[start : start + size]
