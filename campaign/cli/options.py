"""Options that several verbs share; each has its environment variable, CAMPAIGN_ + its name."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click

from campaign.gateways.json_v2.providers import PROVIDERS, SANDBOX
from campaign.reports import formats_help

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(*names: str, **attributes: Any) -> Decorator:  # noqa: ANN401  # click's own attributes
    """An option with its environment variable, shown in the help."""
    long_name = next(name for name in names if name.startswith("--")).split("/")[0]
    variable = "CAMPAIGN_" + long_name.lstrip("-").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)


def together(*decorators: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which the help shows them."""

    def apply(function: Callable[..., Any]) -> Callable[..., Any]:
        return reduce(lambda made, decorate: decorate(made), reversed(decorators), function)

    return apply


_PATH = click.Path(path_type=Path)

store = together(
    option("--store", metavar="PATH", help="The journal: one SQLite file for all runs."),
)

gateway = together(
    option(
        "--gateway",
        metavar="NAME",
        help=f"{', '.join(PROVIDERS)}. Default: {SANDBOX} (nothing leaves the machine).",
    ),
    option("--gateway-url", metavar="URL", help="Another base URL for that gateway."),
    option(
        "--allow-plain-http",
        is_flag=True,
        default=None,
        help="Let login and phones travel readable.",
    ),
    option("--ca-file", metavar="PEM", help="A CA certificate of your own company."),
    option("--timeout", metavar="TIME", help="Wait so long for an answer. Default: 180s."),
)

reading = together(
    option(
        "--map",
        "map_",
        metavar="ROLE=COLUMN",
        multiple=True,
        help="Which column is the phone, client_id, text, sender, schedule, timezone, flash, "
        "wapurl. May be repeated; guessed otherwise.",
    ),
    option("--text", metavar="TEXT", help="Text for everybody, with {column} placeholders."),
    option("--text-file", metavar="PATH", help="The same from a UTF-8 file."),
    option("--client-id", metavar="auto", help="auto: make clientIds instead of the file's."),
    option("--sheet", metavar="NAME", help="Sheet of a workbook."),
    option("--encoding", metavar="NAME", help="Encoding of a text file, for example cp1251."),
    option("--delimiter", metavar="CHAR", help="Delimiter of a text file; tab for a tab."),
    option(
        "--header",
        type=click.IntRange(0, 10_000),
        metavar="ROW",
        help="Row number of the headings; 0: the table has none, columns are A, B, C.",
    ),
    option(
        "--include-hidden",
        is_flag=True,
        default=None,
        help="Use the hidden and filtered rows and the hidden columns of a workbook too.",
    ),
    option("--region", metavar="RU", help="Where phones without country code belong."),
    option("--countries", metavar="LIST", help="Text these too, besides +7: 375,998 or BY,UZ."),
    option(
        "--explode-phones",
        is_flag=True,
        default=None,
        help="Several phones in a cell: a message to each. Otherwise to the first.",
    ),
    option(
        "--allow-duplicates",
        is_flag=True,
        default=None,
        help="A phone may get several different texts. Otherwise its first row counts.",
    ),
    option(
        "--max-segments",
        type=click.IntRange(1, 255),
        metavar="N",
        help="SMS that one message may take. Default: 10.",
    ),
    option("--sender", metavar="NAME", help="Sender for rows that have none of their own."),
    option("--schedule", metavar="WHEN", help='When to send: "2026-12-01 10:00+03:00".'),
    option("--timezone", metavar="ZONE", help="Zone of times without one: Europe/Moscow."),
    option("--again", metavar="LABEL", help="Make it another run: send once more on purpose."),
    option("--skip-sent", is_flag=True, default=None, help="Leave out people who got it already."),
    option(
        "--stop-list",
        metavar="PATH",
        help="Leave out the phones in that table, too, beside those of `campaign stoplist`.",
    ),
    option("--limit", type=click.IntRange(1), metavar="N", help="Send to the first N people only."),
    option(
        "--fix-file",
        metavar="PATH",
        help="Write the rows to mend there, with what is wrong, in the format they came in.",
    ),
    option(
        "--forget-mapping",
        is_flag=True,
        default=None,
        help="Forget the columns that --map named before for files of this shape.",
    ),
)

max_cost = option("--max-cost", metavar="AMOUNT", help="Refuse what would cost more.")
guards = together(
    option("--max-recipients", type=click.IntRange(1), metavar="N", help="Refuse a longer list."),
    max_cost,
)

pace = together(
    option("--lanes", type=click.IntRange(1, 32), help="Requests in flight. Default: 4."),
    option(
        "--on-unknown",
        type=click.Choice(["hold", "resend"]),
        help="resend: send once more to people in old doubts without evidence; they may get the "
        "message twice. Default: hold.",
    ),
    option("--rate", type=click.FloatRange(min=0.1), help="Messages a second at most."),
    option("--wait", metavar="TIME", help="Wait so long for final statuses. Default: 5m."),
    option("--poll", metavar="TIME", help="Pause between looks at the statuses."),
)

report_format = option(
    "--format", metavar="LIST", help=f"{formats_help()}. With commas. Default: xlsx."
)

output = together(
    option("-o", "--output", metavar="PATH", help="Report file or folder. Default: reports/."),
    report_format,
)

zone = option(
    "--timezone", metavar="ZONE", help="Zone of the times shown. Default: as this machine's clock."
)

talk = together(
    option("--json", "as_json", is_flag=True, help="One JSON object on stdout at the end."),
    option("--lang", type=click.Choice(["en", "ru"]), help="Language of reasons and reports."),
    click.option("-q", "--quiet", is_flag=True, help="Errors only."),
    click.option(
        "-v", "--verbose", is_flag=True, help="Say more: origins of settings, seconds a stage."
    ),
)

yes = option("--yes", is_flag=True, help="Send without asking.")
offline = click.option("--offline", is_flag=True, help="Do not ask the gateway.")
run_name = click.argument("run", metavar="[RUN]", required=False, default="")
file_names = click.argument("files", metavar="FILE...", type=_PATH, nargs=-1, required=True)
