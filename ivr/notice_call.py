"""The call that tells a department of an order: its number and what is due, no word of the citizen; key 1 confirms."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.twiml.voice_response import VoiceResponse

from core.models import Department, Outgoing, WorkOrder
from core.settings import Settings
from ivr.duty import add_once, ask_for_key, hang_up
from ivr.prompts import prompt
from ivr.twiml import say_to


def notice_call(
    session: Session, settings: Settings, attempt_id: str, fields: Mapping[str, str] | None, now: datetime
) -> str:
    """Say that there is an order and of what kind the notice is; key 1 is written down as the department's."""
    sent = session.scalar(select(Outgoing).where(Outgoing.attempt_id == attempt_id))
    order = session.get(WorkOrder, sent.payload["order_id"]) if sent else None
    department = session.get(Department, sent.payload["department_id"]) if sent else None
    if sent is None or order is None or department is None:
        return hang_up()
    if fields is None:
        what = prompt("notice_late" if sent.payload["notice"] == "overdue" else "notice_waiting", order.language)
        sentence = prompt("notice", order.language, code=" ".join(order.code), what=what)
        return ask_for_key(settings, order.language, sentence, f"/voice/notices/{attempt_id}/keys")
    response = VoiceResponse()
    if fields.get("Digits") == "1":
        add_once(session, order, "notice_confirmed", department.name, now, attempt=sent.id)
        say_to(response, prompt("alert_thanks", order.language), order.language, settings)
    response.hangup()
    return str(response)
