"""A recipient put back for one more try gets no second text when evidence of the first comes."""

from tests.cli.shell import Shell, credentials
from tests.cli.two_accounts import FULL, TwoAccounts

ENDS = ("--yes", "--wait", "0", "--json")
_AGED_S = 16 * 60


def statuses(shell: Shell) -> dict[str, int]:
    """As they stand, without a question to the gateway."""
    return dict(shell.json("status", "--offline")["statuses"])


def test_a_resume_reads_the_old_queue_before_it_sends(shell: Shell, gateway: TwoAccounts) -> None:
    """The queue was silent when the policy put them back, and speaks before the second request."""

    def as_ann(*words: str) -> None:
        shell.type(*words, *ENDS, **credentials("ann"))

    shell.recipients("many.csv", *(f"{number:04d}" for number in range(FULL + 2)))
    at = ("--gateway", "prostor", "--gateway-url", gateway.url)
    gateway.loses = gateway.silent = True
    as_ann("run", "many.csv", "--text", "Hi {name}", *at)
    lost = statuses(shell)
    with shell.tampering("attempt") as connection:
        connection.execute("UPDATE attempt SET committed_us=committed_us-?", (_AGED_S * 1_000_000,))
    gateway.refuses = True
    as_ann("resume", "--on-unknown", "resend")
    put_back = statuses(shell)
    gateway.loses = gateway.silent = gateway.refuses = False

    as_ann("resume")

    assert lost == {"delivered": FULL, "unknown": 2}
    assert put_back == {"delivered": FULL, "pending": 2}
    assert statuses(shell) == {"delivered": FULL + 2}
    assert set(gateway.taken.values()) == {1}
