"""The practice gateway alone, for people who want to look at it or to script against it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from campaign.compose.places import places
from campaign.config import Settings
from campaign.sandbox.options import SANDBOX_LOGIN, SANDBOX_PASSWORD, SandboxOptions
from campaign.sandbox.script import load_rules
from campaign.sandbox.server import SandboxServer, serve_forever


@dataclass(frozen=True, slots=True)
class Practice:
    """What a person asked of the practice gateway; see `SandboxOptions`."""

    port: int
    dialect: str
    faults: Path | None = None
    seed: int | None = None
    certfile: Path | None = None
    keyfile: Path | None = None


def practice(settings: Settings, wish: Practice, *, say: Callable[[str], object]) -> None:
    """Serve until Ctrl-C; says where, and a complete command that uses it."""
    state = places(settings).sandbox_state
    state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def ready(server: SandboxServer) -> None:
        url = server.base_url()
        say(f"Sandbox gateway at {url}: no SMS leaves this machine. Ctrl-C ends it.")
        say(f"campaign run samples/spring.toml --gateway sandbox --gateway-url {url}")

    serve_forever(
        SandboxOptions(
            state=state,
            login=SANDBOX_LOGIN,
            password=os.environ.get("CAMPAIGN_SANDBOX_PASSWORD") or SANDBOX_PASSWORD,
            port=wish.port,
            dialect=wish.dialect,
            balance=Decimal("10000000.00"),
            faults=[] if wish.faults is None else load_rules(wish.faults),
            seed=wish.seed,
            certfile=wish.certfile,
            keyfile=wish.keyfile,
        ),
        ready=ready,
    )
