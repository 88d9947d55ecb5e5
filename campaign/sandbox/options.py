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
    """Everything about one sandbox.

    Attributes:
        state: The one SQLite file with balance, ledger and queues; made when it is missing.
        login: What calls must carry, as the password.
        port: TCP port on 127.0.0.1; 0 lets the system choose.
        dialect: The provider spoken for at `/messages/v2/`; `/NAME/messages/v2/` always works.
        balance: Roubles of a *new* state file; an existing one keeps its own.
        price: Roubles for one part of a message.
        delay_s: Shortest and longest seconds from hand-over to the final status.
        echo_client_id: Whether status.json gives the clientId unasked; None: as the provider does.
        faults: Rules of a fault script (`scenario`).
        seed: Makes ids of a new state file and probabilities repeatable; None: chosen at start.
        certfile: PEM certificate: the server then speaks TLS.
        keyfile: PEM key of the certificate; None when it stands in the same file.
        max_body_bytes: A longer request body is answered with 413.
    """

    state: Path
    login: str = SANDBOX_LOGIN
    password: str = field(default=SANDBOX_PASSWORD, repr=False)
    port: int = 0
    dialect: str = spoken_names()[0]
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
