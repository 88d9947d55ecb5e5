"""`campaign unknown [RUN]`."""

from campaign.cli.command import Shown, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import run_name
from campaign.errors import Exit
from campaign.text import tr


@command(
    run_name(),
    effect=Effect.READS,
    help=tr(
        "Show attempts whose reply was lost, their recipients and the evidence (default: all runs)."
        "\n\nExit code 8 while the status of a recipient is unknown."
    ),
)
def unknown(now: Session, run: str) -> Shown:
    from campaign.cli.output.results import share_lines, unknown_lines, unmatched_id_lines

    found = now.app.unknown(run)
    return Shown(
        found.as_json(),
        (
            *unknown_lines(found.attempts, now.lang, found.open_requests, now.app.context.store_option),
            *share_lines(found.shares, now.lang),
            *unmatched_id_lines(found.unmatched_ids, now.lang, listed=True),
        ),
        Exit.UNKNOWN if found.attempts or found.open_requests else Exit.DONE,
    )
