"""Plays a recording: opened with the caller's key, kept in no cache; who listened is an event of the order."""

import io

from flask import Blueprint, abort, request, send_file
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console.audio import browser_wav
from console.parts import house, now, person
from console.permissions import Permission
from console.visibility import sees_caller, visible_order
from core.errors import AudioUnreadableError, RecordingMissingError
from core.models import OrderEvent, Recording, WorkOrder
from routing.orders import add_event


def add_pages(pages: Blueprint) -> None:
    """Add the address that the players read from."""
    pages.add_url_rule("/orders/<number>/recordings/<int:recording_id>.wav", "recording", play)


def play(number: str, recording_id: int) -> Response:
    """Return a recording of this order, whole or the part that is asked for (HTTP Range)."""
    if not person().may(Permission.LISTEN):
        abort(403)
    with house().database.reading() as session:
        order, recording = _find(session, number, recording_id)
        if not sees_caller(order):  # a voice is known as well as a number
            abort(403)
        known = _listened(session, order, recording)
    try:
        wav = browser_wav(house().recordings.open(recording.id, recording.call.caller.key_id))
    except (RecordingMissingError, AudioUnreadableError):
        abort(404)
    if request.method == "GET" and not known:
        _remember(number, recording_id)
    return send_file(io.BytesIO(wav), mimetype="audio/wav", conditional=True, etag=False)


def _find(session: Session, number: str, recording_id: int) -> tuple[WorkOrder, Recording]:
    order, recording = visible_order(session, number), session.get(Recording, recording_id)
    if recording is None or recording.call_id != order.call_id:
        abort(404)
    return order, recording


def _listened(session: Session, order: WorkOrder, recording: Recording) -> bool:
    details = session.scalars(
        select(OrderEvent.detail).where(
            OrderEvent.order_id == order.id, OrderEvent.event == "listened", OrderEvent.actor == person().sign_in
        )
    )
    return any(detail.get("recording_id") == recording.id for detail in details)


def _remember(number: str, recording_id: int) -> None:
    with house().database.transaction() as session:
        order, recording = _find(session, number, recording_id)
        if not _listened(session, order, recording):
            add_event(session, order, "listened", person().sign_in, now(), recording_id=recording.id)
