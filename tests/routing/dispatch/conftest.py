"""A session, two departments and a rule."""

import pytest

from core.models import (
    Category,
    DispatchRule,
    NoticeChannel,
)
from routing.dispatch import (
    add_department,
)
from tests.routing.dispatch.units import BACKSTOP
from tests.rows import NOON


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def water(session):
    return add_department(session, "水务", NOON, channel=NoticeChannel.SMS, address="+8613700000001")


@pytest.fixture
def backstop(session):
    return add_department(session, "兜底", NOON, kind=BACKSTOP)


@pytest.fixture
def rule(session, water):
    row = DispatchRule(category=Category.SUPPLIES, district=None, department_id=water.id, assisting=["兜底"])
    session.add(row)
    session.flush()
    return row
