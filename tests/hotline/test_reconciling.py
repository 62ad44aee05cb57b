"""What the carrier knows and we were never told: missed calls are called back once, recordings kept, calls ended."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from core.clock import now
from core.models import Call, Channel, LinePlace, PlaceOutcome, PlaceState, Recording, WorkOrder
from core.settings import Settings
from hotline.cli import main
from hotline.cli_reconcile import advise
from hotline.reconciling import Found, reconcile, settle
from ivr.fallback_document import fallback_document
from ivr.outbound import CarriersCall, CarriersRecording, carrier
from routing.line.places import close
from routing.orders import open_work_order
from simulator import Caller, Carrier, HangUp
from tests.hotline.media_site import ACCOUNT
from tests.ivr.telephone import parse
from tests.routing.line.rows import a_place
from tests.rows import a_call

NUMBER, WANG = "+8657100000000", "+8613800138000"
AWAY = "http://127.0.0.1:1/voice"
LATER = timedelta(minutes=2)


def listed(sid="CAmissed00", number=WANG, status="completed", ago=timedelta()):
    return CarriersCall(sid, number, NUMBER, status, now() - ago, now() - ago)


def recorded(call_sid="CAmissed00", url="https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/REmissed00"):
    return CarriersRecording("REmissed00", call_sid, url, 7, now())


def rows(house, table):
    with house.database.reading() as session:
        return session.scalars(select(table)).all()


def test_a_call_that_nobody_told_us_of_is_called_back_once(make_house):
    house = make_house()
    assert settle(house, (listed(),), (), now() + LATER) == Found(calls=1)
    assert settle(house, (listed(),), (), now() + LATER) == Found()
    (place,) = rows(house, LinePlace)
    assert (place.number, place.channel, place.state) == (WANG, Channel.CALLBACK, PlaceState.WAITING)
    (call,) = rows(house, Call)
    assert call.ended_at is not None


def test_a_call_that_we_missed_has_its_place_from_when_it_was(make_house):
    house = make_house()
    missed = listed(ago=timedelta(minutes=7))
    settle(house, (missed,), (), now())
    assert [place.first_called_at for place in rows(house, LinePlace)] == [missed.started_at]


@pytest.mark.parametrize(("since", "callbacks"), [(timedelta(minutes=3), 0), (timedelta(minutes=9), 1)])
def test_who_has_talked_to_somebody_since_is_not_called_back_for_a_call_that_we_missed(make_house, since, callbacks):
    house = make_house()
    with house.database.transaction() as session:
        place = a_place(session, number=WANG, at=now() - since)
        close(session, place, PlaceOutcome.TALKED, now())
    settle(house, (listed(ago=timedelta(minutes=7)),), (), now())
    waiting = [place for place in rows(house, LinePlace) if place.state is PlaceState.WAITING]
    assert len(waiting) == callbacks


@pytest.mark.parametrize("call", [listed(number="anonymous"), listed(number="+266696687")])
def test_a_withheld_number_is_only_counted(make_house, call):
    house = make_house()
    assert settle(house, (call,), (), now() + LATER) == Found(calls=1)
    assert not rows(house, LinePlace)


def test_what_may_still_be_told_is_left_alone(make_house):
    house = make_house()
    calls = (listed(), CarriersCall("CAongoing0", WANG, NUMBER, "in-progress", now(), None))
    assert settle(house, calls, (recorded(),), now() - LATER) == Found()
    assert settle(house, calls[1:], (), now() + LATER) == Found()


def test_a_recording_that_nobody_told_us_of_gets_an_order(make_house):
    house = make_house()
    assert settle(house, (listed(),), (recorded(),), now() + LATER) == Found(calls=1, recordings=1)
    assert settle(house, (listed(),), (recorded(),), now() + LATER) == Found()
    assert len(rows(house, WorkOrder)) == len(rows(house, Recording)) == 1


@pytest.mark.parametrize("wrong", [recorded("CAelsewhere"), recorded(url="https://elsewhere.example/REmissed00")])
def test_a_recording_of_no_citizens_call_or_from_elsewhere_is_not_fetched(make_house, wrong):
    assert settle(make_house(), (listed(),), (wrong,), now() + LATER) == Found(calls=1)


def test_a_call_whose_end_was_never_told_is_closed(make_house):
    house = make_house()
    with house.database.transaction() as session:
        sid = a_call(session, number=WANG).call_sid
    assert settle(house, (listed(sid),), (), now() + LATER) == Found(ends=1)
    assert settle(house, (listed(sid),), (), now() + LATER) == Found()


def test_who_may_have_asked_for_something_that_we_were_not_told_is_called_back_once(make_house):
    house = make_house()
    with house.database.transaction() as session:
        greeted, helped = a_call(session, number=WANG), a_call(session, number="+8613800138001")
        open_work_order(session, helped, language="zh", settings=house.settings, now=now())
        sids = greeted.call_sid, helped.call_sid
    for _ in range(2):
        settle(house, tuple(listed(sid) for sid in sids), (), now() + LATER)
    (place,) = rows(house, LinePlace)
    assert (place.number, place.channel, place.state) == (WANG, Channel.CALLBACK, PlaceState.WAITING)


def test_the_carriers_own_lists_are_read(make_house, tmp_path):
    with Carrier(account_sid=ACCOUNT[0], auth_token=ACCOUNT[1], folder=tmp_path / "carrier", pace=100) as opened:
        opened.add_number(NUMBER, voice_url=f"{AWAY}/incoming", status_callback_url=f"{AWAY}/status")
        house = make_house(twilio_api_url=opened.api_url, hotline_number=NUMBER)
        call = opened.place_call(from_number=WANG, to_number=NUMBER, caller=Caller([HangUp()])).wait(30)
        (found,) = carrier(house.settings).calls_to_us(now() - LATER)
        assert (found.call_sid, found.number, found.called) == (call.sid, WANG, NUMBER)
        assert carrier(house.settings).recordings_since(now() - LATER) == ()
        assert reconcile(house) == Found()  # it has ended just now
        urls = carrier(house.settings).number_urls(NUMBER)
        assert (urls.voice, urls.fallback, urls.status) == (f"{AWAY}/incoming", "", f"{AWAY}/status")
        assert carrier(house.settings).number_urls("+8657100000001") is None
    assert reconcile(house) == Found()  # the carrier is away


def test_the_doctor_names_what_is_to_be_set():
    settings = Settings(public_url="https://hotline.example.org")
    base = "https://hotline.example.org/voice"
    assert advise(settings, f"{base}/incoming", "https://elsewhere.example/x", f"{base}/status") == []
    voice, status, fallback = advise(settings, "", "", "")
    assert f"{base}/incoming" in voice
    assert f"{base}/status" in status
    assert "fallback" in fallback
    (own,) = advise(settings, f"{base}/incoming", f"{base}/fallback", f"{base}/status")
    assert "outage" in own


def test_the_fallback_document_says_the_emergency_numbers_and_records():
    document = parse(fallback_document(Settings(emergency_numbers="120, 119")))
    said = "".join(say.text for say in document.iter("Say"))
    assert "120, 119" in said
    assert [verb.tag for verb in document][-1] == "Record"
    assert document.find("Record").get("action") is None
    result = CliRunner().invoke(main, ["fallback-twiml"])
    assert result.exit_code == 0
    assert "<Record" in result.stdout
