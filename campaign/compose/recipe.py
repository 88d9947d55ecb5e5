"""What a run is made of: the file, and every setting that decides who is told what."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from campaign.adapters.gateway.dialect import dialect_of
from campaign.adapters.tables import open_table
from campaign.config import Settings
from campaign.errors import InputError, UnusableCell
from campaign.model import CheckedRow, FileOptions, Layout, Role, TableInfo
from campaign.rules.columns import locate
from campaign.rules.fields import parse_sender
from campaign.rules.run_id import run_digest
from campaign.rules.schedule import load_zone, parse_when, require_ahead
from campaign.rules.template import Template
from campaign.rules.words import reason
from campaign.steps.check import Terms, check

_PIECE = 1 << 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A campaign as a person asked for it, understood and complete.

    Attributes:
        text: The template for everybody; None: the file's text column.
        send_at: One time for the whole run, in UTC; None: at once, or the file's column.
        zone: Zone of times in the file that name none.
        digest: SHA-256 over the file's bytes and all settings here: the identity of the run.
    """

    path: Path
    source_sha256: str
    options: FileOptions
    mapping: Mapping[Role, str]
    text: str | None
    sender: str | None
    send_at: datetime | None
    zone: tzinfo | None
    region: str
    own_client_ids: bool | None
    gateway: str
    gateway_url: str
    settings: Mapping[str, object]
    digest: str


@dataclass(frozen=True, slots=True)
class Checking:
    """A file being checked: how it was understood, and its rows as a stream."""

    info: TableInfo
    layout: Layout
    own_client_ids: bool
    rows: Iterator[CheckedRow]


def make_recipe(path: Path, settings: Settings, *, now: datetime) -> Recipe:
    """Understand the settings for a recipients file.

    Raises:
        InputError: A setting cannot be used, or the file cannot be read.
    """
    client_id = settings.text("client_id")
    if client_id not in {"", "auto", "column"}:
        raise InputError(
            f"--client-id {client_id!r} is not known", hint="--client-id auto", code="setting"
        )
    gateway = settings.text("gateway", "sandbox")
    dialect_of(gateway)
    zone_name = settings.text("timezone")
    zone = _setting("--timezone", load_zone, zone_name) if zone_name else None
    send_at = _schedule(settings.text("schedule"), zone, now)
    decisive: dict[str, object] = {
        "text": _text(settings),
        "map": dict(sorted(settings.table("map").items())),
        "sender": settings.text("sender"),
        "schedule": send_at.isoformat() if send_at else "",
        "timezone": zone_name,
        "client_id": client_id,
        "sheet": settings.text("sheet"),
        "encoding": settings.text("encoding"),
        "delimiter": settings.text("delimiter"),
        "region": settings.text("region", "RU").upper(),
        "gateway": gateway,
        "gateway_url": settings.text("gateway_url"),
        "again": settings.text("again"),
    }
    if settings.flag("skip_sent"):
        decisive["skip_sent"] = True
    sender = settings.text("sender")
    source_sha256 = _file_digest(path)
    return Recipe(
        path=path,
        source_sha256=source_sha256,
        options=FileOptions(
            sheet=settings.text("sheet") or None,
            encoding=settings.text("encoding") or None,
            delimiter=settings.text("delimiter") or None,
        ),
        mapping=_mapping(settings.table("map")),
        text=_text(settings),
        sender=_setting("--sender", parse_sender, sender) if sender else None,
        send_at=send_at,
        zone=zone,
        region=str(decisive["region"]),
        own_client_ids={"auto": False, "column": True}.get(client_id),
        gateway=gateway,
        gateway_url=settings.text("gateway_url"),
        settings=decisive,
        digest=run_digest(source_sha256, decisive),
    )


@contextmanager
def checking(recipe: Recipe, *, now: datetime) -> Iterator[Checking]:
    """Open the file and check it row by row while the block runs.

    Raises:
        InputError: The file or a setting does not fit; also when the file changed meanwhile.
    """
    dialect = dialect_of(recipe.gateway)
    with open_table(recipe.path, recipe.options) as table:
        layout, rows = locate(table.rows, recipe.mapping)
        own = recipe.own_client_ids
        own_client_ids = Role.CLIENT_ID in layout.roles if own is None else own
        template = None if recipe.text is None else Template.parse(recipe.text)
        terms = Terms(
            layout=layout,
            seed=recipe.digest,
            now=now,
            template=None if template is None else template.bind(layout.heading),
            sender=recipe.sender,
            region=recipe.region,
            own_client_ids=own_client_ids,
            send_at=recipe.send_at,
            zone=recipe.zone,
            flash_allowed=dialect.has_message_options,
            wapurl_allowed=dialect.has_message_options,
        )
        yield Checking(table.info, layout, own_client_ids, _unchanged(check(rows, terms), recipe))


def _unchanged(rows: Iterator[CheckedRow], recipe: Recipe) -> Iterator[CheckedRow]:
    """Refuse a file that was saved again while it was read: half of each would be sent."""
    yield from rows
    if _file_digest(recipe.path) != recipe.source_sha256:
        raise InputError(
            f"{recipe.path} was changed while it was read; nothing was planned",
            hint="Close it in the other program and run the command again.",
            code="file_changed",
        )


def _file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source:
            while piece := source.read(_PIECE):
                digest.update(piece)
    except OSError:
        # The reader says it in full: missing, a folder, no rights, with what to do.
        with open_table(path, FileOptions()):
            pass
        raise
    return digest.hexdigest()


def _text(settings: Settings) -> str | None:
    if settings.get("text") is not None:
        return settings.text("text")
    named = settings.text("text_file")
    if not named:
        return None
    try:
        text = Path(named).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"--text-file {named} cannot be read: {error}",
            hint="Save it as UTF-8 text.",
            code="text_file",
        ) from error
    # Editors end a file with a line feed that nobody typed; all others are meant.
    return text.removesuffix("\n").removesuffix("\r")


def _mapping(table: Mapping[str, str]) -> Mapping[Role, str]:
    mapping: dict[Role, str] = {}
    for name, column in table.items():
        try:
            mapping[Role(name.strip().lower().replace("-", "_"))] = column
        except ValueError:
            raise InputError(
                f"--map {name}={column}: there is no role {name!r}",
                hint=f"Roles: {', '.join(Role)}. For example: --map phone={column}",
                code="map_role",
            ) from None
    return mapping


def _schedule(text: str, zone: tzinfo | None, now: datetime) -> datetime | None:
    if not text:
        return None
    when = _setting("--schedule", lambda value: parse_when(value, zone=zone), text)
    _setting("--schedule", lambda _: require_ahead(when, now=now), text)
    return when


def _setting(option: str, parse: Callable[[str], T], value: str) -> T:
    """A cell rule applied to an option: the sentence then speaks of the option."""
    try:
        return parse(value)
    except UnusableCell as error:
        sentence = reason(error.code, error.details, "en")
        raise InputError(
            f"{option} {value!r}: {sentence.reason}", hint=sentence.hint, code=error.code
        ) from None
