"""The public figures: the same as at the terminal, for whom they are, and for everybody only where a city wants it."""

import shutil
from datetime import timedelta

import pytest
from flask import Flask

import console
from core import clock
from core.city_changes import note_change
from core.house import build_house
from core.models import FollowUp, OrderState, Role
from core.settings import Settings
from routing.dispatch import add_department
from routing.follow_up import public_figures
from routing.orders import add_event
from routing.profiles import read_profile
from tests.console.conftest import NO_REDIS, signed_in
from tests.factories import make_caller, make_order, make_staff


@pytest.fixture
def wang(app):
    return signed_in(app, "wang")


def eight_orders(house):
    """Seven of eight are 水务局's, six are completed; two of its citizens said: solved, not solved."""
    with house.database.transaction() as session:
        water = add_department(session, "水务局", clock.now())
        for place in range(8):
            order = make_order(session, make_caller(session, house, None), minutes_ago=60 - place, summary="停水")
            if place:
                order.department_id = water.id
            if place > 1:
                order.state = OrderState.CLOSED
                add_event(session, order, "replied", "zhao", clock.now())
                add_event(session, order, "closed", "wang", clock.now())
            if place in {2, 3}:
                session.add(
                    FollowUp(
                        order_id=order.id,
                        department_id=water.id,
                        started_at=clock.now(),
                        solved=place == 2,
                        satisfied=True if place == 2 else None,
                    )
                )


def test_the_figures_and_the_rates_are_those_that_are_counted_everywhere(wang, installation):
    eight_orders(installation)
    html = wang.get("/figures?profile=yiwu").text
    at = clock.now()
    with installation.database.reading() as session:
        told = public_figures(session, read_profile("yiwu").figures, at - timedelta(days=1), at, at)
    assert [(share.figure.counts.value, share.done, share.of) for share in told] == [
        ("completed", 6, 8),
        ("disposed", 6, 8),
    ]
    assert html.count("<b>75.0%</b>") == 2
    assert 'value="750"' in html
    assert html.count("6 / 8") == 2
    for words in ("水务局", "85.7%", "50.0%", "100.0%", 'title="1 / 2"'):
        assert words in html


def test_they_are_counted_over_the_time_that_is_asked_for(wang, installation):
    with installation.database.transaction() as session:
        make_order(session, make_caller(session, installation, None), minutes_ago=3 * 24 * 60)
    assert "0 / 0" in wang.get("/figures?profile=yiwu").text
    assert "0 / 1" in wang.get("/figures?profile=yiwu&hours=168").text
    assert "0 / 0" in wang.get("/figures?profile=yiwu&hours=9999999").text


def test_the_table_is_had_as_a_file_that_no_spreadsheet_runs(wang, installation):
    eight_orders(installation)
    with installation.database.transaction() as session:
        evil = add_department(session, "=1+1", clock.now())
        make_order(session, make_caller(session, installation, None), department_id=evil.id)
    answer = wang.get("/figures.csv?profile=yiwu")
    assert answer.mimetype == "text/csv"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[:3] == ["指标,单位,完成,应计,比率", "办结,,6,9,66.7%", "处置,,6,9,66.7%"]
    assert "响应率,水务局,6,7,85.7%" in lines
    assert "满意率,水务局,1,1,100.0%" in lines
    assert "响应率,'=1+1,0,1,0.0%" in lines


def test_the_city_s_own_way_of_working_comes_first(wang, installation):
    assert '<option value="chengdu" selected>' in wang.get("/figures").text
    with installation.database.transaction() as session:
        for actor in ("profile zhoukou", "profile zhejiang", "anna"):
            note_change(session, "clocks", "x", {}, {"a": "b"}, actor, clock.now())
    html = wang.get("/figures").text
    assert '<option value="zhejiang" selected>' in html
    assert "3小时内" in html
    assert '<option value="yiwu" selected>' in wang.get("/figures?profile=yiwu").text
    assert wang.get("/figures?profile=../etc/passwd").status_code == 200


def test_they_are_for_supervisors_and_admins(app, li, anna, wang, installation):
    with installation.database.transaction() as session:
        make_staff(session, "zhao", role=Role.HANDLER)
    for client in (li, signed_in(app, "zhao")):
        assert client.get("/figures").status_code == client.get("/figures.csv").status_code == 403
        assert 'href="/figures"' not in client.get("/orders").text
    for client in (anna, wang):
        assert client.get("/figures").status_code == client.get("/figures.csv").status_code == 200
        assert 'href="/figures"' in client.get("/orders").text


def test_without_the_setting_nobody_outside_sees_them(visitor, wang):
    assert visitor.get("/figures/public").status_code == 404
    assert "未向公众开放" in wang.get("/figures").text


@pytest.mark.parametrize(("name", "status"), [("yiwu", 200), ("atlantis", 404)])
def test_with_it_everybody_sees_the_figures_of_that_profile_and_nothing_else(tmp_path, sqlite_file, name, status):
    house = build_house(Settings(data_folder=tmp_path / "open", redis_url=NO_REDIS, public_figures=name))
    shutil.copy(sqlite_file, tmp_path / "open")
    app = Flask("open")
    app.extensions["house"] = house
    console.set_up(app)
    app.register_blueprint(console.blueprint())
    eight_orders(house)
    visitor = app.test_client()
    answer = visitor.get("/figures/public?profile=zhoukou&sort=satisfaction")
    assert answer.status_code == status
    if status == 200:
        assert answer.text.count("<b>75.0%</b>") == 2
        assert 'aria-sort="descending"><a href="/figures/public?hours=24&amp;sort=satisfaction">' in answer.text
        assert not any(secret in answer.text for secret in ("停水", "WO-", "zhao", "<form", "/figures.csv"))
        eight_more_would_be_counted_only_in_a_minute(house, visitor)
    house.database.close()


def eight_more_would_be_counted_only_in_a_minute(house, visitor):
    with house.database.transaction() as session:
        make_order(session, make_caller(session, house, None))
    assert visitor.get("/figures/public").text.count("6 / 8") == 2
