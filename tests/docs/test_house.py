"""The layout and the names of the program stay as they were agreed.

One folder a subject, few files in each, and the standard terms of the field: whoever reads the
code for the first time must not have to learn a vocabulary of ours.
"""

import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "campaign"
MODULES = tuple(path for path in sorted(PROGRAM.rglob("*.py")) if "__pycache__" not in path.parts)

MOST_MODULES = 210
MOST_IN_A_FOLDER = 20
LARGE_FOLDERS = {"app": 24}
"""Folders that may hold more modules, and how many: one use case a file."""

STANDARD = {
    "arm": "commit point", "armed": "committed", "books": "journal", "brief": "summary",
    "clothes": "format", "compose": "app", "desk": "context", "doubt": "unknown",
    "doubts": "unknown", "dress": "format", "fact": "figure", "facts": "figures",
    "fate": "status", "fates": "statuses", "halt": "pause", "halts": "pauses",
    "judgement": "verdict", "kept": "original, saved", "lane": "worker", "lanes": "workers",
    "lie": "fault", "lies": "faults", "look": "read, check, poll", "looked": "read, checked",
    "looks": "displayed values", "mappings": "column maps", "marks": "sheet facts",
    "mask": "redact", "mend": "fix", "mended": "fixed", "ord": "position", "palette": "styles",
    "pen": "row writer", "people": "recipients", "person": "recipient", "place": "path, position",
    "places": "paths, positions", "practice": "sandbox", "recipe": "spec",
    "remembering": "saved column maps", "said": "reported, logged", "say": "report, log, text",
    "seal": "marker", "spill": "fallback", "spool": "buffer", "stranger": "unmatched id",
    "strangers": "unmatched ids", "surface": "headless UI", "tell": "report, log",
    "tells": "reports", "terms": "options", "till": "billing", "told": "reported, sent",
    "trial": "sample", "turnstile": "rate limiter", "twist": "fault", "twists": "faults",
    "who": "operator", "word": "status text", "words": "texts, labels",
}  # fmt: skip
"""Words that only this program used, each with the field's own term."""

ALLOWED = {
    "ord": "Python's own function",
    "LOOK_ALIKES": "letters that look alike: Unicode's own term is confusables, few know it",
    "say": "what the user interface does with a line",
    "word": "of a language, not of a gateway",
    "words": "the same",
    "_WORD": "the same",
    "_word_cost": "the same",
    "break_long_words": "of textwrap",
}
"""Identifiers in which such a word is plain English or somebody else's name."""

PLAIN_ENGLISH = {"kept", "look", "looked", "marks", "place", "say", "said", "who", "word", "words"}
"""Of these, the ones that a sentence may use: "Word document", "kept", "look at"."""

CATALOGUE = PROGRAM / "locale" / "ru" / "LC_MESSAGES" / "campaign.po"
_PLACEHOLDER = re.compile(r"\{\w+(!r)?\}")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def identifiers(module: Path) -> Iterator[str]:
    """Every name in the code; comments and texts are read by people and not looked through."""
    source = io.StringIO(module.read_text(encoding="utf-8"))
    for token in tokenize.generate_tokens(source.readline):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            yield token.string


def private_words(name: str) -> set[str]:
    parts = {part.lower() for part in _PART.findall(name)}
    return set() if name in ALLOWED else parts & STANDARD.keys()


def test_names_are_the_fields_standard_terms() -> None:
    found = [
        f"{module.relative_to(ROOT)}: {name} ({word}: {STANDARD[word]})"
        for module in MODULES
        for name in sorted(set(identifiers(module)))
        for word in sorted(private_words(name))
    ]

    assert found == []


@pytest.mark.parametrize("folder", ["campaign", "tests"])
def test_file_names_are_standard_terms_too(folder: str) -> None:
    """Pages of the documentation are titles, not names."""
    files = (path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".sql"})
    named = [path.relative_to(ROOT) for path in files]

    assert [str(path) for path in named if private_words(path.with_suffix("").as_posix())] == []


def test_texts_for_users_hold_none_of_the_private_words() -> None:
    """In both languages one term names one thing; the Russian is checked by its translator."""
    with CATALOGUE.open("rb") as file:
        ids = [one for message in read_po(file)
               for one in ((message.id,) if isinstance(message.id, str) else message.id)]  # fmt: skip
    words = STANDARD.keys() - PLAIN_ENGLISH | {"nobody is", "in doubt", "worth while", "astray"}
    private = re.compile(rf"\b({'|'.join(sorted(words))})\b", re.IGNORECASE)

    assert len(ids) > 1_000
    assert [text for text in ids if private.search(_PLACEHOLDER.sub("", text))] == []


def test_every_allowed_name_is_still_there() -> None:
    everywhere = {name for module in MODULES for name in identifiers(module)}

    assert set(ALLOWED) - everywhere == set()


def test_folders_and_files_are_few() -> None:
    modules = [path for path in MODULES if path.name != "__init__.py"]
    sizes = Counter(path.parent.relative_to(PROGRAM).as_posix() for path in modules)
    large = {
        folder: size for folder, size in sizes.items() if size > LARGE_FOLDERS.get(folder, MOST_IN_A_FOLDER)
    }

    assert large == {}
    assert len(MODULES) <= MOST_MODULES


def test_unit_tests_stand_in_the_folders_of_the_program() -> None:
    unit = ROOT / "tests" / "unit"
    folders = {path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}

    assert [str(folder) for folder in sorted(folders) if not (PROGRAM / folder).is_dir()] == []
