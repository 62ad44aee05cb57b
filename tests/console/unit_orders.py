"""Orders of departments and volunteers, and how their pages show them."""

import re

from sqlalchemy import select

from core import clock
from core.models import (
    Caller,
    Department,
    Staff,
    Urgency,
    WorkOrder,
)
from routing.dispatch import dispatch
from routing.orders import THE_MACHINE, Actor, Party
from tests.factories import make_caller, make_order

NUMBER = "+8613912345678"
SUN = Actor("sun", Party.VOLUNTEER)


def an_order(installation, number=NUMBER, **values):
    known = {"urgency": Urgency.YELLOW, "summary": "药吃完了", "district": "东城区", **values}
    with installation.database.transaction() as session:
        caller = session.scalar(select(Caller).where(Caller.number == number))
        return make_order(session, caller or make_caller(session, installation, number), **known).number


def for_unit(installation, sign_in="zhao", **values):
    number = an_order(installation, **values)
    with installation.database.transaction() as session:
        row = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        staff = session.scalars(select(Staff).where(Staff.sign_in == sign_in)).one()
        dispatch(session, row, THE_MACHINE, clock.now(), department=session.get_one(Department, staff.department_id))
    return number


def row(installation, number):
    with installation.database.reading() as session:
        return session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()


def cards(html):
    return re.findall(r'<li class="card [a-z]+" id="([^"]+)"', html)


def section(html, heading):
    return html.split(f"<h2>{heading}")[1].split("</section>")[0]
