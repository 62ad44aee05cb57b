"""The agent's desk, the supervisor's line and the callbacks: who sees what, what each button does."""

import csv
import io
import re
from datetime import timedelta

import pytest

from core.clock import now
from core.models import LinePlace, Outgoing, PlaceOutcome, PlaceState, Role, SeatRow, SeatState, Staff, Urgency
from routing.line.desk import choose_state
from routing.line.places import choose_callback, join
from routing.line.seats import seat_of
from routing.line.talks import take
from routing.line.windows import Window
from routing.line.wrong_pins import note_wrong
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_staff
from tests.routing.line.rows import CITY, a_place

LI, CHEN, WANG = "+8613911120001", "+8613911120002", "+8613900001001"


@pytest.fixture
def seat_id(installation):
    """李明's seat, with a telephone, off duty."""
    with installation.database.transaction() as session:
        seat = seat_of(session, session.query(Staff).filter_by(sign_in="li").one(), now())
        seat.telephone = LI
        return seat.id


def waiting(installation, number=WANG, urgency=Urgency.YELLOW, matter="家里没有药了"):
    with installation.database.transaction() as session:
        place = a_place(session, number, now(), urgency)
        place.matter = matter
        return place.id


def called_back(installation, number=WANG, urgency=Urgency.YELLOW, promised_by=None):
    place_id = waiting(installation, number, urgency)
    with installation.database.transaction() as session:
        place = session.get_one(LinePlace, place_id)
        choose_callback(session, place, number=number, promised_by=promised_by, now=now(), zone=CITY)
    return place_id


def change(installation, seat_id, state):
    with installation.database.transaction() as session:
        choose_state(session, session.get_one(SeatRow, seat_id), state, now())


def row(installation, table, row_id):
    with installation.database.reading() as session:
        return session.get_one(table, row_id)


@pytest.fixture
def talking(installation, seat_id):
    """A caller whom 李明 has taken; returns the place's id."""
    change(installation, seat_id, SeatState.AVAILABLE)
    place_id = waiting(installation, matter="父亲要做血透")
    with installation.database.transaction() as session:
        choose_state(session, session.get_one(SeatRow, seat_id), SeatState.BREAK, now())
        choose_state(session, session.get_one(SeatRow, seat_id), SeatState.AVAILABLE, now())
        place = session.get_one(LinePlace, place_id)
        sent = session.get_one(Outgoing, place.outgoing_id)
        sent.carrier_sid, sent.attempt_id = "CA" + "7" * 32, "attempt"
        assert take(session, installation.settings, sent, now())
    return place_id


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


def test_anybody_in_the_line_can_be_taken_first(installation, li, seat_id):
    waiting(installation, "+8613900001009", Urgency.RED)
    green = waiting(installation, urgency=Urgency.GREEN)
    with installation.database.transaction() as session:  # on duty, and nobody was offered to them
        session.get_one(SeatRow, seat_id).state = SeatState.AVAILABLE
    assert post(li, "/desk/take", on="/desk", place=green).status_code == 303
    taken = row(installation, LinePlace, green)
    assert (taken.state, taken.seat_id) == (PlaceState.OFFERED, seat_id)
    sent = row(installation, Outgoing, taken.outgoing_id)
    assert sent.payload["to"] == LI
    late = post(li, "/desk/take", on="/desk", place=green)
    assert late.status_code == 409
    assert "没有呼叫任何人" in late.text
    assert post(li, "/desk/take", on="/desk", place=999).status_code == 422


def test_a_talk_is_ended(installation, li, talking, seat_id):
    assert "父亲要做血透" in li.get("/desk").text
    assert post(li, "/desk/finish", on="/desk", place=talking).status_code == 303
    assert row(installation, LinePlace, talking).outcome is PlaceOutcome.TALKED
    assert post(li, "/desk/finish", on="/desk", place=talking).status_code == 422


def test_a_talk_of_somebody_else_is_nobodys_to_end(installation, app, talking):
    other = signed_in(app, "wang")
    other.get("/desk")
    assert post(other, "/desk/finish", on="/desk", place=talking).status_code == 422
    assert row(installation, LinePlace, talking).state is PlaceState.TAKEN


def test_a_caller_is_given_back_to_those_who_know(installation, li, talking, seat_id):
    assert post(li, "/desk/give-back", on="/desk", place=talking, skill=" 心理 ").status_code == 303
    place = row(installation, LinePlace, talking)
    assert (place.state, place.skill, place.seat_id) == (PlaceState.WAITING, "心理", None)


@pytest.mark.parametrize("telephone", ["+8613700007777", "+8657188886666"])
def test_a_third_person_is_rung_in(installation, li, talking, telephone):
    object.__setattr__(installation.settings, "duty_phones", ("+8657188886666",))
    assert post(li, "/desk/bring-in", on="/desk", place=talking, telephone=telephone).status_code == 303
    assert telephone in rung_in(installation)


def rung_in(installation):
    with installation.database.reading() as session:
        return [sent.payload["to"] for sent in session.query(Outgoing).all() if "joins" in sent.payload]


def test_a_colleague_is_rung_in(installation, li, talking):
    with installation.database.transaction() as session:
        seat = seat_of(session, make_staff(session, "chen"), now())
        seat.telephone, seat.state = CHEN, SeatState.BREAK
        session.flush()
        chen = seat.id
    assert f'<option value="{chen}">' in li.get("/desk").text
    post(li, "/desk/bring-in", on="/desk", place=talking, colleague=chen)
    assert rung_in(installation) == [CHEN]


@pytest.fixture
def on_line(installation, talking):
    """A colleague who has dialled in and is available, while 李明 talks; returns the seat's id."""
    with installation.database.transaction() as session:
        seat = seat_of(session, make_staff(session, "chen", name="陈静"), now())
        seat.dialled_in_sid, seat.state = "CA" + "8" * 32, SeatState.AVAILABLE
        session.flush()
        return seat.id


def mark(html):
    """What tells a desk that its own part must be read again."""
    return re.search(r'<div data-mark="([^"]+)"', html)[1]


def come_in(installation, talking):
    """Press 1 on the call by which a colleague was asked in."""
    with installation.database.transaction() as session:
        sent = session.query(Outgoing).order_by(Outgoing.id.desc()).first()
        sent.carrier_sid, sent.attempt_id = sent.payload["call_sid"], "third"
        assert take(session, installation.settings, sent, now()).id == talking


def test_a_colleague_who_has_dialled_in_is_asked_in_sees_the_matter_and_goes_again(
    installation, app, li, talking, on_line
):
    assert f'<option value="{on_line}">陈静（空闲）' in li.get("/desk").text.replace(" (", "（").replace(")", "）")
    assert post(li, "/desk/bring-in", on="/desk", place=talking, colleague=on_line).status_code == 303
    chen = signed_in(app, "chen")
    asked = chen.get("/desk").text
    assert ("李明的通话" in asked, "父亲要做血透" in asked, "请在电话上按1" in asked) == (True, True, True)
    assert "/desk/finish" not in asked
    assert "正在询问陈静" in li.get("/desk").text
    for html, seat in ((asked, on_line), (li.get("/desk").text, row(installation, LinePlace, talking).seat_id)):
        assert f'data-seat="{seat}" data-mark="{mark(html)}"' in html  # else the desk would be read anew for ever
    again = post(li, "/desk/bring-in", on="/desk", place=talking, colleague=on_line)
    assert (again.status_code, "正在通话" in again.text) == (409, True)
    before = mark(li.get("/desk").text)
    come_in(installation, talking)
    html = li.get("/desk").text
    assert ("陈静已加入通话" in html, "交给陈静" in html, mark(html) == before) == (True, True, False)
    assert post(chen, "/desk/finish", on="/desk", place=talking).status_code == 422  # it is not their caller
    assert post(chen, "/desk/leave-talk", on="/desk").status_code == 303
    with installation.database.reading() as session:
        moved = session.query(Outgoing).order_by(Outgoing.id.desc()).first().payload
    assert moved == {"call_sid": "CA" + "8" * 32, "path": "agents/third/came-out"}
    assert post(li, "/desk/leave-talk", on="/desk").status_code == 409
    assert row(installation, LinePlace, talking).state is PlaceState.TAKEN


def test_a_caller_is_handed_to_a_colleague_in_the_talk_or_to_one_who_is_available(installation, li, talking, on_line):
    refused = post(li, "/desk/hand-to", on="/desk", place=talking)
    assert (refused.status_code, "请选择一位同事" in refused.text) == (422, True)
    post(li, "/desk/bring-in", on="/desk", place=talking, colleague=on_line)
    assert post(li, "/desk/hand-to", on="/desk", place=talking, colleague=on_line).status_code == 409
    come_in(installation, talking)
    assert post(li, "/desk/hand-to", on="/desk", place=talking, colleague=on_line).status_code == 303
    place = row(installation, LinePlace, talking)
    assert (place.state, place.seat_id) == (PlaceState.TAKEN, on_line)
    assert post(li, "/desk/hand-to", on="/desk", place=talking, colleague=on_line).status_code == 422


@pytest.mark.parametrize("telephone", ["+15005550006", "+86120", "", "+8657100000000"])
def test_numbers_that_we_ring_for_nobody_are_refused(installation, li, talking, telephone):
    assert post(li, "/desk/bring-in", on="/desk", place=talking, telephone=telephone).status_code == 422
    assert rung_in(installation) == []


def test_callbacks_are_shown_in_the_order_that_is_asked_for(installation, li):
    first = called_back(installation, "+8613900001001", promised_by=now().replace(year=2031))
    second = called_back(installation, "+8613900001002", promised_by=now().replace(year=2030))

    def order(sort):
        html = li.get(f"/callbacks?sort={sort}").text
        return html.index(f"/callbacks/{first}/") < html.index(f"/callbacks/{second}/")

    assert order("turn")
    assert not order("promised")
    assert order("no such")


def test_the_table_to_take_away_has_whole_numbers_and_no_formula(installation, li):
    place_id = called_back(installation)
    with installation.database.transaction() as session:
        session.get_one(LinePlace, place_id).matter = "=cmd()"
    answer = post(li, "/callbacks.csv", on="/callbacks")
    (heads, cells) = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (heads[0], cells[0], cells[2]) == ("号码", f"'{WANG}", "'=cmd()")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert WANG not in li.get("/callbacks").text


def test_a_callback_is_settled_once_and_its_order_remembers_who_did(installation, li):
    with installation.database.transaction() as session:
        order = make_order(session, make_caller(session, installation, WANG))
        call_id, order_id = order.call_id, order.id
    place_id = called_back(installation)
    with installation.database.transaction() as session:
        session.get_one(LinePlace, place_id).call_id = call_id
    path = f"/callbacks/{place_id}/settle"
    assert post(li, path, on="/callbacks", outcome="nonsense").status_code == 400
    assert post(li, path, on="/callbacks", outcome="talked").status_code == 303
    assert row(installation, LinePlace, place_id).outcome is PlaceOutcome.TALKED
    called_back(installation, "+8613900001003")
    assert post(li, path, on="/callbacks", outcome="withdrawn").status_code == 409
    with installation.database.reading() as session:
        events = [(one.event, one.actor) for one in session.get_one(type(order), order_id).events]
    assert events[-1] == ("callback_settled", "li")


def test_only_a_supervisor_gives_up_a_red_one(installation, li, app):
    place_id = called_back(installation, urgency=Urgency.RED)
    path = f"/callbacks/{place_id}/settle"
    assert 'value="unreachable"' not in li.get("/callbacks").text
    assert post(li, path, on="/callbacks", outcome="unreachable").status_code == 403
    assert row(installation, LinePlace, place_id).state is not PlaceState.DONE
    assert post(signed_in(app, "wang"), path, on="/callbacks", outcome="unreachable").status_code == 303


def test_a_whole_number_is_shown_once_when_asked_for(installation, li):
    place_id = called_back(installation)
    assert WANG in post(li, f"/callbacks/{place_id}/number", on="/callbacks").text
    assert WANG not in li.get("/callbacks").text
    assert post(li, "/callbacks/999/number", on="/callbacks").status_code == 404


def test_the_pages_speak_both_languages(installation, anna):
    waiting(installation)
    called_back(installation, "+8613900001004")
    assert "Waiting 1" in anna.get("/line").text
    assert "Promised" in anna.get("/callbacks").text


def test_whom_an_agent_sets_to_red_is_rung_within_a_minute_whatever_hours_they_chose(installation, li):
    with installation.database.transaction() as session:
        order = make_order(session, make_caller(session, installation, WANG), accepted_by="li")
        place = join(session, order.call, language="zh", urgency=Urgency.YELLOW, now=now())
        tonight = Window(now() + timedelta(hours=3), now() + timedelta(hours=5))
        assert choose_callback(session, place, number=WANG, promised_by=None, now=now(), zone=CITY, window=tonight)
        number, revision, place_id = order.number, order.revision, place.id
    form = {"urgency": "red", "reason": "胸口疼", "revision": revision}
    assert post(li, f"/orders/{number}/change-urgency", on=f"/orders/{number}", **form).status_code == 303
    place = row(installation, LinePlace, place_id)
    assert (place.urgency, place.window_from) == (Urgency.RED, None)
    assert place.due_at - now() < timedelta(minutes=1)


def test_the_hours_that_a_caller_chose_are_in_the_list_and_in_its_file(installation, li):
    opens = now() + timedelta(hours=3)
    with installation.database.transaction() as session:
        place = a_place(session, WANG, now(), Urgency.YELLOW)
        chosen = Window(opens, opens + timedelta(hours=2))
        choose_callback(session, place, number=WANG, promised_by=None, now=now(), zone=CITY, window=chosen)
    assert "只在此时段回电" in li.get("/callbacks").text
    (line,) = csv.DictReader(io.StringIO(post(li, "/callbacks.csv", on="/callbacks").text.lstrip("\ufeff")))
    assert line["只在此时段回电"].startswith(opens.astimezone(CITY).strftime("%Y-%m-%d %H:%M"))
    called_back(installation, "+8613900001002")
    assert li.get("/callbacks").text.count("只在此时段回电") == 1
