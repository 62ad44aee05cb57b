"""The carrier's webhooks: signed POSTs in, committed state and TwiML out; a caller never hears an error as silence."""

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.house import House
from core.logs import get_logger
from core.spool import SpooledWebhook
from ivr.apology import apologise
from ivr.handling import handle
from ivr.signature import is_signed

log = get_logger()

blueprint = Blueprint("voice", __name__, url_prefix="/voice")

_TRIES = 3
_SPOOLED = ("incoming", "turns", "status", "recordings")


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
@blueprint.post("/turns/<int:turn>/<kind>")
@blueprint.post("/fallback")
@blueprint.post("/status")
@blueprint.post("/recordings")
@blueprint.post("/whisper/<int:call_id>/<int:turn>/<why>")
@blueprint.post("/whisper/<int:call_id>/<int:turn>/<why>/keys")
@blueprint.post("/alerts/<attempt_id>")
@blueprint.post("/alerts/<attempt_id>/keys")
def voice(**_place: object) -> Response:
    """Handle one webhook: committed, then answered; when that fails, kept in the spool and apologised for.

    The routes are read by `ivr.handling.handle`, which the replay of the spool uses too.
    """
    path = request.path.removeprefix("/voice/")
    fields = request.form.to_dict()
    try:
        document = _committed(path, fields)
    except Exception:
        log.exception("webhook_failed", path=path)
        if path.startswith(_SPOOLED):
            _house().spool.append(SpooledWebhook(path, fields, now().isoformat()))
        document = apologise(path, _house().settings)
    return Response(document, mimetype="text/xml") if document else Response(status=204)


def _committed(path: str, fields: dict[str, str]) -> str:
    """Handle a webhook in a transaction of its own; two at once for a new call or caller: the loser looks again."""
    house = _house()
    for tries_left in reversed(range(_TRIES)):
        try:
            with house.database.transaction() as session:
                return handle(session, house, path, fields, now())
        except IntegrityError:
            if not tries_left:
                raise
    raise AssertionError("unreachable")
