"""A profile becomes the city's own data: in full, once, with its history, and taking nothing from the city."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import (
    Category,
    CityChange,
    ClockStep,
    ContactKind,
    DeadlineRule,
    Department,
    DepartmentKind,
    DispatchRule,
    NoticeChannel,
    PlaceRow,
    Urgency,
    VolunteerTeam,
)
from routing.dispatch import add_contact, add_department, propose
from routing.orders.rulebook import read_rulebook, set_rule
from routing.profiles import ProfileError, apply, profile_names, read_profile
from routing.triage.lexicon import Branch
from routing.triage.store import read_tree, use_tree
from tests.rows import NOON, a_call, an_order

ALL = ("chengdu", "shanghai", "yiwu", "zhejiang", "zhoukou")


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def put(session, name):
    return apply(session, read_profile(name), "wang", NOON)


def a_district(session, name):
    session.add(PlaceRow(key=name, level="district", name=name, within=None, said_zh=[name], said_en=[]))
    session.flush()


def test_the_five_systems_are_there():
    assert profile_names() == ALL


@pytest.mark.parametrize("name", ALL)
def test_applied_it_is_the_citys_and_applied_again_it_changes_nothing(session, name):
    a_district(session, "武侯区")
    profile, applied = read_profile(name), put(session, name)
    assert read_tree(session) == profile.tree
    assert {branch.category for branch in profile.tree} == set(Category)
    book = read_rulebook(session)
    for (urgency, step), minutes in profile.minutes.items():
        assert book.allowed(urgency, None, step).duration.total_seconds() == minutes * 60
    order = an_order(session, a_call(session))
    for unit in profile.units:
        for category in unit.leads:
            order.category = category
            assert propose(session, order).lead.name == unit.name
    assert [row.name for row in session.scalars(select(VolunteerTeam))] == [team.name for team in profile.teams]
    assert len(session.scalars(select(CityChange)).all()) == len(applied.changes) > 0
    again = put(session, name)
    assert (again.changes, again.kept, again.districts) == ((), (), ("武侯区",))
    assert again.missing == applied.missing != ()
    assert len(session.scalars(select(CityChange)).all()) == len(applied.changes)


@pytest.mark.parametrize("first", ALL)
def test_from_any_profile_to_any_other(session, first):
    for name in (first, *ALL):
        put(session, name)
        assert read_tree(session) == read_profile(name).tree
        assert put(session, name).changes == ()


def test_the_history_tells_what_was_there_before(session):
    set_rule(session, Urgency.GREEN, None, ClockStep.ANSWER, 90)
    put(session, "chengdu")
    row = session.scalars(select(CityChange).where(CityChange.key == "green::answer")).one()
    named = {"urgency": "green", "category": "", "step": "answer", "hours": ""}
    assert (row.before, row.after) == ({**named, "minutes": "1"}, {**named, "minutes": "1440"})
    assert (row.sheet, row.actor, row.changed_at) == ("clocks", "wang", NOON)


def test_what_the_city_has_besides_stays_and_is_named(session):
    own = Branch("own_1", Category.OTHER, {"zh": "宠物", "en": "Pets"}, {"zh": ("狗",), "en": ()})
    use_tree(session, [own])
    set_rule(session, Urgency.RED, Category.MEDICAL, ClockStep.ACCEPT, 60)
    add_department(session, "水务集团", NOON)
    session.add(VolunteerTeam(name="老队", districts=["西城区"], categories=[]))
    session.flush()
    applied = put(session, "yiwu")
    assert applied.kept == (
        ("categories", "宠物"),
        ("clocks", "red:medical:accept"),
        ("departments", "水务集团 (ordinary)"),
        ("teams", "老队"),
    )
    assert read_tree(session)[-1] == own
    assert read_rulebook(session).allowed(Urgency.RED, Category.MEDICAL, ClockStep.ACCEPT).duration.seconds == 60
    assert len(session.scalars(select(DeadlineRule).where(DeadlineRule.category == Category.MEDICAL)).all()) == 1


def test_a_class_with_open_orders_stays_though_the_profile_has_none_of_it(session):
    an_order(session, a_call(session)).category = Category.TRAVEL
    session.flush()
    use_tree(session, read_profile("zhoukou").tree)
    profile = read_profile("chengdu")
    small = tuple(branch for branch in profile.tree if branch.category is not Category.TRAVEL)
    apply(session, replace(profile, tree=small), "wang", NOON)
    assert [branch.key for branch in read_tree(session)] == [*(branch.key for branch in small), "zhoukou_travel"]


def test_how_the_city_set_a_department_up_is_left_alone(session):
    told = {"channel": NoticeChannel.SMS, "address": "+8613700000001"}
    row = add_department(session, "求助信息归集中心", NOON, district="绣湖区", **told)
    put(session, "yiwu")
    assert (row.kind, row.district, row.channel) == (DepartmentKind.BACKSTOP, "绣湖区", NoticeChannel.SMS)
    team = session.scalars(select(VolunteerTeam).where(VolunteerTeam.name == "奶粉组")).one()
    team.districts, team.said = ["绣湖区"], []
    (change,) = put(session, "yiwu").changes
    assert (change.sheet, change.before["said"], team.districts) == ("teams", "", ["绣湖区"])
    assert "奶粉" in team.said


def test_of_two_rules_for_one_category_the_one_that_counts_is_set(session):
    unit = add_department(session, "旧单位", NOON)
    for _ in range(2):
        session.add(DispatchRule(category=Category.MEDICAL, district=None, department_id=unit.id, assisting=[]))
        session.flush()
    put(session, "chengdu")
    order = an_order(session, a_call(session))
    order.category = Category.MEDICAL
    assert propose(session, order).lead.name == "卫生健康委员会"


def test_each_district_has_its_own_and_telephones_are_left_to_the_city(session):
    assert put(session, "chengdu").districts == ()
    assert not session.scalars(select(Department).where(Department.district.is_not(None))).all()
    for name in ("武侯区", "锦江区"):
        a_district(session, name)
    applied = put(session, "chengdu")
    assert [change.name for change in applied.changes] == ["武侯区诉求办理专班", "锦江区诉求办理专班"]
    heads = [each for each in applied.missing if each.kind is ContactKind.LEADER]
    assert [(head.name, head.district) for head in heads] == [("武侯区区长", "武侯区"), ("锦江区区长", "锦江区")]
    add_contact(session, ContactKind.LEADER, "张区长", "+8613900000001", district="武侯区")
    left = [each.district for each in put(session, "chengdu").missing if each.kind is ContactKind.LEADER]
    assert left == ["锦江区"]


GOOD = "name_zh='一'\nname_en='o'\nsource='s'\ntree='haining'\n[roles]\n[minutes]\n"
TIMES = "{ accept = 15, answer = 60, finish = 180, close = 60 }"
MINUTES = f"red = {TIMES}\nyellow = {TIMES}\ngreen = {TIMES}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name_zh = ", "is no TOML"),
        ("", "“name_zh” is missing"),
        (GOOD, "[red] is missing"),
        (GOOD.replace("haining", "x") + MINUTES, "no tree of categories called “x”"),
        (GOOD + MINUTES.replace("15", "0"), "“accept” must be a number of minutes"),
        (GOOD + MINUTES.replace("15", "true"), "“accept” must be a number of minutes"),
        (GOOD + MINUTES + "blue = {}\n", "[minutes] holds no “blue”"),
        (GOOD + MINUTES + "[[team]]\nname='x'\ncategories=['food']\n", "“food” is none of medical"),
        (GOOD + MINUTES + "[[team]]\nname='x'\nsaid='food'\n", "“said” must be a list of words"),
        (GOOD + MINUTES + "[[department]]\nname='x'\nassisting=['y']\n", "“y” assists, but is no department"),
        (GOOD + MINUTES + "[[department]]\nname='x'\n[[department]]\nname='x'\n", "two departments have one name"),
        (
            GOOD + MINUTES + "[[department]]\nname='x'\nleads=['travel']\n[[department]]\nname='y'\nleads=['travel']\n",
            "two departments lead one category",
        ),
        (GOOD + MINUTES + "[[department]]\nname='{district}x'\n", "a department of each district is a backstop"),
        (GOOD + MINUTES + "[[figure]]\ncounts='completed'\nwithin_minutes=5\n", "counted within a time"),
        (GOOD + MINUTES + "team = 3\n", "holds no “team”"),
        ("team = 3\n" + GOOD + MINUTES, "[[team]] must be tables"),
        (GOOD.replace("[roles]", "[roles]\nking = 'x'") + MINUTES, "“king” is none of agent"),
        (GOOD + MINUTES + f"[[team]]\nname='{'x' * 81}'\n", "is too long"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_one_sentence(tmp_path, text, told):
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as error:
        read_profile(str(file))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_good_file_of_the_citys_own(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(GOOD + MINUTES, encoding="utf-8")
    profile = read_profile(str(file))
    assert (profile.key, profile.minutes[Urgency.UNKNOWN, ClockStep.ACCEPT]) == ("own", 15)


@pytest.mark.parametrize(("profile", "left"), [("zhejiang", 480), ("chengdu", 21600)])
def test_the_time_of_hard_cases_is_the_profiles_or_stays_the_citys(session, profile, left):
    set_rule(session, Urgency.RED, None, ClockStep.HARD_FINISH, 15 * 86400)
    put(session, profile)
    kept = read_rulebook(session).allowed(Urgency.RED, None, ClockStep.HARD_FINISH)
    assert kept.duration == timedelta(minutes=left)


@pytest.mark.parametrize("name", ["atlantis", "", "../yiwu", "nowhere.toml"])
def test_no_such_profile(name):
    with pytest.raises(ProfileError):
        read_profile(name)
