"""A language is there as soon as its catalogue is: one `.po`, and no line of code."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import catalogue

GERMAN = r"""
msgid ""
msgstr ""
"Language: de\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"Content-Type: text/plain; charset=utf-8\n"

msgid "accepted"
msgstr "angenommen"

msgid "delivered"
msgstr "zugestellt"

msgid "invalid"
msgstr "fehlerhaft"

msgctxt "noun:row"
msgid "row"
msgid_plural "rows"
msgstr[0] "Zeile"
msgstr[1] "Zeilen"

msgid "finished"
msgstr "fertig"

msgid "No such option {name!r}."
msgstr "Die Option {name!r} gibt es nicht."
"""

PROGRAM = """
import sys
from pathlib import Path
from campaign import i18n
i18n.LOCALE_FOLDERS.append(Path(sys.argv.pop(1)))
from campaign.cli import entry_point
entry_point()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("phone,name\n+79160000001,Ann\n+79160000002,Ben\n5,Cid\n")
    po = tmp_path / "locale" / "de" / "LC_MESSAGES" / "campaign.po"
    po.parent.mkdir(parents=True)
    po.write_text(GERMAN, encoding="utf-8")
    po.with_suffix(".mo").write_bytes(catalogue.as_mo(catalogue.read(po)))
    return tmp_path


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # our own command
        [sys.executable, "-c", PROGRAM, str(folder / "locale"), *words, "--lang", "de"],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip


def test_a_campaign_in_a_language_of_one_catalogue(folder: Path) -> None:
    done = typed(folder, "run", "a.csv", "--text", "Hi", "--client-id", "auto", "--wait", "20s",
                 "--store", "journal.db", "--format", "xlsx,html,csv")  # fmt: skip

    assert done.returncode == 3, done.stderr
    assert ": fertig, 3 Zeilen" in done.stdout
    assert "2  zugestellt" in done.stdout
    assert "1  fehlerhaft" in done.stdout
    (page,) = folder.glob("reports/*.html")
    assert "Zugestellt" in page.read_text(encoding="utf-8")


def test_click_speaks_it_too(folder: Path) -> None:
    assert "Die Option '--nope' gibt es nicht." in typed(folder, "runs", "--nope").stderr
