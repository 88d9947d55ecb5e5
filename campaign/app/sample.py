"""`campaign test`: real rows, rendered, sent to the user's own phone."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from campaign.app.check import Checking, checking
from campaign.app.context import AppContext
from campaign.app.gateway import known_login
from campaign.app.plan import freeze
from campaign.app.spec import CampaignSpec
from campaign.domain import CheckedRow, Message, Phone, RunInfo, RunPlan
from campaign.domain.ids import make_client_id, make_run_id, run_digest
from campaign.domain.recipients.phone import parse_phone
from campaign.errors import InputError, UnusableCell
from campaign.i18n import reason_text
from campaign.journal.base import Journal
from campaign.text import tr

_DRAWN = 101


_Good: TypeAlias = tuple[CheckedRow, Message]


@dataclass(slots=True)
class _Sample:
    """Rows that show the texts best, found while all pass; memory does not grow with the file."""

    first: list[_Good] = field(default_factory=list)
    longest: _Good | None = None
    drawn: list[_Good] = field(default_factory=list)

    def gather(self, rows: Iterable[CheckedRow], size: int, seed: str) -> None:
        draw = random.Random(seed)  # noqa: S311  # which text is shown to its author
        good = ((row, row.outcome) for row in rows if isinstance(row.outcome, Message))
        for count, one in enumerate(good, start=1):
            if count <= size:
                self.first.append(one)
            if self.longest is None or _size(one) > _size(self.longest):
                self.longest = one
            if count <= _DRAWN:
                self.drawn.append(one)
            elif (at := draw.randrange(count)) < _DRAWN:
                self.drawn[at] = one

    def chosen(self, size: int) -> list[_Good]:
        """The longest, the first, a typical one, then further ones; no text twice."""
        if self.longest is None:
            return []
        typical = sorted(self.drawn, key=_size)[len(self.drawn) // 2]
        by_text: dict[str, _Good] = {}
        for one in (self.longest, *self.first[:1], typical, *self.first, *self.drawn):
            by_text.setdefault(one[1].text, one)
        return list(by_text.values())[:size]


def _size(one: _Good) -> tuple[int, int]:
    return one[1].segments, len(one[1].text)


def plan_test(
    context: AppContext, journal: Journal, spec: CampaignSpec, *, to: str, sample: int
) -> RunInfo:
    """Plan a run of its own that sends a few of the file's texts to one phone, at once.

    Each test is another run: neither earlier messages nor an earlier test are in its way, and it
    does not count as an earlier message.

    Raises:
        InputError: The phone cannot get an SMS, or no row of the file can be sent.
    """
    phone = _phone(to, spec.region)
    now = context.clock.now()
    with checking(spec, now=now) as checked:
        context.ui.stage("check", None)
        found = _Sample()
        found.gather(checked.rows, sample, spec.digest)
        chosen = found.chosen(sample)
        if not chosen:
            raise InputError(
                tr(
                    "{name}: no row can be sent, so there is no text to test",
                    name=spec.sources.name,
                ),
                hint=tr("campaign check FILE shows every row's problem"),
                code="no_such_row",
            )
        plan = _plan(context, journal, spec, checked, now)
        rows = [_to_me(one, phone, plan.digest, at) for at, one in enumerate(chosen, start=1)]
        return freeze(journal.plans, plan, rows).info


def _phone(to: str, region: str) -> Phone:
    try:
        return parse_phone(to, region=region)
    except UnusableCell as error:
        cause, hint = reason_text(error.code, error.details)
        raise InputError(
            tr("--to {to!r}: {reason}", to=to, reason=cause), hint=hint, code=error.code
        ) from error


def _plan(
    context: AppContext, journal: Journal, spec: CampaignSpec, checked: Checking, now: datetime
) -> RunPlan:
    label = f"test {now.isoformat()}"
    settings = {**spec.settings, "again": label, "test": True, "schedule": ""}
    settings.pop("skip_sent", None)  # that is about the recipients of the file
    digest = run_digest(spec.sources.sha256, settings)
    name = f"test of {spec.sources.name}"
    login = known_login(spec.gateway, context.environment)
    return RunPlan(
        run=make_run_id(name, digest),
        digest=digest,
        source_name=name,
        source_sha256=spec.sources.sha256,
        heading=checked.sources[0].layout.heading,
        gateway=spec.gateway,
        gateway_url=spec.gateway_url,
        account=journal.runs.account(spec.gateway, login),
        settings=settings,
        sources=checked.sources,
    )


def _to_me(one: _Good, phone: Phone, seed: str, number: int) -> CheckedRow:
    row, message = one
    client_id = make_client_id(seed, number)
    return replace(row, outcome=replace(message, phone=phone, client_id=client_id, send_at=None))
