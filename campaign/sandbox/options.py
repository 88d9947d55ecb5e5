"""What a sandbox can be told, and the table of differences between the dialects.

A dialect is data, never a subclass: what two providers do differently stands here, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from campaign.domain import Sender
from campaign.errors import InputError

SANDBOX_LOGIN = "sandbox"
SANDBOX_PASSWORD = "sandbox"  # noqa: S105 - public on purpose: it guards nothing but this machine

_LAST_PORT = 65_535

DEFAULT_SENDERS = (
    Sender("TEST", "default", ""),
    Sender("SPRING", "active", ""),
    Sender("CAMPAIGN", "active", ""),
    Sender("NEWNAME", "pending", ""),
    Sender("BADNAME", "blocked", "bad name"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one provider's answers differ from its sibling's.

    Attributes:
        money_word: The word for a message that the balance does not cover.
        unknown_id_word: What status.json says of an id that the provider does not know.
        integer_ids: smscId is a JSON integer above 2^31; otherwise hex digits in a string.
        status_needs_client_id: status.json refuses a row without clientId.
        echoes_client_id: status.json tells the clientId even when the request did not.
        has_version: version.json exists.
        has_wapurl: A message may carry a wap-push link.

    Source:
        The two gateway documents; the words for unknown ids and integer ids were seen in public
        clients (`gateway.md`).
    """

    name: str
    money_word: str
    unknown_id_word: str
    integer_ids: bool
    status_needs_client_id: bool
    echoes_client_id: bool
    has_version: bool
    has_wapurl: bool

    def id_text(self, number: int) -> str:
        """Write an id as a client would keep it."""
        return str(number) if self.integer_ids else f"{number:X}"

    def id_number(self, value: object) -> int | None:
        """Read an id from a request; None when it cannot be one of this dialect."""
        try:
            return int(str(value), 10 if self.integer_ids else 16)
        except ValueError:
            return None

    def id_json(self, text: str) -> str | int:
        """Turn a kept id into the JSON value that this dialect answers with."""
        return int(text) if self.integer_ids and text.isdigit() else text


def _prostor_family(name: str) -> Dialect:
    return Dialect(
        name=name,
        money_word="not enough balance",
        unknown_id_word="incorrect id",
        integer_ids=False,
        status_needs_client_id=False,
        echoes_client_id=True,
        has_version=True,
        has_wapurl=False,
    )


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "prostor": _prostor_family("prostor"),
        "smsbliss": _prostor_family("smsbliss"),
        "iqsms": Dialect(
            name="iqsms",
            money_word="not enough credits",
            unknown_id_word="queued",
            integer_ids=True,
            status_needs_client_id=True,
            echoes_client_id=False,
            has_version=False,
            has_wapurl=True,
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """Everything about one sandbox; only `state` has no default.

    Attributes:
        state: The one SQLite file with balance, ledger and queues; made when it is missing.
        login: The login that calls must carry.
        password: The password that calls must carry; never shown.
        port: TCP port on 127.0.0.1; 0 lets the system choose.
        dialect: Spoken at `/messages/v2/`; `/prostor/…`, `/iqsms/…` and `/smsbliss/…` always work.
        balance: Roubles of a *new* state file; an existing one keeps its own.
        price: Roubles for one part of a message.
        senders: What senders.json tells; `active` and `default` may be used.
        delay_s: Shortest and longest seconds from hand-over to the final word.
        echo_client_id: Whether status.json tells the clientId unasked; None: as the dialect does.
        faults: Rules of a fault script (see `script.py`).
        seed: Makes ids of a new state file and probabilities repeatable; None: chosen at start.
        certfile: PEM certificate: the server then speaks TLS.
        keyfile: PEM key of the certificate; None when it stands in the same file.
        max_body_bytes: A longer request body is answered with 413.
    """

    state: Path
    login: str = SANDBOX_LOGIN
    password: str = field(default=SANDBOX_PASSWORD, repr=False)
    port: int = 0
    dialect: str = "prostor"
    balance: Decimal = Decimal("100000.00")
    price: Decimal = Decimal("2.50")
    senders: tuple[Sender, ...] = DEFAULT_SENDERS
    delay_s: tuple[float, float] = (0.3, 1.5)
    echo_client_id: bool | None = None
    faults: Sequence[Mapping[str, object]] = ()
    seed: int | None = None
    certfile: Path | None = None
    keyfile: Path | None = None
    max_body_bytes: int = 8_000_000

    def __post_init__(self) -> None:
        """Refuse what cannot work before a port is opened.

        Raises:
            InputError: The dialect, the delays or the price make no sense.
        """
        if self.dialect not in DIALECTS:
            raise InputError(
                f"the sandbox does not speak {self.dialect!r}",
                hint=f"Choose one of: {', '.join(DIALECTS)}.",
            )
        if not 0 <= self.port <= _LAST_PORT:
            raise InputError(f"there is no port {self.port}", hint="0 lets the system choose.")
        shortest, longest = self.delay_s
        if not 0 <= shortest <= longest:
            raise InputError(
                f"a delay of {shortest} to {longest} seconds is not possible",
                hint="Give the shorter one first, for example 0.3-1.5.",
            )
        if not (self.price.is_finite() and self.price >= 0 and self.balance.is_finite()):
            raise InputError("price and balance must be numbers", hint="For example --price 2.50.")
