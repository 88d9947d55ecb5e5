"""The page about Python is a notebook: every output on it is what the code gives."""

import doctest
import re
from pathlib import Path

import pytest

from campaign.app.maintenance import page
from tests.invariants import broken


class _AnyRun(doctest.OutputChecker):
    """A run is named after everything that decides who is told what: new options rename it."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        named = re.compile(r"-[0-9a-f]{8}\b")
        return super().check_output(named.sub("-run", want), named.sub("-run", got), optionflags)


def test_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cells = [
        body
        for body in re.findall(r"^```python\n(.*?)^```", page("api"), re.MULTILINE | re.DOTALL)
        if body.startswith(">>>")
    ]
    notebook = doctest.DocTestParser().get_doctest("\n".join(cells), {}, "api", "api.md", 0)
    said: list[str] = []

    failed, tried = doctest.DocTestRunner(_AnyRun()).run(notebook, out=said.append)

    assert failed == 0, "".join(said)
    assert tried > 12
    assert broken(tmp_path / "demo.sqlite3") == []
