"""The page about the sandbox lists every fault and every provider as their tables have them."""

import pytest

from campaign.app.maintenance import page
from campaign.gateways.json_v2.providers import spoken_names
from campaign.sandbox.faults import FAULTS, Fault


def line_of(fault: Fault) -> str:
    parameters = ", ".join(f"`{name}`" for name in fault.parameters)
    return f"| `{fault.name}` | {parameters} | {fault.description} |"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_has_its_line_on_the_page(fault: Fault) -> None:
    assert line_of(fault) in page("sandbox").splitlines()


def test_the_page_lists_no_fault_that_does_not_exist() -> None:
    lines = page("sandbox").partition("| fault |")[2].splitlines()
    listed = {line.split("`")[1] for line in lines if line.startswith("| `")}

    assert listed == set(FAULTS)


def test_the_page_names_every_provider_that_the_sandbox_speaks_for() -> None:
    assert all(name in page("sandbox") for name in spoken_names())
