"""A folder with a journal, in which commands are typed: through click, in this process."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from campaign.cli.main import root
from campaign.errors import CampaignError


class Typed:
    """What a command came to."""

    def __init__(self, code: int, stdout: str, stderr: str, error: CampaignError | None) -> None:
        self.code, self.stdout, self.stderr, self.error = code, stdout, stderr, error

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever the command printed
        return json.loads(self.stdout)


class Shell:
    """Types commands and makes files."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.chdir(folder)

    def type(self, *words: str) -> Typed:
        done = CliRunner().invoke(root, [*words, "--store", "journal.db"])
        error = done.exception
        if error is not None and not isinstance(error, CampaignError | SystemExit):
            raise error
        if isinstance(error, CampaignError):
            return Typed(int(error.exit_code), done.stdout, done.stderr, error)
        return Typed(done.exit_code, done.stdout, done.stderr, None)

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    def recipients(self, name: str, *tails: str) -> Path:
        rows = "".join(f"+7916000{tail},Имя{tail}\n" for tail in tails)
        return self.write(name, "phone,name\n" + rows)

    def report(self, *paths: str) -> list[dict[str, Any]]:
        """Rows of the JSON Lines report."""
        named = next(path for path in paths if path.endswith(".jsonl"))
        lines = (self.folder / named).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777
