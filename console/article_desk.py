"""The article desk's addresses: list, one article, writing, verbs, trying out, tables in and out."""

from flask import Blueprint

from console.article_editing import edit_article, new_article, preview_article
from console.article_list import articles
from console.article_page import article_screen
from console.article_verbs import (
    publish_version,
    send_back_version,
    several_versions,
    submit_version,
    withdraw_version,
)
from console.imports import export, import_apply, import_check, import_page
from console.trials import try_page, upload_question

_BOTH = ["GET", "POST"]


def add_pages(pages: Blueprint) -> None:
    """Add the pages and what is done on them."""
    pages.add_url_rule("/articles", "articles", articles)
    pages.add_url_rule("/articles/<int:article_id>", "article", article_screen)
    pages.add_url_rule("/articles/new", "new_article", new_article, methods=_BOTH)
    pages.add_url_rule("/articles/<int:article_id>/edit", "edit_article", edit_article, methods=_BOTH)
    pages.add_url_rule("/articles/preview", "preview_article", preview_article, methods=["POST"])
    pages.add_url_rule("/articles/try", "try_question", try_page)
    pages.add_url_rule("/articles/try", "upload_question", upload_question, methods=["POST"])
    pages.add_url_rule("/articles/several", "several_versions", several_versions, methods=["POST"])
    pages.add_url_rule("/articles/import", "import_articles", import_page, methods=_BOTH)
    pages.add_url_rule("/articles/imports/<int:import_id>", "import_check", import_check)
    pages.add_url_rule("/articles/imports/<int:import_id>", "import_apply", import_apply, methods=["POST"])
    pages.add_url_rule("/articles/export/<kind>", "export_articles", export)
    for name, verb in _VERBS.items():
        pages.add_url_rule(f"/articles/<int:article_id>/{name}", f"{name}_version", verb, methods=["POST"])


_VERBS = {
    "submit": submit_version,
    "publish": publish_version,
    "send_back": send_back_version,
    "withdraw": withdraw_version,
}
