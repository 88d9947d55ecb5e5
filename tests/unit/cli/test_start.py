"""Help answers at once: what takes half a second to import waits until a command needs it."""

import subprocess
import sys

import pytest

from campaign.cli.main import root

HEAVY = {
    "requests",
    "pandas",
    "openpyxl",
    "phonenumbers",
    "rich",
    "sqlite3",
    "campaign.app",
    "campaign.domain",
}
SCRIPT = """
import sys
from campaign.cli.main import root
root.main([*sys.argv[1:], "--help"], standalone_mode=False)
print(*sys.modules)
"""


@pytest.mark.parametrize("command", ["", *root.list_commands(None)])  # type: ignore[arg-type]  # it is not used
def test_help_imports_nothing_heavy(command: str) -> None:
    words = [sys.executable, "-c", SCRIPT, *([command] if command else [])]
    done = subprocess.run(words, capture_output=True, text=True, check=True)

    assert HEAVY & set(done.stdout.splitlines()[-1].split()) == set()
