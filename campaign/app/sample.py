"""`campaign test`: real rows, rendered, sent to the user's own phone."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from campaign.app.check import checking, size_of
from campaign.app.context import AppContext
from campaign.app.plan import run_plan
from campaign.app.spec import CampaignSpec, parse_option
from campaign.domain import CheckedRow, Message, Phone, RunInfo
from campaign.domain.ids import make_client_id, run_digest
from campaign.domain.recipients.phone import parse_phone
from campaign.errors import InputError
from campaign.journal.base import Journal
from campaign.text import tr

_DRAWN = 101


_Row: TypeAlias = tuple[CheckedRow, Message]


@dataclass(slots=True)
class _Sample:
    """Rows that show the texts best, found while all pass; memory does not grow with the file."""

    first: list[_Row] = field(default_factory=list)
    longest: _Row | None = None
    drawn: list[_Row] = field(default_factory=list)

    def gather(self, rows: Iterator[_Row], size: int, seed: str) -> None:
        draw = random.Random(seed)  # noqa: S311  # which text is shown to its author
        for count, one in enumerate(rows, start=1):
            if count <= size:
                self.first.append(one)
            if self.longest is None or size_of(one) > size_of(self.longest):
                self.longest = one
            if count <= _DRAWN:
                self.drawn.append(one)
            elif (at := draw.randrange(count)) < _DRAWN:
                self.drawn[at] = one

    def chosen(self, size: int) -> list[_Row]:
        """The longest, the first, a typical one, then further ones; no text twice."""
        if self.longest is None:
            return []
        typical = sorted(self.drawn, key=size_of)[len(self.drawn) // 2]
        by_text: dict[str, _Row] = {}
        for one in (self.longest, *self.first[:1], typical, *self.first, *self.drawn):
            by_text.setdefault(one[1].text, one)
        return list(by_text.values())[:size]


def plan_test(context: AppContext, journal: Journal, spec: CampaignSpec, *, to: str, sample: int) -> RunInfo:
    """Plan a run of its own that sends a few of the file's texts to one phone, at once.

    Each test is another run: neither earlier messages nor an earlier test are in its way, and it
    does not count as an earlier message.

    Raises:
        InputError: The phone cannot get an SMS, or no row of the file can be sent.
    """
    phone = parse_option("--to", lambda value: parse_phone(value, region=spec.region), to)
    with checking(spec) as checked:
        context.ui.stage("check", None)
        found = _Sample()
        found.gather(checked.messages(), sample, spec.digest)
        chosen = found.chosen(sample)
        if not chosen:
            raise InputError(
                tr("{name}: no row can be sent, so there is no text to test", name=spec.sources.name),
                hint=tr("campaign check FILE shows every row's problem"),
                code="no_such_row",
            )
        settings = _settings(spec)
        digest = run_digest(spec.sources.sha256, settings)
        test, name = replace(spec, settings=settings, digest=digest), f"test of {spec.sources.name}"
        plan = run_plan(context, journal, test, checked.sources, name)
        rows = [_to_phone(one, phone, digest, at) for at, one in enumerate(chosen, start=1)]
        return journal.plans.plan(plan, rows)


def _settings(spec: CampaignSpec) -> dict[str, object]:
    label = f"test {spec.asked_at.isoformat()}"
    settings = {**spec.settings, "again": label, "test": True, "schedule": ""}
    settings.pop("skip_sent", None)  # that is about the recipients of the file
    return settings


def _to_phone(one: _Row, phone: Phone, seed: str, number: int) -> CheckedRow:
    row, message = one
    client_id = make_client_id(seed, number)
    return replace(row, outcome=replace(message, phone=phone, client_id=client_id, send_at=None))
