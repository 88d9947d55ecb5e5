"""Every file of the torture set, right or precisely explained: no silent error."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from campaign.errors import Exit
from tests.torture.cases import all_cases
from tests.torture.expect import Case, Kind, judge
from tests.torture.product import outcome_of, run_alone, write
from tests.torture.workbooks import Sheet, xlsx

_MOST_MB = 300
_MOST_SECONDS = 20
_TAME = [case for case in all_cases() if not case.hostile]
_HOSTILE = [
    pytest.param(case, id=case.name, marks=[pytest.mark.sweep] if case.slow else [])
    for case in all_cases()
    if case.hostile
]


def test_the_set_is_as_large_as_promised() -> None:
    """Issue 4: at least 60 files, all kinds."""
    assert len(all_cases()) >= 200


def test_the_workbooks_written_by_hand_are_workbooks_to_others() -> None:
    """What no other program opened would prove nothing."""
    book = xlsx(Sheet(rows=[["Телефон", 1, True, None, "x"]]), formats=["0.00"])
    found = load_workbook(io.BytesIO(book)).active

    assert found is not None
    assert list(found.values) == [("Телефон", 1, True, None, "x")]


@pytest.mark.parametrize("case", _TAME, ids=lambda case: case.name)
def test_every_file_is_read_rightly_or_refused_precisely(case: Case, tmp_path: Path) -> None:
    outcome = outcome_of(case, write(case, tmp_path))
    verdict = judge(case.expect, outcome)

    assert verdict.kind is Kind.RIGHT, "\n".join((f"{case.why}: {verdict.kind}", *verdict.differences))


@pytest.mark.parametrize("case", _HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_hurts_nobody(case: Case, tmp_path: Path) -> None:
    """Issue 4: main process under 300 MiB, under 20 s, clear sentence, exit 4."""
    ending = run_alone(case, write(case, tmp_path))

    assert "Traceback" not in ending.output
    assert ending.seconds < _MOST_SECONDS, case.why
    assert ending.peak_mib < _MOST_MB, case.why
    if case.expect.may_read and ending.exit == Exit.DONE:
        return
    assert ending.exit == Exit.UNUSABLE_INPUT, ending.output
    assert ending.code in case.expect.errors, ending.output
    assert "Hint" in ending.output
