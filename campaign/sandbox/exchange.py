"""One exchange as the sandbox will carry it out: faults change it, the server follows it.

The way of an exchange, and what may change it:

    read the head        early (answer at once), stop_after (break off)
    read the body
    make the call        execute, copies, late_s, call_fault
    its document         edits
    the HTTP answer      rewrites
    bytes on the wire    silent, stall_s, piece_bytes, gap_s, cut, ending
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus

from campaign.sandbox.calls import CallFault
from campaign.sandbox.messages import Document

JSON_TYPE = "application/json; charset=utf-8"


class Ending(Enum):
    """What becomes of the connection after the exchange."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"


@dataclass(slots=True)
class Answer:
    """An HTTP answer, which a fault may rewrite."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    interim: bytes = b""  # 1xx answers that go before it
    padding: int = 0  # white space sent before the body, in bytes; never in memory at once
    content_length: int | None = None  # when it is to differ from the truth
    close: bool = False  # end the connection after it

    def head(self, *, close: bool) -> bytes:
        """Write status line and headers."""
        try:
            reason = HTTPStatus(self.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {reason}", "Server: campaign-sandbox"]
        if self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if "Transfer-Encoding" not in self.headers:
            true_length = self.padding + len(self.body)
            length = true_length if self.content_length is None else self.content_length
            lines.append(f"Content-Length: {length}")
        lines.append("Connection: close" if close else "Connection: keep-alive")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


@dataclass(frozen=True, slots=True)
class Scene:
    """What an edit of a document may read."""

    call: str
    previous: Document | None  # what this call answered last
    rng: random.Random  # seeded by the script


@dataclass(slots=True)
class Exchange:
    """One exchange, as it will go."""

    rng: random.Random
    stop_after: int | None = None  # read so many bytes of the body, then end the connection
    early: int | None = None  # HTTP code answered before the body is read
    execute: bool = True  # False: nothing is accepted, read or removed
    copies: int = 1  # make the call so many times; the first one's answer is sent
    late_s: float | None = None  # make it so many seconds later, after the client was left without an answer
    call_fault: CallFault = field(default_factory=CallFault)
    edits: list[Callable[[Document, Scene], Document]] = field(default_factory=list)
    rewrites: list[Callable[[Answer], None]] = field(default_factory=list)
    silent: bool = False  # send no answer
    stall_s: float = 0.0  # wait before the answer
    cut: int | None = None  # end the connection after so many bytes of the answer's body
    piece_bytes: int = 0  # send the answer in pieces of this size; 0: at once
    gap_s: float = 0.0  # wait between pieces
    ending: Ending = Ending.KEEP
