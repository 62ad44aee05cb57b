"""The headers that keep a page to itself: only our own scripts and styles, framed by nobody, kept in no cache."""

from flask import Response, g, request

# data: is for the arrows in Bootstrap's select fields
_CONTENT = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def allow_connection(origin: str) -> None:
    """Let the page of this request open connections to one more origin of ours."""
    g.also_connects_to = origin


def add_headers(response: Response) -> Response:
    """Add the headers to any response; what is not a static file is stored nowhere."""
    if "also_connects_to" in g:
        response.headers["Content-Security-Policy"] = f"{_CONTENT}; connect-src 'self' {g.also_connects_to}"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not (request.endpoint or "").endswith("static"):
        response.headers["Cache-Control"] = "no-store"
    return response
