import pytest

from knowledge.articles import SeedError, parse_articles

HEADING = "id,category,rank,district,question,phrasings,answer"
ROW = "pool,information,1,,Is the pool open?,pool hours | can I swim,The pool tells its hours at the door."


def parse(*rows, heading=HEADING):
    return parse_articles([heading, *rows], "en", source="articles.csv")


def test_a_row_becomes_a_sample_article():
    (article,) = parse(ROW)
    assert (article.id, article.language, article.category, article.rank) == ("pool", "en", "information", 1)
    assert article.phrasings == ("pool hours", "can I swim")
    assert article.districts == ()
    assert article.is_sample
    assert article.updated_at is None


def test_a_district_is_kept():
    (article,) = parse(ROW.replace(",1,,", ",1, Riverside ,"))
    assert article.districts == ("Riverside",)


def test_columns_may_stand_in_any_order():
    (article,) = parse("1,pool,other,,q,p,a", heading="rank,id,category,district,question,phrasings,answer")
    assert (article.id, article.rank) == ("pool", 1)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([ROW.replace("information", "gossip")], "row 2: 'gossip' is no category"),
        ([ROW.replace("The pool tells its hours at the door.", "x" * 301)], "row 2: the answer has 301 characters"),
        ([ROW, ROW], "row 3: the id 'pool' is already taken"),
        ([ROW.replace(",1,", ",first,")], "row 2: rank must be a whole number from 1 up, not 'first'"),
        ([ROW.replace(",1,", ",0,")], "row 2: rank must be"),
        ([ROW.replace("Is the pool open?", " ")], "row 2: question is empty"),
        ([ROW.replace("pool hours | can I swim", " | ")], "row 2: phrasings has nothing but dividers"),
        ([ROW + ", or so"], "row 2: must have 7 cells"),
        (["pool,information,1"], "row 2: must have 7 cells"),
        (['pool,information,1,,"q" x,p,a'], "row 2: cannot be read"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(rows, complaint):
    with pytest.raises(SeedError) as caught:
        parse(*rows)
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("articles.csv ")


def test_a_missing_column_is_named():
    with pytest.raises(SeedError, match=r"row 1: the columns must be id, category, rank"):
        parse(heading="id,category")


def test_an_empty_file_is_refused():
    with pytest.raises(SeedError, match="row 1"):
        parse_articles([], "en", source="articles.csv")
