"""Which department an order goes to: the most specific rule, else the backstop, never the unit it is about."""

import pytest

from core.errors import NobodyToTakeItError
from core.models import (
    Category,
)
from routing.dispatch.choosing import Matter, choose
from tests.routing.dispatch.units import RULES, UNITS


@pytest.mark.parametrize(
    ("category", "district", "lead"),
    [
        (Category.MEDICAL, "东城区", "东城卫健"),
        (Category.MEDICAL, "西城区", "卫健"),
        (Category.MEDICAL, None, "卫健"),
        (Category.TRAVEL, "东城区", "水务"),
        (Category.TRAVEL, "西城区", "市兜底"),
        (None, None, "市兜底"),
    ],
)
def test_the_most_specific_rule_counts_and_then_the_backstop(category, district, lead):
    assert choose(Matter(category, district), UNITS, RULES).lead.name == lead


def test_a_districts_own_backstop_comes_before_the_citys():
    assert choose(Matter(Category.TRAVEL, "东城区"), UNITS, ()).lead.name == "东城兜底"


def test_those_that_assist_are_told_apart_from_the_lead():
    found = choose(Matter(Category.MEDICAL, "西城区"), UNITS, RULES)
    assert [unit.name for unit in found.assisting] == ["水务", "心理热线"]


def test_an_order_about_a_unit_is_led_by_another_which_it_only_assists():
    found = choose(Matter(Category.MEDICAL, "东城区", about_id=3), UNITS, RULES)
    assert (found.lead.name, [unit.name for unit in found.assisting]) == ("卫健", ["水务", "东城卫健", "心理热线"])
    found = choose(Matter(Category.TRAVEL, "东城区", about_id=2), UNITS, RULES)
    assert (found.lead.name, [unit.name for unit in found.assisting]) == ("东城兜底", ["水务"])


def test_when_only_the_unit_itself_is_left_a_person_decides():
    with pytest.raises(NobodyToTakeItError):
        choose(Matter(None, None, about_id=4), (UNITS[3],), ())
    with pytest.raises(NobodyToTakeItError):
        choose(Matter(Category.MEDICAL, None), UNITS[:1], ())


def test_distress_without_danger_goes_to_the_psychological_line():
    assert choose(Matter(Category.MEDICAL, "东城区", is_distress=True), UNITS, RULES).lead.name == "心理热线"
    assert choose(Matter(Category.MEDICAL, None, is_distress=True), UNITS[:5], RULES).lead.name == "卫健"
