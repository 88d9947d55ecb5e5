"""Every fault that the sandbox has, plain and over TLS: nobody twice, nobody skipped.

The whole program runs; the judge is the sandbox's append-only ledger.
"""

from collections import Counter
from pathlib import Path

import pytest
import trustme

from campaign.sandbox.faults import FAULTS
from campaign.sandbox.options import SANDBOX_PASSWORD, SandboxOptions
from campaign.sandbox.server import SandboxServer
from tests.cli.shell import Shell

PARAMETERS: dict[str, dict[str, object]] = {
    "stall": {"seconds": 3},
    "slow": {"seconds": 0.02},
    "redirect": {"to": "http://127.0.0.1:9/", "code": 307},
    "huge": {"megabytes": 6},
    "accept_late": {"seconds": 0.5},
}
"""What makes a fault strike within a test's time."""

BOTH = [(name, "after") for name in FAULTS]
BOTH += [(name, "before") for name, fault in FAULTS.items() if not fault.needs_call]
STORIES = [(*story, tls) for story in sorted(BOTH) for tls in (False, True)]
IN_CI = frozenset({
    ("reset", "after", True), ("status", "after", True), ("status", "before", True),
    ("early", "after", True), ("missing", "after", True),
})  # fmt: skip
TWICE_BY_ITSELF = frozenset({"accept_twice"})
"""Here the gateway doubles one request: nobody can prevent it, the program must notice."""


CASES = [
    pytest.param(
        *story,
        id=f"{story[0]} {story[1]}{' tls' * story[2]}",
        marks=() if story in IN_CI else pytest.mark.sweep,
    )
    for story in STORIES
]


@pytest.mark.parametrize(("fault", "when", "tls"), CASES)
def test_no_fault_of_a_gateway_sends_a_text_twice_or_loses_a_recipient(
    *, fault: str, when: str, tls: bool, tmp_path: Path
) -> None:
    authority, certificate = trustme.CA(), tmp_path / "cert.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    rule = {"fault": fault, "when": when, "nth": [1], **PARAMETERS.get(fault, {})}
    shell = Shell(tmp_path)
    shell.recipients("people.csv", "0001", "0002", "0003")
    options = SandboxOptions(
        state=tmp_path / "gateway.db", seed=7, faults=[rule], delay_s=(0.0, 0.1),
        certfile=certificate if tls else None,
    )  # fmt: skip
    with SandboxServer(options) as server:
        done = shell.type(
            "run", "people.csv", "--text", "Hello", "--gateway", "prostor",
            "--gateway-url", server.base_url(), "--ca-file", "ca.pem", "--timeout", "2s",
            "--wait", "3s", "--yes", "--json", "--format", "jsonl", "-o", "rows.jsonl",
            CAMPAIGN_LOGIN="sandbox", CAMPAIGN_PASSWORD=SANDBOX_PASSWORD,
        )  # fmt: skip
        ended = shell.type("status", "--offline", "--json") if done.error else done
        taken = Counter(one.client_id for one in server.accepted())
        hits = server.service.counters()

    # An early answer comes before the request is whole enough to be counted.
    assert hits.get("send", 0) + hits.get("incomplete", 0) + (fault == "early") >= 1, hits
    found = ended.json
    assert sum(found["statuses"].values()) == 3
    assert max(taken.values(), default=0) <= (2 if fault in TWICE_BY_ITSELF else 1)
    handed_over = sum(found["statuses"].get(f, 0) for f in ("accepted", "delivered", "undelivered"))
    assert handed_over <= len(taken), "somebody is called accepted whom the gateway does not know"
    assert (found["exit"] == 8) == bool(found["statuses"].get("unknown"))
