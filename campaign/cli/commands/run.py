"""`campaign run FILE`."""

from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import (
    finish,
    session,
    show_summary,
)


@click.command("run")
@options.file_names
@options.reading
@options.guards
@options.gateway
@options.pace
@options.output
@options.yes
@click.option("--dry-run", is_flag=True, help="Check and show only; plan and send nothing.")
@options.talk
@options.store
def command(files: tuple[Path, ...], *, dry_run: bool, as_json: bool, **_: object) -> None:
    """Check, plan, ask, send, wait for statuses, report.

    FILE is a table (csv, tsv, txt, xlsx, xlsm, ods, xls), a folder of tables, or a campaign file
    (.toml); several tables are one run. The same command typed again finds the same run and goes on
    with it: nobody is told twice.

    Exit codes: 0 everybody handed over; 3 some rows rejected, refused or undelivered;
    4 file or settings unusable; 5 not confirmed; 6 login refused; 7 gateway not available, resume
    later; 8 people in doubt; 9 sent before; 11 another process drives the run; 74 journal.
    """
    with session(files) as now:
        if dry_run:
            summary = now.app.check(now.files)
            show_summary(now, summary, as_json=as_json)
            return
        outcome = now.app.run(now.files)
    finish(outcome, as_json=as_json, lang=now.lang)
