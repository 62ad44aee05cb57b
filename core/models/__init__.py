"""The tables, a file for each kind of thing; importing this package makes them all known."""

from core.models.article import Announcement, ArticleImport, ArticleRow, ArticleVersion, PublishingState
from core.models.call import Call, Caller, WebhookAnswer
from core.models.hot_term import HotTerm, HotTermKind
from core.models.line import Channel, LinePlace, PlaceOutcome, PlaceState, SeatRow, SeatState
from core.models.outgoing import Outgoing, OutgoingKind, OutgoingState
from core.models.radar import RadarRun, RadarState, RadarTopic
from core.models.recording import Recording, RecordingState, Transcript
from core.models.staff import Role, Staff
from core.models.system import Lease, Stamp
from core.models.told import (
    Correction,
    CorrectionRecipient,
    QuestionTrial,
    RecipientState,
    ToldAnswer,
    ToldBy,
    TrialState,
)
from core.models.utterance import Utterance
from core.models.work_order import Category, OrderEvent, OrderNumber, OrderState, Urgency, WorkOrder

__all__ = [
    "Announcement",
    "ArticleImport",
    "ArticleRow",
    "ArticleVersion",
    "Call",
    "Caller",
    "Category",
    "Channel",
    "Correction",
    "CorrectionRecipient",
    "HotTerm",
    "HotTermKind",
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
    "PublishingState",
    "QuestionTrial",
    "RadarRun",
    "RadarState",
    "RadarTopic",
    "RecipientState",
    "Recording",
    "RecordingState",
    "Role",
    "SeatRow",
    "SeatState",
    "Staff",
    "Stamp",
    "ToldAnswer",
    "ToldBy",
    "Transcript",
    "TrialState",
    "Urgency",
    "Utterance",
    "WebhookAnswer",
    "WorkOrder",
]
