"""Signing in and out, and what keeps everybody else out."""

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from console.auth import OPEN, safe_next
from core.house import House
from core.models import Staff
from tests.console.conftest import post, signed_in
from tests.factories import PASSWORD, make_caller, make_order
from tests.write_turn import hashing_watched


def test_signs_in_and_out(visitor: FlaskClient) -> None:
    answer = post(visitor, "/sign-in", on="/sign-in", account="li", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/orders")
    assert "李明" in visitor.get("/orders").text
    assert post(visitor, "/sign-out").location == "/sign-in"
    assert visitor.get("/orders").status_code == 302


def test_the_language_chosen_on_the_sign_in_page_stays(visitor: FlaskClient) -> None:
    visitor.get("/sign-in?language=en")
    post(visitor, "/sign-in", on="/sign-in", account="li", password=PASSWORD)
    assert "Work orders" in visitor.get("/orders").text


def test_session_cookie_is_kept_from_scripts_and_other_sites(visitor: FlaskClient) -> None:
    cookie = post(visitor, "/sign-in", on="/sign-in", account="li", password=PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("account", "password"), [("li", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("", ""), ("' or 1=1", "x")]
)
def test_every_failed_sign_in_is_told_the_same(visitor: FlaskClient, account: str, password: str) -> None:
    answer = post(visitor, "/sign-in", on="/sign-in", account=account, password=password)
    assert answer.status_code == 403
    assert "账号或密码不对，或账号已停用" in answer.text
    assert visitor.get("/orders").status_code == 302


def test_an_unknown_account_takes_as_long_to_refuse(app: Flask, installation: House) -> None:
    from werkzeug.security import generate_password_hash  # noqa: PLC0415

    with installation.database.transaction() as session:
        for staff in session.scalars(select(Staff)):
            staff.password_hash = generate_password_hash(PASSWORD)

    def seconds(account: str) -> float:
        start = time.process_time()
        post(app.test_client(), "/sign-in", on="/sign-in", account=account, password="wrong")
        return time.process_time() - start

    seconds("warm up")
    known, unknown = (min(seconds(account) for _ in range(4)) for account in ("li", "nobody"))
    assert 0.5 < unknown / known < 2


def test_nobody_waits_for_a_password_to_be_compared(visitor: FlaskClient, installation: House) -> None:
    with hashing_watched(installation) as could_write:
        for password in ("wrong", PASSWORD):
            post(visitor, "/sign-in", on="/sign-in", account="li", password=password)
    assert could_write == [True, True]


def test_guessing_is_stopped_for_the_account_and_not_for_others(app: Flask) -> None:
    client = app.test_client()
    answers = [post(client, "/sign-in", on="/sign-in", account=" LI ", password="wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert "请等一分钟再试" in answers[-1].text
    assert post(client, "/sign-in", on="/sign-in", account="li", password=PASSWORD).status_code == 429
    assert signed_in(app, "wang").get("/orders").status_code == 200


def test_a_stranger_elsewhere_locks_nobody_out(app: Flask) -> None:
    stranger, owner = app.test_client(), app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(7):
        post(stranger, "/sign-in", on="/sign-in", account="li", password="wrong")
    assert post(owner, "/sign-in", on="/sign-in", account="li", password=PASSWORD).status_code == 303


@pytest.mark.full
def test_guessing_over_many_accounts_is_stopped_for_the_address(visitor: FlaskClient) -> None:
    codes = [post(visitor, "/sign-in", on="/sign-in", account=f"guess{i}", password="x").status_code for i in range(21)]
    assert codes == [403] * 20 + [429]


def test_many_people_sign_in_from_one_address(app: Flask) -> None:
    for _ in range(25):
        signed_in(app, "li")


def test_switching_an_account_off_ends_its_session(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        session.scalars(select(Staff).where(Staff.sign_in == "li")).one().active = False
    assert li.get("/orders").status_code == 302


def test_a_new_password_ends_older_sessions(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        session.scalars(select(Staff).where(Staff.sign_in == "li")).one().password_hash = "scrypt:new"
    assert li.get("/orders").status_code == 302


def test_after_signing_in_one_is_where_one_wanted_to_be(visitor: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        number = make_order(session, make_caller(session, installation)).number
    sign_in = visitor.get(f"/orders/{number}").location
    answer = post(visitor, sign_in, on=sign_in, account="li", password=PASSWORD)
    assert answer.location == f"/orders/{number}"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "",
        None,
        "/\t/evil.example",
        "/\n/e.example",
    ],
)
def test_never_sent_to_another_site(app: Flask, elsewhere: str | None) -> None:
    with app.test_request_context():
        assert safe_next(elsewhere) == "/orders"


def test_every_page_but_the_sign_in_asks_for_one(app: Flask, visitor: FlaskClient) -> None:
    """A guard: a page that is added later is behind the sign-in without anybody thinking of it."""
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or rule.endpoint in {"static", "bootstrap.static"}:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1))[1]  # type: ignore[index]
        html = visitor.get("/sign-in").text
        token = html.split('name="csrf_token" value="')[1].split('"')[0]
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = visitor.open(path, method=method, data={"csrf_token": token})
            assert answer.status_code == 302, f"{method} {rule.rule}"
            assert answer.location.startswith("/sign-in"), f"{method} {rule.rule}"
            asked += 1
    assert asked >= 9
    assert {"console.sign_in", "console.static", "console.public_figures"} == OPEN


def test_every_form_needs_its_token(app: Flask, li: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            path = rule.build(dict.fromkeys(rule.arguments, 1))[1]  # type: ignore[index]
            assert li.post(path).status_code == 400, rule.rule


def test_a_background_request_is_told_that_the_session_is_over(visitor: FlaskClient) -> None:
    assert visitor.get("/orders/live", headers={"X-Requested-With": "fetch"}).status_code == 401


def test_headers_keep_pages_to_themselves(li: FlaskClient) -> None:
    headers = li.get("/orders").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
