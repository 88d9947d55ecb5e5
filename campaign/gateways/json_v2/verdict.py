"""What a reply proves: the one place where that is decided. Pure, so a stored reply can be judged again.

The rule above all others: a recipient whom the reply does not name exactly once is `unknown` as soon
as the last byte of the request has left, unless the code proves that the request was not taken; and
a code proves nothing if the body shows that some message was.
"""

import re
from collections import Counter
from collections.abc import Sequence

from campaign.domain import Alarm, Consequence, Member, RecipientOutcome, Reply, ReplyVerdict, Status, Verdict
from campaign.gateways.json_v2.messages import (
    JsonObject,
    Named,
    NotJson,
    balances,
    description,
    is_login_refusal,
    named_messages,
    parse,
    salvage,
)
from campaign.gateways.json_v2.providers import PROVIDERS

_OK = 200
_BUSY = 429
_UNAUTHORIZED = 401
_REDIRECTS = range(300, 309)
"""Those that exist; the journal knows the same ones as safe (`schema.sql`, safe_code)."""

_NOT_TAKEN = frozenset({400, 403, 404, 405, 413, 415})
_LOGIN_CODES = frozenset({_OK, _UNAUTHORIZED, *_NOT_TAKEN})
_TRACE = re.compile(
    rb'"smscId"|(?<!"text":)(?<!"sender":)"\s*accepted\s*"',  # as our requests write them
    re.IGNORECASE,
)
"""Traces of an acceptance in a body that cannot be read; an echo of our request has none."""

_ACCEPTED = "accepted"

REFUSED_STATUSES = {
    "invalid mobile phone": "refused_phone",
    "text is empty": "refused_text",
    "text must be string": "refused_text",
    "wapurl invalid": "refused_wapurl",
}
"""Status texts about one row only."""

CONFIG_STATUSES = {
    "sender address invalid": "refused_sender",
    "invalid schedule time format": "refused_schedule",
    "invalid status queue name": "refused_queue",
}
"""Status texts about settings: the next chunk would fail the same way."""

CONFIG_PREFIXES = {"absent required param": "refused_param"}

_CONFIG_CODES = frozenset((*CONFIG_STATUSES.values(), *CONFIG_PREFIXES.values()))


def judge(members: Sequence[Member], reply: Reply) -> ReplyVerdict:
    """Decide what became of every member."""
    document, fault = _read(reply)
    text = _status_text(document, reply)
    named = salvage(reply.body) if document is None else named_messages(document)
    whole = _judge_whole_request(reply, document, text)
    readable = document is not None and bool(named)
    shows_acceptance = any(map(_may_be_taken, named)) or (
        not readable and _TRACE.search(reply.body) is not None
    )
    if whole is not None and not (reply.last_byte_sent and shows_acceptance):
        return whole
    plain = reply.http_status == _OK and document is not None
    if plain and _status(document) == "error" and not named:
        fault = "status_error"
    elif plain and not named:
        fault = "no_messages"
    recipients, alarms = _recipients(members, named, fault or "missing_in_reply")
    answered = plain and bool(named)
    trouble = any(recipient.status is Status.UNKNOWN for recipient in recipients)
    if whole is not None:
        alarms = (Alarm("status_contradicts_body", {"status": str(reply.http_status)}), *alarms)
    return ReplyVerdict(
        verdict=Verdict.ANSWERED if answered or not trouble else Verdict.UNKNOWN,
        consequence=_consequence(recipients, whole),
        code=fault or ("missing_in_reply" if trouble else "answered"),
        recipients=recipients,
        reply_text="" if answered and not trouble else text,
        retry_after_s=reply.retry_after_s if reply.http_status == _BUSY else None,
        alarms=alarms,
        balance=() if document is None else balances(document),
    )


def contradicts(reply: Reply) -> bool:
    """Whether the code means that nothing was taken and the body shows that something was."""
    return any(alarm.code == "status_contradicts_body" for alarm in judge((), reply).alarms)


def _may_be_taken(one: Named) -> bool:
    accepted = one.status_text.strip().lower() == _ACCEPTED
    return not _refusal_code(one) and (accepted or bool(one.smsc_id) or one.quarantined)


def _read(reply: Reply) -> tuple[JsonObject | None, str]:
    """The document if it is whole, and the code of what is wrong with the answer, if anything."""
    document: JsonObject | None = None
    fault = ""
    if reply.http_status is None:
        fault = "no_answer"
    elif not reply.complete:
        fault = "truncated"
    elif not reply.body.strip():
        fault = "empty_answer"
    else:
        try:
            document = parse(reply.body)
        except NotJson:
            fault = "not_json"
    if reply.http_status not in {None, _OK}:
        fault = "http_status"
    return document, fault


def _judge_whole_request(reply: Reply, document: JsonObject | None, text: str) -> ReplyVerdict | None:
    """Answers that prove that nothing was taken."""
    status = reply.http_status
    if status in _LOGIN_CODES and is_login_refusal(status, document):
        code = "http_401" if status == _UNAUTHORIZED else "error_authorization"
        return ReplyVerdict(Verdict.REFUSED, Consequence.STOP_LOGIN, code, reply_text=text)
    if status in _NOT_TAKEN or status in _REDIRECTS:
        return ReplyVerdict(Verdict.REFUSED, Consequence.STOP_CONFIG, f"http_{status}", reply_text=text)
    if status == _BUSY or not reply.last_byte_sent:
        return ReplyVerdict(
            Verdict.NOT_SENT,
            Consequence.BACK_OFF,
            "http_429" if status == _BUSY else "never_completed",
            reply_text=text,
            retry_after_s=reply.retry_after_s,
        )
    return None


def _status(document: JsonObject | None) -> str:
    status = None if document is None else document.get("status")
    return status.strip().lower() if isinstance(status, str) else ""


def _status_text(document: JsonObject | None, reply: Reply) -> str:
    """What the operator is shown of an answer that was not the expected one."""
    if document is not None and description(document):
        return description(document)
    if reply.error:
        return reply.error
    return " ".join(reply.body[:300].decode("utf-8", errors="replace").split())[:120]


def _pair(members: Sequence[Member], named: Sequence[Named]) -> tuple[dict[int, list[Named]], int]:
    """Pair by clientId, never by order: exactly, else ignoring case where that is unique.

    Returns what names the member at each position, and the count of unmatched messages.
    """
    exact: dict[str, int] = {member.client_id: member.position for member in members}
    folded_count = Counter(member.client_id.casefold() for member in members)
    folded = {
        member.client_id.casefold(): member.position
        for member in members
        if folded_count[member.client_id.casefold()] == 1
    }
    by_position: dict[int, list[Named]] = {}
    unmatched = 0
    for one in named:
        position = exact.get(one.client_id, folded.get(one.client_id.casefold()))
        if position is None:
            unmatched += 1
        else:
            by_position.setdefault(position, []).append(one)
    return by_position, unmatched


def _recipients(
    members: Sequence[Member], named: Sequence[Named], missing_code: str
) -> tuple[tuple[RecipientOutcome, ...], tuple[Alarm, ...]]:
    by_position, unmatched = _pair(members, named)
    # Some gateways give one id (0, say) to every message that they refuse: that means nothing for
    # those they took. An id shared by two messages that may be taken proves nothing.
    everywhere = Counter(one.smsc_id for one in named if one.smsc_id)
    taken = Counter(one.smsc_id for one in named if one.smsc_id and not _refusal_code(one))
    alarms = []
    if prices := [one.impossible_cost for one in named if one.impossible_cost]:
        details = {"count": str(len(prices)), "price": str(prices[0])}
        alarms.append(Alarm("impossible_prices", details))
    if unmatched:
        alarms.append(Alarm("foreign_messages", {"count": str(unmatched)}))
    recipients = []
    for member in members:
        found = by_position.get(member.position, [])
        if len(found) == 1:
            ids = everywhere if _refusal_code(found[0]) else taken
            outcome = _outcome(member.position, found[0], repeated=ids[found[0].smsc_id] > 1)
        else:
            outcome = RecipientOutcome(
                member.position,
                Status.UNKNOWN,
                "named_twice" if found else missing_code,
                status_text=found[0].status_text if found else "",
                smsc_ids=tuple(dict.fromkeys(one.smsc_id for one in found if one.smsc_id)),
            )
        if outcome.code in {"named_twice", "id_repeated", "accepted_without_id"}:
            alarms.append(Alarm(outcome.code, {"client_id": member.client_id}))
        recipients.append(outcome)
    return tuple(recipients), tuple(alarms)


def _refusal_code(one: Named) -> str:
    """Reason code of a status text that refuses one message, "" for any other text."""
    text = one.status_text.strip().lower()
    if code := REFUSED_STATUSES.get(text) or CONFIG_STATUSES.get(text):
        return code
    # Every provider's text is understood from each of them.
    if any(text == provider.money_status for provider in PROVIDERS.values()):
        return "refused_money"
    return next((code for start, code in CONFIG_PREFIXES.items() if text.startswith(start)), "")


def _outcome(position: int, one: Named, *, repeated: bool) -> RecipientOutcome:
    """One recipient who is named exactly once."""
    text = one.status_text.strip().lower()
    ids = (one.smsc_id,) if one.smsc_id and not repeated else ()
    code = _refusal_code(one)
    if code:
        return RecipientOutcome(position, Status.REFUSED, code, one.status_text, ids)
    if repeated:
        return RecipientOutcome(position, Status.UNKNOWN, "id_repeated", one.status_text)
    if text == _ACCEPTED:
        code = "accepted" if ids else "accepted_without_id"
    elif ids:
        # A status that no document knows, but with an id: the gateway has it. Never send again.
        code = "taken_unrecognised"
    else:
        return RecipientOutcome(position, Status.UNKNOWN, "unknown_word", one.status_text)
    return RecipientOutcome(position, Status.ACCEPTED, code, one.status_text, ids, one.sms_count, one.cost)


def _consequence(recipients: Sequence[RecipientOutcome], whole: ReplyVerdict | None) -> Consequence:
    """The worst thing that the reply means for the next chunk.

    `whole` is what the code alone would have meant, where the body contradicts it.
    """
    codes = {recipient.code for recipient in recipients}
    busy = whole is not None and whole.consequence is Consequence.BACK_OFF
    # Also for a login: STOP_LOGIN would say that nothing of this request was sent.
    if codes & _CONFIG_CODES or (whole is not None and not busy):
        return Consequence.STOP_CONFIG
    if "refused_money" in codes:
        return Consequence.PAUSE_MONEY
    if busy:
        return Consequence.BACK_OFF
    if any(recipient.status is Status.UNKNOWN for recipient in recipients):
        return Consequence.HOLD
    return Consequence.GO_ON
