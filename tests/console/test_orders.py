"""The list: what comes first, how much of it is shown, and in which words."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from core import clock
from core.house import House
from core.models import Category, RecordingState, Urgency
from routing.orders.reading import QueueFilter, count_orders, queue_counts, waiting_orders
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_recording


def _numbers(html: str) -> list[str]:
    return re.findall(r'data-number="([^"]+)"', html)


def test_the_urgent_come_first_then_the_oldest(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        caller = make_caller(session, installation)
        green = make_order(session, caller, urgency=Urgency.GREEN, minutes_ago=60)
        unknown = make_order(session, caller, urgency=Urgency.UNKNOWN, minutes_ago=10)
        yellow = make_order(session, caller, urgency=Urgency.YELLOW, minutes_ago=5)
        late_red = make_order(session, caller, urgency=Urgency.RED, minutes_ago=1)
        first_red = make_order(session, caller, urgency=Urgency.RED, minutes_ago=2)
        expected = [order.number for order in (first_red, late_red, unknown, yellow, green)]
    assert _numbers(li.get("/orders").text) == expected


def test_listen_is_asked_only_where_there_is_something_to_hear(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        caller = make_caller(session, installation)
        silent = make_order(session, caller, to_listen=True).number
    assert not any("请听录音" in li.get(page).text for page in ("/orders", f"/orders/{silent}"))
    with installation.database.transaction() as session:
        unclear = make_order(session, make_caller(session, installation, "+8613900139000"), to_listen=True)
        make_recording(session, unclear, state=RecordingState.EMPTY)
        number = unclear.number
    assert all("请听录音" in li.get(page).text for page in ("/orders", f"/orders/{number}"))


def test_pages_of_fifty(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        caller = make_caller(session, installation)
        for minutes in range(120):
            make_order(session, caller, minutes_ago=minutes)
    pages = [_numbers(li.get(f"/orders?page={page}").text) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({number for page in pages for number in page}) == 120
    assert _numbers(li.get("/orders?page=99").text) == pages[2]
    assert _numbers(li.get("/orders?page=-1").text) == pages[0]
    assert "第 51–100 条，共 120 条" in li.get("/orders?page=2").text


def test_filters_and_search(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        caller = make_caller(session, installation, "+8613912345678")
        other = make_caller(session, installation, "+8613800000000")
        red = make_order(session, caller, urgency=Urgency.RED, summary="我父亲要做血透", district="东城区").number
        mine = make_order(session, other, summary="100%_着急", accepted_by="li", code="654321").number
        plain = make_order(session, other, summary="问政策", category=Category.POLICY).number
    found = {
        path: _numbers(li.get(f"/orders{path}").text)
        for path in (
            "",
            "?urgency=red",
            "?category=policy",
            "?tab=mine",
            "?tab=accepted",
            "?q=血透",
            "?q=5678",
            "?q=654321",
            "?q=100%25_",
            "?q=%25",
            "?q=东城",
            "?urgency=nonsense",
        )
    }
    assert set(found[""]) == {red, plain} == set(found["?urgency=nonsense"])
    assert found["?urgency=red"] == found["?q=血透"] == found["?q=5678"] == found["?q=东城"] == [red]
    assert found["?category=policy"] == [plain]
    assert found["?tab=mine"] == found["?tab=accepted"] == found["?q=654321"] == found["?q=100%25_"] == [mine]
    assert found["?q=%25"] == [mine]


def test_counts_say_how_many_wait_and_what_nobody_has_heard(li: FlaskClient, installation: House) -> None:
    now = clock.now()
    with installation.database.transaction() as session:
        caller = make_caller(session, installation)
        make_order(session, caller, urgency=Urgency.RED, minutes_ago=2)
        unheard = make_order(session, caller, minutes_ago=12)
        make_recording(session, unheard, state=RecordingState.FAILED, announced_at=now - timedelta(minutes=7))
        accepted = make_order(session, caller, minutes_ago=90, accepted_by="wang")
        make_recording(session, accepted, state=RecordingState.STORED, announced_at=now - timedelta(minutes=80))
    with installation.database.reading() as session:
        counts = queue_counts(session)
    assert (counts.waiting, counts.by_urgency[Urgency.RED]) == (2, 1)
    assert counts.oldest_unheard_number == unheard.number
    html = li.get("/orders").text
    assert "等待 2" in html
    assert "(红 1)" in html
    assert "最长等待 12 分钟" in html
    assert "最久未听 7 分钟" in html
    assert f'href="/orders/{unheard.number}">立即收听' in html


def test_a_recording_younger_than_five_minutes_is_not_called_out(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        make_recording(session, make_order(session, make_caller(session, installation)), state=RecordingState.STORED)
    html = li.get("/orders").text
    assert "最久未听" in html
    assert "立即收听" not in html
    assert "还有" in html


def test_reading_takes_as_many_statements_for_many_rows_as_for_few(installation: House) -> None:
    from sqlalchemy import event  # noqa: PLC0415

    with installation.database.transaction() as session:
        for _ in range(30):
            make_recording(session, make_order(session, make_caller(session, installation, None)), words=[])
    statements: list[str] = []
    event.listen(installation.database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    with installation.database.reading() as session:
        assert len(waiting_orders(session, clock.now())) == 30
        assert count_orders(session, QueueFilter()) == 30
    assert len([s for s in statements if s.startswith("SELECT")]) == 3


def test_what_was_heard_is_never_markup(li: FlaskClient, installation: House) -> None:
    evil = "<script>alert(1)</script>"
    with installation.database.transaction() as session:
        order = make_order(
            session, make_caller(session, installation), summary=evil, district=evil, reasons={"words": [[evil, evil]]}
        )
        make_recording(session, order, words=[[evil, 0.1, 0.5, 0.9]])
    for path in ("/orders", "/orders/live", f"/orders/{order.number}", f"/orders?q={evil}"):
        html = li.get(path).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_empty_lists_say_what_would_be_here(li: FlaskClient) -> None:
    assert "没有等待签收的工单" in li.get("/orders").text
    assert "您还没有签收工单" in li.get("/orders?tab=mine").text
    assert "没有符合条件的工单" in li.get("/orders?q=zzz").text


def test_every_person_reads_their_own_language(li: FlaskClient, anna: FlaskClient) -> None:
    chinese, english = li.get("/orders").text, anna.get("/orders").text
    assert 'lang="zh-Hans"' in chinese
    assert "待签收" in chinese
    assert 'lang="en"' in english
    assert "No order waits to be accepted" in english


def test_the_language_is_kept_with_the_account(app: Flask, li: FlaskClient) -> None:
    assert post(li, "/preferences", language="en", theme="dark", next="/orders?tab=mine").location == "/orders?tab=mine"
    html = li.get("/orders").text
    assert "Work orders" in html
    assert 'data-theme="dark"' in html
    assert "Work orders" in signed_in(app, "li").get("/orders").text


def test_before_signing_in_the_language_can_be_chosen(visitor: FlaskClient) -> None:
    assert "登录" in visitor.get("/sign-in").text
    assert "Sign in" in visitor.get("/sign-in", headers={"Accept-Language": "en-GB,en"}).text
    assert "Sign in" in visitor.get("/sign-in?language=en").text
    assert "Sign in" in visitor.get("/sign-in").text


def test_a_demonstration_model_is_named_on_every_page(app: Flask, visitor: FlaskClient, li: FlaskClient) -> None:
    assert "演示语音模型" not in li.get("/orders").text
    app.config["DEMONSTRATION_SPEECH_MODEL"] = True
    assert "演示语音模型" in li.get("/orders").text
    assert "演示语音模型" in visitor.get("/sign-in").text


def test_the_fragment_holds_counts_and_rows_alone(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        number = make_order(session, make_caller(session, installation), urgency=Urgency.RED).number
    html = li.get("/orders/live").text
    assert f'data-reds="{number}"' in html
    assert _numbers(html) == [number]
    assert "<html" not in html
    assert _numbers(li.get("/orders/live/beside").text) == [number]
