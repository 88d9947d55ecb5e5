"""`campaign sandbox`."""

from pathlib import Path

import click

from campaign.cli.command import plain_command
from campaign.cli.context import Effect, session
from campaign.cli.options import PATH, option
from campaign.gateways.json_v2.providers import PROVIDERS, SANDBOX
from campaign.text import tr

_DIALECTS = [name for name in PROVIDERS if name != SANDBOX]


@plain_command(
    option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8025,
        show_default=True,
        help=tr("Where it listens; 0: any free port."),
    ),
    option(
        "--dialect",
        type=click.Choice(_DIALECTS),
        default=_DIALECTS[0],
        show_default=True,
        help=tr("Which provider it imitates."),
    ),
    option("--faults", type=PATH, help=tr("Fault script, TOML or JSON.")),
    option("--seed", type=int, help=tr("Makes ids and chances repeatable.")),
    option("--certfile", type=PATH, help=tr("PEM certificate: speak TLS (--ca-file).")),
    option("--keyfile", type=PATH, help=tr("PEM key of that certificate.")),
    "talk",
    "store",
    help=tr(
        "Run the sandbox gateway alone until Ctrl-C; no SMS leaves the machine.\n\n"
        "Its state is next to the journal, so runs made with --gateway sandbox meet the same gateway."
    ),
)
def sandbox(
    *,
    port: int,
    dialect: str,
    faults: Path | None,
    seed: int | None,
    certfile: Path | None,
    keyfile: Path | None,
    **_: object,
) -> None:
    from campaign.app.maintenance import SandboxRequest, run_sandbox
    from campaign.i18n import translated

    with session((), Effect.WRITES) as now:
        settings = now.app.context.settings
    wish = SandboxRequest(port, dialect, faults, seed, certfile, keyfile)
    run_sandbox(settings, wish, say=lambda text: click.echo(translated(text, now.lang)))
