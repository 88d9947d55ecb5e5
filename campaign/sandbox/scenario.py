"""The fault script: which call misbehaves, when, and how.

A script is a list of rules, or a table `{"rules": [...]}` (TOML: `[[rules]]`):

    {"call": "send", "nth": [2, 5], "when": "after", "fault": "status", "code": 502}

    call         send | status | statusQueue | balance | senders | version | * (default: send)
    nth          numbers of the calls concerned, from 1;
    every        or: each so many-th;
    probability  or: 0 to 1, drawn from the seed; none of the three: every call
    times        fire at most so often
    when         after (default): the call is made, then answered wrongly; before: it is never made
    fault        a name from `faults.FAULTS`; all other keys are its parameters

Calls are counted per rule from the moment the script was given. Rules that fire together are
applied in their order, so "accept_twice" and "reset" make a duplicate whose answer is lost.
"""

import json
import random
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from campaign.errors import InputError
from campaign.sandbox.exchange import Exchange
from campaign.sandbox.faults import FAULTS, Fault, read
from campaign.text import tr

_RULE: Mapping[str, tuple[object, object]] = {
    "fault": (str, ""),
    "call": (Literal["send", "status", "statusQueue", "balance", "senders", "version", "*"], "send"),
    "nth": (Sequence[int], ()),
    "every": (int, 0),
    "probability": (float, None),
    "times": (int, 0),
    "when": (Literal["before", "after"], "after"),
}
"""Type and default of what every rule may have."""


@dataclass(slots=True)
class _Rule:
    """A rule and its counts."""

    source: Mapping[str, object]
    fault: Fault
    schedule: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seen: int = 0
    fired: int = 0

    def fires(self, call: str, rng: random.Random) -> bool:
        """Count a call, and decide whether the rule applies to it."""
        schedule = self.schedule
        if schedule["call"] not in (call, "*"):
            return False
        self.seen += 1
        if schedule["times"] and self.fired >= schedule["times"]:
            return False
        if schedule["nth"]:
            hit = self.seen in schedule["nth"]
        elif schedule["every"]:
            hit = self.seen % schedule["every"] == 0
        else:
            hit = schedule["probability"] is None or rng.random() < schedule["probability"]
        self.fired += hit
        return hit

    def apply(self, exchange: Exchange) -> None:
        if self.schedule["when"] == "before":
            exchange.execute = False
        self.fault.apply(exchange, self.parameters)


class FaultScript:
    """The rules of a script with their counts; safe to use from many threads."""

    def __init__(self, rules: Sequence[object], seed: int) -> None:
        self._rules = [_read_rule(number, rule) for number, rule in enumerate(rules, 1)]
        self._rng = random.Random(seed)  # noqa: S311 - repeatable chance, no secret
        self._lock = threading.Lock()

    def exchange(self, call: str) -> Exchange:
        """Plan one exchange of a call."""
        with self._lock:
            fired = [rule for rule in self._rules if rule.fires(call, self._rng)]
            chance = random.Random(self._rng.getrandbits(64))  # noqa: S311 - as above
        exchange = Exchange(rng=chance)
        for rule in fired:
            rule.apply(exchange)
        return exchange

    def describe(self) -> list[dict[str, object]]:
        """List the rules, each with how many calls it saw and how often it fired."""
        with self._lock:
            return [{**rule.source, "seen": rule.seen, "fired": rule.fired} for rule in self._rules]


def rules_of(document: object) -> Sequence[object]:
    """Take the list of rules out of a script document, else InputError."""
    if isinstance(document, Mapping):
        document = document.get("rules")
    if not isinstance(document, list):
        raise InputError(
            tr("a fault script is a list of rules"), hint=tr('For example [{{"fault": "reset", "nth": 2}}].')
        )
    return document


def load_rules(path: Path) -> Sequence[Mapping[str, object]]:
    """Read a script file: JSON, or TOML when its name ends so.

    Raises:
        InputError: It cannot be read, or a rule is not understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise InputError(tr("fault script {path} cannot be read: {error}", path=path, error=error)) from error
    rules = rules_of(document)
    FaultScript(rules, 0)
    return [rule for rule in rules if isinstance(rule, Mapping)]


def _read_rule(number: int, rule: object) -> _Rule:
    """Check a rule whole, its fault's parameters too, so that a typo never means "no fault"."""
    if not isinstance(rule, Mapping):
        raise InputError(tr("fault rule {number} is not a table", number=number))
    try:
        return _parse(rule)
    except InputError as error:
        raise InputError(
            tr("fault rule {number}: {message}", number=number, message=error.message), hint=error.hint
        ) from error


def _parse(source: Mapping[str, object]) -> _Rule:
    schedule = read(_RULE, source)
    fault = FAULTS.get(schedule["fault"])
    if fault is None:
        raise InputError(
            tr("no fault is called {name!r}", name=schedule["fault"]),
            hint=tr("Known: {names}.", names=", ".join(FAULTS)),
        )
    if schedule["when"] == "before" and fault.needs_call:
        raise InputError(tr("{name} cannot be 'before': it needs the call's answer", name=fault.name))
    own = {name: value for name, value in source.items() if name not in _RULE}
    return _Rule(dict(source), fault, schedule, fault.read(own))
