"""`python -m campaign.sandbox --state PATH`: the sandbox as the child process of a run.

One JSON line on stdout gives its address, and the end of stdin ends it, so it cannot outlive a
parent that was killed. The password comes from CAMPAIGN_SANDBOX_PASSWORD, never from the command
line. `campaign sandbox` is the same gateway for people.
"""

import argparse
import json
import os
import signal
import sys
from decimal import Decimal
from pathlib import Path
from types import FrameType

from campaign.errors import CampaignError, Exit
from campaign.sandbox.options import PASSWORD_VARIABLE, SANDBOX_PASSWORD, SandboxOptions
from campaign.sandbox.scenario import load_rules
from campaign.sandbox.server import SandboxServer, serve_forever


def main(arguments: list[str] | None = None) -> int:
    """Run the sandbox; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m campaign.sandbox")
    parser.add_argument("--state", type=Path, required=True, help="SQLite file")
    parser.add_argument("--balance", type=Decimal, default=Decimal("100000.00"), help="roubles")
    parser.add_argument("--faults", type=Path, help="fault script, JSON or TOML")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    # Ctrl-C reaches the whole group; the parent still needs answers to what is in flight.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        options = SandboxOptions(
            state=given.state,
            password=os.environ.get(PASSWORD_VARIABLE) or SANDBOX_PASSWORD,
            balance=given.balance,
            faults=[] if given.faults is None else load_rules(given.faults),
        )
        serve_forever(options, ready=_announce, wait=sys.stdin.buffer.read)
    except CampaignError as error:
        sys.stderr.write(f"Error [{error.code}]: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"Hint: {error.hint}\n")
        return int(error.exit_code)
    except KeyboardInterrupt:  # before it listened
        return int(Exit.INTERRUPTED)
    return 0


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _announce(sandbox: SandboxServer) -> None:
    line = {"port": sandbox.port, "url": sandbox.url, "base_url": sandbox.base_url()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
