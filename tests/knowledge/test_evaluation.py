"""Measuring the search on files: what each figure means, and what is wrong with a file, by row."""

import pytest

from knowledge.evaluation import Asked, EvaluationError, evaluate, read_articles, read_questions
from tests.knowledge.making import an_article

ARTICLES = (
    an_article(id="pool", question="Is the swimming pool open?", phrasings=()),
    an_article(id="dog", question="May I walk my dog at night?", phrasings=()),
    an_article(id="bus", question="Which bus goes to the station?", phrasings=()),
    an_article(id="ferry", question="Which ferry goes to the station?", phrasings=()),
)


def asked(text, *accepted, district=None):
    return Asked(text, frozenset(accepted), district)


def measured(*questions, articles=ARTICLES):
    return evaluate(articles, questions, "en")


@pytest.fixture
def write(tmp_path):
    def written(text, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def test_ranks_are_of_the_answerable_questions():
    found = measured(
        asked("Is the swimming pool open?", "pool"),
        asked("Is the swimming pool open?", "dog", "pool"),
        asked("Which bus goes to the station?", "ferry"),
        asked("swimming pool", "bus"),
        asked("purple elephants"),
    )
    assert (found.questions, found.answerable) == (5, 4)
    assert (found.top1, found.top3) == (0.5, 0.75)
    assert found.mrr == 0.625


def test_each_question_is_spoken_asked_back_or_handed_on():
    found = measured(
        asked("Is the swimming pool open?", "pool"),
        asked("May I walk my dog at night?", "bus"),
        asked("Is the swimming pool open?"),
        asked("Which boat goes to the station?", "ferry"),
        asked("purple elephants", "dog"),
    )
    assert (found.spoken, found.asked, found.handed_on) == (0.6, 0.2, 0.2)
    assert found.wrong_among_spoken == 0.6667
    assert found.spoken_right_among_answerable == 0.25
    assert found.offered_among_other_answerable == 0.3333


def test_nothing_spoken_is_nothing_wrong():
    assert measured(asked("purple elephants")).wrong_among_spoken == 0


def test_districts_count_only_if_a_question_names_one():
    articles = (*ARTICLES, an_article(id="tram", question="Is the tram running?", phrasings=(), district="North"))
    tram = "Is the tram running?"
    assert measured(asked(tram, "tram"), articles=articles).top1 == 1
    assert measured(asked(tram, "tram", district="North"), asked(tram, "tram"), articles=articles).top1 == 0.5


def test_files_are_read_as_a_spreadsheet_writes_them(write):
    articles = read_articles(
        write("\ufeffquestion,id,phrasings,district,answer\r\nPool?,a,swim | bath,North,Yes.\r\nDog?,b,,,\r\n"), "en"
    )
    assert [(a.id, a.question, a.phrasings, a.districts, a.answer) for a in articles] == [
        ("a", "Pool?", ("swim", "bath"), ("North",), "Yes."),
        ("b", "Dog?", (), (), ""),
    ]
    questions = read_questions(write("article_id,question\na | b,Which?\n,None?\n"), articles)
    assert questions == (asked("Which?", "a", "b"), asked("None?"))


def test_a_long_text_may_be_in_a_cell(write):
    (article,) = read_articles(write("id,question\na," + "长" * 140_000 + "\n"), "zh")
    assert len(article.question) == 140_000


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "file.csv row 1: there is no column id, question; found:"),
        ("id,text\na,b\n", "file.csv row 1: there is no column question; found: id, text"),
        ("id,question\n", "file.csv: there are no articles in it"),
        ("id,question\na,Pool?\na,Dog?\n", "file.csv row 3: the id 'a' is already taken by an earlier row"),
        ("id,question\na|b,Pool?\n", "file.csv row 2: the id 'a|b' has a | in it"),
        ("id,question\na,Pool?\nb, \n", "file.csv row 3: question is empty"),
        ("id,question\n,Pool?\n", "file.csv row 2: id is empty"),
        ("id,question\na\n", "file.csv row 2: has more or fewer cells"),
        ("id,question\na,b,c\n", "file.csv row 2: has more or fewer cells"),
        ('id,question\na,"b" c\n', "file.csv line 2: is not CSV"),
        ("id,question\na,健康码\n".encode("gbk"), "file.csv: is not UTF-8 text"),
    ],
)
def test_what_is_wrong_with_the_articles_is_told_by_row(write, text, complaint):
    with pytest.raises(EvaluationError) as caught:
        read_articles(write(text), "zh")
    assert str(caught.value).startswith(complaint)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("question\nPool?\n", "file.csv row 1: there is no column article_id"),
        ("question,article_id\nPool?,pool\nDog?,dog|cat\n", "file.csv row 3: no article has the id 'cat'"),
        ("question,article_id\n,pool\n", "file.csv row 2: question is empty"),
        ("question,article_id\n", "file.csv: there are no questions in it"),
    ],
)
def test_what_is_wrong_with_the_questions_is_told_by_row(write, text, complaint):
    with pytest.raises(EvaluationError) as caught:
        read_questions(write(text), ARTICLES)
    assert str(caught.value).startswith(complaint)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(EvaluationError, match=r"none\.csv: can't be read: No such file"):
        read_articles(tmp_path / "none.csv", "zh")
