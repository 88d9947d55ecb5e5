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
    """An HTTP answer, which a fault may rewrite.

    Attributes:
        interim: Bytes of 1xx answers that go before it.
        padding: White space sent before the body, in bytes; never held in memory at once.
        content_length: Content-Length when it is to differ from the truth.
        close: End the connection after it.
    """

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    interim: bytes = b""
    padding: int = 0
    content_length: int | None = None
    close: bool = False

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
    """What an edit of a document may read.

    Attributes:
        previous: The document that this call answered last, None the first time.
        rng: Seeded by the script.
    """

    call: str
    previous: Document | None
    rng: random.Random


@dataclass(slots=True)
class Exchange:
    """One exchange, as it will go.

    Attributes:
        stop_after: Read so many bytes of the body, then end the connection; None: read it all.
        early: HTTP code answered before the body is read.
        execute: Make the call; False: nothing is accepted, read or removed.
        copies: Make it so many times; the first one's answer is sent.
        late_s: Make it so many seconds later, after the client was left without an answer.
        silent: Send no answer.
        stall_s: Wait before the answer.
        cut: End the connection after so many bytes of the answer's body.
        piece_bytes: Send the answer in pieces of this size; 0: at once.
        gap_s: Wait between pieces.
    """

    rng: random.Random
    stop_after: int | None = None
    early: int | None = None
    execute: bool = True
    copies: int = 1
    late_s: float | None = None
    call_fault: CallFault = field(default_factory=CallFault)
    edits: list[Callable[[Document, Scene], Document]] = field(default_factory=list)
    rewrites: list[Callable[[Answer], None]] = field(default_factory=list)
    silent: bool = False
    stall_s: float = 0.0
    cut: int | None = None
    piece_bytes: int = 0
    gap_s: float = 0.0
    ending: Ending = Ending.KEEP
