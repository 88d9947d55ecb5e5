"""What sending and polling need of a gateway: the contract of every protocol."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from campaign.domain import Attempt, Balance, Member, Reply, ReplyVerdict, Sender, StatusRow, Tracked


class Gateway(Protocol):
    """One account at one gateway.

    No method tries anything again by itself: attempts must be visible to the journal.
    """

    @property
    def asks_without_client_id(self) -> bool:
        """Whether status.json may be asked about a smscId whose clientId is not known."""

    @property
    def their_time(self) -> datetime | None:
        """The gateway's clock at its last answer; None before the first one."""

    def send(self, attempt: Attempt, commit_point: Callable[[], None]) -> Reply:
        """Hand a chunk over: the request less its last byte, `commit_point()`, the last byte, the answer.

        `commit_point` is called at most once, after everything but the last byte was handed to the kernel
        and before that byte is. If it raises, the byte is not sent and the error comes through.

        Returns:
            Whatever came back, also when it is broken or nothing (`Reply.error`).

        Raises:
            NotSent: The last byte did not leave: the gateway cannot have taken the request.
        """

    def request_digest(self, attempt: Attempt) -> str:
        """SHA-256 of the request without login and password."""

    def judge(self, members: Sequence[Member], reply: Reply) -> ReplyVerdict:
        """Decide what a reply proves. Pure: the same reply gives the same verdict for ever."""

    def ask_statuses(self, tracked: Sequence[Tracked]) -> Reply:
        """Call status.json for at most 200 messages. May be repeated freely.

        Raises:
            GatewayError: No answer; nothing was changed by asking.
        """

    def drain_queue(self, queue_name: str, limit: int) -> Reply:
        """Call statusQueue.json. The gateway forgets what it reported: store the answer first.

        Raises:
            GatewayError: No answer; up to `limit` rows may be lost.
        """

    def read_statuses(self, reply: Reply) -> tuple[StatusRow, ...]:
        """Understand an answer to one of the two calls above. Pure.

        Raises:
            LoginRefused: Login or password were not accepted.
            Unreadable: Not an answer that the documents know.
        """

    def balance(self) -> tuple[Balance, ...]:
        """Call balance.json."""

    def senders(self) -> tuple[Sender, ...]:
        """Call senders.json."""


class GatewayAccount(Gateway, Protocol):
    """A gateway as `app.gateway` opens it: also where it is and whose account it is."""

    @property
    def login(self) -> str:
        """Whose account it is."""

    @property
    def base_url(self) -> str:
        """Where its calls go."""
