"""Whole calls of those who wait for a person: agents ring, callers and agents meet, and no place is ever lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from core.clock import now
from core.models import (
    Channel,
    LinePlace,
    Outgoing,
    OutgoingState,
    PlaceOutcome,
    PlaceState,
    Role,
    SeatRow,
    SeatState,
    Staff,
    Urgency,
)
from hotline.drill.live.taking_away import locked
from hotline.reconciling import Found, reconcile
from hotline.web import create_app
from routing.ledger import ledger
from routing.line.colleagues import ask_in, hand_to
from routing.line.desk import choose_state
from routing.line.places import close
from routing.line.seats import seat_of
from routing.line.wrong_pins import note_wrong
from simulator import (
    WITHHELD_NUMBERS,
    Answer,
    Call,
    Caller,
    Faults,
    HangUp,
    NoAnswer,
    Phone,
    Press,
    Silence,
    StaySilent,
    Talk,
    Voicemail,
)
from simulator.events import PutThrough
from tests.browser import CHROMIUM, PLAYWRIGHT, window
from tests.console.conftest import signed_in
from tests.factories import PASSWORD, make_staff
from tests.house import RunningHouse, running_house, until

LI, CHEN = "+8613911120001", "+8613911120002"
SEATS, PIN = "+8657100000009", "739162"
TAKES = Answer(Caller([Press("1"), Talk(200, then_hang_up=False)], patience=9), ring_seconds=2)
ZERO = Press("0", barge_in=True)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house with two agents, whose telephones are their own."""
    folder = tmp_path_factory.mktemp("centre")
    settings = {"HOTLINE_WRAP_UP_SECONDS": "0", "HOTLINE_CALLBACK_AFTER_SECONDS": "0", "HOTLINE_SEAT_NUMBER": SEATS}
    with running_house(folder, **settings) as running:
        with running.house.database.transaction() as session:
            for name, phone in (("li", LI), ("chen", CHEN)):
                seat_of(session, make_staff(session, name), now()).telephone = phone
            make_staff(session, "wang", role=Role.SUPERVISOR)
            pin_hash = generate_password_hash(PIN, method="scrypt:1024:8:1")
            for name, agent_number in (("sun", "1001"), ("zhou", "1002")):
                seat_of(session, make_staff(session, name, agent_number=agent_number, pin_hash=pin_hash), now())
        yield running


@pytest.fixture(autouse=True)
def everybody_goes_home(centre: RunningHouse) -> Iterator[None]:
    yield
    until(lambda: all(call.status in {"completed", "busy", "no-answer"} for call in centre.carrier.calls))
    seats(centre, li=SeatState.OFFLINE, chen=SeatState.OFFLINE)


def seats(house: RunningHouse, **states: SeatState) -> None:
    """What agents choose on their page."""
    with house.house.database.transaction() as session:
        for name, state in states.items():
            staff = session.scalars(select(Staff).where(Staff.sign_in == name)).one()
            choose_state(session, seat_of(session, staff, now()), state, now())


def state_of(house: RunningHouse, name: str) -> SeatState:
    with house.house.database.reading() as session:
        return session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == name)).one().state


def place_of(house: RunningHouse, number: str) -> LinePlace | None:
    with house.house.database.reading() as session:
        places = select(LinePlace).where(LinePlace.number == number)
        return session.scalar(places.order_by(LinePlace.id.desc()))


def talked(house: RunningHouse, one: str, other: str) -> bool:
    """Whether two telephones could hear each other."""
    numbers = {call.sid: {call.from_number, call.to_number} for call in house.carrier.calls}
    pairs = [numbers[first] | numbers[second] for first, second in (talk.call_sids for talk in house.carrier.talks)]
    return any({one, other} <= pair for pair in pairs)


def test_key_zero_goes_to_the_agent_who_presses_one(centre: RunningHouse) -> None:
    wang = "+8613900001001"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.call(ZERO, Talk(30), number=wang, patience=40)
    place = until(lambda: (found := place_of(centre, wang)) and found.state is PlaceState.DONE and found)
    assert place.outcome is PlaceOutcome.TALKED
    assert call.said("排队")
    assert talked(centre, wang, LI)
    until(lambda: state_of(centre, "li") is SeatState.WRAP_UP)
    assert "person_connected" in centre.events(call)


def done(house: RunningHouse, number: str) -> LinePlace:
    """Wait for the end of a place in the line, in which somebody talked to the citizen."""
    place = until(lambda: (found := place_of(house, number)) and found.state is PlaceState.DONE and found)
    assert place.outcome is PlaceOutcome.TALKED
    return place


def test_a_voicemail_takes_nobody_and_the_next_agent_is_rung(centre: RunningHouse) -> None:
    wang = "+8613900001002"
    centre.carrier.add_phone(Phone(LI, Voicemail(ring_seconds=2)))
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(20), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.BREAK)
    seats(centre, chen=SeatState.AVAILABLE)
    call.wait(60)
    done(centre, wang)
    assert talked(centre, wang, CHEN)
    assert not talked(centre, wang, LI)


@pytest.mark.full
def test_whose_agent_drops_off_is_at_the_front_again_and_gets_another(centre: RunningHouse) -> None:
    wang = "+8613900001003"
    centre.carrier.add_phone(Phone(LI, Answer(Caller([Press("1"), Talk(10)]), ring_seconds=2)))
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(500, then_hang_up=False), Talk(20), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    first = place_of(centre, wang)
    until(lambda: state_of(centre, "li") is SeatState.OFFLINE)
    seats(centre, chen=SeatState.AVAILABLE)
    call.wait(60)
    place = done(centre, wang)
    assert first is not None
    assert (place.id, place.first_called_at) == (first.id, first.first_called_at)
    assert call.said("刚才的通话断了")
    assert talked(centre, wang, LI)
    assert talked(centre, wang, CHEN)


def test_who_hangs_up_keeps_the_place_and_is_called_back(centre: RunningHouse) -> None:
    wang = "+8613900001004"
    centre.carrier.add_phone(Phone(wang, Answer(Caller([Press("1"), Talk(20)]), ring_seconds=2)))
    centre.carrier.add_phone(Phone(LI, TAKES))
    centre.carrier.add_phone(Phone(CHEN, NoAnswer()))
    seats(centre, chen=SeatState.AVAILABLE)  # so that there is a line
    centre.call(ZERO, HangUp(), number=wang, patience=9)
    kept = until(lambda: (found := place_of(centre, wang)) and found.channel is Channel.CALLBACK and found)
    until(lambda: state_of(centre, "chen") is SeatState.BREAK)
    seats(centre, li=SeatState.AVAILABLE)
    assert done(centre, wang).id == kept.id
    assert talked(centre, wang, LI)
    (rung,) = [call for call in centre.carrier.calls if call.to_number == wang]
    assert not any("人工" in sentence.text for sentence in rung.heard[:2])


def test_a_callback_is_chosen_and_who_rings_again_keeps_waiting_on_the_telephone(centre: RunningHouse) -> None:
    wang = "+8613900001005"
    centre.carrier.add_phone(Phone(LI, NoAnswer()))
    centre.carrier.add_phone(Phone(wang, NoAnswer()))
    seats(centre, li=SeatState.AVAILABLE)
    choice = Press("1", at="打给您，您的位置不变"), Press("2", at="什么时候打给您")
    call = centre.call(ZERO, StaySilent(), *choice, number=wang, patience=20)
    assert call.said("好的，我们会在")
    chosen = place_of(centre, wang)
    assert chosen is not None
    assert chosen.channel is Channel.CALLBACK
    assert chosen.window_until is not None
    assert chosen.window_until == chosen.promised_by
    seats(centre, chen=SeatState.WRAP_UP)
    again = centre.start_call(ZERO, Talk(20), number=wang, patience=60)
    until(lambda: (found := place_of(centre, wang)) and found.channel is Channel.HOLDING)
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    seats(centre, chen=SeatState.AVAILABLE)
    again.wait(60)
    place = done(centre, wang)
    assert again.said("您还在排队")
    assert (place.id, place.first_called_at) == (chosen.id, chosen.first_called_at)
    assert talked(centre, wang, CHEN)


def test_a_red_is_taken_before_whoever_waits_longer_and_is_never_offered_a_callback(centre: RunningHouse) -> None:
    zhao, red = WITHHELD_NUMBERS[0], "+8613900001006"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    waiting = centre.start_call(ZERO, Talk(20), number=zhao, patience=90)
    until(lambda: waiting.said("排队"))
    danger = centre.start_call(Press("9", barge_in=True), Talk(20), number=red, patience=90)
    until(lambda: (found := place_of(centre, red)) and found.urgency is Urgency.RED)
    seats(centre, li=SeatState.AVAILABLE)
    danger.wait(60)
    done(centre, red)
    seats(centre, li=SeatState.AVAILABLE)
    waiting.wait(60)
    assert talked(centre, red, LI)
    assert talked(centre, zhao, LI)
    assert not danger.said("打给您")


@pytest.mark.full
def test_an_agent_whose_browser_is_gone_in_mid_call_leaves_the_caller_in_front(centre: RunningHouse) -> None:
    wang, browser = "+8613900001010", "client:seat1"
    centre.carrier.add_phone(Phone(browser, Answer(Caller([Press("1"), Talk(10)]), ring_seconds=2)))
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    with centre.house.database.transaction() as session:
        seat = session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == "li")).one()
        seat.telephone = browser
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(500, then_hang_up=False), Talk(20), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    until(lambda: state_of(centre, "li") is SeatState.OFFLINE)
    seats(centre, chen=SeatState.AVAILABLE)
    call.wait(60)
    done(centre, wang)
    assert call.said("刚才的通话断了")
    assert talked(centre, wang, browser)
    assert talked(centre, wang, CHEN)
    with centre.house.database.transaction() as session:
        session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == "li")).one().telephone = LI


@pytest.mark.full
def test_with_the_database_away_who_waits_is_recorded_and_keeps_the_place(centre: RunningHouse) -> None:
    wang = "+8613900001011"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    call = centre.start_call(ZERO, Talk(20), number=wang, patience=99)
    before = until(lambda: place_of(centre, wang))
    with locked(centre.folder / "hotline.sqlite3"):
        call.wait_until_heard("系统现在有故障", 60)
    call.wait_until_heard("请稍候|请不要挂断", 60)
    seats(centre, li=SeatState.AVAILABLE)
    call.wait(60)
    place = done(centre, wang)
    assert (place.id, place.first_called_at) == (before.id, before.first_called_at)
    assert talked(centre, wang, LI)


@pytest.mark.full
def test_a_carrier_that_is_busy_or_broken_for_a_moment_delays_and_rings_nobody_twice(centre: RunningHouse) -> None:
    wang = "+8613900001012"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    rung = len([ring for ring in centre.carrier.phones_rung if ring.number == LI])
    call = centre.start_call(ZERO, Talk(30), number=wang, patience=99)
    until(lambda: place_of(centre, wang))
    centre.carrier.faults = Faults(api_failures=(429, 429))
    seats(centre, li=SeatState.AVAILABLE)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    call.wait(60)
    done(centre, wang)
    assert talked(centre, wang, LI)
    until(lambda: state_of(centre, "li") is SeatState.WRAP_UP)
    assert len([ring for ring in centre.carrier.phones_rung if ring.number == LI]) == rung + 1


@pytest.mark.full
@pytest.mark.parametrize("was_moved", [True, False])
def test_a_carrier_that_does_not_answer_rings_nobody_twice_and_parts_nobody(
    centre: RunningHouse, *, was_moved: bool
) -> None:
    wang = f"+861390000105{was_moved:d}"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    rung = len([ring for ring in centre.carrier.phones_rung if ring.number == LI])
    call = centre.start_call(ZERO, Talk(200), number=wang, patience=99)
    until(lambda: place_of(centre, wang))
    silences = (Silence("create_call", was_done=True), Silence("update_call", was_moved))
    centre.carrier.faults = Faults(api_silences=silences)
    seats(centre, li=SeatState.AVAILABLE)
    call.wait(60)
    done(centre, wang)
    assert centre.carrier.faults.api_silences == ()
    assert len([event for event in call.events if isinstance(event, PutThrough)]) == 1
    assert not call.said("通话断了")
    until(lambda: state_of(centre, "li") is SeatState.WRAP_UP)
    with centre.house.database.reading() as session:
        place = place_of(centre, wang)
        assert place is not None
        assert place.outgoing_id is not None
        agents_call = session.get_one(Outgoing, place.outgoing_id)
        assert agents_call.state is OutgoingState.PLACING  # found in the carrier's list half a minute later
    until(lambda: outgoing(centre, agents_call.id).state is OutgoingState.SENT, 60)
    assert len([ring for ring in centre.carrier.phones_rung if ring.number == LI]) == rung + 1


def outgoing(house: RunningHouse, row_id: int) -> Outgoing:
    with house.house.database.reading() as session:
        return session.get_one(Outgoing, row_id)


def test_an_agent_dials_in_from_any_telephone_is_asked_there_and_signs_off_there(centre: RunningHouse) -> None:
    wang, anywhere = "+8613900001008", "+8613911129999"
    script = [
        Press("1001#", at="工号"),
        Press("111111#", at="密码"),
        Press("1001#", at="不对"),
        Press(f"{PIN}#", at="密码"),
        Press("1", at="有市民在等"),
        Talk(200, then_hang_up=False),
        Press("0", at="整理时间"),
    ]
    caller = Caller(script, patience=99)
    agent = centre.carrier.place_call(from_number=anywhere, to_number=SEATS, caller=caller)
    until(lambda: state_of(centre, "sun") is SeatState.AVAILABLE)
    centre.call(ZERO, Talk(30), number=wang, patience=60)
    agent.wait(60)
    assert done(centre, wang).outgoing_id is not None
    assert talked(centre, wang, anywhere)
    assert agent.said("登录成功")
    assert agent.said("您已签退")
    assert state_of(centre, "sun") is SeatState.OFFLINE
    assert not [rung for rung in centre.carrier.phones_rung if rung.call_sid == agent.sid]
    with centre.house.database.reading() as session:
        outcomes = ledger(session, now() - timedelta(hours=1), now())
        (asked,) = session.scalars(select(Outgoing).where(Outgoing.carrier_sid == agent.sid)).all()
        assert session.get_one(LinePlace, asked.payload["place_id"]).number == wang  # linked, but
    assert agent.sid not in outcomes  # no citizen's call
    assert reconcile(centre.house) == Found()


@pytest.mark.full
def test_two_who_have_dialled_in_talk_with_a_citizen_and_the_one_leaves_them_to_the_other(centre: RunningHouse) -> None:
    wang, here, there = "+8613900001013", "+8613911129998", "+8613911129997"
    in_line = [Press(f"{PIN}#", at="密码"), Press("1", at="有市民在等"), Talk(900, then_hang_up=False)]
    first = centre.carrier.place_call(
        from_number=here, to_number=SEATS, caller=Caller([Press("1001#", at="工号"), *in_line], patience=99)
    )
    until(lambda: state_of(centre, "sun") is SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(900, then_hang_up=False), Talk(60), number=wang, patience=60)
    until(lambda: together(centre, call, first))
    asked = [Press("1002#", at="工号"), Press(f"{PIN}#", at="密码"), Press("1", at="同事请您加入")]
    stays = Caller([*asked, Talk(900, then_hang_up=False), Talk(900, then_hang_up=False)], patience=99)
    second = centre.carrier.place_call(from_number=there, to_number=SEATS, caller=stays)
    until(lambda: state_of(centre, "zhou") is SeatState.AVAILABLE)
    with_colleague(centre, wang, "zhou", ask_in)
    until(lambda: together(centre, call, first, second))
    with_colleague(centre, wang, "zhou", hand_to)
    until(lambda: state_of(centre, "sun") is SeatState.WRAP_UP and together(centre, call, second))
    call.wait(60)
    done(centre, wang)
    assert not call.said("刚才的通话断了")
    until(lambda: state_of(centre, "zhou") is SeatState.WRAP_UP)
    assert {first.status, second.status} == {"in-progress"}  # both wait on the line for the next
    first.hang_up()
    second.hang_up()
    until(lambda: {state_of(centre, name) for name in ("sun", "zhou")} == {SeatState.OFFLINE})


@pytest.mark.full
def test_a_colleague_leaves_a_talk_of_three_by_star_and_waits_on_the_line_for_the_next(centre: RunningHouse) -> None:
    wang, there = "+8613900001014", "+8613911129995"
    centre.carrier.add_phone(Phone(LI, Answer(Caller([Press("1"), Talk(900, then_hang_up=False)]), ring_seconds=2)))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(900, then_hang_up=False), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    script = [Press("1002#", at="工号"), Press(f"{PIN}#", at="密码"), Press("1", at="同事请您加入")]
    caller = Caller([*script, Talk(20, then_press_star=True)], patience=99)
    colleague = centre.carrier.place_call(from_number=there, to_number=SEATS, caller=caller)
    until(lambda: state_of(centre, "zhou") is SeatState.AVAILABLE)
    with_colleague(centre, wang, "zhou", ask_in)
    until(lambda: state_of(centre, "zhou") is SeatState.TALKING)
    until(lambda: state_of(centre, "zhou") is SeatState.AVAILABLE)
    assert colleague.status == call.status == "in-progress"
    assert state_of(centre, "li") is SeatState.TALKING
    colleague.hang_up()
    call.hang_up()
    done(centre, wang)
    assert talked(centre, wang, there)


def together(house: RunningHouse, *calls: Call) -> bool:
    """Whether these and no others are in one conference now."""
    inside = [{one.call.sid for one in conference.inside} for conference in house.carrier.conferences]
    return {call.sid for call in calls} in inside


def with_colleague(house: RunningHouse, number: str, name: str, verb: Callable[..., None]) -> None:
    """What an agent does on their page with a colleague and the caller whom they have."""
    with house.house.database.transaction() as session:
        place = session.scalars(select(LinePlace).where(LinePlace.number == number)).one()
        seat = session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == name)).one()
        verb(session, place, seat, now())


def is_up(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.HTTPError:
        return False


def lines_told(house: RunningHouse, sign_in: str) -> Iterator[str]:
    """What a browser that watches the line is sent, one state of it after the other."""
    client = signed_in(create_app(house.house), sign_in)
    cookie = {"Cookie": f"console={client.get_cookie('console').value}"}
    with httpx.stream("GET", f"http://127.0.0.1:{house.settings.live_port}/live/line", headers=cookie) as answer:
        state = ""
        for line in answer.iter_lines():
            if line.startswith("data: "):
                state += line
            elif not line and state:
                yield state
                state = ""


@pytest.mark.full
def test_who_watches_the_line_is_sent_a_red_before_anything_else_happens_with_it(centre: RunningHouse) -> None:
    red = "+8613900001009"
    seats(centre, li=SeatState.WRAP_UP)  # so that there is a line
    centre.start_process("live")
    try:
        until(lambda: is_up(f"http://127.0.0.1:{centre.settings.live_port}/health"))
        told = lines_told(centre, "wang")
        assert "139****1009" not in next(told)
        call = centre.start_call(Press("9", barge_in=True), StaySilent(), number=red, patience=90)
        first = next(state for state in told if "139****1009" in state)
        place = place_of(centre, red)
        assert place is not None
        assert f'data-reds="{place.id}"' in first  # never seen as anything but red, nor only when somebody has it
        assert place.state is PlaceState.WAITING
        assert call.status == "in-progress"
        told.close()
        call.hang_up()
    finally:
        centre.kill("live")
    with centre.house.database.transaction() as session:
        close(session, session.get_one(LinePlace, place.id), PlaceOutcome.CLOSED_BY_HAND, now())


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the live pages are not looked at")
@pytest.mark.skipif(PLAYWRIGHT is None, reason="no playwright here: the live pages are not looked at")
def test_a_red_appears_on_the_supervisors_page_by_itself_and_the_agent_who_takes_it_knows_the_matter(
    centre: RunningHouse,
) -> None:
    red = "+8613900001007"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)  # so that there is a line
    centre.start_process("live")
    try:
        until(lambda: is_up(f"http://127.0.0.1:{centre.settings.live_port}/health"))
        with (
            window(centre.settings.base_url, "wang", PASSWORD) as line,
            window(centre.settings.base_url, "li", PASSWORD, line) as desk,
        ):
            line.goto(f"{centre.settings.base_url}/line")
            desk.goto(f"{centre.settings.base_url}/desk")
            line.wait_for_selector("[data-connection]:not(.lost):visible")
            assert line.locator("tr.alarm").count() == 0
            call = centre.start_call(Press("9", barge_in=True), Talk(400), number=red, patience=90)
            line.wait_for_selector("tr.red.alarm >> text=139****1007")
            desk.click('button[name="state"][value="available"]')
            desk.wait_for_selector(".my-call >> text=正在与您通话")
            assert "139****1007" in desk.inner_text(".my-call")
            line.wait_for_selector('[aria-label="坐席正在处理"] >> text=139****1007')
            assert line.locator("tr.alarm").count() == 0
            with centre.house.database.transaction() as session:
                for _ in range(5):
                    note_wrong(session, "1001", "+8613911129996", None, now())
            line.wait_for_selector("[role=alert] >> text=1001")  # by itself, too
            desk.click('form[action="/desk/finish"] button')
            call.wait(60)
    finally:
        centre.kill("live")
    done(centre, red)
