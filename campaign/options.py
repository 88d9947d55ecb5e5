"""The table of options: one row an option, wherever it is set.

The command line, campaign files, the profile, the environment, `campaign.api` and the identity of a
run (`app.spec`) all read it: a new option of a run is a row here and the code that uses it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, Flag, auto
from typing import Final

from campaign.text import Text, tr

DAY_S: Final = 86_400.0


class Kind(Enum):
    """How a value is read and checked."""

    TEXT = auto()
    FLAG = auto()
    COUNT = auto()  # a whole number
    NUMBER = auto()
    TIME = auto()  # seconds, or a text such as `10m`
    MONEY = auto()
    CHOICE = auto()
    PAIRS = auto()  # a table of texts
    INPUT = auto()  # a file that is read
    OUTPUT = auto()  # a path that is written
    RECIPIENTS = auto()  # a file, or a list of files


class Where(Flag):
    """Where an option may be set."""

    COMMAND = auto()
    ENVIRONMENT = auto()
    FILE = auto()  # a campaign file or the profile
    API = auto()
    TYPED = COMMAND | ENVIRONMENT
    SURFACES = COMMAND | ENVIRONMENT | FILE
    EVERYWHERE = COMMAND | ENVIRONMENT | FILE | API


class Identity(Enum):
    """Whether another value makes it another run, with a digest of its own."""

    NO = auto()
    GIVEN = auto()  # where it is given; runs without it keep their digest
    ALWAYS = auto()


@dataclass(frozen=True, slots=True)
class Option:
    """A row of the table.

    Attributes:
        group: The options that a command or a call of the API takes together.
        low: The least value, included for all but `TIME`; times are in seconds.
        wanted: How to write a value that can be used, where kind and bounds do not tell.
        default: The text that counts when nobody set it.
    """

    name: str
    group: str
    kind: Kind = Kind.TEXT
    help: Text = field(kw_only=True)
    metavar: str = ""
    short: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    wanted: Text | None = None
    default: str = ""
    where: Where = Where.EVERYWHERE
    identity: Identity = Identity.NO

    @property
    def flag(self) -> str:
        """The option on the command line: `--max-cost`."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return f"CAMPAIGN_{self.name.upper()}"


GIVEN, ALWAYS = Identity.GIVEN, Identity.ALWAYS

# fmt: off
TABLE: tuple[Option, ...] = (
    Option("recipients", "recipients", Kind.RECIPIENTS, where=Where.FILE,
           help=tr("The tables of a campaign file.")),
    Option("map", "reading", Kind.PAIRS, identity=ALWAYS,
           help=tr("Which column is the phone, client_id, text, sender, schedule, timezone, "
                   "flash, wapurl. May be repeated; guessed otherwise.")),
    Option("text", "reading", metavar="TEXT", identity=ALWAYS,
           help=tr("Text for all recipients, with {{column}} placeholders.")),
    Option("text_file", "reading", Kind.INPUT,
           help=tr("The same from a UTF-8 file.")),
    Option("client_id", "reading", metavar="auto", identity=ALWAYS,
           help=tr("auto: make clientIds instead of the file's.")),
    Option("sheet", "reading", metavar="NAME", identity=ALWAYS,
           help=tr("Sheet of a workbook.")),
    Option("encoding", "reading", metavar="NAME", identity=ALWAYS,
           help=tr("Encoding of a text file, for example cp1251.")),
    Option("delimiter", "reading", metavar="CHAR", identity=ALWAYS,
           help=tr("Delimiter of a text file; tab for a tab.")),
    Option("header", "reading", Kind.COUNT, metavar="ROW", low=0, high=10_000, identity=GIVEN,
           help=tr("Row number of the headings; 0: the table has none, columns are A, B, C.")),
    Option("include_hidden", "reading", Kind.FLAG, identity=GIVEN,
           help=tr("Use the hidden and filtered rows and the hidden columns of a workbook too.")),
    Option("region", "reading", metavar="RU", default="RU", identity=ALWAYS,
           help=tr("Country of phones without a country code.")),
    Option("countries", "reading", metavar="LIST", identity=GIVEN,
           help=tr("Send to these too, not only to +7: 375,998 or BY,UZ.")),
    Option("explode_phones", "reading", Kind.FLAG, identity=GIVEN,
           help=tr("Several phones in a cell: a message to each. Otherwise to the first.")),
    Option("allow_duplicates", "reading", Kind.FLAG, identity=GIVEN,
           help=tr("A phone may get several different texts. Otherwise its first row counts.")),
    Option("max_segments", "reading", Kind.COUNT, low=1, high=255, identity=GIVEN,
           help=tr("SMS that one message may take. Default: 10.")),
    Option("sender", "reading", metavar="NAME", identity=ALWAYS,
           help=tr("Sender for rows that have none of their own.")),
    Option("schedule", "reading", metavar="WHEN", identity=ALWAYS,
           help=tr('When to send: "2026-12-01 10:00+03:00".')),
    Option("timezone", "reading", metavar="ZONE", identity=ALWAYS,
           help=tr("Zone of times without one: Europe/Moscow.")),
    Option("again", "reading", metavar="LABEL", identity=ALWAYS,
           help=tr("Make it another run: send again on purpose.")),
    Option("skip_sent", "reading", Kind.FLAG, identity=GIVEN,
           help=tr("Leave out recipients who already got the text.")),
    Option("stop_list", "reading", Kind.INPUT, identity=GIVEN,
           help=tr("Leave out the phones in that table too, besides those of `campaign "
                   "stoplist`.")),
    Option("limit", "reading", Kind.COUNT, low=1, identity=GIVEN,
           help=tr("Send to the first N recipients only.")),
    Option("fix_file", "reading", Kind.OUTPUT, where=Where.SURFACES,
           help=tr("Write the rows to fix there, with what is wrong, in the format they came in.")),
    Option("forget_mapping", "reading", Kind.FLAG, where=Where.SURFACES,
           help=tr("Forget the columns that --map named before for files of this shape.")),
    Option("max_recipients", "guards", Kind.COUNT, low=1, identity=GIVEN,
           help=tr("Refuse a longer list.")),
    Option("max_cost", "guards", Kind.MONEY, wanted=tr("an amount such as 1500.50"), identity=GIVEN,
           help=tr("Refuse what would cost more.")),
    Option("gateway", "account", metavar="NAME", default="sandbox", identity=ALWAYS,
           help=tr("{gateways}. Default: sandbox (nothing leaves the machine).")),
    Option("gateway_url", "account", metavar="URL", identity=ALWAYS,
           help=tr("Another base URL for that gateway.")),
    Option("allow_plain_http", "account", Kind.FLAG,
           help=tr("Let login and phones travel unencrypted.")),
    Option("ca_file", "account", Kind.INPUT, metavar="PEM",
           help=tr("A CA certificate of your own company.")),
    Option("timeout", "account", Kind.TIME, low=0, high=DAY_S,
           wanted=tr("a time such as 180s, at most a day"),
           help=tr("How long to wait for a reply. Default: 180s.")),
    Option("concurrency", "pace", Kind.COUNT, low=1, high=32, default="4",
           help=tr("Requests at the same time. Default: {default}.", default=4)),
    Option("on_unknown", "pace", Kind.CHOICE, choices=("hold", "resend"),
           help=tr("resend: send once more where the status has long been unknown and there is "
                   "no evidence; these recipients may get the message twice. Default: hold.")),
    Option("rate", "pace", Kind.NUMBER, low=0.1, wanted=tr("messages a second, 0.1 or more"),
           help=tr("Messages a second at most.")),
    Option("wait", "pace", Kind.TIME, high=366 * DAY_S,
           wanted=tr("a time such as 10m, at most a year"),
           help=tr("How long to wait for final statuses. Default: 5m.")),
    Option("poll", "pace", Kind.TIME, high=366 * DAY_S,
           wanted=tr("a time such as 10m, at most a year"),
           help=tr("Pause between two checks of the statuses.")),
    Option("output", "report", Kind.OUTPUT, short="-o",
           help=tr("Report file or folder. Default: reports/.")),
    Option("format", "report", metavar="LIST",
           help=tr("{formats}. With commas. Default: xlsx.")),
    Option("yes", "yes", Kind.FLAG, where=Where.TYPED,
           help=tr("Send without asking.")),
    Option("offline", "offline", Kind.FLAG, where=Where.COMMAND,
           help=tr("Do not ask the gateway.")),
    Option("json", "talk", Kind.FLAG, where=Where.TYPED,
           help=tr("One JSON object on stdout at the end.")),
    Option("lang", "talk", Kind.CHOICE,
           help=tr("Language of texts and reports.")),
    Option("quiet", "talk", Kind.FLAG, short="-q", where=Where.COMMAND,
           help=tr("Errors only.")),
    Option("verbose", "talk", Kind.FLAG, short="-v", where=Where.COMMAND,
           help=tr("Show more: where settings come from, seconds of each stage.")),
    Option("store", "store", Kind.OUTPUT,
           help=tr("The journal: one SQLite file for all runs.")),
)
# fmt: on


def rows(*names: str, where: Where = Where.EVERYWHERE) -> Iterator[Option]:
    """Options by group or by name, in that order, that may be set there; all without a name.

    Raises:
        KeyError: There is neither such a group nor such an option.
    """
    for name in names or ("",):
        found = [one for one in TABLE if name in {"", one.group, one.name}]
        if not found:
            raise KeyError(name)
        yield from (one for one in found if one.where & where)


def row(name: str, help: Text | None = None) -> Option:  # noqa: A002  # as of the row
    """A single option, with another help where a command uses it for something else."""
    (found,) = rows(name)
    return found if help is None else replace(found, help=help)
