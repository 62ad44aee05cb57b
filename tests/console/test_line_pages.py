"""The agent's desk, the supervisor's line and the callbacks: who sees what, what each button does."""

import pytest

from core.clock import now
from core.models import LinePlace, PlaceState, Role, SeatRow, SeatState, Staff, Urgency
from routing.line.wrong_pins import note_wrong
from tests.console.conftest import post, signed_in
from tests.console.in_line import LI, WANG, called_back, change, row, waiting
from tests.factories import make_staff


def test_an_agent_and_who_watches_are_told_when_somebody_looks_for_a_pin(installation, app, li):
    with installation.database.transaction() as session:
        staff = session.query(Staff).filter_by(sign_in="li").one()
        staff.agent_number, staff.pin_hash = "1001", "a hash"
        for _ in range(5):
            note_wrong(session, "1001", "+8613900139002", staff, now())
    wang = signed_in(app, "wang")
    assert "猜李明（工号1001）的电话密码：一小时内输错5次" in wang.get("/line").text
    desk = li.get("/desk").text
    assert ("用您的工号输错了5次" in desk, "李明（工号" in desk) == (True, False)
    make_chen = {"agent_number": "1002", "pin_hash": "a hash"}
    with installation.database.transaction() as session:
        make_staff(session, "chen", **make_chen)
    assert "输错" not in signed_in(app, "chen").get("/desk").text


def test_a_red_who_is_to_be_rung_and_the_agents_are_told_above_all_rows(installation, app, seat_id):
    called_back(installation)
    change(installation, seat_id, SeatState.WRAP_UP)
    wang = signed_in(app, "wang")
    assert "(红" not in wang.get("/line").text.split('id="line-rows"')[0]
    called_back(installation, "+8613900001002", Urgency.RED)
    above = wang.get("/line").text.split('id="line-rows"')[0]
    assert ("待回拨 2" in above, "(红 1)" in above, "坐席: 话后整理 1" in above) == (True, True, True)


def test_the_line_shows_who_waits_and_says_so_when_nobody_does(installation, app):
    wang = signed_in(app, "wang")
    assert "无人排队" in wang.get("/line").text
    waiting(installation, urgency=Urgency.RED, matter="胸口疼")
    page = wang.get("/line").text
    assert "胸口疼" in page
    assert "139****1001" in page
    assert WANG not in page
    assert 'class="red alarm"' in page
    assert 'data-reds="' in page
    assert "/desk/take" not in page


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.ADMIN, "/line", 200),
        (Role.ADMIN, "/desk", 403),
        (Role.ADMIN, "/desk/mine", 403),
        (Role.HANDLER, "/line", 403),
        (Role.HANDLER, "/callbacks", 403),
        (Role.VOLUNTEER, "/desk", 403),
        (Role.AGENT, "/line", 200),
    ],
)
def test_each_role_sees_its_own_pages(installation, app, role, path, status):
    with installation.database.transaction() as session:
        make_staff(session, "somebody", role=role)
    assert signed_in(app, "somebody").get(path).status_code == status


@pytest.mark.parametrize("path", ["/desk/choose-state", "/desk/take", "/desk/finish", "/callbacks.csv"])
def test_who_takes_no_calls_can_do_none_of_it(installation, anna, path):
    called_back(installation)
    assert post(anna, path, on="/line", state="available", place=1).status_code == 403


def test_the_page_may_connect_to_the_live_process_and_to_nothing_else(li, app):
    answer = li.get("/desk")
    assert 'data-stream="http://localhost:8003/live/desk"' in answer.text
    assert "connect-src 'self' http://localhost:8003" in answer.headers["Content-Security-Policy"]
    assert "connect-src" not in li.get("/orders").headers["Content-Security-Policy"]


def test_behind_a_proxy_the_live_process_has_the_consoles_own_address(installation, app, li):
    object.__setattr__(installation.settings, "public_live_url", "http://localhost")
    answer = li.get("/desk")
    assert 'data-stream="http://localhost/live/desk"' in answer.text
    assert "connect-src" not in answer.headers["Content-Security-Policy"]


def test_an_agent_sets_telephone_and_languages_and_comes_on_duty(installation, li):
    assert "disabled" in li.get("/desk").text
    post(li, "/desk/choose-telephone", on="/desk", telephone="+86 139 1112 0001", languages=["zh", "en"])
    post(li, "/desk/choose-state", on="/desk", state="available")
    with installation.database.reading() as session:
        (seat,) = session.query(SeatRow).all()
    assert (seat.telephone, seat.languages, seat.state) == (LI, ["zh", "en"], SeatState.AVAILABLE)


@pytest.mark.parametrize(
    "wrong", [{"telephone": "13911120001"}, {"telephone": "+8657100000000"}, {"telephone": LI, "languages": []}]
)
def test_a_telephone_that_cant_be_rung_is_refused_with_the_reason(installation, li, wrong):
    answer = post(li, "/desk/choose-telephone", on="/desk", **{"languages": ["zh"], **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with installation.database.reading() as session:
        assert session.query(SeatRow).one().telephone is None


@pytest.mark.parametrize("state", ["talking", "nonsense"])
def test_what_nobody_can_choose_is_refused(li, seat_id, state):
    assert post(li, "/desk/choose-state", on="/desk", state=state).status_code in {409, 422}


def test_the_matter_is_shown_while_the_telephone_still_rings(installation, li, seat_id):
    change(installation, seat_id, SeatState.AVAILABLE)
    place_id = waiting(installation, matter="奶粉只够一天")
    change(installation, seat_id, SeatState.BREAK)
    change(installation, seat_id, SeatState.AVAILABLE)
    mine = li.get("/desk/mine").text
    assert row(installation, LinePlace, place_id).state is PlaceState.OFFERED
    assert "奶粉只够一天" in mine
    assert "/desk/finish" not in mine
