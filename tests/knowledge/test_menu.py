import pytest

from knowledge.articles import SeedError
from knowledge.menu import Topic, parse_topics

HEADING = "key,category,name_zh,name_en"


def parse(*rows):
    return parse_topics([HEADING, *rows], source="topics.csv")


def test_topics_come_in_the_order_of_their_keys():
    assert parse("2,travel,出行,travel", "1,policy,政策,rules") == (
        Topic(1, "policy", "政策", "rules"),
        Topic(2, "travel", "出行", "travel"),
    )


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("9,policy,政策,rules", "row 3: key 9 is out of reach"),
        ("0,policy,政策,rules", "row 3: key must be a whole number from 1 up"),
        ("1,policy,政策,rules", "row 3: key 1 is already taken"),
        ("2,weather,天气,weather", "row 3: 'weather' is no category"),
        ("2,policy,,rules", "row 3: a topic needs a name in Chinese and in English"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(row, complaint):
    with pytest.raises(SeedError, match=complaint):
        parse("1,travel,出行,travel", row)
