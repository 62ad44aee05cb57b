"""The directory: full numbers, tested ones, the district's own first; and letters to other cities."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import (
    Contact,
    ContactKind,
    Outgoing,
)
from core.settings import Settings
from routing.dispatch import (
    add_contact,
    letter,
    public_contacts,
    warnings,
)
from routing.orders import ring_contact
from tests.routing.dispatch.units import an_understood_order, events
from tests.rows import NOON


@pytest.mark.parametrize("number", ["120", "13800138000", "+86", ""])
def test_only_full_numbers_can_be_dialled(session, number):
    with pytest.raises(ValueError, match="full telephone number"):
        add_contact(session, ContactKind.EMERGENCY, "急救", number)


def test_an_emergency_entry_that_is_missing_or_untested_is_warned_about(session):
    numbers = iter(f"+86571000000{number:02}" for number in range(9))
    fresh, old, never = (
        add_contact(session, ContactKind.EMERGENCY, name, next(numbers), district=name) for name in ("东", "西", "南")
    )
    fresh.test_called_at, old.test_called_at = NOON - timedelta(days=90), NOON - timedelta(days=90, seconds=1)
    found = [(one.district, one.contact_id, one.why) for one in warnings(session, ["东", "西", "南", "北"], NOON)]
    assert found == [("北", None, "missing"), ("西", old.id, "tested_long_ago"), ("南", never.id, "never_tested")]
    add_contact(session, ContactKind.EMERGENCY, "市急救", next(numbers))
    assert not any(one.why == "missing" for one in warnings(session, ["北"], NOON))


def test_callers_are_told_public_contacts_only_the_districts_own_first(session):
    add_contact(session, ContactKind.COMMITTEE, "内部", "+8657100000001", district="东城区")
    add_contact(session, ContactKind.HOSPITAL, "市医院", "+8657100000002", is_public=True)
    add_contact(session, ContactKind.HOSPITAL, "东城医院", "+8657100000003", district="东城区", is_public=True)
    add_contact(session, ContactKind.STREET, "西城街道", "+8657100000004", district="西城区", is_public=True)
    assert [row.name for row in public_contacts(session, "东城区")] == ["东城医院", "市医院"]
    assert [row.name for row in public_contacts(session, "西城区", ContactKind.STREET)] == ["西城街道"]


def test_ringing_a_contact_is_written_once_and_names_no_number(session):
    order = an_understood_order(session)
    contact = add_contact(session, ContactKind.COMMITTEE, "居委会", "+8657100000001")
    ring_contact(session, order, contact, "+8613900000001", "li", NOON)
    (row,) = session.scalars(select(Outgoing)).all()
    assert (row.kind, row.payload["to"], row.payload["contact_id"]) == ("ring_contact", "+8613900000001", contact.id)
    event = order.events[-1]
    assert (event.event, event.detail) == ("contact_rung", {"contact_id": contact.id, "contact": "居委会"})
    assert session.scalars(select(Contact)).one().phone not in str(event.detail)


@pytest.mark.parametrize(("hidden", "shown"), [(False, True), (True, False)])
def test_a_letter_to_another_city_tells_the_matter_and_hides_whom_it_must(session, hidden, shown):
    order = an_understood_order(session, caller="+8613800138009", summary="母亲在贵市隔离，没有药")
    order.hides_identity = hidden
    text = letter(session, order, "苏州市", "li", NOON, Settings(city_name_zh="杭州市"))
    assert all(word in text for word in ("苏州市", "杭州市应急热线", order.number, "没有药", "2026年03月01日 12时00分"))
    assert ("+8613800138009" in text) is shown
    assert events(session, order)[-1] == ("letter_written", "li")
