"""Give a file to campaign, in this process, and note who would get what."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from campaign.app.check import checking
from campaign.app.sources import find_sources
from campaign.app.spec import make_spec
from campaign.cli.main import root
from campaign.config import Settings
from campaign.domain import Message
from campaign.errors import InputError
from tests.torture.expect import Case, Outcome, Sent

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def check(path: Path, settings: Mapping[str, object]) -> Outcome:
    """Every row's outcome, as `campaign check` has it; may raise InputError."""
    outcome = Outcome()
    spec = make_spec(find_sources([path]), Settings(dict(settings)), now=NOW)
    with checking(spec) as checked:
        for row in checked.rows:
            found = row.outcome
            if isinstance(found, Message):
                one = Sent(found.phone, found.text, found.client_id)
                outcome.sent.append((found.row_no, one))
            else:
                outcome.refused.append((found.row_no, found.code, found.field))
    return outcome


def ask_campaign(path: Path, settings: Mapping[str, object]) -> Outcome:
    """What `campaign check` makes of a file; a refusal must come with a hint."""
    try:
        return check(path, settings)
    except InputError as error:
        crash = "" if error.hint else f"no hint: {error.message}"
        return Outcome(error=error.code, output=f"{error.message} {error.hint}", crash=crash)


def write(case: Case, folder: Path) -> Path:
    """Put the file of a case into a folder of its own."""
    path = folder / case.name / case.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(case.content())
    return path


def command(case: Case, path: Path) -> list[str]:
    """The same as arguments of the command line, behind `campaign`."""
    arguments = ["check", str(path)]
    for name, value in case.settings.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(option)
        elif isinstance(value, Mapping):
            for role, column in value.items():
                arguments += [option, f"{role}={column}"]
        elif value is not None:
            arguments += [option, str(value)]
    return arguments


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command of its own process ended."""

    exit: int
    output: str
    seconds: float
    peak_mib: float

    @property
    def code(self) -> str:
        """That of the error, "" when there was none."""
        found = re.search(r"^Error \[(\w+)\]", self.output, re.MULTILINE)
        return found[1] if found else ""


def run_alone(case: Case, path: Path, *, seconds: float = 60) -> Ending:
    """`campaign check` in a process of its own, measured."""
    result = path.parent / "cost.json"
    arguments = [*command(case, path), "--store", str(path.parent / "journal.db"), "--lang", "en"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.torture.probe", str(result), *arguments],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ending(-1, "", seconds, 0)
    cost = json.loads(result.read_text()) if result.exists() else {"seconds": 0, "mb": 0}
    return Ending(done.returncode, done.stdout, cost["seconds"], cost["mb"])


def output_of(case: Case, path: Path) -> str:
    """All that `campaign check` prints about a file."""
    where = ["--store", str(path.parent / "journal.db"), "--lang", "en"]
    return CliRunner().invoke(root, [*command(case, path), *where]).output


def outcome_of(case: Case, path: Path) -> Outcome:
    """Everything about a file that is not hostile."""
    outcome = ask_campaign(path, case.settings)
    if (case.expect.says or case.expect.advises) and not outcome.error:
        outcome.output = output_of(case, path)
    return outcome
