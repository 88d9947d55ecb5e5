"""The providers differ by a table; addresses and statuses are as the vendors wrote them."""

from dataclasses import fields

import pytest

from campaign.domain import Delivery
from campaign.errors import InputError
from campaign.gateways.json_v2.client import HttpGateway
from campaign.gateways.json_v2.messages import delivery_of
from campaign.gateways.json_v2.providers import PROVIDERS, Provider, checked_url, provider_of
from campaign.secret import Credentials, Secret
from tests.conftest import raises_code


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("prostor", "https://api.prostor-sms.ru/messages/v2/"),
        ("iqsms", "https://api.iqsms.ru/messages/v2/"),
        ("smsbliss", "https://api.smsbliss.net/messages/v2/"),
    ],
)
def test_every_provider_is_reached_under_tls_at_its_own_address(name: str, url: str) -> None:
    """Prostor documents http; https works for many clients, and nothing falls back."""
    assert provider_of(name).base_url == url
    assert checked_url(url, allow_plain=False) == url


def test_iqsms_differs_from_the_others_in_what_its_document_says() -> None:
    iqsms = provider_of("iqsms")

    assert iqsms.has_message_options
    assert iqsms.status_needs_client_id
    assert not iqsms.has_version
    assert iqsms.schedule_suffix == "+00:00"


def test_smsbliss_is_prostor_at_another_address() -> None:
    """Its own page is word for word the same."""
    names = [field.name for field in fields(Provider) if field.name not in {"name", "base_url"}]

    assert all(getattr(PROVIDERS["smsbliss"], name) == getattr(PROVIDERS["prostor"], name) for name in names)


def test_an_unknown_provider_is_refused_with_the_names() -> None:
    with raises_code(InputError, "gateway_unknown") as caught:
        provider_of("megafon")

    assert all(name in caught.value.hint for name in PROVIDERS)


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("queued", Delivery.ON_ITS_WAY),
        ("smsc submit", Delivery.ON_ITS_WAY),
        (" Delivered ", Delivery.DELIVERED),
        ("delivery error", Delivery.UNDELIVERED),
        ("SMSC REJECT", Delivery.UNDELIVERED),
        ("incorrect id", Delivery.LOST),
        ("", Delivery.UNRECOGNISED),
        ("delivered maybe", Delivery.UNRECOGNISED),
        ("accepted", Delivery.UNRECOGNISED),
    ],
)
def test_delivery_statuses_have_the_classes_of_the_documents(status: str, delivery: Delivery) -> None:
    """An undocumented status is never final."""
    assert delivery_of(status) is delivery


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("https://sms.example.org/v2", "https://sms.example.org/v2/"),
        ("http://127.0.0.1:8080/messages/v2/", "http://127.0.0.1:8080/messages/v2/"),
        ("http://[::1]:8080", "http://[::1]:8080/"),
        ("http://localhost/", "http://localhost/"),
    ],
)
def test_an_address_gets_its_final_slash_and_loopback_may_be_plain(url: str, used: str) -> None:
    assert checked_url(url, allow_plain=False) == used


BAD_ADDRESSES = {
    "gateway_url": (
        "", "sms.example.org", "ftp://sms.example.org/", "file:///etc/passwd", "https:///v2/",
        "https://[half", "https://sms.example.org:x/", "https://sms.example.org:99999/",
        "https://sms example.org/", "https://sms.example.org/\r\nX: y",
        "https://login:canary@sms.example.org/", "https://:canary@[half/",
        "https://sms.example.org/?password=canary", "https://sms.example.org/#canary",
    ),
    "plain_http": (
        "http://sms.example.org/", "http://127.0.0.1.example.org/", "http://localhost.example.org/",
        "HTTP://SMS.example.org/",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("url", "code"), [(url, code) for code, urls in BAD_ADDRESSES.items() for url in urls]
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_sent(url: str, code: str) -> None:
    """And never repeated with the password in it."""
    with raises_code(InputError, code) as caught:
        checked_url(url, allow_plain=False)

    assert "canary" not in f"{caught.value.message}{caught.value.hint}"


def test_plain_http_elsewhere_needs_the_operators_consent() -> None:
    assert checked_url("http://10.0.0.7/v2/", allow_plain=True) == "http://10.0.0.7/v2/"


@pytest.mark.parametrize(("login", "password"), [("me\udcff", "pw"), ("me", "canary\udcff")])
def test_credentials_that_are_no_text_are_refused_at_once(login: str, password: str) -> None:
    """Python keeps broken bytes of the environment; they could not even be redacted."""
    with raises_code(InputError, "login_not_text") as caught:
        HttpGateway(provider_of("prostor"), Credentials(login, Secret(password)))

    assert "canary" not in str(caught.value)
