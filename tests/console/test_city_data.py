"""Admins keep the city's own data; two who change one thing at once lose nothing; each role sees its own."""

import pytest

from console.city_data import SHEETS
from core.clock import now
from core.models import (
    CityChange,
    Contact,
    ContactKind,
    DeadlineRule,
    Department,
    DispatchRule,
    PlaceRow,
    Role,
    Urgency,
    VolunteerTeam,
    WorkOrder,
)
from core.models.work_order import ClockStep, OrderState
from routing.dispatch import add_contact, add_department
from routing.orders.rulebook import read_rulebook
from routing.profiles import apply, profile_names, read_profile
from routing.triage.store import read_lexicon, read_tree
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_staff

AMBULANCE = {"kind": "emergency", "name": "东城急救站", "phone": "+86 571 8712 0120", "district": "", "department": ""}
HEALTH = {"name": "卫健局", "kind": "ordinary", "district": "", "channel": "console", "address": ""}


def keep(client, sheet, /, **fields):
    return post(client, f"/city/{sheet}", on=f"/city/{sheet}", **{"do": "save", **fields})


def open_form(client, sheet, key):
    """Return what the form of an entry hides: whose it is, and what was seen."""
    html = client.get(f"/city/{sheet}?edit={key}").text.split('id="change"')[1]
    return {"key": key, "seen": html.split('name="seen" value="')[1].split('"')[0]}


def history(installation):
    with installation.database.reading() as session:
        return [(row.sheet, row.before.get("name"), row.after.get("name")) for row in session.query(CityChange)]


@pytest.mark.parametrize("sheet", list(SHEETS))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_page_is_there_in_both_languages(app, installation, sheet, language):
    with installation.database.transaction() as session:
        make_staff(session, "bo", role=Role.ADMIN, language=language)
    html = signed_in(app, "bo").get(f"/city/{sheet}").text
    assert 'id="change"' in html
    assert "city." not in html.split("<main")[1]


def test_no_other_page_than_these(anna):
    assert anna.get("/city/weather").status_code == 404


def test_an_entry_is_added_changed_and_removed_and_all_of_it_stays_in_the_history(anna, installation):
    assert keep(anna, "contacts", **AMBULANCE).status_code == 303
    with installation.database.reading() as session:
        row = session.query(Contact).one()
        assert (row.kind, row.phone, row.district, row.rank) == (ContactKind.EMERGENCY, "+8657187120120", None, 100)
    form = open_form(anna, "contacts", row.id)
    assert keep(anna, "contacts", **form, **AMBULANCE | {"name": "急救中心", "rank": "1"}).status_code == 303
    assert keep(anna, "contacts", **open_form(anna, "contacts", row.id), do="remove").status_code == 303
    assert history(installation) == [
        ("contacts", None, "东城急救站"),
        ("contacts", "东城急救站", "急救中心"),
        ("contacts", "急救中心", None),
    ]
    html = anna.get("/city/contacts").text
    assert "removed" in html
    assert "Anna Schmidt" in html


def test_of_two_who_change_one_entry_the_second_is_shown_the_conflict_and_keeps_what_was_typed(anna, app, installation):
    keep(anna, "departments", **HEALTH)
    with installation.database.transaction() as session:
        make_staff(session, "bo", role=Role.ADMIN)
    other = signed_in(app, "bo")
    seen_by_both = open_form(anna, "departments", 1)
    assert keep(other, "departments", **seen_by_both, **HEALTH | {"district": "东城区"}).status_code == 303
    answer = keep(anna, "departments", **seen_by_both, **HEALTH | {"name": "卫生局"})
    assert answer.status_code == 409
    assert "Nothing of theirs was overwritten" in answer.text
    assert 'value="卫生局"' in answer.text
    with installation.database.reading() as session:
        assert session.get(Department, 1).name == "卫健局"
    again = answer.text.split('id="change"')[1].split('name="seen" value="')[1].split('"')[0]
    assert keep(anna, "departments", key="1", seen=again, **HEALTH | {"name": "卫生局"}).status_code == 303


@pytest.mark.parametrize(
    ("sheet", "fields", "said"),
    [
        ("contacts", AMBULANCE | {"phone": "120"}, "short codes such as 120"),
        ("contacts", AMBULANCE | {"name": ""}, "Something is missing"),
        ("contacts", AMBULANCE | {"kind": "friend"}, "Something is missing"),
        ("contacts", AMBULANCE | {"rank": "first"}, "whole number"),
        ("departments", HEALTH | {"channel": "webhook", "address": "https://x.example"}, "address does not fit"),
        ("places", {"level": "street", "name": "新街", "within": "", "said_zh": ""}, "within a coarser place"),
        ("places", {"level": "district", "name": "新区", "within": "", "said_zh": "new"}, "can’t be heard"),
        ("categories", {"name_zh": "x", "name_en": "", "category": "other"}, "Something is missing"),
        (
            "hours",
            {"name": "办公", "country": "CN", "zone": "Mars/North", "opens": "09:00", "closes": "17:00"},
            "time zone",
        ),
        (
            "hours",
            {"name": "办公", "country": "CN", "zone": "Asia/Shanghai", "opens": "17:00", "closes": "09:00"},
            "time zone",
        ),
    ],
)
def test_what_can_not_be_kept_stays_in_the_form_with_the_reason(anna, installation, sheet, fields, said):
    answer = keep(anna, sheet, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert history(installation) == []


def test_a_name_that_is_taken(anna, installation):
    keep(anna, "departments", **HEALTH)
    assert keep(anna, "departments", **HEALTH).status_code == 409
    assert len(history(installation)) == 1


def test_a_time_is_set_for_a_category_and_set_back(anna, installation):
    hours = {"name": "办公", "country": "CN", "zone": "Asia/Shanghai", "opens": "09:00", "closes": "17:00"}
    assert keep(anna, "hours", **hours).status_code == 303
    fields = {"urgency": "green", "category": "policy", "step": "finish", "minutes": "600", "hours": "1"}
    assert keep(anna, "clocks", **fields).status_code == 303
    with installation.database.reading() as session:
        rule = session.query(DeadlineRule).one()
        assert (rule.urgency, rule.step, rule.seconds) == (Urgency.GREEN, ClockStep.FINISH, 36000)
        assert rule.working_hours_id == 1
    assert keep(anna, "hours", **open_form(anna, "hours", 1), do="remove").status_code == 409
    assert keep(anna, "clocks", **open_form(anna, "clocks", "green:policy:finish"), do="remove").status_code == 303
    with installation.database.reading() as session:
        assert session.query(DeadlineRule).all() == []
    assert keep(anna, "hours", **open_form(anna, "hours", 1), do="remove").status_code == 303


def test_a_shipped_time_can_be_changed_but_not_removed(anna):
    form = open_form(anna, "clocks", "red::accept")
    assert keep(anna, "clocks", **form, do="remove").status_code == 400
    values = {"urgency": "red", "category": "", "step": "accept", "minutes": "10", "hours": ""}
    assert keep(anna, "clocks", **form, **values).status_code == 303
    assert "<td>10</td>" in anna.get("/city/clocks").text


def test_what_a_hard_case_may_take_is_set_like_every_other_time(anna, installation):
    values = {"urgency": "red", "category": "", "step": "hard_finish", "minutes": "21600", "hours": ""}
    assert keep(anna, "clocks", **open_form(anna, "clocks", "red::hard_finish"), **values).status_code == 303
    with installation.database.reading() as session:
        assert read_rulebook(session).allowed(Urgency.RED, None, ClockStep.HARD_FINISH).duration.days == 15


def test_the_first_change_of_a_place_keeps_the_places_that_were_shipped(anna, installation):
    new = {"level": "street", "name": "柳林街道", "within": "dongcheng", "said_zh": "柳林、柳林街道", "said_en": ""}
    assert keep(anna, "places", **new).status_code == 303
    with installation.database.reading() as session:
        assert session.get(PlaceRow, "dongcheng/柳林街道").said_zh == ["柳林", "柳林街道"]
        assert session.get(PlaceRow, "dongcheng").name == "东城区"
        assert "柳林街道" in {place.name for place in read_lexicon(session, "zh").gazetteer.places.values()}
    assert "柳林街道" in anna.get("/city/places?find=柳林").text
    assert keep(anna, "places", **open_form(anna, "places", "dongcheng"), do="remove").status_code == 409
    gone = keep(anna, "places", **open_form(anna, "places", "dongcheng/柳林街道"), do="remove")
    assert gone.status_code == 303


def test_a_category_of_the_citys_own_is_added_at_the_end_of_the_tree(anna, installation):
    own = {"name_zh": "宠物", "name_en": "Pets", "category": "other", "said_zh": "宠物、猫粮", "said_en": "pet food"}
    assert keep(anna, "categories", **own).status_code == 303
    with installation.database.reading() as session:
        tree = read_tree(session)
    assert tree[-1].said == {"zh": ("宠物", "猫粮"), "en": ("pet food",)}
    assert len(tree) > 6
    assert keep(anna, "categories", **open_form(anna, "categories", tree[-1].key), do="remove").status_code == 303


def test_a_department_with_open_orders_is_removed_only_with_somebody_to_take_them(anna, installation):
    keep(anna, "departments", **HEALTH)
    with installation.database.transaction() as session:
        order = make_order(session, make_caller(session, installation))
        order.department_id, order.state = 1, OrderState.DISPATCHED
    assert keep(anna, "departments", **open_form(anna, "departments", 1), do="remove").status_code == 409
    keep(anna, "departments", **HEALTH | {"name": "兜底", "kind": "backstop"})
    assert keep(anna, "departments", **open_form(anna, "departments", 1), do="move").status_code == 303
    with installation.database.reading() as session:
        assert session.query(WorkOrder).one().department_id == 2


def test_a_test_call_is_noted_and_no_longer_counts_for_another_number(anna, installation):
    keep(anna, "contacts", **AMBULANCE)
    assert "never test-called" in anna.get("/city/contacts").text
    assert keep(anna, "contacts", **open_form(anna, "contacts", 1), do="tested").status_code == 303
    assert "never test-called" not in anna.get("/city/contacts").text
    keep(anna, "contacts", **open_form(anna, "contacts", 1), **AMBULANCE | {"phone": "+8657187120121"})
    assert "never test-called" in anna.get("/city/contacts").text


def test_a_departments_secret_is_never_shown_and_stays_when_left_empty(anna, installation):
    webhook = HEALTH | {"channel": "webhook", "address": "https://health.example/in", "secret": "very secret"}
    keep(anna, "departments", **webhook)
    html = anna.get("/city/departments?edit=1").text
    assert "very secret" not in html
    keep(anna, "departments", **open_form(anna, "departments", 1), **webhook | {"name": "卫生局", "secret": ""})
    with installation.database.reading() as session:
        assert session.get(Department, 1).secret == "very secret"
        assert "very secret" not in str([row.after for row in session.query(CityChange)])


def test_each_role_sees_its_own(app, li, installation):
    with installation.database.transaction() as session:
        add_contact(session, ContactKind.HOSPITAL, "第一医院", "+8657187120122", is_public=True)
        add_department(session, "卫健局", now())
        make_staff(session, "hu", role=Role.HANDLER)
    html = li.get("/city/contacts").text
    assert "第一医院" in html
    assert 'id="change"' not in html
    assert li.get("/city/departments").status_code == 403
    wang = signed_in(app, "wang")
    assert 'id="change"' in wang.get("/city/contacts").text
    assert 'id="change"' not in wang.get("/city/departments").text
    assert post(wang, "/city/departments", on="/city/contacts", do="save", **HEALTH).status_code == 403
    assert signed_in(app, "hu").get("/city/contacts").status_code == 403


GREEN = {"urgency": "green", "category": "", "step": "finish", "minutes": "60", "hours": ""}
MILK = {"name": "奶粉组", "districts": "东城区", "category_supplies": "1", "said": "奶粉、formula"}


def test_a_team_is_kept_with_its_goods_and_removed_only_without_volunteers_and_orders(anna, installation):
    assert keep(anna, "teams", **MILK).status_code == 303
    assert keep(anna, "teams", **MILK).status_code == 409
    answer = keep(anna, "teams", **MILK | {"name": "x", "districts": "月亮区"})
    assert (answer.status_code, "not among the city" in answer.text) == (422, True)
    with installation.database.transaction() as session:
        row = session.query(VolunteerTeam).one()
        assert (row.districts, row.categories, row.said) == (["东城区"], ["supplies"], ["奶粉", "formula"])
        sun = make_staff(session, "sun", role=Role.VOLUNTEER, team_id=row.id)
    assert keep(anna, "teams", **open_form(anna, "teams", 1), do="remove").status_code == 409
    with installation.database.transaction() as session:
        session.get(type(sun), sun.id).team_id = None
        order = make_order(session, make_caller(session, installation), team_id=1)
    assert keep(anna, "teams", **open_form(anna, "teams", 1), do="remove").status_code == 409
    with installation.database.transaction() as session:
        session.get(WorkOrder, order.id).team_id = None
    assert keep(anna, "teams", **open_form(anna, "teams", 1), do="remove").status_code == 303


def test_a_rule_is_kept_once_for_a_category_and_district(anna, installation):
    with installation.database.transaction() as session:
        for name in ("卫健局", "商务局"):
            add_department(session, name, now())
    rule = {"category": "medical", "district": "", "department": "卫健局", "assisting": "商务局"}
    assert keep(anna, "rules", **rule).status_code == 303
    taken = keep(anna, "rules", **rule)
    assert (taken.status_code, "There is a rule for this" in taken.text) == (422, True)
    assert keep(anna, "rules", **rule | {"district": "东城区", "assisting": "没有的"}).status_code == 422
    assert keep(anna, "rules", **rule | {"district": "东城区"}).status_code == 303
    form = open_form(anna, "rules", 1)
    assert keep(anna, "rules", **form, **rule | {"department": "商务局", "assisting": ""}).status_code == 303
    with installation.database.reading() as session:
        rows = session.query(DispatchRule).order_by(DispatchRule.id).all()
        assert [(row.department_id, row.district, row.assisting) for row in rows] == [
            (2, None, []),
            (1, "东城区", ["商务局"]),
        ]
    assert keep(anna, "rules", **open_form(anna, "rules", 1), do="remove").status_code == 303
    with installation.database.reading() as session:
        assert session.query(DispatchRule).count() == 1


@pytest.mark.parametrize("profile", profile_names())
def test_what_a_profile_brought_stands_in_the_editors_as_its_history_tells(anna, app, installation, profile):
    with installation.database.transaction() as session:
        apply(session, read_profile(profile), f"profile {profile}", now())
    with installation.database.reading() as session, app.test_request_context():
        told = session.query(CityChange).all()
        for change in told:
            lines = {line.key: dict(line.values) for line in SHEETS[change.sheet].lines(session)}
            assert lines.get(change.key, {}) == change.after
    assert {change.sheet for change in told} >= {"departments", "rules"}
    assert f"profile {profile}" in anna.get("/city/departments").text
    assert keep(anna, "clocks", **open_form(anna, "clocks", "green::finish"), **GREEN).status_code == 303
