"""What a run is made of: the files, and every setting that decides who is told what."""

import math
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from campaign.app.gateway import require_gateway
from campaign.app.sources import Sources
from campaign.app.stop_file import named_stop_file
from campaign.config import Settings
from campaign.domain import (
    FileOptions,
    Phone,
    Role,
)
from campaign.domain.ids import run_digest
from campaign.domain.recipients.phone import RUSSIA, parse_countries
from campaign.domain.recipients.row import MAX_PARTS, parse_sender
from campaign.domain.schedule import (
    load_zone,
    parse_when,
    require_ahead,
)
from campaign.errors import (
    InputError,
    UnusableCell,
)
from campaign.i18n import reason_text
from campaign.sending.guards import Guards
from campaign.text import tr

MOST_WORKERS = 32

_LEAST_RATE = 0.1

_LONGEST_ANSWER_S = 86_400.0

_LONGEST_WAIT_S = 366 * 86_400.0


def require_pace(settings: Settings) -> None:
    """Look at the settings of sending before anything is planned: later is too late to say.

    Raises:
        InputError: `workers`, `rate`, `timeout`, `wait`, `poll` or `ca_file` cannot be used.
    """
    workers = settings.number("lanes", 1)
    if not 1 <= workers <= MOST_WORKERS or workers != int(workers):
        raise _bad_number("lanes", f"{workers:g}", f"a whole number from 1 to {MOST_WORKERS}")
    rate = settings.number("rate", _LEAST_RATE)
    if not (math.isfinite(rate) and rate >= _LEAST_RATE):
        raise _bad_number("rate", f"{rate:g}", f"messages a second, {_LEAST_RATE} or more")
    timeout_s = settings.seconds("timeout", 1)
    if not 0 < timeout_s <= _LONGEST_ANSWER_S:
        raise _bad_number("timeout", f"{timeout_s:g}", "a time such as 180s, at most a day")
    for name in ("wait", "poll"):
        if not 0 <= (wait_s := settings.seconds(name, 0)) <= _LONGEST_WAIT_S:
            raise _bad_number(name, f"{wait_s:g}", "a time such as 10m, at most a year")
    _require_certificates(settings.text("ca_file"))


def _require_certificates(path: str) -> None:
    if not path:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        why = "it holds no certificate in PEM form"
        raise _bad_file("ca_file", path, why) from error
    except OSError as error:
        raise _bad_file("ca_file", path, str(error.strerror)) from error


def guards_of(settings: Settings) -> Guards:
    """The bounds that a person sets.

    Raises:
        InputError: One is no number.
    """
    return Guards(
        limit=_count(settings, "limit"),
        max_recipients=_count(settings, "max_recipients"),
        max_cost=_money(settings, "max_cost"),
    )


def header_of(settings: Settings) -> int | None:
    """Row number of the headings, 0 for none; None when it was not said.

    Raises:
        InputError: It is no row number.
    """
    if settings.get("header") is None:
        return None
    number = settings.number("header", 0)
    if number < 0 or number != int(number):
        raise _bad_number("header", number, "a row number, or 0 for none")
    return int(number)


def _count(settings: Settings, name: str) -> int | None:
    if settings.get(name) is None:
        return None
    number = settings.number(name, 0)
    if number < 1 or number != int(number):
        raise _bad_number(name, number, "a whole number from 1")
    return int(number)


def _money(settings: Settings, name: str) -> Decimal | None:
    value = settings.get(name)
    if value is None:
        return None
    try:
        money = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        raise _bad_number(name, value, "an amount such as 1500.50") from None
    if not money.is_finite() or money < 0:
        raise _bad_number(name, value, "an amount such as 1500.50")
    return money


def named_bound(settings: Settings) -> Decimal | None:
    """What this very command says that a run may cost, if it does.

    A profile speaks when a run is planned, and not when it goes on.

    Raises:
        InputError: It is no amount.
    """
    most = _money(settings, "max_cost")
    return None if settings.origins.get("max_cost", "").startswith("profile") else most


def bounds_kept(settings: Settings) -> Mapping[str, object]:
    """The bounds that a run is held to while it is sent, as they are frozen with it."""
    most = _money(settings, "max_cost")
    return {} if most is None else {"max_cost": str(most)}


def _bad_file(name: str, path: str, why: str) -> InputError:
    option = f"--{name.replace('_', '-')}"
    return InputError(
        tr("{option} {path} is not usable: {why}", option=option, path=path, why=why),
        hint=tr("Name a file with CA certificates, in text form (PEM)."),
        code="setting",
    )


def _bad_number(name: str, value: object, wanted: str) -> InputError:
    option = f"--{name.replace('_', '-')}"
    return InputError(
        tr("{option} {value} is not usable", option=option, value=value),
        hint=tr("Write {wanted}.", wanted=wanted),
        code="setting",
    )


_MOST_PARTS = 255
"""Parts of a long SMS. Source: 3GPP TS 23.040, 9.2.3.24.1: one octet counts them."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CampaignSpec:
    """A campaign as a person asked for it, understood and complete.

    Attributes:
        text: The template for everybody; None: the file's text column.
        send_at: One time for the whole run, in UTC; None: at once, or the file's column.
        zone: Zone of times in the file that name none.
        stop_phones: Who is on the list of `--stop-list`; the journal's own list counts beside it.
        remembered_from: The run whose `--map` is used because the files have its shape, or "".
        digest: SHA-256 over the files' bytes and all settings here: the identity of the run.
        rate: Messages a second at most; with `asked_at` it tells who would miss their time.
        asked_at: When the person asked, in UTC.
    """

    sources: Sources
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
    guards: Guards
    digest: str
    stop_phones: frozenset[Phone] = frozenset()
    remembered_from: str = ""
    header: int | None = None
    countries: frozenset[int] = RUSSIA
    explode_phones: bool = False
    allow_duplicates: bool = False
    max_parts: int = MAX_PARTS
    rate: float | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """Columns that a person named before for files of the same shape.

    Attributes:
        mapping: As of `--map`: role to column.
        run: For which it was confirmed.
    """

    mapping: Mapping[str, str]
    run: str


def make_spec(
    sources: Sources, settings: Settings, *, now: datetime, remembered: Remembered | None = None
) -> CampaignSpec:
    """Understand the settings for the files of a run.

    Args:
        sources: The files.
        settings: What was asked for.
        now: In UTC.
        remembered: Counts as if it had been given by `--map`, unless that was.

    Raises:
        InputError: A setting cannot be used.
    """
    require_pace(settings)
    columns = settings.table("map")
    if columns:
        remembered = None
    elif remembered is not None:
        columns = remembered.mapping
    client_id = settings.text("client_id")
    if client_id not in {"", "auto", "column"}:
        raise InputError(
            tr("--client-id {client_id!r} is not known", client_id=client_id),
            hint="--client-id auto",
            code="setting",
        )
    gateway = settings.text("gateway", "sandbox")
    require_gateway(gateway)
    zone_name = settings.text("timezone")
    zone = _setting("--timezone", load_zone, zone_name) if zone_name else None
    send_at = send_time_of(settings, now)
    header = header_of(settings)
    stop_file = named_stop_file(settings)
    decisive = _decisive(settings, columns, send_at)
    if header is not None:
        decisive["header"] = header
    if stop_file is not None:
        decisive["stop_list"] = stop_file.digest
    sender = settings.text("sender")
    return CampaignSpec(
        sources=sources,
        options=FileOptions(
            sheet=settings.text("sheet") or None,
            encoding=settings.text("encoding") or None,
            delimiter=settings.text("delimiter") or None,
            include_hidden=settings.flag("include_hidden"),
        ),
        mapping=as_mapping(columns),
        header=header,
        text=_text(settings),
        sender=_setting("--sender", parse_sender, sender) if sender else None,
        send_at=send_at,
        zone=zone,
        region=str(decisive["region"]),
        countries=parse_countries(settings.text("countries")),
        explode_phones=settings.flag("explode_phones"),
        allow_duplicates=settings.flag("allow_duplicates"),
        max_parts=_max_parts(settings),
        own_client_ids={"auto": False, "column": True}.get(client_id),
        gateway=gateway,
        gateway_url=settings.text("gateway_url"),
        settings=decisive,
        guards=guards_of(settings),
        digest=run_digest(sources.sha256, decisive),
        stop_phones=frozenset() if stop_file is None else frozenset(stop_file.phones),
        remembered_from="" if remembered is None else remembered.run,
        rate=settings.number("rate", 0) or None,
        asked_at=now,
    )


def _decisive(
    settings: Settings, columns: Mapping[str, str], send_at: datetime | None
) -> dict[str, object]:
    """Settings that make a run what it is: with others it is another run."""
    decisive: dict[str, object] = {
        "text": _text(settings),
        "map": dict(sorted(columns.items())),
        "sender": settings.text("sender"),
        "schedule": send_at.isoformat() if send_at else "",
        "timezone": settings.text("timezone"),
        "client_id": settings.text("client_id"),
        "sheet": settings.text("sheet"),
        "encoding": settings.text("encoding"),
        "delimiter": settings.text("delimiter"),
        "region": settings.text("region", "RU").upper(),
        "gateway": settings.text("gateway", "sandbox"),
        "gateway_url": settings.text("gateway_url"),
        "again": settings.text("again"),
    }
    for name in ("skip_sent", "include_hidden"):
        if settings.flag(name):
            decisive[name] = True
    decisive.update(_row_rules(settings))
    for name in ("limit", "max_recipients", "max_cost"):
        if settings.get(name) is not None:
            decisive[name] = str(settings.get(name))
    return decisive


def _row_rules(settings: Settings) -> dict[str, object]:
    """Decisive settings of the row rules, those asked for: runs without them keep their digest."""
    countries = sorted(parse_countries(settings.text("countries")) - RUSSIA)
    rules = {
        "countries": countries,
        "explode_phones": settings.flag("explode_phones"),
        "allow_duplicates": settings.flag("allow_duplicates"),
        "max_segments": _max_parts(settings) if _max_parts(settings) != MAX_PARTS else 0,
    }
    return {name: value for name, value in rules.items() if value}


def _max_parts(settings: Settings) -> int:
    wanted = float(settings.number("max_segments", MAX_PARTS))
    if not wanted.is_integer() or not 1 <= wanted <= _MOST_PARTS:
        raise InputError(
            tr("--max-segments {wanted} is not usable", wanted=f"{wanted:g}"),
            hint=tr(
                "Write a whole number from 1 to {MOST_PARTS}: --max-segments {MAX_PARTS}",
                MOST_PARTS=_MOST_PARTS,
                MAX_PARTS=MAX_PARTS,
            ),
            code="setting",
        )
    return int(wanted)


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
            hint=tr("Save it as UTF-8 text."),
            code="text_file",
        ) from error
    # Editors end a file with a line feed that nobody typed; all others are meant.
    return text.removesuffix("\n").removesuffix("\r")


def as_mapping(table: Mapping[str, str]) -> Mapping[Role, str]:
    """Roles as `--map` names them.

    Raises:
        InputError: There is no such role.
    """
    mapping: dict[Role, str] = {}
    for name, column in table.items():
        try:
            mapping[Role(name.strip().lower().replace("-", "_"))] = column
        except ValueError:
            raise InputError(
                tr("--map {name}={column}: there is no role {name!r}", name=name, column=column),
                hint=tr(
                    "Roles: {Role}. For example: --map phone={column}",
                    Role=", ".join(Role),
                    column=column,
                ),
                code="map_role",
            ) from None
    return mapping


def send_time_of(settings: Settings, now: datetime) -> datetime | None:
    """One time for everybody, in UTC and ahead; None: at once."""
    zone_name = settings.text("timezone")
    zone = _setting("--timezone", load_zone, zone_name) if zone_name else None
    text = settings.text("schedule")
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
        cause, hint = reason_text(error.code, error.details)
        raise InputError(f"{option} {value!r}: {cause}", hint=hint, code=error.code) from error
