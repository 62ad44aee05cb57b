"""Does in the state of record what the conversation has decided; commits nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.models import Call
from core.settings import Settings
from ivr.conversation import Conversation
from ivr.steps import Deed, OpenOrder, Told, Took
from routing.orders import hear_live, open_work_order
from routing.told import take, tell


def do(session: Session, settings: Settings, call: Call, deed: Deed, talk: Conversation, now: datetime) -> None:
    """Do one deed for a call; the same one again changes nothing."""
    match deed:
        case OpenOrder():
            order = open_work_order(
                session,
                call,
                language=talk.language,
                settings=settings,
                now=now,
                urgency=deed.urgency,
                wants_person=deed.wants_person,
                to_listen=deed.to_listen,
                danger=deed.dangers,
            )
            if talk.heard_up_to:
                hear_live(session, order, settings, now)
        case Told():
            tell(session, call, deed.version_id, deed.how, now)
        case Took():
            take(session, call, helped=deed.helped)
