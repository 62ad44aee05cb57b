"""What leads to a person is hidden before a wording is kept for others to read."""

import pytest

from core.privacy import mask_personal


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的电话是13800138000帮帮我", "我的电话是…帮帮我"),
        ("电话幺三八零零幺三八零零零", "电话…"),
        ("电话138 0013 8000谢谢", "电话…谢谢"),
        ("身份证51010719900101123X", "身份证…"),
        ("my number is one three eight double zero one three", "my number is …"),
        ("写信到 li.ming@example.org 吧", "写信到 … 吧"),
        ("我叫张小明，小区封了", "我叫…，小区封了"),
        ("my name is John Smith and I am ill", "my name is … and I am ill"),
        ("住在3号楼2单元502室出不去", "住在…出不去"),
    ],
)
def test_what_leads_to_a_person_is_hidden(said, kept):
    assert mask_personal(said) == kept


@pytest.mark.parametrize(
    "said", ["小区封了两天了", "孩子发烧39度", "封了一二十天", "拨打120没人接", "when does the school open"]
)
def test_what_a_question_needs_is_kept(said):
    assert mask_personal(said) == said
