"""What the sandbox means to do with one exchange: faults change the plan, the server follows it.

The way of an exchange, and what may bend it:

    read the head        early (answer at once), stop_after (break off)
    read the body
    make the call        execute, copies, late_s, twist
    its document         edits
    the HTTP answer      rewrites
    bytes on the wire    silent, stall_s, piece_bytes, gap_s, cut, ending
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus

from campaign.errors import InputError
from campaign.sandbox.calls import Twist
from campaign.sandbox.messages import Document

JSON_TYPE = "application/json; charset=utf-8"


class Ending(Enum):
    """What becomes of the connection after the exchange."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"


@dataclass(slots=True)
class Answer:
    """An HTTP answer, open to lies.

    Attributes:
        interim: Bytes of 1xx answers that go before it.
        padding: White space sent before the body, in bytes; never held in memory at once.
        told_length: Content-Length when it is to differ from the truth.
    """

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    interim: bytes = b""
    padding: int = 0
    told_length: int | None = None

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
            told = true_length if self.told_length is None else self.told_length
            lines.append(f"Content-Length: {told}")
        lines.append("Connection: close" if close else "Connection: keep-alive")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


@dataclass(frozen=True, slots=True)
class Scene:
    """What an edit of a document may look at.

    Attributes:
        call: Name of the call.
        previous: The document that this call answered last, None the first time.
        rng: Seeded by the script.
    """

    call: str
    previous: Document | None
    rng: random.Random


Edit = Callable[[Document, Scene], Document]
Rewrite = Callable[[Answer], None]


@dataclass(slots=True)
class Plan:
    """One exchange, as it will go.

    Attributes:
        stop_after: Read so many bytes of the body, then end the connection; None: read it all.
        early: HTTP code answered before the body is read.
        execute: Make the call; False: nothing is accepted, read or removed.
        copies: Make it so many times; the first one's answer is told.
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
    twist: Twist = field(default_factory=Twist)
    edits: list[Edit] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    silent: bool = False
    stall_s: float = 0.0
    cut: int | None = None
    piece_bytes: int = 0
    gap_s: float = 0.0
    ending: Ending = Ending.KEEP


class Params:
    """The parameters of one fault; remembers which were asked for, so that typos are found.

    Every method raises InputError when a value has the wrong type.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values
        self._asked: set[str] = set()

    def unused(self) -> list[str]:
        """Names that no fault function asked for."""
        return sorted(set(self._values) - self._asked)

    def value(self, name: str, default: object = None) -> object:
        """Return a parameter of any type."""
        self._asked.add(name)
        return self._values.get(name, default)

    def number(self, name: str, default: float) -> float:
        """Return a number that is not negative."""
        value = self.value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise InputError(f"{name} must be a number, not {value!r}")
        return float(value)

    def integer(self, name: str, default: int) -> int:
        """Return a whole number, of either sign."""
        value = self.value(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise InputError(f"{name} must be a whole number, not {value!r}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.value(name, default)
        if not isinstance(value, bool):
            raise InputError(f"{name} must be true or false, not {value!r}")
        return value

    def text(self, name: str, default: str) -> str:
        """Return a string."""
        value = self.value(name, default)
        if not isinstance(value, str):
            raise InputError(f"{name} must be text, not {value!r}")
        return value

    def choice(self, name: str, options: Sequence[str], default: str) -> str:
        """Return one of the options."""
        value = self.text(name, default)
        if value not in options:
            raise InputError(f"{name} must be one of {', '.join(options)}, not {value!r}")
        return value

    def mapping(self, name: str) -> Mapping[str, object]:
        """Return a table; {} when it is not given."""
        value = self.value(name, {})
        if not isinstance(value, Mapping):
            raise InputError(f"{name} must be a table, not {value!r}")
        return value

    def integers(self, name: str, default: Sequence[int]) -> list[int]:
        """Return a list of whole numbers; a single one counts as a list."""
        value = self.value(name, default)
        listed = [value] if isinstance(value, int) else value
        if not isinstance(listed, list | tuple) or not all(isinstance(one, int) for one in listed):
            raise InputError(f"{name} must be a list of whole numbers, not {value!r}")
        return list(listed)
