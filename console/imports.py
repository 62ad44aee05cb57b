"""Tables in and out: a file is read and checked, what it would change is shown, and only then made into drafts."""

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console.display import t
from console.parts import city_zone, house, now, person, require
from console.permissions import Permission
from core.models import ArticleImport
from knowledge.importing import apply_rows, as_json, check_rows, export_rows, from_json
from knowledge.table_rows import COLUMNS, NEEDED
from knowledge.tables import TableError, read_table, write_csv, write_xlsx

LARGEST_TABLE_BYTES = 10 * 1024 * 1024
_SHOWN_ROWS = 300
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_page() -> AnyResponse:
    """Show the form, or read a file and go to what it would change; a file that is no table is told in a sentence."""
    require(Permission.EDIT_ARTICLES)
    if request.method == "GET":
        return _page()
    given = request.files.get("table")
    content = given.read() if given else b""
    try:
        rows = read_table(content, COLUMNS, NEEDED, house().settings.import_rows)
    except TableError as error:
        return _page(t(f"table.{error.what}", **error.values), 422)
    with house().database.transaction() as session:
        checked = check_rows(session, rows, city_zone())
        name = (given.filename or "") if given else ""
        kept = ArticleImport(file_name=name[:200], rows=as_json(checked), author=person().sign_in, read_at=now())
        session.add(kept)
        session.flush()
        import_id = kept.id
    return redirect(url_for("console.import_check", import_id=import_id), 303)


def import_check(import_id: int) -> str:
    """Show what a file would change, row by row; nothing of it is done yet."""
    require(Permission.EDIT_ARTICLES)
    with house().database.reading() as session:
        kept = _find(session, import_id)
    rows = from_json(kept.rows)
    outcomes = ("new", "changed", "same", "wrong")
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in outcomes}
    first = sorted(rows, key=lambda row: (row.outcome != "wrong", row.outcome == "same", row.number))
    return render_template(
        "console/import_check.html", kept=kept, rows=first[:_SHOWN_ROWS], hidden=len(rows[_SHOWN_ROWS:]), counts=counts
    )


def import_apply(import_id: int) -> AnyResponse:
    """Make drafts of the right rows; they wait to be sent to review like any other draft."""
    require(Permission.EDIT_ARTICLES)
    with house().database.transaction() as session:
        kept = _find(session, import_id)
        if kept.applied_at is not None:
            return redirect(url_for("console.articles", tab="drafts"), 303)
        made, overtaken = apply_rows(session, from_json(kept.rows), person().sign_in, now(), city_zone())
        kept.applied_at = now()
    return redirect(url_for("console.articles", tab="drafts", done=made, failed=overtaken), 303)


def export(kind: str) -> Response:
    """Return every article as a table that can be changed and imported again."""
    require(Permission.EDIT_ARTICLES)
    if kind not in {"csv", "xlsx"}:
        abort(404)
    with house().database.reading() as session:
        rows = export_rows(session, city_zone())
    content = write_csv(COLUMNS, rows) if kind == "csv" else write_xlsx(COLUMNS, rows)
    answer = make_response(content)
    answer.mimetype = "text/csv" if kind == "csv" else _XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="articles-{now():%Y%m%d}.{kind}"'
    return answer


def _find(session: Session, import_id: int) -> ArticleImport:
    kept = session.get(ArticleImport, import_id)
    if kept is None or kept.author != person().sign_in:
        abort(404)
    return kept


def _page(problem: str = "", status: int = 200) -> Response:
    most = house().settings.import_rows
    html = render_template("console/import.html", problem=problem, columns=COLUMNS, needed=NEEDED, most=most)
    return make_response(html, status)
