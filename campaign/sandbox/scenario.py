"""The fault script: which call misbehaves, when, and how.

A script is a list of rules, or a table `{"rules": [...]}` (TOML: `[[rules]]`):

    {"call": "send", "nth": [2, 5], "when": "after", "fault": "status", "code": 502}

    call         send | status | statusQueue | balance | senders | version | * (default: send)
    nth          numbers of the calls concerned, from 1;
    every        or: each so many-th;
    probability  or: 0 to 1, drawn from the seed; none of the three: every call
    times        fire at most so often
    when         after (default): the call is made, then told wrongly; before: it is never made
    fault        a name from `faults.FAULTS`; all other keys are its parameters

Calls are counted per rule from the moment the script was given. Rules that fire together are
applied in their order, so "accept_twice" and "reset" make a duplicate whose answer is lost.
"""

import json
import random
import threading
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import InputError
from campaign.sandbox.exchange import (
    Params,
    Plan,
)
from campaign.sandbox.faults import (
    BEFORE_OR_AFTER,
    FAULTS,
)

CALLS = ("send", "status", "statusQueue", "balance", "senders", "version")
_SCHEDULE_KEYS = frozenset({"call", "nth", "every", "probability", "times", "when", "fault"})


@dataclass(slots=True)
class _Rule:
    """A rule and its counts."""

    source: Mapping[str, object]
    call: str
    before: bool
    fault: str
    params: Mapping[str, object]
    nth: frozenset[int]
    every: int
    probability: float | None
    times: int
    seen: int = 0
    fired: int = 0

    def fires(self, call: str, rng: random.Random) -> bool:
        """Count a call and tell whether the rule applies to it."""
        if self.call not in (call, "*"):
            return False
        self.seen += 1
        if self.times and self.fired >= self.times:
            return False
        if self.nth:
            hit = self.seen in self.nth
        elif self.every:
            hit = self.seen % self.every == 0
        else:
            hit = self.probability is None or rng.random() < self.probability
        self.fired += hit
        return hit

    def apply(self, plan: Plan) -> None:
        """Change the plan of an exchange."""
        if self.before:
            plan.execute = False
        FAULTS[self.fault](plan, Params(self.params))


class FaultScript:
    """Rules with their counts; safe to use from many threads.

    Args:
        rules: As a script lists them.
        seed: Of every chance that the rules take.

    Raises:
        InputError: A rule is not understood; says which and why.
    """

    def __init__(self, rules: Sequence[object], seed: int) -> None:
        self._rules = [_read_rule(number, rule) for number, rule in enumerate(rules, 1)]
        self._rng = random.Random(seed)  # noqa: S311 - repeatable chance, no secret
        self._lock = threading.Lock()

    def plan(self, call: str) -> Plan:
        """Plan one exchange of a call."""
        with self._lock:
            fired = [rule for rule in self._rules if rule.fires(call, self._rng)]
            chance = random.Random(self._rng.getrandbits(64))  # noqa: S311 - as above
        plan = Plan(rng=chance)
        for rule in fired:
            rule.apply(plan)
        return plan

    def describe(self) -> list[dict[str, object]]:
        """List the rules, each with how many calls it saw and how often it fired."""
        with self._lock:
            return [{**rule.source, "seen": rule.seen, "fired": rule.fired} for rule in self._rules]


def rules_of(document: object) -> Sequence[object]:
    """Take the list of rules out of a script document.

    Raises:
        InputError: It is neither a list nor a table with `rules`.
    """
    if isinstance(document, Mapping):
        document = document.get("rules")
    if not isinstance(document, list):
        raise InputError(
            "a fault script is a list of rules", hint='For example [{"fault": "reset", "nth": 2}].'
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
        raise InputError(f"fault script {path} cannot be read: {error}") from error
    rules = rules_of(document)
    FaultScript(rules, 0)
    return [rule for rule in rules if isinstance(rule, Mapping)]


def _read_rule(number: int, rule: object) -> _Rule:
    """Check a rule whole, its fault's parameters too, so that a typo never means "no fault"."""
    if not isinstance(rule, Mapping):
        raise InputError(f"fault rule {number} is not a table")
    try:
        return _parse(rule)
    except InputError as error:
        raise InputError(f"fault rule {number}: {error.message}", hint=error.hint) from error


def _parse(source: Mapping[str, object]) -> _Rule:
    params = Params(source)
    fault = params.text("fault", "")
    if fault not in FAULTS:
        raise InputError(f"no fault is called {fault!r}", hint=f"Known: {', '.join(FAULTS)}.")
    rule = _Rule(
        source=dict(source),
        call=params.choice("call", (*CALLS, "*"), "send"),
        before=params.choice("when", ("before", "after"), "after") == "before",
        fault=fault,
        params={name: value for name, value in source.items() if name not in _SCHEDULE_KEYS},
        nth=frozenset(params.integers("nth", ())),
        every=params.integer("every", 0),
        probability=params.number("probability", 0) if "probability" in source else None,
        times=params.integer("times", 0),
    )
    if rule.before and fault not in BEFORE_OR_AFTER:
        raise InputError(f"{fault} cannot be 'before': it needs the call's answer")
    own = Params(rule.params)
    FAULTS[fault](Plan(rng=random.Random(0)), own)  # noqa: S311 - a rehearsal, thrown away
    if unused := own.unused():
        raise InputError(f"{fault} has no parameter {', '.join(unused)}")
    return rule
