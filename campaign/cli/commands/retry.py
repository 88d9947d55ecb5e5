"""`campaign retry RUN --only STATUSES`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from campaign.cli.command import Result, Shown, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import PATH, option, run_name
from campaign.options import row
from campaign.text import tr


@command(
    run_name(required=True),
    option(
        "--only",
        required=True,
        metavar="STATUSES",
        help=tr("Of which statuses: refused, undelivered, expired, cancelled; with commas."),
    ),
    option(
        "-o",
        "--output",
        "to_file",
        type=PATH,
        metavar="FILE",
        help=tr("Write these rows as an input file, with the reasons; plan and send nothing."),
    ),
    row("schedule", tr("When to send. Default: at once.")),
    "timezone",
    "guards",
    "account",
    "pace",
    row("format", tr("Of the report: {formats}.")),
    "yes",
    option("--dry-run", is_flag=True, help=tr("Count and show only; plan and send nothing.")),
    effect=Effect.SENDS,
    help=tr(
        "Send once more to recipients whom RUN did not reach: a new run, RUN itself stays as it "
        "is.\n\n"
        "They get the text that was frozen for them, under a new clientId (their own and r1). No "
        "recipient who may have got the text is among them: none whose status is unknown, none whose "
        "message the gateway still has. Each is retried once: the same command again finds the same "
        "run, and `campaign retry` of that run goes on from there.\n\n"
        "Exit codes: as of `campaign run`; 4 --only names recipients who may have got the text; 5 RUN "
        "is not finished; 9 there is nobody to retry."
    ),
)
def retry(now: Session, run: str, only: str, to_file: Path | None, dry_run: bool) -> Result:
    if dry_run:
        summary = now.app.retry_summary(run, only=only).as_json()
        return Shown(summary, _lines(summary))
    if to_file is None:
        return now.app.retry(run, only=only)
    written = now.app.retry_file(run, only=only, path=to_file)
    files = {"schema": 1, "files": [str(path) for path in written]}
    return Shown(files, _lines(files))


def _lines(figures: Mapping[str, object]) -> Iterator[str]:
    """What is not empty, a line each."""
    for name, value in figures.items():
        if name != "schema" and value not in (None, 0, ""):
            yield f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
