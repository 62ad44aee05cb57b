"""The callback list: its order, its file, settling and giving up, whole numbers, chosen hours."""

import csv
import io
from datetime import timedelta

from core.clock import now
from core.models import LinePlace, PlaceOutcome, PlaceState, Urgency
from routing.line.places import choose_callback, join
from routing.line.windows import Window
from tests.console.conftest import post, signed_in
from tests.console.in_line import WANG, called_back, row, waiting
from tests.factories import make_caller, make_order
from tests.routing.line.rows import CITY, a_place


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
