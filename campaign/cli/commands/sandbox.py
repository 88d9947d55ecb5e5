"""`campaign sandbox`."""

from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.gateways.json_v2.providers import spoken_names


@click.command("sandbox")
@click.option("--port", type=click.IntRange(0, 65535), default=8025, show_default=True)
@click.option(
    "--dialect",
    type=click.Choice(spoken_names()),
    default=spoken_names()[0],
    show_default=True,
)
@click.option("--faults", type=click.Path(path_type=Path), help="Fault script, TOML or JSON.")
@click.option("--seed", type=int, help="Makes ids and chances repeatable.")
@click.option(
    "--certfile", type=click.Path(path_type=Path), help="PEM certificate: speak TLS (--ca-file)."
)
@click.option("--keyfile", type=click.Path(path_type=Path), help="PEM key of that certificate.")
@options.talk
@options.store
def command(
    port: int,
    *,
    dialect: str,
    faults: Path | None,
    seed: int | None,
    certfile: Path | None,
    keyfile: Path | None,
    **_: object,
) -> None:
    """Run the practice gateway alone until Ctrl-C; no SMS leaves the machine.

    Its state stands beside the journal, so runs made with --gateway sandbox meet the same gateway.
    """
    from campaign.app.maintenance import (
        SandboxRequest,
        run_sandbox,
    )

    with session() as now:
        settings = now.app.context.settings
    wish = SandboxRequest(port, dialect, faults, seed, certfile, keyfile)
    run_sandbox(settings, wish, say=click.echo)
