"""Values as lines of text: what a person reads on the terminal, in English or Russian."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final, Literal

from campaign.app.outcome import Outcome, command
from campaign.app.stoplist import Change
from campaign.app.ui import Confirmation
from campaign.app.unknown import OpenRequests
from campaign.domain import (
    Balance,
    Finding,
    Sender,
    Status,
    UnknownAttempt,
    UnknownShare,
    UnmatchedId,
)
from campaign.domain.polling import Outlook
from campaign.domain.recipients.phone_info import redacted
from campaign.i18n import (
    Lang,
    at_moment,
    counted,
    label,
    reason,
    say,
    status_name,
    technical_last,
    texts_in,
    translated,
)

_OPEN_TEXTS: Final = {
    "open": "without a final status as of",
    "next_look": "check again after",
    "given_up": "tracking ends",
    "unmatched_ids": "that match no recipient",
    "list": "campaign status -v lists them",
    "status": "reported by status.json, unasked",
    "queue": "reported by the queue of attempt",
}

_LIVE = (
    Status.DELIVERED,
    Status.UNDELIVERED,
    Status.NO_FINAL_STATUS,
    Status.ACCEPTED,
    Status.UNKNOWN,
)


def outlook_lines(ahead: Outlook | None, lang: Lang, zone: tzinfo | None = None) -> Iterator[str]:
    """Who has no final status, when to look again, and when the waiting ends.

    Args:
        ahead: None where nobody looked.
        lang: Of the words.
        zone: Of the times, named once; None: as the system's clock.
    """
    if ahead is None or not ahead.open_count:
        return
    words, now = texts_in(lang, _OPEN_TEXTS), ahead.as_of
    parts = [f"{ahead.open_count} {words['open']} {_local(now, now, zone)}"]
    if zone is not None:
        parts[0] += f" {at_moment(zone, now)}"
    for key, moment in (("next_look", ahead.next_look_at), ("given_up", ahead.given_up_at)):
        if moment is not None:
            parts.append(f"{words[key]}: {_local(moment, now, zone)}")
    yield "  " + "; ".join(parts)


def unmatched_id_lines(
    unmatched_ids: Sequence[UnmatchedId], lang: Lang, *, listed: bool
) -> Iterator[str]:
    """How many ids the gateway named that are nobody's; which ones, if wanted."""
    words = texts_in(lang, _OPEN_TEXTS)
    if unmatched_ids:
        told = ":" if listed else f": {words['list']}"
        yield f"  ! {counted(len(unmatched_ids), 'message_id', lang)} {words['unmatched_ids']}{told}"
    for one in unmatched_ids if listed else ():
        told = words["status"] if one.attempt_id is None else f"{words['queue']} {one.attempt_id}"
        yield f"    {one.smsc_id}  {one.status_text}  {one.first_seen:%Y-%m-%d %H:%M:%S} UTC  ({told})"


def wait_line(count: int, now: datetime, wait_s: float, lang: Lang) -> str:
    """How many are waited for, until when, and how to have it otherwise."""
    until = _local(now + timedelta(seconds=wait_s), now)
    messages = counted(count, "of_messages", lang)
    if lang == "ru":
        return (
            f"Ждём итоговых статусов {messages}, самое позднее до {until}. Прервать: Ctrl-C; не "
            "ждать: --wait 0; ничего не пропадёт, остальное потом покажет campaign report."
        )
    return (
        f"Waiting for the final statuses of {messages}, until {until} at the latest. To stop: "
        "Ctrl-C; not to wait: --wait 0; nothing is lost, campaign report shows the rest later."
    )


def live_line(statuses: Mapping[Status, int], lang: Lang) -> str:
    """The counts that move while statuses are waited for."""
    return ", ".join(
        f"{statuses[status]} {status_name(status, lang)}"
        for status in _LIVE
        if statuses.get(status)
    )


def _local(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A moment on the person's own clock, with its day where that is not today."""
    there = moment.astimezone(zone)
    same_day = there.date() == now.astimezone(zone).date()
    return f"{there:%H:%M}" if same_day else f"{there:%Y-%m-%d %H:%M}"


Done = Literal["added", "removed"]


def change_line(change: Change, done: Done, lang: Lang) -> str:
    """How many numbers were put on the list or taken off, and how many stand on it now."""
    changed = counted(change.changed, "number", lang)
    listed = counted(change.listed, "number", lang)
    bad = counted(change.bad, "row", lang)
    if lang == "ru":
        head, before = {
            "added": ("Внесено в стоп-лист", "уже были в нём"),
            "removed": ("Убрано из стоп-листа", "в нём не было"),
        }[done]
        return (
            f"{head}: {changed}; {before}: {change.unchanged}; не прочитано: {bad}; "
            f"всего в стоп-листе: {listed}"
        )
    head = {"added": "put on the list", "removed": "taken off the list"}[done]
    was = "was" if change.unchanged == 1 else "were"
    return (
        f"{changed} {head}, {change.unchanged} {was} so before, {bad} could not be read; "
        f"{listed} on the list"
    )


def export_line(count: int, path: Path, lang: Lang) -> str:
    """How many numbers were written, and where."""
    return f"{counted(count, 'number', lang)}: {path}"


_SHOWN: Final = 5

_WHEN_TEXTS: Final = ("Scheduled", "immediately")


def when_lines(
    send_times: Mapping[datetime | None, int], lang: Lang, zone: tzinfo | None = None
) -> Iterator[str]:
    """Each send time with its zone and how many people have it; nothing where all go at once.

    Args:
        send_times: In UTC; None: at once.
        lang: Of the words.
        zone: Of the times; None: as the system's clock.
    """
    if not any(send_times):
        return
    head, at_once = tuple(say(lang, one) for one in _WHEN_TEXTS)
    times = sorted(send_times.items(), key=lambda one: (one[0] is not None, str(one[0])))
    for moment, recipients in times[:_SHOWN]:
        said = counted(recipients, "recipient", lang)
        yield f"{head} {at_once if moment is None else _at(moment, zone)}: {said}"
    if len(times) > _SHOWN:
        yield f"{head} … {_at(max(one for one, _ in times if one), zone)}"


def _at(moment: datetime, zone: tzinfo | None) -> str:
    there = moment.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M} {at_moment(there.tzinfo, moment) if there.tzinfo else 'UTC'}"


_TEXT_SHOWN = 160

_TEXTS: Final = {
    "recipients": "recipients",
    "parts": "SMS parts",
    "requests": "requests",
    "example": "First text",
    "sender": "sender",
    "default_sender": "the account's default",
    "when": "send at",
    "now": "now",
    "cost": "about",
    "sandbox": "SANDBOX: no SMS leaves this machine.",
    "live": "LIVE: these SMS go to real phones and cost money.",
    "balance": "balance",
    "run": "Run",
    "reports": "Report",
    "next": "Next",
    "nothing": "nothing is left to do",
}

_COST_TEXTS: Final = {
    "cost": "Cost",
    "named": "Cost reported so far",
    "for": " for {n} SMS",
    "unnamed": "the gateway did not report the price of {messages}",
    "about": "about",
}

_UNKNOWN_TEXTS: Final = {
    "none": "no statuses are unknown",
    "open": (
        "in requests without a stored answer; unless a process is still sending, this resolves it"
    ),
    "attempt": "attempt",
    "of": "with unknown status, of",
    "phones": "phones",
    "evidence": "evidence",
    "ids": "in its queue (each was accepted)",
    "answers": "(an empty queue proves nothing)",
    "losses": "lost",
    "money": "balance before and after",
    "ever": "of unknown status",
    "by_evidence": "resolved by evidence, without an operator",
    "by_person": "by an operator",
    "resent": "sent again",
    "left": "still unknown",
}


def one_line(text: str) -> str:
    """A text as it fits into a line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _TEXT_SHOWN else flat[: _TEXT_SHOWN - 1] + "…"


def question_lines(question: Confirmation, lang: Lang) -> Iterator[str]:
    """The summary that a person approves."""
    words = texts_in(lang, _TEXTS)
    yield f"{words['run']} {question.run}: {words['recipients']}: {question.recipients}"
    yield words["sandbox" if question.gateway == "sandbox" else "live"]
    yield f"  {question.gateway} {question.gateway_url}"
    cost = "" if question.cost is None else f", {words['cost']} {question.cost:.2f} RUB"
    yield (f"  {words['parts']}: {question.segments}, {words['requests']}: {question.chunks}{cost}")
    yield f"  {words['sender']}: {question.sender or words['default_sender']}"
    for moment, count in list(question.send_times.items())[:10]:
        when = (
            words["now"]
            if moment is None
            else f"{moment.astimezone():%Y-%m-%d %H:%M %Z} ({moment:%H:%M} UTC)"
        )
        yield f"  {words['when']}: {when} — {count}"
    if question.balances:
        yield f"  {words['balance']}: {', '.join(question.balances)}"
    yield f"  {words['example']}: {one_line(question.first_text)}"


def cost_lines(outcome: Outcome, lang: Lang) -> Iterator[str]:
    """What the run cost; a price that the gateway never named is not passed over in silence."""
    tally, words = outcome.tally, texts_in(lang, _COST_TEXTS)
    (messages, parts), billed = outcome.unpriced, tally.segments_billed
    money = ", ".join(f"{amount} {currency}" for currency, amount in tally.cost.items())
    if not messages:
        if money:
            yield f"  {label('cost_total', lang)}: {money}"
        return
    unnamed = words["unnamed"].format(messages=counted(messages, "of_messages", lang))
    if not money:
        yield f"  {words['cost']}: {unnamed}"
        return
    about = ", ".join(
        f"{amount / billed * parts:.2f} {currency}"
        for currency, amount in tally.cost.items()
        if billed
    )
    billed_for = words["for"].format(n=billed) if billed else ""
    guess = f" ({words['about']} {about})" if about else ""
    yield f"  {words['named']}: {money}{billed_for}; {unnamed}{guess}"


def outcome_lines(outcome: Outcome, lang: Lang, *, verbose: bool = False) -> Iterator[str]:
    """How a command about a run ended; a verbose one lists the ids that nobody knows."""
    words = texts_in(lang, _TEXTS)
    tally = outcome.tally
    state = label(f"state_{tally.state}", lang)
    yield f"{words['run']} {tally.run}: {state}, {counted(tally.rows, 'row', lang)}"
    for status, count in tally.statuses.items():
        yield f"  {count:>8}  {status_name(status, lang)}"
    yield from cost_lines(outcome, lang)
    for line in when_lines(outcome.send_times, lang, outcome.timezone):
        yield f"  {line}"
    yield from outlook_lines(outcome.outlook, lang, outcome.timezone)
    for note in outcome.notes:
        yield f"  ! {technical_last(translated(note, lang))}"
    yield from unmatched_id_lines(outcome.unmatched_ids, lang, listed=verbose)
    for path in outcome.reports:
        yield f"{words['reports']}: {path}"
    if outcome.next_command:
        yield f"{words['next']}: {outcome.next_command}"


def unknown_lines(
    unknowns: Sequence[UnknownAttempt],
    lang: Lang,
    open_now: Sequence[OpenRequests] = (),
    store_option: str = "",
) -> Iterator[str]:
    """What is known about attempts in doubt, and how to say more."""
    words = texts_in(lang, _UNKNOWN_TEXTS)
    if not unknowns and not open_now:
        yield words["none"]
    for one in open_now:
        yield f"{one.run}  {counted(one.recipients, 'recipient', lang)} {words['open']}:"
        yield f"  {command('resume', one.run, store_option)}"
    for unknown in unknowns:
        when = (
            "" if unknown.committed_at is None else f"{unknown.committed_at:%Y-%m-%d %H:%M:%S} UTC"
        )
        yield (
            f"{unknown.run}  {words['attempt']} {unknown.attempt_id} ({when}): "
            f"{counted(unknown.unknown_count, 'recipient', lang)} {words['of']} {unknown.member_count}"
        )
        yield f"  {_unknown_reason(unknown, lang)}"
        yield f"  {words['phones']}: {', '.join(redacted(phone) for phone in unknown.phones)} …"
        yield (
            f"  {words['evidence']}: {counted(unknown.ids_seen, 'id', lang)} {words['ids']}, "
            f"{counted(unknown.queue_answers, 'queue_answer', lang)} {words['answers']}, "
            f"{counted(unknown.queue_losses, 'queue_answer', lang)} {words['losses']}"
        )
        if unknown.balance_before or unknown.balance_after:
            before, after = unknown.balance_before or "?", unknown.balance_after or "?"
            yield f"  {words['money']}: {before} → {after}"
        yield (
            f"  campaign resolve {unknown.run} --attempt {unknown.attempt_id} "
            f'--as sent|not-sent --why "…"{store_option}'
        )


def _unknown_reason(unknown: UnknownAttempt, lang: Lang) -> str:
    """Why nobody knows, in words; what the program saw follows in brackets."""
    details = {"status": str(unknown.http_status or ""), "description": unknown.words}
    said = reason(unknown.code, details, lang).reason
    return f"{said} ({unknown.words})" if unknown.words and unknown.words not in said else said


def share_lines(shares: Sequence[UnknownShare], lang: Lang) -> Iterator[str]:
    """What became of everybody who was ever in doubt, a line a run."""
    words = texts_in(lang, _UNKNOWN_TEXTS)
    for share in shares:
        percent = 100 * share.by_evidence // share.recipients
        yield (
            f"{share.run}: {counted(share.recipients, 'was', lang)} {words['ever']}: "
            f"{share.by_evidence} {words['by_evidence']} ({percent} %), "
            f"{share.by_recipient} {words['by_person']}, {share.resent} {words['resent']}, "
            f"{share.left} {words['left']}"
        )


def finding_lines(findings: Sequence[Finding], lang: Lang) -> Iterator[str]:
    """What the doctor found."""
    if not findings:
        yield {"en": "nothing is wrong", "ru": "всё в порядке"}[lang]
    for one in findings:
        yield f"{one.level} {one.code}: {technical_last(translated(one.text, lang))}"


def balance_lines(lines: Sequence[Balance]) -> Iterator[str]:
    """One line a balance."""
    for line in lines:
        credit = f" (credit {line.credit})" if line.credit else ""
        yield f"{line.amount} {line.kind}{credit}"


def sender_lines(senders: Sequence[Sender]) -> Iterator[str]:
    """One line a sender."""
    for sender in senders:
        mark = "+" if sender.usable else "-"
        info = f"  {sender.info}" if sender.info else ""
        yield f"{mark} {sender.name}  {sender.status}{info}"
