"""Give a file to campaign, in this process, and note who would be told what."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from campaign.compose.checking import checking
from campaign.compose.recipe import make_recipe
from campaign.compose.sources import find_sources
from campaign.config import Settings
from campaign.errors import InputError
from campaign.model import Message
from tests.torture.expect import Case, Outcome, Sent

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def ask_campaign(path: Path, settings: Mapping[str, object]) -> Outcome:
    """Check a file as `campaign check` does, and keep every row's outcome."""
    outcome = Outcome()
    try:
        recipe = make_recipe(find_sources([path]), Settings(dict(settings)), now=NOW)
        with checking(recipe, now=NOW) as checked:
            for row in checked.rows:
                found = row.outcome
                if isinstance(found, Message):
                    one = Sent(found.phone, found.text, found.client_id)
                    outcome.sent.append((found.row_no, one))
                else:
                    outcome.refused.append((found.row_no, found.code, found.field))
    except InputError as error:
        outcome.error = error.code
        outcome.told = f"{error.message} {error.hint}"
        if not error.hint:
            outcome.crash = f"no hint: {error.message}"
    return outcome


def write(case: Case, folder: Path) -> Path:
    """Put the file of a case into a folder of its own."""
    place = folder / case.name
    place.mkdir(parents=True, exist_ok=True)
    path = place / case.file
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
