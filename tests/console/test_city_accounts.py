"""Admins keep the accounts: a handler has a department, a volunteer a team, and nobody locks themselves out."""

import pytest
from sqlalchemy import select
from werkzeug.security import check_password_hash

from console import new_password
from core import clock
from core.models import CityChange, Role, Staff, VolunteerTeam
from routing.dispatch import add_department
from routing.line.wrong_pins import note_wrong
from tests.console.conftest import post, signed_in
from tests.console.test_city_data import keep, open_form
from tests.write_turn import hashing_watched

NEW = {
    "sign_in": "zhao",
    "name": "赵敏",
    "role": "handler",
    "department": "",
    "team": "",
    "language": "zh",
    "active": "1",
}


def account(installation, sign_in):
    with installation.database.reading() as session:
        return session.scalar(select(Staff).where(Staff.sign_in == sign_in))


def test_a_handler_is_given_a_department_and_a_password_and_sees_its_page(app, anna, visitor, installation):
    with installation.database.transaction() as session:
        unit = add_department(session, "水务局", clock.now()).id
    answer = keep(anna, "accounts", **NEW)
    assert (answer.status_code, "A handler needs a department" in answer.text) == (422, True)
    assert keep(anna, "accounts", **NEW | {"department": unit}).status_code == 303
    password = new_password(installation.database, "zhao")
    assert post(visitor, "/sign-in", on="/sign-in", account="zhao", password=password).location == "/unit"
    assert "水务局" in visitor.get("/unit").text
    assert keep(anna, "accounts", **NEW | {"department": unit}).status_code == 409  # the name is taken
    with installation.database.reading() as session:
        assert "password" not in str(session.scalars(select(CityChange)).one().after)


def test_a_volunteer_is_given_a_team_and_loses_it_with_the_role(anna, installation):
    with installation.database.transaction() as session:
        session.add(VolunteerTeam(name="东城送药队", districts=[], categories=[]))
        unit = add_department(session, "水务局", clock.now()).id
    sun = NEW | {"sign_in": "sun", "role": "volunteer"}
    assert keep(anna, "accounts", **sun).status_code == 422
    assert keep(anna, "accounts", **sun | {"team": 1, "department": unit}).status_code == 303
    row = account(installation, "sun")
    assert (row.team_id, row.department_id, row.active) == (1, None, True)
    changed = open_form(anna, "accounts", row.id) | sun | {"role": "agent", "team": 1, "active": ""}
    assert keep(anna, "accounts", **changed).status_code == 303
    row = account(installation, "sun")
    assert (row.role, row.team_id, row.active) == (Role.AGENT, None, False)


def test_nobody_switches_themselves_off_and_nobody_is_removed(anna, installation):
    mine = account(installation, "anna")
    known = NEW | {"sign_in": "anna", "name": "Anna", "role": "admin", "language": "en"}
    for wrong in ({"active": ""}, {"role": "agent"}):
        answer = keep(anna, "accounts", **open_form(anna, "accounts", mine.id) | known | wrong)
        assert (answer.status_code, "own role" in answer.text) == (422, True)
    assert keep(anna, "accounts", **open_form(anna, "accounts", mine.id) | known).status_code == 303
    form = open_form(anna, "accounts", account(installation, "li").id)
    assert keep(anna, "accounts", **form, do="remove").status_code == 400
    assert account(installation, "li")


def test_only_admins_see_the_accounts(app, li, installation):
    for client in (li, signed_in(app, "wang")):
        assert client.get("/city/accounts").status_code == 403
        assert post(client, "/city/accounts", on="/city/contacts", do="save", **NEW).status_code == 403
    assert account(installation, "zhao") is None


def test_an_admin_gives_an_agent_a_number_and_a_pin_which_is_shown_nowhere(anna, installation):
    sun = NEW | {"sign_in": "sun", "role": "agent", "agent_number": "1001", "pin": "739162"}
    assert keep(anna, "accounts", **sun).status_code == 303
    row = account(installation, "sun")
    assert (row.agent_number, check_password_hash(row.pin_hash, "739162")) == ("1001", True)
    page = anna.get(f"/city/accounts?edit={row.id}").text
    assert ("may dial in" in page, "739162" in page, row.pin_hash in page) == (True, False, False)
    with installation.database.transaction() as session:
        for _ in range(5):
            note_wrong(session, "1001", "+8613900139002", None, clock.now())
        assert "739162" not in str([change.after for change in session.scalars(select(CityChange))])
    assert "many wrong PINs" in anna.get("/city/accounts").text
    kept = open_form(anna, "accounts", row.id) | sun | {"pin": ""}
    assert keep(anna, "accounts", **kept).status_code == 303
    assert account(installation, "sun").pin_hash == row.pin_hash
    changed = open_form(anna, "accounts", row.id) | sun | {"pin": "915037"}
    assert keep(anna, "accounts", **changed).status_code == 303
    row = account(installation, "sun")
    assert check_password_hash(row.pin_hash, "915037")
    assert "many wrong PINs" not in anna.get("/city/accounts").text
    chen = NEW | {"sign_in": "chen", "role": "agent", "agent_number": "1001"}
    assert keep(anna, "accounts", **chen).status_code == 409  # the number is taken


def test_nobody_waits_while_a_pin_and_a_password_are_hashed(anna, installation):
    with hashing_watched(installation) as could_write:
        keep(anna, "accounts", **NEW | {"sign_in": "sun", "role": "agent", "agent_number": "1001", "pin": "739162"})
    assert could_write == [True, True]
    assert account(installation, "sun").pin_hash
    with hashing_watched(installation) as could_write:
        keep(anna, "accounts", **open_form(anna, "accounts", account(installation, "sun").id), name="孙")
    assert could_write == []  # nothing was hashed anew


@pytest.mark.parametrize(
    ("number", "pin"),
    [
        ("7", ""),
        ("10a1", ""),
        ("", "739162"),
        ("1001", "12345"),
        ("1001", "345678"),
        ("1001", "876543"),
        ("1001", "112112"),
    ],
)
def test_what_is_no_agent_number_or_a_pin_that_is_guessed_at_once_is_not_kept(anna, installation, number, pin):
    answer = keep(anna, "accounts", **NEW | {"sign_in": "sun", "role": "agent", "agent_number": number, "pin": pin})
    assert (answer.status_code, "digits" in answer.text) == (422, True)
    assert account(installation, "sun") is None
