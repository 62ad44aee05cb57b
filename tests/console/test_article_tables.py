"""Import and export in the console: a dry run first, then drafts; a wrong file is told in a sentence."""

import io
import re

import pytest
from sqlalchemy import select

from core.models import ArticleVersion, Role
from tests.articles import an_article
from tests.console.conftest import signed_in
from tests.factories import make_staff

HEADING = "id,language,category,question,answer\n"
RIGHT = HEADING + "pool,zh,information,游泳池几点开门？,九点。\nbad,zh,gossip,坏的？,x\n"


def upload(client, content, name="articles.csv", follow=True):
    token = client.get("/articles/import").text.split('name="csrf_token" value="')[1].split('"')[0]
    content = content.encode() if isinstance(content, str) else content
    data = {"csrf_token": token, "table": (io.BytesIO(content), name)}
    return client.post("/articles/import", data=data, follow_redirects=follow)


def answers(installation):
    with installation.database.reading() as session:
        return [row.answer for row in session.scalars(select(ArticleVersion))]


def apply(client, page):
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(page.request.path, data={"csrf_token": token})


def test_a_dry_run_changes_nothing_and_what_it_showed_is_then_done_once(anna, installation):
    page = upload(anna, RIGHT)
    assert "1 new" in page.text
    assert "1 wrong" in page.text
    assert "there is no category “gossip”" in page.text
    assert answers(installation) == []
    answer = apply(anna, page)
    assert "1 done." in anna.get(answer.location).text
    assert answers(installation) == ["九点。"]
    apply(anna, page)
    assert answers(installation) == ["九点。"]
    assert "It was imported" in anna.get(page.request.path).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "This is no CSV or XLSX table."),
        ("", "There is no row in it."),
        ("id,answer\na,b", "Columns are missing: language"),
        (HEADING + "a,zh,policy,b,c\n" * 2001, "more than 2000 rows"),
    ],
)
def test_a_wrong_file_is_told_in_a_sentence(anna, installation, content, sentence):
    answer = upload(anna, content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Nothing was changed." in answer.text
    assert answers(installation) == []


def test_a_file_larger_than_any_table_is_told_too(anna):
    form = {"content_type": "multipart/form-data; boundary=x"}
    answer = anna.post("/articles/import", data=b"x" * (10 * 1024 * 1024 + 1), **form)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_somebody_elses_import_is_not_found(anna, app, installation):
    page = upload(anna, RIGHT)
    with installation.database.transaction() as session:
        make_staff(session, "bob", role=Role.ADMIN)
    assert signed_in(app, "bob").get(page.request.path).status_code == 404
    assert signed_in(app, "wang").get(page.request.path).status_code == 403
    assert anna.get("/articles/imports/99").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_and_changes_nothing(anna, installation, kind):
    with installation.database.transaction() as session:
        an_article(session, answer="=cmd()")
    exported = anna.get(f"/articles/export/{kind}")
    assert re.fullmatch(rf'attachment; filename="articles-\d{{8}}\.{kind}"', exported.headers["Content-Disposition"])
    page = upload(anna, exported.data, f"articles.{kind}")
    assert "1 the same" in page.text
    assert "There is nothing to import" in page.text


def test_markup_in_a_table_is_shown_as_it_is_written(anna):
    page = upload(anna, HEADING + "pool,zh,information,<script>alert(1)</script>,九点。\n").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
