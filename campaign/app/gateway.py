"""Open the gateway of a run; for `sandbox`, start it first."""

import json
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from campaign.app.paths import profile_folder
from campaign.config import Settings, find_credentials
from campaign.domain import Member, Reply, ReplyVerdict
from campaign.errors import GatewayError, InputError
from campaign.gateways.base import GatewayAccount
from campaign.gateways.json_v2 import providers, verdict
from campaign.gateways.json_v2.client import HttpGateway
from campaign.sandbox.options import PASSWORD_VARIABLE, SANDBOX_LOGIN, SANDBOX_PASSWORD
from campaign.secret import Credentials, Secret, child_environment
from campaign.text import os_reason, tr

DEFAULT_TIMEOUT_S = 180.0
SANDBOX = providers.SANDBOX
FAULTS_VARIABLE = "CAMPAIGN_SANDBOX_FAULTS"
_SANDBOX_BALANCE = "10000000.00"
_SHUTDOWN_S = 5.0

Ask = Callable[[str, bool], str]


@contextmanager
def opened_gateway(  # noqa: PLR0913  # what a connection is made of
    settings: Settings,
    *,
    name: str,
    url: str,
    sandbox_state: Path,
    environment: Mapping[str, str],
    ask: Ask | None,
) -> Iterator[GatewayAccount]:
    """A client for the gateway while the block runs.

    Args:
        settings: Time-out, certificates, plain http.
        name: The provider.
        url: Another base URL for it; for `sandbox` a running sandbox's, "" to start one.
        sandbox_state: Its state file.
        environment: Where credentials are looked up.
        ask: Prompts for credentials; None without a terminal.
    """
    if name == SANDBOX:
        password = environment.get(PASSWORD_VARIABLE) or SANDBOX_PASSWORD
        faults = environment.get(FAULTS_VARIABLE, "")
        with _sandbox(sandbox_state, url, password, faults) as base_url:
            yield _client(settings, name, base_url, Credentials(SANDBOX_LOGIN, Secret(password)))
        return
    credentials = find_credentials(
        gateway=name, environment=environment, profile_folder=profile_folder(), ask=ask
    )
    yield _client(settings, name, url, credentials)


def provider_of(name: str) -> providers.Provider:
    """What is known of a gateway without a login.

    Raises:
        InputError: There is none of that name (`gateway_unknown`).
    """
    return providers.provider_of(name)


def judge(members: Sequence[Member], reply: Reply) -> ReplyVerdict:
    """Decide what a stored reply proves, without a login (`gateways.base.Gateway.judge`)."""
    return verdict.judge(members, reply)


def known_login(name: str, environment: Mapping[str, str]) -> str:
    """The login as far as it is known without asking; accounts differ by it."""
    return SANDBOX_LOGIN if name == SANDBOX else environment.get("CAMPAIGN_LOGIN", "")


def _client(settings: Settings, name: str, url: str, credentials: Credentials) -> HttpGateway:
    return HttpGateway(
        provider_of(name),
        credentials,
        base_url=url,
        timeout_s=settings.seconds("timeout", DEFAULT_TIMEOUT_S),
        allow_plain_http=settings.flag("allow_plain_http"),
        ca_file=ca_file_of(settings),
    )


def ca_file_of(settings: Settings) -> str | None:
    """The file of CA certificates, if one is named.

    Raises:
        InputError: It cannot be read, or contains none.
    """
    path = settings.text("ca_file")
    if not path:
        return None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:
        no_pem = isinstance(error, ssl.SSLError)
        why = tr("it contains no certificate in PEM form") if no_pem else os_reason(error)
        raise InputError(
            tr("{option} {path} is not usable: {why}", option="--ca-file", path=path, why=why),
            hint=tr("Name a file with CA certificates, in text form (PEM)."),
            code="setting",
        ) from error
    return path


@contextmanager
def _sandbox(state: Path, url: str, password: str, faults: str) -> Iterator[str]:
    """A running sandbox's base URL; a process of its own, which dies with this one."""
    if url:
        yield url
        return
    state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [sys.executable, "-m", "campaign.sandbox", "--state", str(state)]
    command += ["--balance", _SANDBOX_BALANCE]
    if faults:
        command += ["--faults", faults]
    process = subprocess.Popen(  # noqa: S603  # our own module, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**child_environment(), PASSWORD_VARIABLE: password},
    )
    try:
        yield _base_url(process)
    finally:
        _end(process)


def _base_url(process: subprocess.Popen[bytes]) -> str:
    line = b"" if process.stdout is None else process.stdout.readline()
    try:
        return str(json.loads(line)["base_url"])
    except (ValueError, KeyError) as error:
        log = b"" if process.stderr is None else process.stderr.read()
        why = log.decode("utf-8", errors="replace")[-300:].strip()
        raise GatewayError(
            tr("the sandbox did not start: {decode}", decode=why),
            hint=tr("campaign sandbox starts it alone and shows why"),
            code="sandbox",
        ) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Closing its stdin lets it finish what is in flight and end."""
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    try:
        process.wait(_SHUTDOWN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
