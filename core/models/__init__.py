"""The tables, a file for each kind of thing; importing this package makes them all known."""

from core.models.article import ArticleRow
from core.models.call import Call, Caller, WebhookAnswer
from core.models.line import Channel, LinePlace, PlaceOutcome, PlaceState, SeatRow, SeatSpell, SeatState
from core.models.outgoing import Outgoing, OutgoingKind, OutgoingState
from core.models.recording import Recording, RecordingState, Transcript
from core.models.staff import Role, Staff
from core.models.system import Lease
from core.models.work_order import Category, OrderEvent, OrderNumber, OrderState, Urgency, WorkOrder

__all__ = [
    "ArticleRow",
    "Call",
    "Caller",
    "Category",
    "Channel",
    "Lease",
    "LinePlace",
    "OrderEvent",
    "OrderNumber",
    "OrderState",
    "Outgoing",
    "OutgoingKind",
    "OutgoingState",
    "PlaceOutcome",
    "PlaceState",
    "Recording",
    "RecordingState",
    "Role",
    "SeatRow",
    "SeatSpell",
    "SeatState",
    "Staff",
    "Transcript",
    "Urgency",
    "WebhookAnswer",
    "WorkOrder",
]
