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
    from campaign.app.unknown import unknown_as_json, unmatched_id_as_json
    from campaign.cli.output.results import share_lines, unknown_lines, unmatched_id_lines

    attempts, shares = now.app.unknown(run)
    unmatched_ids = now.app.unmatched_ids(run)
    open_now = now.app.open_requests(run)
    return Shown(
        unknown_as_json(attempts, shares, open_now)
        | {"unmatched_ids": [unmatched_id_as_json(one) for one in unmatched_ids]},
        (
            *unknown_lines(attempts, now.lang, open_now, now.app.context.store_option),
            *share_lines(shares, now.lang),
            *unmatched_id_lines(unmatched_ids, now.lang, listed=True),
        ),
        Exit.UNKNOWN if attempts or open_now else Exit.DONE,
    )
