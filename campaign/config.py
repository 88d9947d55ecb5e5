"""Settings: flags > environment > campaign file > profile > defaults; each knows its origin.

A campaign file (`spring.toml`) and the profile (`config.toml` in the user's configuration folder)
use the names of the options (`campaign.options`), with `-` or `_`. Passwords are never settings: they come
from the environment, a file, the keyring or a prompt (`find_credentials`).
"""

import difflib
import math
import os
import stat
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from campaign.errors import InputError, nearest_files
from campaign.options import Kind, Option, Where, rows
from campaign.options import row as row_of
from campaign.secret import Credentials, Secret
from campaign.text import tr

PROFILE_NAME = "config.toml"

T = TypeVar("T")

_PATHS = frozenset({Kind.RECIPIENTS, Kind.INPUT, Kind.OUTPUT})


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings, already keyed by option name."""

    origin: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """Every option's value and origin; the first layer that names an option wins."""

    values: Mapping[str, object]
    origins: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> object:
        """The value as it was set, None if it is not."""
        return self.values.get(name)

    # Each of the others raises `InputError` when the value is of another kind.

    def text(self, name: str, default: str = "") -> str:
        """A text setting."""
        value = self._typed(name, str, tr("a text in quotes"))
        return default if value is None else value

    def number(self, name: str) -> float | None:
        """A number setting."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise self._bad(name, value, tr("a number"))
        return None if value is None else float(value)

    def seconds(self, name: str, default: float) -> float:
        """A duration: a number of seconds, or a text such as `10m`."""
        value = self.values.get(name)
        if isinstance(value, str):
            from campaign.domain.schedule import parse_duration  # noqa: PLC0415  # --help needs none

            return parse_duration(value, option=row_of(name).flag)
        number = self.number(name)
        return float(default) if number is None else number

    def flag(self, name: str) -> bool:
        """A yes-or-no setting."""
        return bool(self._typed(name, bool, tr("true or false")))

    def table(self, name: str) -> Mapping[str, str]:
        """A table of texts, for example `map`."""
        value = self.values.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
            raise self._bad(name, value, tr("a table of texts"))
        return {str(key): str(one) for key, one in value.items()}

    def count(self, name: str) -> int | None:
        """A whole number."""
        number = self.number(name)
        return None if number is None else int(number)

    def money(self, name: str) -> Decimal | None:
        """An amount that is not negative."""
        value = self.values.get(name)
        if value is None:
            return None
        try:
            money = Decimal(str(value).strip().replace(",", "."))
        except InvalidOperation:
            money = Decimal("NaN")
        if not money.is_finite() or money < 0:
            raise _out_of_bounds(row_of(name), value)
        return money

    def require_usable(self, *names: str) -> None:
        """Check kinds and bounds of these options (`options.rows`), of all without a name."""
        for row in rows(*names, where=Where.FILE):
            if self.values.get(row.name) is not None:
                self._require(row)

    def _require(self, row: Option) -> None:
        match row.kind:
            case Kind.COUNT | Kind.NUMBER:
                value = self.number(row.name) or 0
            case Kind.TIME:
                value = self.seconds(row.name, 0)
            case Kind.MONEY:
                self.money(row.name)
                return
            case _:
                return
        low, high = row.low or 0, math.inf if row.high is None else row.high
        # A time of 0 is none: an option that may be set to it has no `low`.
        too_low = value <= low if row.kind is Kind.TIME and row.low is not None else value < low
        broken = row.kind is Kind.COUNT and value != int(value) if math.isfinite(value) else True
        if too_low or value > high or broken:
            raise _out_of_bounds(row, self.values[row.name])

    def _typed(self, name: str, kind: type[T], wanted: str) -> T | None:
        value = self.values.get(name)
        if value is None or isinstance(value, kind):
            return value
        raise self._bad(name, value, wanted)

    def _bad(self, name: str, value: object, wanted: str) -> InputError:
        origin = self.origins.get(name, "the settings")
        return InputError(
            tr("{origin}: {name} = {value!r} is not usable", origin=origin, name=name, value=value),
            hint=tr("Write {wanted}.", wanted=wanted),
            code="setting",
        )


def _out_of_bounds(row: Option, value: object) -> InputError:
    wanted, low = row.wanted, f"{row.low or 0:g}"
    if wanted is None and row.high is None:
        wanted = tr("a whole number from {low}", low=low)
    elif wanted is None:
        wanted = tr("a whole number from {low} to {high}", low=low, high=f"{row.high:g}")
    return InputError(
        tr("{option} {value} is not usable", option=row.flag, value=value),
        hint=tr("Write {wanted}.", wanted=wanted),
        code="setting",
    )


def resolve(*layers: Layer) -> Settings:
    """Lay the layers over one another; the first that names an option wins."""
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        for name, value in layer.values.items():
            if value is not None and name not in values:
                values[name] = value
                origins[name] = layer.origin
    return Settings(values, origins)


def _nearest(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix.lower() == ".toml"]
    except OSError:
        return tr("There is no folder {folder} either.", folder=path.parent)
    return nearest_files(path, names, kind=tr("campaign files"))


def read_toml(path: Path, *, what: str) -> Layer:
    """Read a campaign file or a profile; paths in it are relative to it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError(
            tr("there is no {what} {path}", what=what, path=path), hint=_nearest(path), code="file_missing"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            tr("the {what} {path} cannot be read: {error}", what=what, path=path, error=error),
            code="file_unreadable",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            tr("the {what} {path} is not valid TOML: {error}", what=what, path=path, error=error),
            hint=tr('Texts go in double quotes: text = "Hello, {{name}}"'),
            code="campaign_file",
        ) from error
    known = {row.name: row for row in rows(where=Where.FILE)}
    values: dict[str, object] = {}
    for key, value in document.items():
        name = key.replace("-", "_")
        if name not in known:
            raise _unknown_key(path, what, key, known)
        values[name] = _from_here(path, value) if known[name].kind in _PATHS else value
    return Layer(tr("{what} {path}", what=what, path=path.name), values)


def _from_here(path: Path, value: object) -> object:
    """A path of a campaign file, or several, from the folder of that file."""
    if isinstance(value, list):
        return [_from_here(path, one) for one in value]
    if isinstance(value, str):
        return str((path.parent / Path(value).expanduser()).absolute())
    return value


def _unknown_key(path: Path, what: str, key: str, known: Collection[str]) -> InputError:
    if key in {"login", "password"}:
        text = tr(
            "the {what} {path} contains a {key}; such files are copied and shared",
            what=what,
            path=path,
            key=key,
        )
        hint = tr("Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD or CAMPAIGN_PASSWORD_FILE instead.")
        return InputError(text, hint=hint, code="campaign_file")
    text = tr("the {what} {path} contains {key!r}, which is not an option", what=what, path=path, key=key)
    near = difflib.get_close_matches(key.replace("-", "_"), known, n=1)
    hint = (
        tr("Did you mean {near!r}?", near=near[0])
        if near
        else tr("Options: {sorted}", sorted=", ".join(sorted(known)))
    )
    return InputError(text, hint=hint, code="campaign_file")


def find_credentials(
    *,
    gateway: str,
    environment: Mapping[str, str],
    profile_folder: Path,
    ask: Callable[[str, bool], str] | None,
) -> Credentials:
    """Login and password: environment > password file > keyring > prompt.

    Args:
        gateway: Name under which a keyring has the password (`campaign:<gateway>`).
        environment: Where CAMPAIGN_LOGIN and the others are looked up.
        profile_folder: Where a file `password` may be.
        ask: Prompts the user (text, hidden); None without a terminal.

    Raises:
        InputError: Nothing was found, or the password file can be read by others.
    """
    login = environment.get("CAMPAIGN_LOGIN", "")
    if not login and ask is not None:
        login = ask(tr("Login at {gateway}", gateway=gateway), False)  # noqa: FBT003  # not hidden
    password = (
        environment.get("CAMPAIGN_PASSWORD", "")
        or _from_file(environment.get("CAMPAIGN_PASSWORD_FILE", ""), profile_folder / "password")
        or _from_keyring(gateway, login)
    )
    if not password and ask is not None:
        text = tr("Password of {login} at {gateway}", login=login, gateway=gateway)
        password = ask(text, True)  # noqa: FBT003  # hidden
    if not login or not password:
        raise InputError(
            tr("login or password for {gateway} is missing", gateway=gateway),
            hint=tr(
                "Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD or CAMPAIGN_PASSWORD_FILE; to try "
                "without an account: --gateway sandbox"
            ),
            code="credentials_missing",
        )
    return Credentials(login, Secret(password))


def _from_file(named: str, default: Path) -> str:
    path = Path(named).expanduser() if named else default
    if not named and not path.exists():
        return ""
    try:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InputError(
                tr("the password file {path} can be read by others", path=path),
                hint=f"chmod 600 {path}",
                code="password_file",
            )
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InputError(
            tr("the password file {path} cannot be read: {error}", path=path, error=error),
            hint=tr("Check CAMPAIGN_PASSWORD_FILE."),
            code="password_file",
        ) from error


def _from_keyring(gateway: str, login: str) -> str:
    try:
        keyring = import_module("keyring")  # 50 ms, and only with the extra
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(f"campaign:{gateway}", login) or "")
    except keyring.errors.KeyringError:
        return ""
