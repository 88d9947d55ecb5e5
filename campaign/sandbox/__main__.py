"""`python -m campaign.sandbox --state PATH`: the embedded gateway as a process of its own.

With `--embedded` a parent starts it: one JSON line on stdout gives the address, and the end of
stdin ends it, so it cannot outlive a parent that was killed. The password is never on the command
line: it comes from CAMPAIGN_SANDBOX_PASSWORD, else it is the public `SANDBOX_PASSWORD`.
"""

import argparse
import json
import os
import signal
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import FrameType

from campaign.errors import (
    CampaignError,
    Exit,
)
from campaign.gateways.json_v2.providers import spoken_names
from campaign.sandbox.options import (
    PASSWORD_VARIABLE,
    SANDBOX_LOGIN,
    SANDBOX_PASSWORD,
    SandboxOptions,
)
from campaign.sandbox.scenario import load_rules
from campaign.sandbox.server import (
    SandboxServer,
    serve_forever,
)


def main(arguments: list[str] | None = None) -> int:
    """Run the sandbox; returns the exit code."""
    wish = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _end_politely)
    if wish.embedded:
        # Ctrl-C reaches the whole group; the parent still needs answers to what is in flight.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        serve_forever(
            _options(wish),
            ready=_announce_json if wish.embedded else _announce,
            wait=sys.stdin.buffer.read if wish.embedded else None,
        )
    except CampaignError as error:
        sys.stderr.write(f"Error [{error.code}]: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"Hint: {error.hint}\n")
        return int(error.exit_code)
    except KeyboardInterrupt:  # before it listened
        return int(Exit.INTERRUPTED)
    return 0


def _end_politely(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _announce_json(sandbox: SandboxServer) -> None:
    line = {"port": sandbox.port, "url": sandbox.url, "base_url": sandbox.base_url()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _announce(sandbox: SandboxServer) -> None:
    sys.stdout.write(f"Sandbox gateway at {sandbox.base_url()} - no SMS leaves this machine.\n")
    sys.stdout.write("Ctrl-C ends it.\n")
    sys.stdout.flush()


def _options(wish: argparse.Namespace) -> SandboxOptions:
    return SandboxOptions(
        state=wish.state,
        login=wish.login,
        password=os.environ.get(PASSWORD_VARIABLE) or SANDBOX_PASSWORD,
        port=wish.port,
        dialect=wish.dialect,
        balance=wish.balance,
        price=wish.price,
        delay_s=wish.delay,
        faults=[] if wish.faults is None else load_rules(wish.faults),
        seed=wish.seed,
        certfile=wish.certfile,
        keyfile=wish.keyfile,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m campaign.sandbox", description="A gateway on this machine; sends no SMS."
    )
    add = parser.add_argument
    add("--state", type=Path, required=True, help="SQLite file; made when missing")
    add("--port", type=int, default=0, help="0: the system chooses")
    add("--login", default=SANDBOX_LOGIN, help=f"the password is taken from {PASSWORD_VARIABLE}")
    names = spoken_names()
    add("--dialect", choices=names, default=names[0], help="spoken at /messages/v2/")
    add("--balance", type=_roubles, default=Decimal("100000.00"), help="of a new state file")
    add("--price", type=_roubles, default=Decimal("2.50"), help="for one part of a message")
    add("--delay", type=_delay, default=(0.3, 1.5), help="seconds to the final status: MIN-MAX")
    add("--faults", type=Path, help="fault script, JSON or TOML")
    add("--seed", type=int, help="makes ids and chances repeatable")
    add("--certfile", type=Path, help="PEM certificate: speak TLS")
    add("--keyfile", type=Path, help="PEM key of the certificate")
    add("--embedded", action="store_true", help="print the address as JSON; end with stdin")
    return parser


def _roubles(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount") from error


def _delay(text: str) -> tuple[float, float]:
    shortest, _, longest = text.partition("-")
    try:
        return float(shortest), float(longest or shortest)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not MIN-MAX") from error


if __name__ == "__main__":
    sys.exit(main())
