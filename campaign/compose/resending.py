"""Policy `resend`: people of old doubts are put back for one more try, where somebody asked."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from campaign.compose.desk import Books, Desk
from campaign.compose.who import who
from campaign.errors import InputError
from campaign.model import Doubt, RunId
from campaign.rules.plural import counted

SETTLE_TIME = timedelta(minutes=15)
"""So old must a doubt be before the policy `resend` may act on it."""


def resend_old_doubts(desk: Desk, books: Books, run: RunId, look: Callable[[], object]) -> None:
    """Act on the policy and say what came of it.

    Args:
        desk: Its setting `on_unknown` is the policy.
        books: The journal.
        run: Whose people.
        look: Asks the queues once more; called right before anybody is put back.

    Raises:
        InputError: There is no such policy.
    """
    policy = desk.settings.text("on_unknown", "hold")
    if policy not in {"hold", "resend"}:
        raise InputError(
            f"--on-unknown {policy!r} is not known", hint="--on-unknown hold", code="setting"
        )
    if policy != "resend" or not books.doubts.doubts(run):
        return
    look()
    before = desk.clock.now() - SETTLE_TIME
    doubts = books.doubts.doubts(run)
    people = books.doubts.resend(run, before=before, who=who())
    desk.ui.say(f"--on-unknown resend: {_said(people, doubts, before)}")


def _said(people: int, doubts: Sequence[Doubt], before: datetime) -> str:
    if people:
        are = "is" if people == 1 else "are"
        return (
            f"{counted(people, 'person')} {are} sent once more; up to {people} of them may get the "
            "message twice"
        )
    evidence = [one for one in doubts if one.ids_seen]
    rest = [one for one in doubts if not one.ids_seen]
    fresh = [one for one in rest if one.armed_at is not None and one.armed_at >= before]
    other = [one for one in rest if one.armed_at is None or one.armed_at < before]
    ripe = max((one.armed_at for one in fresh if one.armed_at is not None), default=before)
    told = (
        (fresh, f"too fresh until {ripe + SETTLE_TIME:%Y-%m-%d %H:%M:%S} UTC"),
        (evidence, "in a request of which the gateway took at least a part"),
        (other, "sent once more before, scheduled, or without an answer of a queue that proves it"),
    )
    reasons = [
        f"{counted(sum(one.unknown_count for one in some), 'person')} {why}"
        for some, why in told
        if some
    ]
    return "; ".join(["nobody qualifies", *reasons])
