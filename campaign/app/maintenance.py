"""What `campaign doctor` checks, the pages of the documentation, and the sandbox alone."""

import difflib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from campaign.app.context import AppContext
from campaign.app.paths import paths_of
from campaign.config import Settings
from campaign.domain import Finding
from campaign.errors import GatewayError, InputError, LoginRefused
from campaign.sandbox.options import PASSWORD_VARIABLE, SANDBOX_LOGIN, SANDBOX_PASSWORD, SandboxOptions
from campaign.sandbox.scenario import load_rules
from campaign.sandbox.server import SandboxServer, serve_forever
from campaign.text import tr

MAX_SKEW = timedelta(minutes=2)


def examine_all(context: AppContext, *, online: bool) -> tuple[Finding, ...]:
    """Every finding about the journal and, if asked, about the account."""
    found = list(context.examine_journal())
    if online:
        found += _account(context)
    return tuple(found)


def _account(context: AppContext) -> Iterator[Finding]:
    """TLS and login (balance), senders, clocks: as far as the gateway answers."""
    with context.account() as gateway:
        try:
            lines, senders = gateway.balance(), gateway.senders()
        except GatewayError as error:
            code = "login" if isinstance(error, LoginRefused) else "gateway"
            yield Finding("error", code, error.message)
            return
        if not lines:
            yield Finding("warning", "balance", tr("the gateway reports no balance"))
        for line in lines:
            if line.amount + line.credit <= 0:
                text = tr("nothing is left: {amount} {kind}", amount=line.amount, kind=line.kind)
                yield Finding("warning", "balance", text)
        if not any(sender.usable for sender in senders):
            yield Finding("error", "senders", tr("no sender may be used: campaign senders"))
        their_time = gateway.their_time
        skew = timedelta() if their_time is None else abs(datetime.now(UTC) - their_time)
        if skew > MAX_SKEW:
            text = tr(
                "this machine's clock and the gateway's differ by {seconds} s: send times would be wrong",
                seconds=round(skew.total_seconds()),
            )
            yield Finding("error", "clock", text)


def page_names() -> tuple[str, ...]:
    """Names of all pages, for `campaign docs NAME`."""
    pages = files("campaign").joinpath("docs")
    return (*_names(pages), *(f"decisions/{name}" for name in _names(pages / "decisions")))


def _names(folder: Traversable) -> list[str]:
    names = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".md") for name in names if name.endswith(".md"))


def page(name: str) -> str:
    """The text of a page; `InputError` names the nearest one when there is no such page."""
    if name not in page_names():
        near = difflib.get_close_matches(name, page_names(), n=1)
        raise InputError(
            tr("there is no page {name!r}", name=name),
            hint=(tr("campaign docs {near}", near=near[0]) if near else tr("campaign docs lists all pages")),
            code="docs_unknown",
        )
    return files("campaign").joinpath("docs").joinpath(f"{name}.md").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class SandboxRequest:
    """What a user asked of the sandbox gateway; see `SandboxOptions`."""

    port: int
    dialect: str
    faults: Path | None = None
    seed: int | None = None
    certfile: Path | None = None
    keyfile: Path | None = None


def run_sandbox(settings: Settings, wish: SandboxRequest, *, say: Callable[[str], object]) -> None:
    """Serve until Ctrl-C; shows where, and a complete command that uses it."""
    state = paths_of(settings).sandbox_state
    state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def ready(server: SandboxServer) -> None:
        url = server.base_url()
        say(tr("Sandbox gateway at {url}: no SMS leaves this machine. Ctrl-C ends it.", url=url))
        say(f"campaign run samples/spring.toml --gateway sandbox --gateway-url {url}")

    serve_forever(
        SandboxOptions(
            state=state,
            login=SANDBOX_LOGIN,
            password=os.environ.get(PASSWORD_VARIABLE) or SANDBOX_PASSWORD,
            port=wish.port,
            dialect=wish.dialect,
            balance=Decimal("10000000.00"),
            faults=[] if wish.faults is None else load_rules(wish.faults),
            seed=wish.seed,
            certfile=wish.certfile,
            keyfile=wish.keyfile,
        ),
        ready=ready,
    )
