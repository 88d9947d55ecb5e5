"""`campaign doctor`."""

from dataclasses import asdict

from campaign.cli.command import Shown, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import option
from campaign.errors import Exit
from campaign.text import tr


@command(
    option("--online", is_flag=True, help=tr("Ask the gateway too: TLS, login, senders, clock.")),
    "account",
    effect=Effect.READS,
    help=tr(
        "Examine the journal: every promise as a query, the file itself, its permissions, free space."
        "\n\nExit codes: 0 no error (warnings may be shown); 9 there is no journal; 74 something is "
        "wrong."
    ),
)
def doctor(now: Session, online: bool) -> Shown:
    from campaign.cli.output.results import finding_lines

    findings = now.app.doctor(online=online)
    errors = {one.code for one in findings if one.level == "error"}
    wrong = Exit.NOTHING_TO_DO if errors == {"no_journal"} else Exit.JOURNAL
    return Shown(
        [asdict(one) for one in findings], finding_lines(findings, now.lang), wrong if errors else Exit.DONE
    )
