"""Values as lines of text: what is shown on the terminal, in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from campaign.app.outcome import Outcome, command
from campaign.app.stoplist import Change
from campaign.app.ui import Confirmation
from campaign.app.unknown import OpenRequests
from campaign.domain import Balance, Finding, Sender, Status, UnknownAttempt, UnknownShare, UnmatchedId
from campaign.domain.polling import Outlook
from campaign.domain.recipients.phone_info import redacted
from campaign.i18n import (
    Lang,
    at_moment,
    counted,
    label,
    moment,
    money,
    reason,
    say,
    status_count,
    technical_last,
    texts_in,
    translated,
)


def outlook_lines(ahead: Outlook | None, lang: Lang, zone: tzinfo | None = None) -> Iterator[str]:
    """How many have no final status, when to check again, and when tracking ends.

    The times are of `zone`, which is named once; without one they are of the system's clock.
    """
    if ahead is None or not ahead.open_count:
        return

    def local(when: datetime) -> str:
        return _local(when, ahead.as_of, lang, zone)

    as_of = local(ahead.as_of) + (f" {at_moment(zone, ahead.as_of)}" if zone is not None else "")
    line = say(lang, "{n} without a final status as of {time}", n=ahead.open_count, time=as_of)
    if ahead.next_check_at is not None:
        line += f"; {say(lang, 'check again after: {time}', time=local(ahead.next_check_at))}"
    if ahead.tracking_ends_at is not None:
        line += f"; {say(lang, 'tracking ends: {time}', time=local(ahead.tracking_ends_at))}"
    yield f"  {line}"


def unmatched_id_lines(unmatched_ids: Sequence[UnmatchedId], lang: Lang, *, listed: bool) -> Iterator[str]:
    """How many ids the gateway reported that match no recipient; which ones, if wanted."""
    if not unmatched_ids:
        return
    ids = counted(len(unmatched_ids), "message_id", lang)
    if not listed:
        text = say(lang, "{ids} that match no recipient: campaign status -v lists them", ids=ids)
        yield f"  ! {text}"
        return
    yield f"  ! {say(lang, '{ids} that match no recipient:', ids=ids)}"
    for one in unmatched_ids:
        source = (
            say(lang, "reported by status.json, unasked")
            if one.attempt_id is None
            else say(lang, "reported by the queue of attempt {attempt}", attempt=one.attempt_id)
        )
        yield f"    {one.smsc_id}  {one.status_text}  {_utc(one.first_seen, lang)}  ({source})"


def wait_line(count: int, now: datetime, wait_s: float, lang: Lang) -> str:
    """How many are waited for, until when, and how to have it otherwise."""
    return say(
        lang,
        "Waiting for the final statuses of {messages}, until {until} at the latest. To stop: "
        "Ctrl-C; not to wait: --wait 0; nothing is lost, `campaign report` shows the rest later.",
        messages=counted(count, "of_messages", lang),
        until=_local(now + timedelta(seconds=wait_s), now, lang),
    )


def live_line(statuses: Mapping[Status, int], lang: Lang) -> str:
    """The counts that move while statuses are waited for."""
    moving = (
        Status.DELIVERED, Status.UNDELIVERED, Status.NO_FINAL_STATUS, Status.ACCEPTED,
        Status.UNKNOWN,
    )  # fmt: skip
    return ", ".join(status_count(one, statuses[one], lang) for one in moving if statuses.get(one))


def status_line(status: Status, count: int, lang: Lang) -> str:
    """A count of the tally; a language that puts counts first gets them as a column."""
    text = status_count(status, count, lang)
    head, _, rest = text.partition(" ")
    return f"  {head:>8}  {rest}" if head.isdigit() else f"  {text}"


def _local(when: datetime, now: datetime, lang: Lang, zone: tzinfo | None = None) -> str:
    """A moment on the reader's own clock, with its day where that is not today."""
    there = when.astimezone(zone)
    same_day = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M}" if same_day else moment(there, lang)


def _utc(when: datetime, lang: Lang) -> str:
    return f"{moment(when, lang)}:{when:%S} UTC"


Done = Literal["added", "removed"]

_CHANGE_TEXTS: Final = {
    "added": "{changed} added, {unchanged} already listed, {bad} could not be read; {listed} listed now",
    "removed": "{changed} removed, {unchanged} not listed, {bad} could not be read; {listed} listed now",
}


def change_line(change: Change, done: Done, lang: Lang) -> str:
    """How many numbers were put on the list or taken off, and how many are on it now."""
    return say(
        lang,
        _CHANGE_TEXTS[done],
        changed=change.changed,
        unchanged=change.unchanged,
        bad=counted(change.bad, "row", lang),
        listed=counted(change.listed, "number", lang),
    )


def export_line(count: int, path: Path, lang: Lang) -> str:
    """How many numbers were written, and where."""
    return f"{counted(count, 'number', lang)}: {path}"


_SHOWN: Final = 5


def when_lines(
    send_times: Mapping[datetime | None, int], lang: Lang, zone: tzinfo | None = None
) -> Iterator[str]:
    """Each send time (None: at once) with its number of recipients; none where all go at once.

    The times are shown in `zone`; without one, in that of the system's clock.
    """
    if not any(send_times):
        return
    head = say(lang, "Send time")
    times = sorted(send_times.items(), key=lambda one: (one[0] is not None, str(one[0])))
    for when, recipients in times[:_SHOWN]:
        shown = say(lang, "immediately") if when is None else _at(when, zone, lang)
        yield f"{head}: {shown}: {counted(recipients, 'recipient', lang)}"
    if len(times) > _SHOWN:
        yield f"{head}: … {_at(max(one for one, _ in times if one), zone, lang)}"


def _at(when: datetime, zone: tzinfo | None, lang: Lang) -> str:
    there = when.astimezone(zone)
    return f"{moment(there, lang)} {at_moment(there.tzinfo, when) if there.tzinfo else 'UTC'}"


_TEXT_SHOWN: Final = 160

_PART_TEXTS: Final = {"parts": "SMS parts"}
"""By key, because the catalogue has another form of it for the middle of a sentence."""


def parts_label(lang: Lang) -> str:
    """What precedes a number of SMS parts within a line."""
    return texts_in(lang, _PART_TEXTS)["parts"]


def one_line(text: str) -> str:
    """A text as it fits into a line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _TEXT_SHOWN else flat[: _TEXT_SHOWN - 1] + "…"


def sandbox_notice(lang: Lang) -> str:
    """That nothing is sent for real."""
    return say(lang, "SANDBOX: no SMS leaves this machine.")


def question_lines(question: Confirmation, lang: Lang) -> Iterator[str]:
    """The summary that an operator approves."""
    yield f"{say(lang, 'Run')} {question.run}: {say(lang, 'recipients')}: {question.recipients}"
    if question.gateway == "sandbox":
        yield sandbox_notice(lang)
    else:
        yield say(lang, "LIVE: these SMS go to real phones and cost money.")
    yield f"  {question.gateway} {question.gateway_url}"
    requests = f"{say(lang, 'requests')}: {question.chunks}"
    yield f"  {parts_label(lang)}: {question.segments}, {requests}{about(question.cost, lang)}"
    sender = question.sender or say(lang, "the account's default")
    yield f"  {say(lang, 'sender')}: {sender}"
    for when, count in list(question.send_times.items())[:10]:
        shown = (
            say(lang, "immediately")
            if when is None
            else f"{moment(when.astimezone(), lang)} {when.astimezone():%Z} ({when:%H:%M} UTC)"
        )
        yield f"  {say(lang, 'send at')}: {shown} — {count}"
    if question.balances:
        yield f"  {say(lang, 'balance')}: {', '.join(question.balances)}"
    yield f"  {say(lang, 'First text')}: {one_line(question.first_text)}"


def about(amount: Decimal | None, lang: Lang) -> str:
    """An estimate as it follows something else, "" where there is none."""
    if amount is None:
        return ""
    return f", {say(lang, 'about {cost}', cost=money(amount, 'RUB', lang))}"


def cost_lines(outcome: Outcome, lang: Lang) -> Iterator[str]:
    """What the run cost; a price that the gateway never reported is not passed over in silence."""
    tally = outcome.tally
    (messages, parts), billed = outcome.unpriced, tally.segments_billed
    costs = ", ".join(money(amount, currency, lang) for currency, amount in tally.cost.items())
    if not messages:
        if costs:
            yield f"  {label('cost_total', lang)}: {costs}"
        return
    unpriced = say(
        lang,
        "the gateway did not report the price of {messages}",
        messages=counted(messages, "of_messages", lang),
    )
    if not costs:
        yield f"  {label('cost', lang)}: {unpriced}"
        return
    guess = ", ".join(
        money(amount / billed * parts, currency, lang) for currency, amount in tally.cost.items() if billed
    )
    billed_for = say(lang, " for {n} SMS", n=billed) if billed else ""
    guessed = f" ({say(lang, 'about {cost}', cost=guess)})" if guess else ""
    yield f"  {say(lang, 'Cost reported so far')}: {costs}{billed_for}; {unpriced}{guessed}"


def outcome_lines(outcome: Outcome, lang: Lang, *, verbose: bool = False) -> Iterator[str]:
    """How a command about a run ended; a verbose one lists the ids that match no recipient."""
    tally = outcome.tally
    state = label(f"state_{tally.state}", lang)
    yield f"{say(lang, 'Run')} {tally.run}: {state}, {counted(tally.rows, 'row', lang)}"
    for status, count in tally.statuses.items():
        yield status_line(status, count, lang)
    yield from cost_lines(outcome, lang)
    for line in when_lines(outcome.send_times, lang, outcome.timezone):
        yield f"  {line}"
    yield from outlook_lines(outcome.outlook, lang, outcome.timezone)
    for note in outcome.notes:
        yield f"  ! {technical_last(translated(note, lang))}"
    yield from unmatched_id_lines(outcome.unmatched_ids, lang, listed=verbose)
    for path in outcome.reports:
        yield f"{say(lang, 'Report')}: {path}"
    if outcome.next_command:
        yield f"{say(lang, 'Next')}: {outcome.next_command}"


def unknown_lines(
    unknowns: Sequence[UnknownAttempt],
    lang: Lang,
    open_now: Sequence[OpenRequests] = (),
    store_option: str = "",
) -> Iterator[str]:
    """What is known about attempts of unknown status, and how to find out more."""
    if not unknowns and not open_now:
        yield say(lang, "no status is unknown")
    for one in open_now:
        open_text = say(
            lang,
            "{recipients} in requests without a stored reply; unless a process is still sending, "
            "this finds out",
            recipients=counted(one.recipients, "recipient", lang),
        )
        yield f"{one.run}  {open_text}:"
        yield f"  {command('resume', one.run, store_option)}"
    for unknown in unknowns:
        yield from _attempt_lines(unknown, lang, store_option)


def _attempt_lines(unknown: UnknownAttempt, lang: Lang, store_option: str) -> Iterator[str]:
    when = "" if unknown.committed_at is None else _utc(unknown.committed_at, lang)
    head = say(
        lang,
        "attempt {attempt} ({time}): status unknown for {count} of {recipients}",
        attempt=unknown.attempt_id,
        time=when,
        count=unknown.unknown_count,
        recipients=counted(unknown.member_count, "of_recipients", lang),
    )
    yield f"{unknown.run}  {head}"
    yield f"  {_unknown_reason(unknown, lang)}"
    yield f"  {say(lang, 'phones')}: {', '.join(redacted(phone) for phone in unknown.phones)} …"
    evidence = say(
        lang,
        "evidence: {ids} in its queue (each was accepted), {answers} (an empty queue proves "
        "nothing), lost: {losses}",
        ids=counted(unknown.ids_seen, "id", lang),
        answers=counted(unknown.queue_answers, "queue_answer", lang),
        losses=unknown.queue_losses,
    )
    yield f"  {evidence}"
    if unknown.balance_before or unknown.balance_after:
        before, after = unknown.balance_before or "?", unknown.balance_after or "?"
        yield f"  {say(lang, 'balance before and after')}: {before} → {after}"
    yield (
        f"  campaign resolve {unknown.run} --attempt {unknown.attempt_id} "
        f'--as sent|not-sent --why "…"{store_option}'
    )


def _unknown_reason(unknown: UnknownAttempt, lang: Lang) -> str:
    details = {"status": str(unknown.http_status or ""), "description": unknown.reply_text}
    cause, seen = reason(unknown.code, details, lang).reason, unknown.reply_text
    return f"{cause} ({seen})" if seen and seen not in cause else cause


def share_lines(shares: Sequence[UnknownShare], lang: Lang) -> Iterator[str]:
    """What became of every recipient whose status was ever unknown, a line a run."""
    for share in shares:
        text = say(
            lang,
            "status was unknown for {recipients}: {evidence} resolved by evidence, without an "
            "operator ({percent} %), {operator} by an operator, {resent} sent again, {left} still "
            "unknown",
            recipients=counted(share.recipients, "of_recipients", lang),
            evidence=share.by_evidence,
            percent=100 * share.by_evidence // share.recipients,
            operator=share.by_operator,
            resent=share.resent,
            left=share.left,
        )
        yield f"{share.run}: {text}"


_LEVEL_TEXTS: Final = {"error": "error", "warning": "warning", "info": "info"}


def finding_lines(findings: Sequence[Finding], lang: Lang) -> Iterator[str]:
    """What the doctor found."""
    if not findings:
        yield say(lang, "nothing is wrong")
    levels = texts_in(lang, _LEVEL_TEXTS)
    for one in findings:
        level = levels.get(one.level, one.level)
        yield f"{level} {one.code}: {technical_last(translated(one.text, lang))}"


def balance_lines(lines: Sequence[Balance], lang: Lang) -> Iterator[str]:
    """One line a balance."""
    for line in lines:
        credit = f" ({say(lang, 'credit {amount}', amount=line.credit)})" if line.credit else ""
        yield f"{line.amount} {line.kind}{credit}"


def sender_lines(senders: Sequence[Sender]) -> Iterator[str]:
    """One line a sender."""
    for sender in senders:
        mark = "+" if sender.usable else "-"
        info = f"  {sender.info}" if sender.info else ""
        yield f"{mark} {sender.name}  {sender.status}{info}"
