"""The documentation travels in the package, and says what the code says."""

import re
from importlib.resources import files

import click
import pytest

from campaign.app.maintenance import page, page_names
from campaign.cli.main import root
from campaign.errors import RANKING, Exit, InputError
from campaign.gateways.json_v2.messages import DELIVERY_STATUSES
from campaign.gateways.json_v2.providers import PROVIDERS
from campaign.gateways.json_v2.verdict import CONFIG_STATUSES, REFUSED_STATUSES
from campaign.options import rows


def test_every_exit_code_is_explained() -> None:
    text = page("exit-codes")

    for code in Exit:
        assert re.search(rf"^\| {int(code)} \|", text, flags=re.MULTILINE), code


def test_the_ranking_is_the_documented_one() -> None:
    ranking = " ".join(str(int(code)) for code in RANKING[:-3])

    assert f"the first of {ranking} is the exit code" in page("exit-codes")


def test_every_gateway_status_is_documented() -> None:
    text = page("gateway")

    money = {provider.money_status for provider in PROVIDERS.values()}
    for status in (*REFUSED_STATUSES, *CONFIG_STATUSES, *money, *DELIVERY_STATUSES):
        assert f"`{status}`" in text, status
    for provider in PROVIDERS.values():
        assert provider.name == "sandbox" or provider.base_url in text


def test_an_unknown_page_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        page("exit-code")

    assert caught.value.hint == "campaign docs exit-codes"


def test_pages_name_no_option_that_does_not_exist() -> None:
    context = click.Context(root)
    commands = [root.get_command(context, name) for name in root.list_commands(context)]
    commands += [one for group in commands if isinstance(group, click.Group)
                 for one in group.commands.values()]  # fmt: skip
    known = {flag for command in commands if command for one in command.params for flag in one.opts}
    known |= {row.flag for row in rows()} | {"--help"}
    known |= {"--only", "--quick"}  # of `python -m tests.figures`
    for name in page_names():
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z](?![\w-])", page(name)):
            assert option in known, f"{name}: {option}"


def test_no_page_names_a_machine() -> None:
    for entry in files("campaign").joinpath("docs").iterdir():
        if entry.name.endswith(".md"):
            assert not re.search(r"/home/|/root/|/tmp/", entry.read_text(encoding="utf-8"))


def test_the_architecture_page_names_what_exists() -> None:
    """A table that says where something is decided must not lead astray."""
    table = page("architecture").partition("## Where it is decided")[2].partition("## ")[0]
    rows_ = re.findall(r"^\| [^|]+ \| ([^|]+) \| ([^|]+) \|$", table, flags=re.MULTILINE)[2:]
    house = files("campaign")

    assert len(rows_) > 12
    for paths, names in rows_:
        sources = "".join(house.joinpath(path).read_text("utf-8")
                          for path in re.findall(r"`([^`]+)`", paths))  # fmt: skip
        for name in re.findall(r"`([^`.]+)`", names):
            assert re.search(rf"^(def|class|CREATE TRIGGER) {name}\b|^{name}\b.*=", sources,
                             flags=re.MULTILINE), name  # fmt: skip
