"""The page tells what was measured on one program, whole, or there is no page."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.figures import measurements
from tests.figures.measurements import PROGRAM, SENDING, Measured, Measurements, Piece, digest_of
from tests.figures.page import Unfit, broken, page
from tests.figures.parts import PARTS
from tests.seeds.totals import stored, total

DIGEST = "0123456789ab"
_SWEEP = dict.fromkeys(
    ("points", "recipients", "duplicates", "false_accepted", "false_refused", "skipped", "stuck",
     "held", "held_taken", "unknown_attempts", "unknown_taken", "resolved", "sent_again"), 7,
) | {"name": "a story", "seed": "1..9", "worst_resume_s": 0.5, "offenders": []}  # fmt: skip
_TOTALS = replace(total([]), runs=3, injected=Counter({"N7 reset": 3}))
MEASURED: dict[str, Measured] = {
    "model": {"states": 9, "broken": [], "wrong": 2, "noticed": 2},
    "resume": {"recipients": 9, "seconds": 0.5},
    "mutants": {"trials": [{"mutant": "no ARM", "killed": True, "listed": True, "by": ["t::x"]}]},
    "drivers": {"duplicates": 0, "missing": 0, "pending": 0, "late_sends": 0, "wrong": []},
    "seeds": stored(_TOTALS),
    "disks": _SWEEP,
    "canary": {"artefacts": 9, "stories": 3, "hits": []},
    "kills": _SWEEP,
    "power": _SWEEP,
}


def piece(part: str) -> Piece:
    return Piece(part, part, DIGEST, "all", "the command", "2026-12-01", 60.0, "3.11", "3.40",
                 MEASURED[part])  # fmt: skip


def pieces() -> list[Piece]:
    return [piece(part) for part in PARTS]


def test_a_whole_measurement_of_one_program_makes_a_page() -> None:
    text = page(pieces(), digest=DIGEST, mixed=False)

    assert f"| kills | `the command` | all | {DIGEST} | 2026-12-01 |" in text
    assert "| N7 reset | 3 | 0 | 0 | 0 |" in text
    assert "Not all of it" not in text
    assert "sampled" not in text


def test_parts_of_different_programs_make_no_page_unless_told_and_then_it_says_so() -> None:
    found = pieces()
    found[0] = replace(found[0], digest="ffffffffffff")

    with pytest.raises(Unfit, match=r"ffffffffffff.*model"):
        page(found, digest=DIGEST, mixed=False)
    text = page(found, digest=DIGEST, mixed=True)
    assert "Not all of it was measured on one program" in text
    assert "ffffffffffff" in text


def test_what_was_measured_before_the_program_changed_makes_no_page() -> None:
    with pytest.raises(Unfit):
        page(pieces(), digest="ffffffffffff", mixed=False)


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_makes_no_page(part: str) -> None:
    with pytest.raises(Unfit, match=part):
        page([one for one in pieces() if one.part != part], digest=DIGEST, mixed=True)


def test_a_sample_is_called_a_sample() -> None:
    found = [replace(one, sample="every 60th") if one.part == "kills" else one for one in pieces()]

    assert "Only sampled: kills." in page(found, digest=DIGEST, mixed=False)


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("model", {"broken": ["DUPLICATE"]}),
        ("model", {"noticed": 1}),
        ("resume", {"seconds": 3.0}),
        ("mutants", {"trials": [{"mutant": "no ARM", "killed": False}]}),
        ("drivers", {"duplicates": 1}),
        ("drivers", {"wrong": ["two drive"]}),
        ("seeds", {"bad_seeds": [7]}),
        ("disks", {"offenders": [{"point": "k = 3"}]}),
        ("kills", {"offenders": [{"point": "k = 3"}]}),
        ("power", {"offenders": [{"point": "k = 3"}]}),
        ("canary", {"hits": ["journal.db: base64"]}),
    ],
)
def test_a_broken_promise_is_told(part: str, wrong: dict[str, object]) -> None:
    assert broken(pieces()) == []
    assert broken([replace(piece(part), measured={**MEASURED[part], **wrong})]) != []


def test_a_control_that_loses_nobody_is_told() -> None:
    control = replace(piece("power"), name="control", measured=_SWEEP | {"duplicates": 0})

    assert broken([control]) != []
    assert broken([replace(control, measured=_SWEEP)]) == []


def test_a_piece_is_measured_once_for_a_program_and_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def measure(sample: str) -> None:
        def work() -> Measured:
            asked.append(sample)
            return {}

        Measurements(tmp_path).measure("kills", "a story", sample, work)

    for digest, sample in [("a", "all"), ("a", "all"), ("a", "every 9th"), ("b", "every 9th")]:
        monkeypatch.setattr(measurements, "digest_of", lambda digest=digest: digest)
        measure(sample)

    assert asked == ["all", "every 9th", "every 9th"]
    assert [one.digest for one in Measurements(tmp_path).pieces()] == ["b"]


def test_the_digest_is_that_of_what_sends(tmp_path: Path) -> None:
    for folder in ("docs", "sending", "reports/xlsx", "journal/sqlite"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "sending" / "send.py").write_text("arm()", "utf-8")
    before = digest_of(tmp_path)
    (tmp_path / "docs" / "reliability.md").write_text("a page", "utf-8")
    (tmp_path / "reports" / "xlsx" / "workbook.py").write_text("put_text()", "utf-8")
    assert digest_of(tmp_path) == before

    (tmp_path / "sending" / "send.py").write_text("pass", "utf-8")
    changed = digest_of(tmp_path)
    assert changed != before

    (tmp_path / "journal" / "sqlite" / "schema.sql").write_text("CREATE", "utf-8")
    assert digest_of(tmp_path) != changed


def test_everything_that_the_digest_names_exists() -> None:
    """A module that was renamed would silently be left out."""
    assert [one for one in SENDING if not list(PROGRAM.glob(one))] == []
