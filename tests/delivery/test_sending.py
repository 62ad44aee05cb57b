"""E-mail, webhook and Open311 against real servers: what arrives, and which failures are worth another try."""

import email
import email.policy
import hashlib
import hmac
import json
from urllib.parse import parse_qs

import pytest

from core.errors import DeliveryError
from core.settings import Settings
from delivery.email import send_email
from delivery.open311_client import ServiceRequest, open_request
from delivery.webhook import post_signed
from tests.delivery_site import http_site, mail_site
from tests.rows import NOON

TOLD = {"number": "WO-20260301-000001", "summary": "停水"}
ASKED = ServiceRequest("supplies", "[WO-1] 停水", "东城区", "+8613800138000")


def failing(work):
    with pytest.raises(DeliveryError) as told:
        work()
    return told.value.retryable


def test_a_webhook_can_be_checked_by_whoever_shares_the_secret():
    with http_site((201, {"id": 77})) as (site, url):
        assert post_signed(f"{url}/orders", "geheim", TOLD, "notice-5", NOON) == "77"
    ((path, headers, body),) = site.got
    assert (path, json.loads(body)) == ("/orders", TOLD)
    stamp = headers["X-Hotline-Timestamp"]
    expected = hmac.new(b"geheim", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Hotline-Signature"] == expected
    assert (stamp, headers["Idempotency-Key"]) == (str(int(NOON.timestamp())), "notice-5")


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'"x"', b'{"other": 1}'])
def test_an_answer_that_names_nothing_is_an_answer(body):
    with http_site((200, body)) as (_, url):
        assert post_signed(url, "s", TOLD, "k", NOON) == ""


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(500, True), (503, True), (429, True), (408, True), (400, False), (401, False), (404, False), (302, False)],
)
def test_which_answers_are_worth_another_try(status, retryable):
    with http_site((status, {})) as (site, url):
        assert failing(lambda: post_signed(url, "s", TOLD, "k", NOON)) is retryable
        assert failing(lambda: open_request(url, "key", ASKED)) is retryable
    assert len(site.got) == 2  # a redirect is not followed


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nowhere.invalid"])
def test_one_that_does_not_answer_is(url):
    assert failing(lambda: post_signed(url, "s", TOLD, "k", NOON))
    assert failing(lambda: open_request(url, "key", ASKED))


def test_an_open311_endpoint_gets_a_request():
    with http_site((200, [{"service_request_id": "SR-9"}])) as (site, url):
        assert open_request(f"{url}/open311/v2/", "key", ASKED) == "SR-9"
    ((path, _, body),) = site.got
    assert path == "/open311/v2/requests.json"
    assert {name: values[0] for name, values in parse_qs(body.decode()).items()} == {
        "api_key": "key",
        "service_code": "supplies",
        "description": "[WO-1] 停水",
        "address_string": "东城区",
        "phone": "+8613800138000",
    }


def test_one_that_gives_a_token_first_is_taken_and_one_that_names_nothing_is_not():
    with http_site((200, [{"token": "T1"}]), (200, [])) as (_, url):
        assert open_request(url, "key", ASKED) == "T1"
        assert failing(lambda: open_request(url, "key", ASKED)) is False


def test_an_e_mail_arrives_in_its_own_words():
    with mail_site() as (letters, url):
        settings = Settings(smtp_url=url, mail_from="hotline@city.example")
        key = send_email(settings, "water@city.example", "新派工单", "请登录办理。", "notice-5")
    letter = email.message_from_bytes(letters[0], policy=email.policy.default)
    assert (letter["To"], letter["From"], letter["Subject"]) == (
        "water@city.example",
        "hotline@city.example",
        "新派工单",
    )
    assert letter.get_content().strip() == "请登录办理。"
    assert letter["Message-ID"] == key == "<notice-5@city.example>"


@pytest.mark.parametrize(
    ("refuses", "when", "retryable"),
    [
        (b"550 no such user", b"RCPT", False),
        (b"451 try later", b"MAIL", True),
        (b"554 no", b"MAIL", False),
    ],
)
def test_what_a_mail_server_refuses(refuses, when, retryable):
    with mail_site(refuses=refuses, when=when) as (letters, url):
        assert failing(lambda: send_email(Settings(smtp_url=url), "a@b.example", "s", "t", "k")) is retryable
    assert letters == []


def test_without_a_mail_server_a_person_is_told():
    assert failing(lambda: send_email(Settings(), "a@b.example", "s", "t", "k")) is False
    assert failing(lambda: send_email(Settings(smtp_url="https://x"), "a@b.example", "s", "t", "k")) is False
    assert failing(lambda: send_email(Settings(smtp_url="smtp://127.0.0.1:1"), "a@b.example", "s", "t", "k")) is True
