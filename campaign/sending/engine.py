"""The engine that sends a run, and why sending ends: the contract of every engine."""

from dataclasses import dataclass
from typing import Protocol

from campaign.domain import Consequence, RunId
from campaign.errors import CampaignError, GatewayError, GuardRefused, NotSent
from campaign.sending.send import Sent
from campaign.text import tr


@dataclass(frozen=True, slots=True)
class Ending:
    """Why sending ended: an error, a stop that was asked for, or (neither) nothing is left to send."""

    error: CampaignError | None = None
    interrupted: bool = False


class Engine(Protocol):
    """Sends the pending chunks of a run, from wherever it likes: threads here, other machines.

    Whatever it is, each chunk goes through `send.send_chunk`, so that the journal has every attempt
    before it begins, and `retry.until_sent`, the only place that tries again.
    """

    def run(self, run: RunId) -> Ending:
        """Send every pending chunk; return when none is left or something says stop.

        Sending stops, and no further chunk begins, when

        - a stop was asked for: `interrupted`, and chunks were left;
        - the money is used up, a setting is refused, or the login is not accepted;
        - the gateway cannot be reached within the retry policy;
        - outcomes stay unknown, one after the other, though their evidence was asked for;
        - the journal cannot store: nothing may be sent that is not stored.

        Chunks in flight are always brought to their end, and an unknown outcome is never sent
        again. Of several errors the one with the highest rank is returned (`worse`). A bug in the
        program is raised, after the chunks in flight have ended.
        """


def stop_for(sent: Sent) -> CampaignError | None:
    """What a chunk's answer says against sending the next one, if anything."""
    match sent.consequence:
        case Consequence.PAUSE_MONEY:
            return GatewayError(
                tr("the gateway reports that the account is out of money"),
                hint=tr("Top up the account, then: campaign resume"),
                code="money",
            )
        case Consequence.STOP_CONFIG:
            return GuardRefused(
                tr(
                    "the gateway refuses messages because of a setting (sender, send time, ...); see "
                    "the reasons in the report"
                ),
                hint=tr("campaign senders shows which senders may be used; then: campaign resume"),
                code="refused_setting",
            )
        case _:
            return None


def paused(why: str) -> GatewayError:
    """The breaker has opened."""
    return GatewayError(
        tr("sending is paused: {why}", why=why),
        hint=tr("Wait until the gateway works again, then: campaign resume"),
        code="paused",
    )


def unavailable(failure: NotSent) -> CampaignError:
    """The tries of a chunk are used up."""
    return GatewayError(
        tr("{message}; stopped for now, nothing of it was sent", message=failure.message),
        hint=(failure.hint if failure.final else tr("When the gateway answers again: campaign resume")),
        code="unavailable",
    )


def worse(first: CampaignError | None, second: CampaignError) -> CampaignError:
    """Of two errors the one whose exit code ranks first (`errors.RANKING`)."""
    if first is None:
        return second
    return min((first, second), key=lambda error: error.exit_code.rank)
