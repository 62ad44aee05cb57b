"""What agents do with a caller: take, end, give back, ring in a third person, hand to a colleague."""

import re

import pytest

from core.clock import now
from core.models import LinePlace, Outgoing, PlaceOutcome, PlaceState, SeatRow, SeatState, Urgency
from routing.line.seats import seat_of
from routing.line.talks import take
from tests.console.conftest import post, signed_in
from tests.console.in_line import CHEN, LI, row, waiting
from tests.factories import make_staff


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
