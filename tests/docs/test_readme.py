"""The README's own lines: what a new user pastes must exist and do what it says."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from campaign.cli.main import root

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def _first_block_with(text: str) -> str:
    return str(next(body for _, body in BLOCKS if text in body))


def test_two_lines_do_all_the_set_up() -> None:
    """A block of several lines would not survive being pasted whole by everybody."""
    for command in ("campaign run", "pytest"):
        lines = _first_block_with(command).strip().splitlines()

        assert len(lines) == 1
        assert lines[0].startswith("python3 -m venv .venv && .venv/bin/pip install")


def test_the_first_line_shows_what_the_readme_shows(tmp_path: Path) -> None:
    """The session in the README is real output: the run's name and every number."""
    command = _first_block_with("campaign run").rpartition("campaign ")[2].split()
    shown = next(body for kind, body in BLOCKS if kind == "text")
    (tmp_path / "samples").symlink_to(ROOT / "samples")

    done = subprocess.run(
        [sys.executable, "-m", "campaign", *command, "--store", "journal.db"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 3, done.stderr
    assert done.stdout.strip() == shown.strip()
    assert (tmp_path / "reports" / "customers-9f699438.xlsx").is_file()


@pytest.mark.parametrize("verb", root.list_commands(click.Context(root)))
def test_every_verb_explains_itself_and_is_in_the_readme(verb: str) -> None:
    done = CliRunner().invoke(root, [verb, "--help"])

    assert done.exit_code == 0
    assert "Usage:" in done.stdout
    assert f"campaign {verb}" in README or f"`{verb}`" in README
