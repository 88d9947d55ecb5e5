"""What a run is made of: the files, and every setting that decides who gets which text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Self, TypeVar

from campaign.app.gateway import ca_file_of, provider_of
from campaign.app.sources import Sources
from campaign.app.stop_file import StopFile, named_stop_file, region_of
from campaign.config import Settings
from campaign.domain import FileOptions, Phone, Role
from campaign.domain.ids import run_digest
from campaign.domain.recipients.phone import RUSSIA, parse_countries
from campaign.domain.recipients.row import MAX_PARTS, parse_sender
from campaign.domain.schedule import load_zone, parse_when, require_ahead
from campaign.errors import InputError, UnusableCell
from campaign.i18n import reason_text
from campaign.journal.base import SavedColumnMap
from campaign.options import Identity, Kind, Option, rows
from campaign.sending.guards import Guards
from campaign.text import tr


def require_pace(settings: Settings) -> None:
    """Check the settings of sending before anything is planned: later is too late."""
    settings.require_usable("pace", "account")
    ca_file_of(settings)


def guards_of(settings: Settings) -> Guards:
    """The limits that a user sets."""
    return Guards(
        limit=settings.count("limit"),
        max_recipients=settings.count("max_recipients"),
        max_cost=settings.money("max_cost"),
    )


def typed_max_cost(settings: Settings) -> Decimal | None:
    """What this very command says that a run may cost; the profile counts only when planning."""
    of_profile = settings.origins.get("max_cost", "").startswith("profile")
    return None if of_profile else settings.money("max_cost")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CampaignSpec:
    """A campaign as the user asked for it, understood and complete.

    Attributes:
        text: The template for all recipients; None: the file's text column.
        send_at: One time for the whole run, in UTC; None: at once, or the file's column.
        zone: Zone of times in the file that name none.
        stop_phones: On the list of `--stop-list`; the journal's own list counts too.
        remembered_from: The run whose `--map` is used because the files have its shape, or "".
        digest: SHA-256 over the files' bytes and all settings here: the identity of the run.
        rate: Messages a second at most; with `asked_at` it shows who would miss their time.
        asked_at: When the command began, in UTC.
    """

    sources: Sources
    options: FileOptions
    mapping: Mapping[Role, str]
    header: int | None
    text: str | None
    sender: str | None
    send_at: datetime | None
    zone: tzinfo | None
    region: str
    countries: frozenset[int]
    explode_phones: bool
    allow_duplicates: bool
    max_parts: int
    own_client_ids: bool | None
    gateway: str
    gateway_url: str
    settings: Mapping[str, object]
    guards: Guards
    digest: str
    stop_phones: frozenset[Phone]
    rate: float | None
    asked_at: datetime
    remembered_from: str = ""

    def with_columns(self, saved: SavedColumnMap) -> Self:
        """The same with columns that the user named before for files of this shape."""
        settings = {**self.settings, "map": dict(sorted(saved.mapping.items()))}
        return replace(
            self,
            mapping=as_mapping(saved.mapping),
            settings=settings,
            digest=run_digest(self.sources.sha256, settings),
            remembered_from=saved.run,
        )


def make_spec(sources: Sources, settings: Settings, *, now: datetime) -> CampaignSpec:
    """Understand the settings for the files of a run.

    Raises:
        InputError: A setting cannot be used.
    """
    settings.require_usable()
    require_pace(settings)
    client_id = settings.text("client_id")
    if client_id not in {"", "auto", "column"}:
        raise InputError(
            tr("--client-id {client_id!r} is not known", client_id=client_id),
            hint="--client-id auto",
            code="setting",
        )
    gateway = settings.text("gateway", "sandbox")
    provider_of(gateway)  # refuses an unknown one
    text = _text(settings)  # once: it may come from a pipe
    send_at = send_time_of(settings, now)
    stop_file = named_stop_file(settings)
    identity = _identity(settings, text, send_at, stop_file)
    sender = settings.text("sender")
    return CampaignSpec(
        sources=sources,
        options=file_options(settings),
        mapping=as_mapping(settings.table("map")),
        header=settings.count("header"),
        text=text,
        sender=parse_option("--sender", parse_sender, sender) if sender else None,
        send_at=send_at,
        zone=zone_of(settings),
        region=str(identity["region"]),
        countries=parse_countries(settings.text("countries")),
        explode_phones=settings.flag("explode_phones"),
        allow_duplicates=settings.flag("allow_duplicates"),
        max_parts=settings.count("max_segments") or MAX_PARTS,
        own_client_ids={"auto": False, "column": True}.get(client_id),
        gateway=gateway,
        gateway_url=settings.text("gateway_url"),
        settings=identity,
        guards=guards_of(settings),
        digest=run_digest(sources.sha256, identity),
        stop_phones=frozenset() if stop_file is None else frozenset(stop_file.phones),
        rate=settings.number("rate") or None,
        asked_at=now,
    )


def file_options(settings: Settings) -> FileOptions:
    """How the files are to be read."""
    return FileOptions(
        sheet=settings.text("sheet") or None,
        encoding=settings.text("encoding") or None,
        delimiter=settings.text("delimiter") or None,
        include_hidden=settings.flag("include_hidden"),
    )


def _identity(
    settings: Settings, text: str | None, send_at: datetime | None, stop_file: StopFile | None
) -> dict[str, object]:
    """Settings that make a run what it is (`options.Identity`): with others it is another run."""
    parts, header = settings.count("max_segments"), settings.count("header")
    # What is not frozen as it was set.
    values: dict[str, object] = {
        "text": text,
        "map": dict(sorted(settings.table("map").items())),
        "schedule": send_at.isoformat() if send_at else "",
        "region": region_of(settings),
        "countries": sorted(parse_countries(settings.text("countries")) - RUSSIA),
        "header": header,
        "max_segments": None if parts == MAX_PARTS else parts,
        "stop_list": None if stop_file is None else stop_file.digest,
    }
    found: dict[str, object] = {}
    for row in rows():
        if row.identity is Identity.NO:
            continue
        value = values[row.name] if row.name in values else _plain(settings, row)
        given = not (value is None or value is False or value == [])
        if given or row.identity is Identity.ALWAYS:
            found[row.name] = value
    return found


def _plain(settings: Settings, row: Option) -> object:
    match row.kind:
        case Kind.FLAG:
            return settings.flag(row.name)
        case Kind.COUNT | Kind.NUMBER | Kind.MONEY:
            value = settings.get(row.name)
            return None if value is None else str(value)
        case _ if row.identity is Identity.GIVEN and settings.get(row.name) is None:
            return None
        case _:
            return settings.text(row.name, row.default)


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
            tr("--text-file {named} cannot be read: {error}", named=named, error=error),
            hint=tr("Save it as UTF-8 text."),
            code="text_file",
        ) from error
    # Editors end a file with a line feed that nobody typed; all others are meant.
    return text.removesuffix("\n").removesuffix("\r")


def as_mapping(table: Mapping[str, str]) -> Mapping[Role, str]:
    """Roles as `--map` names them; an unknown one is an `InputError`."""
    mapping: dict[Role, str] = {}
    for name, column in table.items():
        try:
            mapping[Role(name.strip().lower().replace("-", "_"))] = column
        except ValueError:
            raise InputError(
                tr("--map {name}={column}: there is no role {name!r}", name=name, column=column),
                hint=tr(
                    "Roles: {Role}. For example: --map phone={column}", Role=", ".join(Role), column=column
                ),
                code="map_role",
            ) from None
    return mapping


def zone_of(settings: Settings) -> tzinfo | None:
    """The zone of `--timezone`."""
    name = settings.text("timezone")
    return parse_option("--timezone", load_zone, name) if name else None


def send_time_of(settings: Settings, now: datetime) -> datetime | None:
    """One time for all recipients, in UTC and ahead; None: at once."""
    zone = zone_of(settings)

    def parse(text: str) -> datetime:
        when = parse_when(text, zone=zone)
        require_ahead(when, now=now)
        return when

    text = settings.text("schedule")
    return parse_option("--schedule", parse, text) if text else None


def parse_option(option: str, parse: Callable[[str], T], value: str) -> T:
    """Apply a rule for cells to an option: the error then names the option."""
    try:
        return parse(value)
    except UnusableCell as error:
        cause, hint = reason_text(error.code, error.details)
        raise InputError(
            tr("{option} {value!r}: {cause}", option=option, value=value, cause=cause),
            hint=hint,
            code=error.code,
        ) from error
