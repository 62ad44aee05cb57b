"""An agent's browser as their telephone: a short pass to the carrier's voice service, and its script from our own disk.

Nothing of it is on any page unless it is configured: see docs/twilio.md.
"""

from flask import Blueprint, Response, abort, jsonify
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from console.parts import house, now, person, require
from console.permissions import Permission
from core.logs import get_logger
from core.models import Staff
from core.settings import Settings
from routing.line.seats import seat_of

log = get_logger()

PASS_SECONDS = 600
"""A stolen pass is worth little; the page asks for a new one before it ends."""


def add_pages(pages: Blueprint) -> None:
    """Add the pass and the script."""
    pages.add_url_rule("/desk/voice-pass", "voice_pass", voice_pass, methods=["POST"])
    pages.add_url_rule("/desk/voice-sdk.js", "voice_sdk", voice_sdk)


def telephone_of(seat_id: int) -> str:
    """Return how a seat's browser is rung."""
    return f"client:{_identity(seat_id)}"


def voice_pass() -> Response:
    """Give the browser of a signed-in agent a pass by which it can be rung, and which is good for nothing else."""
    require(Permission.TAKE_CALLS)
    settings = _settings()
    with house().database.transaction() as session:
        seat_id = seat_of(session, session.get_one(Staff, person().id), now()).id
    granted = VoiceGrant(incoming_allow=True, outgoing_application_sid=settings.twilio_app_sid or None)
    token = AccessToken(
        settings.twilio_account_sid,
        settings.twilio_api_key_sid,
        settings.twilio_api_key_secret,
        grants=[granted],
        identity=_identity(seat_id),
        ttl=PASS_SECONDS,
    )
    log.info("voice_pass_given", seat=seat_id, by=person().sign_in)
    return jsonify(token=token.to_jwt(), seconds=PASS_SECONDS)


def voice_sdk() -> Response:
    """Return the carrier's script as it lies on our disk: no page of ours loads one from elsewhere."""
    require(Permission.TAKE_CALLS)
    file = _settings().voice_sdk_file
    if file is None or not file.is_file():
        abort(404)
    return Response(file.read_bytes(), mimetype="text/javascript")


def _settings() -> Settings:
    settings = house().settings
    if not settings.has_browser_calls:
        abort(404)
    return settings


def _identity(seat_id: int) -> str:
    return f"seat{seat_id}"
