"""Faults of the connection, of HTTP and of the call itself; faults of the JSON are in `lies.py`.

Each fault is a small function that changes the plan of one exchange. Its parameters are read by
name with their defaults, so the function is also the reference of what a script may say.
"""

import gzip
import io
from collections.abc import Callable
from dataclasses import replace

from campaign.sandbox.lies import LIES
from campaign.sandbox.plan import Answer, Ending, Params, Plan

Fault = Callable[[Plan, Params], None]

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>\n"
_MEGABYTE = 1_000_000

# --- the connection ----------------------------------------------------------------------------


def _reset(plan: Plan, params: Params) -> None:
    _break_off(plan, params, Ending.RESET)


def _close(plan: Plan, params: Params) -> None:
    _break_off(plan, params, Ending.CLOSE)


def _break_off(plan: Plan, params: Params, ending: Ending) -> None:
    """Parameter at: headers | body (after `bytes`) | end | reply (after `bytes` of its body)."""
    place = params.choice("at", ("headers", "body", "end", "reply"), "end")
    size = params.integer("bytes", 0)
    plan.ending = ending
    if place in ("headers", "body"):
        plan.stop_after = size if place == "body" else 0
        plan.execute = False
    elif place == "reply":
        plan.cut = size
    else:
        plan.silent = True


def _early(plan: Plan, params: Params) -> None:
    plan.early = params.integer("code", 413)
    plan.execute = False


def _stall(plan: Plan, params: Params) -> None:
    plan.stall_s += params.number("seconds", 30)


def _slow(plan: Plan, params: Params) -> None:
    plan.piece_bytes = max(1, params.integer("bytes", 16))
    plan.gap_s = params.number("seconds", 0.05)


# --- the call ----------------------------------------------------------------------------------


def _accept_twice(plan: Plan, params: Params) -> None:
    plan.copies = max(1, params.integer("copies", 2))


def _accept_late(plan: Plan, params: Params) -> None:
    plan.late_s = params.number("seconds", 1)
    plan.silent = True
    if plan.ending is Ending.KEEP:
        plan.ending = Ending.CLOSE


def _partial_money(plan: Plan, params: Params) -> None:
    plan.twist = replace(plan.twist, money_after=params.integer("after", 1))


def _repeat(plan: Plan, _params: Params) -> None:
    plan.twist = replace(plan.twist, peek=True)


# --- the HTTP answer ---------------------------------------------------------------------------


def _status(plan: Plan, params: Params) -> None:
    code = params.integer("code", 502)
    body = params.choice("body", ("html", "plain", "json", "empty", "keep"), "html")
    text = params.text("text", f"{code} Error")
    headers = {name: str(value) for name, value in params.mapping("headers").items()}

    def rewrite(answer: Answer) -> None:
        answer.status = code
        answer.headers |= headers
        if body == "html":
            answer.body, answer.content_type = _HTML.format(text).encode(), "text/html"
        elif body == "plain":
            answer.body, answer.content_type = text.encode(), "text/plain"
        elif body == "json":
            answer.body = b'{"status":"error","description":"%s"}' % text.encode()
        elif body == "empty":
            answer.body = b""

    plan.rewrites.append(rewrite)


def _html200(plan: Plan, params: Params) -> None:
    title = params.text("text", "Sign in to the network")
    _whole_body(plan, _HTML.format(title).encode(), "text/html")


def _empty(plan: Plan, _params: Params) -> None:
    _whole_body(plan, b"", "")


def _plain(plan: Plan, params: Params) -> None:
    _whole_body(plan, params.text("text", "error authorization").encode(), "text/plain")


def _whole_body(plan: Plan, body: bytes, content_type: str) -> None:
    def rewrite(answer: Answer) -> None:
        answer.body, answer.content_type = body, content_type

    plan.rewrites.append(rewrite)


def _redirect(plan: Plan, params: Params) -> None:
    code, target = params.integer("code", 307), params.text("to", "http://127.0.0.1:9/")

    def rewrite(answer: Answer) -> None:
        answer.status, answer.body = code, b""
        answer.headers["Location"] = target

    plan.rewrites.append(rewrite)


def _interim(plan: Plan, params: Params) -> None:
    codes = params.integers("codes", (100, 103))

    def rewrite(answer: Answer) -> None:
        answer.interim = b"".join(b"HTTP/1.1 %d Interim\r\n\r\n" % code for code in codes)

    plan.rewrites.append(rewrite)


def _truncate(plan: Plan, params: Params) -> None:
    plan.cut = params.integer("bytes", 40)
    plan.ending = Ending.CLOSE


def _wrong_length(plan: Plan, params: Params) -> None:
    delta = params.integer("delta", 10)
    plan.ending = Ending.CLOSE

    def rewrite(answer: Answer) -> None:
        answer.told_length = max(0, len(answer.body) + answer.padding + delta)

    plan.rewrites.append(rewrite)


def _bad_chunking(plan: Plan, _params: Params) -> None:
    plan.ending = Ending.CLOSE

    def rewrite(answer: Answer) -> None:
        half = len(answer.body) // 2
        answer.headers["Transfer-Encoding"] = "chunked"
        answer.body = b"%x\r\n%b\r\nzz\r\n%b" % (half, answer.body[:half], answer.body[half:])

    plan.rewrites.append(rewrite)


def _invalid_utf8(plan: Plan, params: Params) -> None:
    place = params.integer("bytes", 12)

    def rewrite(answer: Answer) -> None:
        answer.body = answer.body[:place] + b"\xff\xfe" + answer.body[place:]

    plan.rewrites.append(rewrite)


def _duplicate_keys(plan: Plan, params: Params) -> None:
    pairs = params.text("pairs", '"status": "error", "messages": []')

    def rewrite(answer: Answer) -> None:
        answer.body = b"{" + pairs.encode() + b", " + answer.body[1:]

    plan.rewrites.append(rewrite)


def _deep_nesting(plan: Plan, params: Params) -> None:
    depth = params.integer("depth", 100_000)
    _whole_body(plan, b"[" * depth + b"]" * depth, "application/json")


def _huge(plan: Plan, params: Params) -> None:
    size = int(params.number("megabytes", 16) * _MEGABYTE)

    def rewrite(answer: Answer) -> None:
        answer.padding = size

    plan.rewrites.append(rewrite)


def _gzip(plan: Plan, params: Params) -> None:
    """Garbage under a gzip label; with `bomb_megabytes`, a real archive of that many zeros."""
    megabytes = params.integer("bomb_megabytes", 0)

    def rewrite(answer: Answer) -> None:
        answer.headers["Content-Encoding"] = "gzip"
        answer.body = _bomb(megabytes) if megabytes else b"\x1f\x8b\x08\x00garbage" + answer.body

    plan.rewrites.append(rewrite)


def _bomb(megabytes: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as archive:
        for _ in range(megabytes):
            archive.write(bytes(_MEGABYTE))
    return packed.getvalue()


_OUTSIDE: dict[str, Fault] = {
    "reset": _reset,
    "close": _close,
    "early": _early,
    "stall": _stall,
    "slow": _slow,
    "status": _status,
    "html200": _html200,
    "empty": _empty,
    "plain": _plain,
    "redirect": _redirect,
    "interim": _interim,
    "truncate": _truncate,
    "wrong_length": _wrong_length,
    "bad_chunking": _bad_chunking,
    "invalid_utf8": _invalid_utf8,
    "duplicate_keys": _duplicate_keys,
    "deep_nesting": _deep_nesting,
    "huge": _huge,
    "gzip": _gzip,
}
_INSIDE: dict[str, Fault] = {
    "accept_twice": _accept_twice,
    "accept_late": _accept_late,
    "partial_money": _partial_money,
    "repeat": _repeat,
}

FAULTS: dict[str, Fault] = {**_OUTSIDE, **_INSIDE, **LIES}
"""Every fault by the name that a script uses."""

BEFORE_OR_AFTER = frozenset(_OUTSIDE) | {"status_error", "swapped"}
"""Faults that also make sense when the call is never made; the others need its answer."""
