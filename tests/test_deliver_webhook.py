"""Webhooks: what a receiver can rely on, and what happens when it is not there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.deliver.message import Message
from monitor.deliver.webhook import webhook_channel
from monitor.errors import DeliveryError
from monitor.model import FetchSettings
from monitor.settings.delivery import WebhookChannel
from tests.delivery_material import LOOPBACK, MINUTE, SECRET, Clock, Hook, hook_server, make_certificates
from tests.test_deliver_mail import HOSTILE, a_message, an_alert


def post(
    hook: Hook,
    message: Message,
    *,
    fetching: FetchSettings = LOOPBACK,
    clock: Clock | None = None,
    ca_file: str = "",
) -> None:
    channel = WebhookChannel(url=hook.url, secret=SECRET, ca_file=ca_file, timeout_s=5)
    with webhook_channel(channel, fetching, clock or Clock()) as send:
        send(message, "")


def test_what_a_receiver_gets_is_signed() -> None:
    message = a_message()
    with hook_server() as hook:
        post(hook, message)
    ((headers, body),) = hook.requests
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert headers["webhook-id"] == f"msg_{message.token}"
    assert headers["content-type"] == "application/json"
    document = json.loads(body)
    assert set(document) == {"type", "timestamp", "data"}
    assert document["type"] == "digest.created"
    assert document["data"]["schema"] == "widerhall.digest/1"
    assert document["data"]["matches"][0]["title"].startswith("Ankara und Moskau")


def test_a_repeat_is_told_by_its_id_and_dated_anew() -> None:
    clock = Clock()
    with hook_server() as hook:
        post(hook, a_message(), clock=clock)
        clock.passes(MINUTE)
        post(hook, a_message(), clock=clock)
        post(hook, an_alert(), clock=clock)
    (one, body), (two, again), (other, _) = hook.requests
    assert body == again
    assert one["webhook-id"] == two["webhook-id"] != other["webhook-id"]
    assert int(two["webhook-timestamp"]) - int(one["webhook-timestamp"]) == 60


def test_an_alert_is_another_type() -> None:
    with hook_server() as hook:
        post(hook, an_alert(HOSTILE))
    document = json.loads(hook.requests[0][1])
    assert document["type"] == "alert.created"
    assert document["data"]["schema"] == "widerhall.alert/1"
    assert "\n" not in document["data"]["stories"][0]["matches"][0]["title"]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_will_do(status: int) -> None:
    with hook_server() as hook:
        hook.will_answer(status)
        post(hook, a_message())
    assert len(hook.requests) == 1


@pytest.mark.parametrize(
    ("status", "said", "is_final", "is_down"),
    [
        (400, "the receiver answers 400", False, False),
        (401, "the receiver answers 401; does it have the same secret?", False, False),
        (404, "the receiver answers 404; is the address right?", False, False),
        (410, "the receiver answers 410: it is gone; take the channel out of the configuration", True, False),
        (500, "the receiver answers 500", False, False),
        (503, "the receiver answers 503", False, True),
    ],
)
def test_what_a_receiver_answers(status: int, said: str, is_final: bool, is_down: bool) -> None:
    with hook_server() as hook:
        hook.will_answer(status)
        with pytest.raises(DeliveryError) as raised:
            post(hook, a_message())
    assert (str(raised.value), raised.value.is_final, raised.value.is_channel_down) == (said, is_final, is_down)


@pytest.mark.parametrize("said", ["120", "Fri, 12 Aug 2016 05:02:00 GMT"])
def test_a_receiver_says_when_to_come_back(said: str) -> None:
    with hook_server() as hook:
        hook.will_answer(429, retry_after=said)
        with pytest.raises(DeliveryError) as raised:
            post(hook, a_message())
    assert raised.value.retry_after_s == 120


def test_a_redirect_is_not_followed() -> None:
    with hook_server() as hook, hook_server() as other:
        hook.will_answer(307, location=other.url)
        with pytest.raises(DeliveryError, match="has moved; redirects are not followed"):
            post(hook, a_message())
    assert other.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.0.0.1"])
def test_private_addresses_are_not_asked_unless_allowed(host: str) -> None:
    with hook_server() as hook:
        url = hook.url.replace("127.0.0.1", host)
        with pytest.raises(DeliveryError, match="is not a public address") as raised:
            post(replace(hook, url=url), a_message(), fetching=FetchSettings())
    assert raised.value.advice == "see network.allowed_networks"
    assert hook.requests == []


def test_a_certificate_of_its_own_is_trusted_where_it_is_named(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path)
    with hook_server(certificates.good) as hook:
        with pytest.raises(DeliveryError, match="its certificate is not valid") as raised:
            post(hook, a_message())
        assert raised.value.is_channel_down
        post(hook, a_message(), ca_file=str(certificates.authority))
        with pytest.raises(DeliveryError, match="holds no certificates"):
            post(hook, a_message(), ca_file=str(tmp_path / "none.pem"))
    assert len(hook.requests) == 1


def test_a_receiver_that_is_away() -> None:
    with hook_server() as hook:
        pass
    with pytest.raises(DeliveryError, match=r"no connection to 127\.0\.0\.1") as raised:
        post(hook, a_message())
    assert raised.value.is_channel_down


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(DeliveryError, match=r"the name hook\.invalid was not found"):
        post(Hook(url="https://hook.invalid/x"), a_message())
