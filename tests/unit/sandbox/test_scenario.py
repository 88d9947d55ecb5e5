"""A fault script says exactly what it means, or is refused."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from campaign.errors import InputError
from campaign.sandbox.scenario import FaultScript, load_rules


def fired(rules: Sequence[object], calls: int, *, call: str = "send", seed: int = 1) -> list[int]:
    """Numbers of the calls, from 1, that were made `silent` by a `close`."""
    script = FaultScript(rules, seed)
    return [number for number in range(1, calls + 1) if script.exchange(call).silent]


@pytest.mark.parametrize(
    ("schedule", "numbers"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"every": 3}, [3, 6]),
        ({"nth": [2, 5]}, [2, 5]),
        ({"nth": 4}, [4]),
        ({"times": 2}, [1, 2]),
        ({"every": 2, "times": 1}, [2]),
        ({"call": "*"}, [1, 2, 3, 4, 5, 6]),
        ({"call": "status"}, []),
    ],
)
def test_a_rule_fires_on_the_calls_it_names(schedule: dict[str, object], numbers: list[int]) -> None:
    assert fired([{"fault": "close", **schedule}], 6) == numbers


def test_chance_is_repeatable() -> None:
    rules = [{"fault": "close", "probability": 0.1}]

    assert fired(rules, 1000) == fired(rules, 1000)
    assert fired(rules, 1000) != fired(rules, 1000, seed=2)
    assert 60 < len(fired(rules, 1000)) < 140


def test_before_means_that_the_call_is_never_made() -> None:
    exchange = FaultScript([{"fault": "status", "when": "before"}], 0).exchange("send")

    assert not exchange.execute


def test_rules_that_fire_together_are_combined() -> None:
    exchange = FaultScript([{"fault": "accept_twice"}, {"fault": "reset"}], 0).exchange("send")

    assert (exchange.copies, exchange.silent) == (2, True)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("reset", "is not a table"),
        ({"fault": "gremlin"}, "no fault is called 'gremlin'"),
        ({}, "no fault is called ''"),
        ({"fault": "reset", "att": "body"}, "reset has no parameter att"),
        ({"fault": "reset", "at": "noon"}, "at must be one of"),
        ({"fault": "stall", "seconds": "5"}, "seconds must be a number"),
        ({"fault": "stall", "seconds": -1}, "seconds must be a number"),
        ({"fault": "truncate", "bytes": 1.5}, "bytes must be a whole number"),
        ({"fault": "missing", "at": "some"}, "at must be a list of whole numbers"),
        ({"fault": "missing", "key": 1}, "key must be true or false"),
        ({"fault": "patch", "set": 1}, "set must be a table"),
        ({"fault": "patch", "remove": "x"}, "remove must be a list"),
        ({"fault": "plain", "text": 1}, "text must be text"),
        ({"fault": "reset", "call": "receive"}, "call must be one of"),
        ({"fault": "missing", "when": "before"}, "cannot be 'before'"),
    ],
)
def test_a_rule_that_is_not_understood_is_refused(rule: object, complaint: str) -> None:
    """A typo must never mean "no fault": the test that relies on it would pass for nothing."""
    with pytest.raises(InputError) as refusal:
        FaultScript([{"fault": "empty"}, rule], 0)

    assert "fault rule 2" in refusal.value.message
    assert complaint in refusal.value.message


def test_scripts_are_read_from_json_and_toml(tmp_path: Path) -> None:
    rules = [{"fault": "stall", "seconds": 1, "nth": [1]}]
    (tmp_path / "a.json").write_text(json.dumps(rules))
    (tmp_path / "b.toml").write_text('[[rules]]\nfault = "stall"\nseconds = 1\nnth = [1]\n')

    assert load_rules(tmp_path / "a.json") == load_rules(tmp_path / "b.toml") == rules


@pytest.mark.parametrize("text", ["{", '{"rule": []}', '[{"fault": "gremlin"}]', "7"])
def test_a_script_file_that_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "faults.json"
    path.write_text(text)

    with pytest.raises(InputError):
        load_rules(path)
