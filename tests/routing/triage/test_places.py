"""Which place a caller named, from district to landmark; a city brings its own from a file."""

import pytest

from routing.triage import triage
from routing.triage.importing_places import PlacesUnreadableError, places_from_csv


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我在东城区", ("东城区", None, None, None)),
        ("青龙街道这边", ("东城区", "青龙街道", None, None)),
        ("春晓小区三幢", ("东城区", "青龙街道", "春晓社区", None)),
        ("春小小区", ("东城区", "青龙街道", "春晓社区", None)),
        ("市第一医院门口", ("东城区", "青龙街道", "春晓社区", "市第一医院")),
        ("东城区的火车东站", ("东城区", "青龙街道", None, "火车东站")),
    ],
)
def test_a_place_brings_what_is_around_it(text, place):
    heard = triage(text, "zh").place
    assert heard is not None
    assert (heard.district, heard.street, heard.community, heard.landmark) == place


def test_what_was_only_heard_by_its_sound_is_less_sure():
    written, sounded = triage("在青龙街道", "zh").place, triage("在清龙接到", "zh").place
    assert written
    assert sounded
    assert sounded.district == written.district
    assert sounded.confidence < written.confidence == 1.0


def test_of_two_districts_neither_is_taken():
    assert triage("从东城区到西城区", "zh").place is None
    assert triage("东城区青龙街道到西城区", "zh").district == "东城区"


def test_english_names_are_heard_as_written_and_by_their_sound():
    assert triage("we are at jade garden estate", "en").place.community == "翠苑社区"
    assert triage("qinglong strete", "en").district == "东城区"


CSV = """level,name,within,zh,en
street,河坊街道,上城区,,hefang street
district,上城区,,,shangcheng
community,望江社区,河坊街道,望江新村|望江苑,wangjiang
landmark,老邮局,上城区/河坊街道/望江社区,,
"""


def test_a_file_of_places_is_read_whatever_its_order():
    places = {place.name: place for place in places_from_csv(("\ufeff" + CSV).encode())}
    assert [place.level for place in places.values()] == ["district", "street", "community", "landmark"]
    assert places["上城区"].said["zh"] == ("上城区", "上城")
    assert places["望江社区"].said["zh"] == ("望江新村", "望江苑", "望江社区", "望江")
    assert places["老邮局"].within == places["望江社区"].key


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (CSV.encode("gbk"), "not UTF-8"),
        (b"name,within\n", "no column level"),
        (b"level,name,within\n", "no line after the head"),
        ("level,name,within\nstreet,河坊街道,上城区\n".encode(), "Line 2"),
        ("level,name,within\ndistrict,上城区,\ndistrict,上城区,\n".encode(), "there twice"),
        ("level,name,within\nplanet,火星,\n".encode(), "none of district"),
        (b"level,name,within\ndistrict,,\n", "no name"),
        ("level,name,within\ndistrict,上城区,浙江\n".encode(), "within nothing"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(content, told):
    with pytest.raises(PlacesUnreadableError, match=told):
        places_from_csv(content)
