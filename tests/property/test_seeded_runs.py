"""Whole campaigns under seeded misfortune: nobody gets it twice, the report has everybody."""

import pytest

from tests.seeds.faults import FAULTS
from tests.seeds.run import run_seeds
from tests.seeds.script import Freeze, Queue, script_of
from tests.seeds.totals import Totals, total

IN_CI = range(1, 121)
LONG = range(1, 10_001)
ENOUGH_PERCENT = 95.0


def require_the_promise(totals: Totals) -> None:
    """What every seed must hold; a seed that does not is named."""
    # By small values: pytest would take a minute to show all of the totals.
    bad_seeds = totals.bad_seeds[:10]
    must_be_nothing = {
        name: getattr(totals, name)
        for name in ("duplicates", "false_accepted", "false_refused", "false_final", "skipped",
                     "stuck", "invariants", "resent", "strange")
    }  # fmt: skip

    assert bad_seeds == ()
    assert {name: count for name, count in must_be_nothing.items() if count} == {}


def test_some_hundred_campaigns_keep_the_promise() -> None:
    totals = total(run_seeds(IN_CI))

    require_the_promise(totals)
    resolved = totals.resolved(whole=True)
    assert resolved.percent >= ENOUGH_PERCENT
    # The seeds really hurt: otherwise all this would say nothing.
    crashes, take_overs, held = totals.crashes, totals.take_overs, totals.held
    met = [fault for fault in FAULTS if totals.injected[fault.id]]
    assert crashes > 80
    assert take_overs > 5
    assert held > 100
    assert resolved.whole > 50
    assert len(met) > 0.8 * len(FAULTS)


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_ten_thousand_campaigns_keep_the_promise() -> None:
    totals = total(run_seeds(LONG))

    require_the_promise(totals)
    resolved, least = totals.resolved(), min(totals.injected[fault.id] for fault in FAULTS)
    assert resolved.percent >= ENOUGH_PERCENT
    assert least > 100


def test_a_seed_with_one_worker_repeats_exactly() -> None:
    seeds = [seed for seed in range(300, 330) if script_of(seed).workers == 1][:4]

    assert list(run_seeds(seeds)) == list(run_seeds(seeds))


def test_the_seeds_visit_every_fault_and_every_queue() -> None:
    scripts = [script_of(seed) for seed in range(1, 401)]

    met = {fault for script in scripts for fault in script.faults}
    assert met == {"", *(fault.id for fault in FAULTS)}
    assert {script.queue for script in scripts} == set(Queue)
    assert {script.dialect for script in scripts} == {"prostor", "iqsms"}
    assert {script.echoes for script in scripts} == {True, False}
    assert {len(script.crash_points) for script in scripts} == {0, 1, 2, 3}
    assert {freeze for script in scripts for freeze in script.freezes.values()} == set(Freeze)
    assert any(script.stops for script in scripts)
