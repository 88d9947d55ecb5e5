"""What a reply proves: the one place where that is decided.

`judge` is pure, so a reply that was stored can be judged again after a crash with the same result.
Rule above all others: whoever is not named by the reply, once and plainly, is `unknown` as soon as
the last byte of the request has left, unless the code proves that the request was not taken; and
a code proves nothing over a body that says that somebody was.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.domain import (
    Consequence,
    Member,
    RecipientOutcome,
    Reply,
    ReplyVerdict,
    Status,
    Verdict,
)
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
from campaign.gateways.json_v2.providers import (
    ACCEPTED_WORD,
    CONFIG_PREFIXES,
    CONFIG_WORDS,
    MONEY_WORDS,
    REFUSED_WORDS,
)

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
"""What tells of an acceptance in a body of which nobody can read whose; no echo of a request."""

_CONFIG_CODES = frozenset((*CONFIG_WORDS.values(), *CONFIG_PREFIXES.values()))


def judge(members: Sequence[Member], reply: Reply) -> ReplyVerdict:
    """Decide what became of every member (design, verdict table)."""
    document, fault = _read(reply)
    words = _shown(document, reply)
    named = _named_in(document, reply)
    whole = _judge_whole_request(reply, document, words)
    contradicted = whole is not None and reply.last_byte_sent and _tells_of_taken(document, reply)
    if whole is not None and not contradicted:
        return whole
    plain = reply.http_status == _OK and document is not None
    if plain and _status(document) == "error" and not named:
        fault = "status_error"
    elif plain and not named:
        fault = "no_messages"
    recipients, alarms = _recipients(members, named, fault or "missing_in_reply")
    answered = plain and bool(named)
    trouble = any(recipient.status is Status.UNKNOWN for recipient in recipients)
    if contradicted:
        alarms = (_contradiction(reply), *alarms)
    return ReplyVerdict(
        verdict=Verdict.ANSWERED if answered or not trouble else Verdict.UNKNOWN,
        consequence=_consequence(recipients, whole if contradicted else None),
        code=fault or ("missing_in_reply" if trouble else "answered"),
        recipients=recipients,
        words="" if answered and not trouble else words,
        retry_after_s=reply.retry_after_s if reply.http_status == _BUSY else None,
        alarms=alarms,
        balance=() if document is None else balances(document),
    )


def contradicts(reply: Reply) -> bool:
    """Whether the code says "nothing was taken" and the body says that somebody was."""
    document, _ = _read(reply)
    return (
        reply.last_byte_sent
        and _judge_whole_request(reply, document, "") is not None
        and _tells_of_taken(document, reply)
    )


def _named_in(document: JsonObject | None, reply: Reply) -> tuple[Named, ...]:
    return salvage(reply.body) if document is None else named_messages(document)


def _tells_of_taken(document: JsonObject | None, reply: Reply) -> bool:
    """Whether the body names somebody as taken, or may do so where it cannot be read."""
    named = _named_in(document, reply)
    readable = document is not None and bool(named)
    return any(map(_may_be_taken, named)) or (
        not readable and _TRACE.search(reply.body) is not None
    )


def _may_be_taken(one: Named) -> bool:
    accepted = one.word.strip().lower() == ACCEPTED_WORD
    return not _refusal_code(one) and (accepted or bool(one.smsc_id) or one.quarantined)


def _contradiction(reply: Reply) -> str:
    return (
        f"the gateway answered HTTP {reply.http_status}, which means that nothing was taken, over "
        "a body that says that somebody was: each person is judged by name, who is not named is "
        "in doubt"
    )


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


def _judge_whole_request(
    reply: Reply, document: JsonObject | None, words: str
) -> ReplyVerdict | None:
    """Answers that prove that nothing was taken."""
    status = reply.http_status
    if status in _LOGIN_CODES and is_login_refusal(status, document):
        code = "http_401" if status == _UNAUTHORIZED else "error_authorization"
        return ReplyVerdict(Verdict.REFUSED, Consequence.STOP_LOGIN, code, words=words)
    if status in _NOT_TAKEN or status in _REDIRECTS:
        return ReplyVerdict(Verdict.REFUSED, Consequence.STOP_CONFIG, f"http_{status}", words=words)
    if status == _BUSY or not reply.last_byte_sent:
        return ReplyVerdict(
            Verdict.NOT_SENT,
            Consequence.BACK_OFF,
            "http_429" if status == _BUSY else "never_completed",
            words=words,
            retry_after_s=reply.retry_after_s,
        )
    return None


def _status(document: JsonObject | None) -> str:
    status = None if document is None else document.get("status")
    return status.strip().lower() if isinstance(status, str) else ""


def _shown(document: JsonObject | None, reply: Reply) -> str:
    """What the person is shown of an answer that was not the expected one."""
    if document is not None and description(document):
        return description(document)
    if reply.error:
        return reply.error
    return " ".join(reply.body[:300].decode("utf-8", errors="replace").split())[:120]


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Who is named how often."""

    by_position: dict[int, list[Named]]
    foreign: int


def _pair(members: Sequence[Member], named: Sequence[Named]) -> _Pairing:
    """Pair by clientId, never by position: exactly, else ignoring case where that is unique."""
    exact: dict[str, int] = {member.client_id: member.position for member in members}
    folded_count = Counter(member.client_id.casefold() for member in members)
    folded = {
        member.client_id.casefold(): member.position
        for member in members
        if folded_count[member.client_id.casefold()] == 1
    }
    by_position: dict[int, list[Named]] = {}
    foreign = 0
    for one in named:
        order = exact.get(one.client_id, folded.get(one.client_id.casefold()))
        if order is None:
            foreign += 1
        else:
            by_position.setdefault(order, []).append(one)
    return _Pairing(by_position, foreign)


def _recipients(
    members: Sequence[Member], named: Sequence[Named], missing_code: str
) -> tuple[tuple[RecipientOutcome, ...], tuple[str, ...]]:
    pairing = _pair(members, named)
    # Some gateways give one id (0, say) to everybody whom they refuse: that says nothing about
    # those whom they took. Two people who may be taken and share an id are nobody's proof.
    everywhere = Counter(one.smsc_id for one in named if one.smsc_id)
    taken = Counter(one.smsc_id for one in named if one.smsc_id and not _refusal_code(one))
    alarms = []
    if prices := [one.impossible_cost for one in named if one.impossible_cost]:
        alarms.append(f"the reply named {len(prices)} prices that no SMS has: msgCost {prices[0]}")
    if pairing.foreign:
        alarms.append(f"the reply named {pairing.foreign} messages that were not in the request")
    recipients = []
    for member in members:
        found = pairing.by_position.get(member.position, [])
        if len(found) == 1:
            ids = everywhere if _refusal_code(found[0]) else taken
            outcome = _outcome(member.position, found[0], repeated=ids[found[0].smsc_id] > 1)
        else:
            outcome = RecipientOutcome(
                member.position,
                Status.UNKNOWN,
                "named_twice" if found else missing_code,
                status_text=found[0].word if found else "",
                smsc_ids=tuple(dict.fromkeys(one.smsc_id for one in found if one.smsc_id)),
            )
        if outcome.code in {"named_twice", "id_repeated", "accepted_without_id"}:
            alarms.append(f"clientId {member.client_id}: {outcome.code}")
        recipients.append(outcome)
    return tuple(recipients), tuple(alarms)


def _refusal_code(one: Named) -> str:
    """Reason code of a word that refuses by name, "" for any other word."""
    word = one.word.strip().lower()
    code = REFUSED_WORDS.get(word) or CONFIG_WORDS.get(word) or MONEY_WORDS.get(word)
    return code or next(
        (code for start, code in CONFIG_PREFIXES.items() if word.startswith(start)), ""
    )


def _outcome(order: int, one: Named, *, repeated: bool) -> RecipientOutcome:
    """One person who is named exactly once."""
    word = one.word.strip().lower()
    ids = (one.smsc_id,) if one.smsc_id and not repeated else ()
    code = _refusal_code(one)
    if code:
        return RecipientOutcome(order, Status.REFUSED, code, one.word, ids)
    if repeated:
        return RecipientOutcome(order, Status.UNKNOWN, "id_repeated", one.word)
    if word == ACCEPTED_WORD:
        code = "accepted" if ids else "accepted_without_id"
        return RecipientOutcome(
            order, Status.ACCEPTED, code, one.word, ids, sms_count=one.sms_count, cost=one.cost
        )
    if ids:
        # A word that no document knows, but with an id: the gateway has it. Never send again.
        return RecipientOutcome(
            order, Status.ACCEPTED, "taken_unrecognised", one.word, ids,
            sms_count=one.sms_count, cost=one.cost,
        )  # fmt: skip
    return RecipientOutcome(order, Status.UNKNOWN, "unknown_word", one.word)


def _consequence(recipients: Sequence[RecipientOutcome], whole: ReplyVerdict | None) -> Consequence:
    """The worst thing that the reply tells about the next chunk.

    Args:
        recipients: Their outcomes.
        whole: What the code alone would have meant, where the body contradicts it.
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
