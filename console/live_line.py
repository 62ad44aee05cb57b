"""The line as the live pages show it: fragments made once for all who look, and who may look; knows no sockets."""

from urllib.parse import urlsplit

from flask import Flask, render_template, request, session

from console.parts import house, now, signed_in
from console.permissions import Permission
from console.security import allow_connection
from core.settings import Language, Settings
from routing.line.line_now import LineNow

KINDS = {"desk": Permission.TAKE_CALLS, "line": Permission.SEE_LINE}
"""The live pages, and what somebody must be allowed to do to see one."""
PATH = "/live"


def fragment(app: Flask, kind: str, language: Language, line: LineNow) -> str:
    """Return the HTML of the line in one language, the same for everybody who looks at this kind of page."""
    with app.test_request_context("/"):
        session["language"] = language
        return render_template("console/_line.html", **shown(kind, line))


def shown(kind: str, line: LineNow) -> dict[str, object]:
    """Return what the line's template needs beside what every page has."""
    return {"line": line, "may_take": kind == "desk", "now": now()}


def viewer_language(app: Flask, kind: str, cookie: str) -> Language | None:
    """Return the language in which whoever sends this cookie is shown a live page; None when they may not see it."""
    with app.test_request_context("/", headers={"Cookie": cookie}):
        person = signed_in()
        return person.language if person and person.may(KINDS[kind]) else None


def live_address(kind: str) -> str:
    """Return where the browser of this request finds the live process, and let the page connect to it."""
    settings = house().settings
    base = settings.public_live_url.rstrip("/") or f"{request.scheme}://{_host(request.host)}:{settings.live_port}"
    if urlsplit(base).netloc != request.host:
        allow_connection(base)
    return f"{base}{PATH}/{kind}"


def is_our_page(origin: str, host: str, settings: Settings) -> bool:
    """Tell whether a page of this origin may read the live line with the cookies of its visitor.

    `host` is the Host header of its request. Cookies know no ports: without this any server on the same machine
    could put up a page that reads along.
    """
    console = {f"{scheme}://{_host(host)}:{settings.port}" for scheme in ("http", "https")}
    public = urlsplit(settings.base_url)
    return origin in {*console, f"{public.scheme}://{public.netloc}"}


def _host(netloc: str) -> str:
    """Return a host without its port, an IPv6 address in its brackets."""
    return netloc if netloc.endswith("]") else netloc.rpartition(":")[0] or netloc
