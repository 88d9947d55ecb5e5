"""A code that means "nothing was taken" over a body that names people as taken: nobody twice."""

import json
from functools import partial
from pathlib import Path

from tests.fault.acceptance import customers, require_promise
from tests.foreign import faults
from tests.foreign.driver import Shell
from tests.foreign.gateway import Exchange, Fault, ForeignGateway, Stage, http_answer
from tests.foreign.together import live_together

CODES = (302, 400, 401, 403, 413, 429)
_PAUSE_S = 2


def taken_under(code: int, *, named: float) -> Fault:
    """Everybody is accepted; the answer has this code and names a share of them."""

    def say(exchange: Exchange) -> bytes:
        messages = exchange.reply["messages"]
        assert isinstance(messages, list)
        body = {
            "status": "error",
            "description": "too many messages",
            "messages": messages[: int(len(messages) * named)],
        }
        headers = (("Retry-After", str(_PAUSE_S)),) if code == 429 else ()
        return http_answer(code, json.dumps(body).encode(), headers=headers)

    return Fault(Stage.ACCEPTED, say)


def test_whoever_a_refusal_names_as_taken_is_never_sent_again(tmp_path: Path) -> None:
    """429 over a body with 100 of 200 accepted gave those 100 a second copy."""
    live_together(
        tmp_path,
        {
            f"{code}, {named:.0%} named": partial(deliver_once, code=code, named=named)
            for code in CODES
            for named in ((0.5, 1) if code in {400, 429} else (0.5,))
        },
    )


def deliver_once(folder: Path, *, code: int, named: float) -> None:
    """The second of three requests; whom its answer does not name, its status queue proves."""
    everybody, file = customers(folder, 600)
    with ForeignGateway(faults=faults.at({2: taken_under(code, named=named)})) as gateway:
        shell = Shell.at(gateway, folder, "--concurrency", "1", wait="1s")
        ended = shell.run(file)
        first = len(gateway.sends)
        again = shell.resume_until_nobody_is_pending(ended)
        rows = shell.report()

    require_promise(gateway, everybody, rows, unknown=set(gateway.sends[1].phones))
    assert len(gateway.sends) == 3
    assert again.code == 3, again.tell()
    if code != 429:
        assert first == 2, "the run stops after it, as the code says"
        assert ended.code not in {0, 3}, ended.tell()
    else:
        _, second, third = gateway.sends
        assert (third.ended_at_s or 0) - (second.ended_at_s or 0) >= _PAUSE_S
