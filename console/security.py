"""The headers that keep a page to itself: only our own scripts and styles, framed by nobody, kept in no cache."""

from flask import Response, g, request

# data: is for the arrows in Bootstrap's select fields
_CONTENT = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_VOICE_SOUNDS = "https://sdk.twilio.com"
_VOICE_SERVICE = ("wss://voice-js.roaming.twilio.com", "https://eventgw.twilio.com", _VOICE_SOUNDS)
_DEAF = "microphone=()"
_HEADERS = {
    "Content-Security-Policy": _CONTENT,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": f"camera=(), geolocation=(), {_DEAF}",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def allow_connection(*origins: str) -> None:
    """Let the page of this request open connections to some more origins."""
    g.also_connects_to = (*g.get("also_connects_to", ()), *origins)


def allow_browser_calls() -> None:
    """Let the page of this request talk through the carrier's voice service; its script still comes from us."""
    allow_connection(*_VOICE_SERVICE)
    g.talks = True


def add_headers(response: Response) -> Response:
    """Add the headers to any response; what is not a static file is stored nowhere."""
    if "also_connects_to" in g:
        sound = f"; media-src 'self' mediastream: {_VOICE_SOUNDS}" if "talks" in g else ""
        connections = " ".join(g.also_connects_to)
        response.headers["Content-Security-Policy"] = f"{_CONTENT}; connect-src 'self' {connections}{sound}"
    if "talks" in g:
        response.headers["Permissions-Policy"] = _HEADERS["Permissions-Policy"].replace(_DEAF, "microphone=(self)")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not (request.endpoint or "").endswith("static"):
        response.headers["Cache-Control"] = "no-store"
    return response
