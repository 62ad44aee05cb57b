"""The carrier's webhooks: signed POSTs in, committed state and TwiML out; a caller never hears an error as silence."""

from flask import Blueprint, Response, abort, current_app, request

from core.clock import now
from core.house import House
from core.logs import get_logger
from core.spool import SpooledWebhook
from ivr.apology import apologise
from ivr.caller_input import call_sid
from ivr.handling import handle_committed
from ivr.seat_leg import is_seat_call
from ivr.signature import is_signed

log = get_logger()

blueprint = Blueprint("voice", __name__, url_prefix="/voice")

_SPOOLED = ("incoming", "turns", "status", "recordings")
_SEAT_PATHS = ("incoming", "fallback", "status")
_NUMBER = "int(max=2147483647)"
_LINE = "'number', 'taken', 'talked'"
_TURN = f"/turns/<{_NUMBER}:turn>/<any('keys', 'message', 'no-message', 'rang', 'speaking', 'spoke', {_LINE}):kind>"
_WHISPER = f"/whisper/<{_NUMBER}:call_id>/<{_NUMBER}:turn>/<any(person, red):why>"


def _house() -> House:
    house = current_app.extensions["house"]
    assert isinstance(house, House)
    return house


@blueprint.before_request
def only_from_the_carrier() -> None:
    """Refuse what is not signed, before anything of it is used or stored."""
    if not is_signed(request, _house().settings):
        log.warning("webhook_refused", path=request.path)
        abort(403)


@blueprint.post("/incoming")
@blueprint.post(_TURN)
@blueprint.post("/fallback")
@blueprint.post("/status")
@blueprint.post("/recordings")
@blueprint.post(_WHISPER)
@blueprint.post(f"{_WHISPER}/keys")
@blueprint.post("/alerts/<attempt_id>")
@blueprint.post("/alerts/<attempt_id>/keys")
@blueprint.post("/corrections/<attempt_id>")
@blueprint.post("/corrections/<attempt_id>/<any(keys, answer, status):what>")
@blueprint.post("/notices/<attempt_id>")
@blueprint.post("/notices/<attempt_id>/keys")
@blueprint.post("/ring/<attempt_id>")
@blueprint.post("/ring/<attempt_id>/<any(keys, rang, reached):step>")
@blueprint.post("/agents/<attempt_id>")
@blueprint.post("/agents/<attempt_id>/<any(keys, left, 'came-out', unreached, status):step>")
@blueprint.post(f"/seats/wait/<{_NUMBER}:piece>")
@blueprint.post(f"/seats/<{_NUMBER}:turn>/<any('number', 'pin'):what>")
@blueprint.post("/callbacks/<attempt_id>")
@blueprint.post("/callbacks/<attempt_id>/<any(keys, status):step>")
@blueprint.post("/follow-up/<attempt_id>")
@blueprint.post("/follow-up/<attempt_id>/<any(more, who, solved, satisfied):question>")
def voice(**_place: object) -> Response:
    """Handle one webhook: committed, then answered; when that fails, kept in the spool and apologised for.

    The routes are read by `ivr.handling.handle`, which the replay of the spool uses too.
    """
    path = request.path.removeprefix("/voice/")
    fields = request.form.to_dict()
    try:
        document = handle_committed(_house(), path, fields, now())
        log.info("webhook_answered", path=path, call_sid=call_sid(fields))
    except Exception:
        log.exception("webhook_failed", path=path)
        if is_seat_call(fields, _house().settings) and path in _SEAT_PATHS:
            path = f"seats/{path}"  # no citizen's: nothing to replay, nothing to record
        if path.startswith(_SPOOLED) or (path.endswith("/status") and not path.startswith("seats/")):
            _keep_for_later(SpooledWebhook(path, fields, now().isoformat()))
        document = apologise(path, _house().settings)
    return Response(document, mimetype="text/xml") if document else Response(status=204)


def _keep_for_later(webhook: SpooledWebhook) -> None:
    """Put a webhook into the spool; with a full disk too the caller must still hear the apology and be recorded."""
    try:
        _house().spool.append(webhook)
    except OSError:
        log.exception("webhook_not_spooled", path=webhook.path)
