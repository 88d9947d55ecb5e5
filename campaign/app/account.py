"""The account of a run: queues, ids and the list of earlier messages of one mean nothing to another.

A run that is planned without a login has no account yet: it gets one when it is first sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from campaign.app.context import AppContext
from campaign.app.outcome import command
from campaign.domain import Phone, RunInfo, RunState, Status
from campaign.errors import GuardRefused
from campaign.journal.base import Journal, SentBefore
from campaign.sending.guards import require_unsent
from campaign.text import tr

_MAYBE_SENT = (
    Status.ACCEPTED, Status.DELIVERED, Status.UNDELIVERED, Status.NO_FINAL_STATUS, Status.UNKNOWN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EarlierMessages:
    """Earlier messages over every account that may be a run's (`journal.base.SentBefore`).

    Attributes:
        settings: Of the run, for what it retries.
    """

    journal: Journal
    others: Sequence[str] = ()
    settings: Mapping[str, object] = field(default_factory=dict)

    def earlier(self, account: str, messages: Sequence[tuple[Phone, str]]) -> dict[int, str]:
        """Position in `messages` to the run that sent it; the run's own account counts first."""
        found: dict[int, str] = {}
        for one in dict.fromkeys((account, *self.others)):
            known = self.journal.sent_before.earlier(one, messages, retry=self.settings)
            found = {**known, **found}
        return found


_NO_SETTINGS: Mapping[str, object] = {}


def ledger_for(
    journal: Journal, gateway: str, login: str, settings: Mapping[str, object] = _NO_SETTINGS
) -> SentBefore:
    """Earlier messages as a run sees them: of its account, and of runs without one.

    While the login is not known ("") every account at that gateway counts.
    """
    used = {info.account for info in journal.runs.all() if info.gateway == gateway}
    others = used & {journal.runs.account(gateway, "")} if login else used
    return EarlierMessages(journal, sorted(others), settings)


def asks_ledger(settings: Mapping[str, object]) -> bool:
    """Whether recipients who already got the text are looked up: with `--again` alone they are not."""
    return bool(settings.get("skip_sent")) or not settings.get("again")


def account_of(context: AppContext, journal: Journal, info: RunInfo, login: str) -> str:
    """The account that a login means, when it may send a run and ask about it.

    A run without an account may be continued with any login.

    Raises:
        GuardRefused: The run belongs to another account.
    """
    account = journal.runs.account(info.gateway, login)
    if info.account in {account, journal.runs.account(info.gateway, "")}:
        return account
    hint = tr(
        "Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD of that login; what is known of it: {command}",
        command=command("status", info.run, f" --offline{context.store_option}"),
    )
    statuses = journal.runs.tally(info.run).statuses
    if not any(statuses.get(status) for status in _MAYBE_SENT):
        hint = tr(
            "{hint}; nothing was sent yet, so to send it from this login instead: {command}, then the "
            "same `campaign run` with --skip-sent --again LABEL",
            hint=hint,
            command=command("cancel", info.run, context.store_option),
        )
    raise GuardRefused(
        tr(
            "run {run} belongs to another login at {gateway}; nothing was sent or asked",
            run=info.run,
            gateway=info.gateway,
        ),
        hint=hint,
        code="other_account",
    )


def lacks_account(info: RunInfo, account: str) -> bool:
    """Whether a run was planned without an account and gets it now."""
    return info.account != account and info.state is RunState.PLANNED


def require_still_unsent(context: AppContext, journal: Journal, info: RunInfo, login: str) -> None:
    """Before a run gets its account: check that no recipient got its text from that account."""
    if not asks_ledger(info.settings):
        return

    chunks = (journal.attempts.chunk(info.run, no + 1) for no in range(info.chunk_count))
    require_unsent(
        ([(one.phone, one.text) for one in chunk.members] for chunk in chunks),
        ledger_for(journal, info.gateway, login, info.settings),
        account=journal.runs.account(info.gateway, login),
        hint=hint_to_go_on(context, info),
    )


def hint_to_go_on(context: AppContext, info: RunInfo) -> str:
    """What to do about a run some of whose recipients have its text from another one."""
    cancel = command("cancel", info.run, context.store_option)
    if info.settings.get("retry_of"):
        return tr("To cancel the rest of this run: {command}", command=cancel)
    return tr(
        "{command}, then the same `campaign run` with --skip-sent --again LABEL: it leaves out "
        "recipients who have the text",
        command=cancel,
    )
