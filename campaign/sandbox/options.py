"""The options of a sandbox; what providers do differently is a row in `providers`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from campaign.domain import Sender
from campaign.errors import InputError
from campaign.gateways.json_v2.providers import spoken_names
from campaign.text import tr

SANDBOX_LOGIN = "sandbox"
SANDBOX_PASSWORD = "sandbox"  # noqa: S105 - public on purpose: it guards nothing but this machine
PASSWORD_VARIABLE = "CAMPAIGN_SANDBOX_PASSWORD"  # noqa: S105 - a name, no password

_LAST_PORT = 65_535

DEFAULT_SENDERS = (
    Sender("TEST", "default", ""),
    Sender("SPRING", "active", ""),
    Sender("CAMPAIGN", "active", ""),
    Sender("NEWNAME", "pending", ""),
    Sender("BADNAME", "blocked", "bad name"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """Everything about one sandbox; money in roubles."""

    state: Path  # the one SQLite file with balance, ledger and queues; made when it is missing
    login: str = SANDBOX_LOGIN
    password: str = field(default=SANDBOX_PASSWORD, repr=False)
    port: int = 0  # on 127.0.0.1; 0 lets the system choose
    dialect: str = spoken_names()[0]  # spoken at `/messages/v2/`; `/NAME/messages/v2/` always works
    balance: Decimal = Decimal("100000.00")  # of a *new* state file; an existing one keeps its own
    price: Decimal = Decimal("2.50")  # of one part of a message
    senders: tuple[Sender, ...] = DEFAULT_SENDERS
    delay_s: tuple[float, float] = (0.3, 1.5)  # shortest and longest, from hand-over to final status
    echo_client_id: bool | None = None  # status.json gives it unasked; None: as the provider does
    faults: Sequence[Mapping[str, object]] = ()  # rules of a fault script (`scenario`)
    seed: int | None = None  # makes ids of a new state file and probabilities repeatable
    certfile: Path | None = None  # PEM: the server then speaks TLS
    keyfile: Path | None = None  # None when the key stands in the same file
    max_body_bytes: int = 8_000_000  # a longer request body is answered with 413

    def __post_init__(self) -> None:
        """Refuse what cannot work before a port is opened."""
        if self.dialect not in spoken_names():
            raise InputError(
                tr("the sandbox does not speak {dialect!r}", dialect=self.dialect),
                hint=tr("Choose one of: {names}.", names=", ".join(spoken_names())),
            )
        if not 0 <= self.port <= _LAST_PORT:
            raise InputError(
                tr("there is no port {port}", port=self.port), hint=tr("0 lets the system choose.")
            )
        shortest, longest = self.delay_s
        if not 0 <= shortest <= longest:
            raise InputError(
                tr(
                    "a delay of {shortest} to {longest} seconds is not possible",
                    shortest=shortest,
                    longest=longest,
                ),
                hint=tr("Give the shorter one first, for example 0.3-1.5."),
            )
        if not (self.price.is_finite() and self.price >= 0 and self.balance.is_finite()):
            raise InputError(tr("price and balance must be numbers"), hint=tr("For example --price 2.50."))
