"""The tables, a file for each kind of thing; importing this package makes them all known."""

from core.models.article import Announcement, ArticleImport, ArticleRow, ArticleVersion, PublishingState
from core.models.audit import AuditRoot
from core.models.call import Call, Caller, WebhookAnswer
from core.models.city_change import CityChange
from core.models.deadline import DeadlineRule, WorkingHours
from core.models.department import (
    Contact,
    ContactKind,
    Department,
    DepartmentKind,
    DispatchRule,
    NoticeChannel,
    Shift,
    VolunteerTeam,
)
from core.models.follow_up import FollowUp
from core.models.hot_term import HotTerm, HotTermKind
from core.models.lexicon import BranchRow, LexiconChange, LexiconWord, PlaceRow
from core.models.line import (
    Channel,
    LinePlace,
    PlaceOutcome,
    PlaceState,
    SeatCall,
    SeatRow,
    SeatSpell,
    SeatState,
    WrongPin,
)
from core.models.matter import Incident, MatterProposal
from core.models.outgoing import RANK_OF_DANGER, Outgoing, OutgoingKind, OutgoingState
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
from core.models.work_order import (
    Category,
    ClockStep,
    OrderAssistant,
    OrderEvent,
    OrderNumber,
    OrderState,
    Urgency,
    WorkOrder,
)

__all__ = [
    "RANK_OF_DANGER",
    "Announcement",
    "ArticleImport",
    "ArticleRow",
    "ArticleVersion",
    "AuditRoot",
    "BranchRow",
    "Call",
    "Caller",
    "Category",
    "Channel",
    "CityChange",
    "ClockStep",
    "Contact",
    "ContactKind",
    "Correction",
    "CorrectionRecipient",
    "DeadlineRule",
    "Department",
    "DepartmentKind",
    "DispatchRule",
    "FollowUp",
    "HotTerm",
    "HotTermKind",
    "Incident",
    "Lease",
    "LexiconChange",
    "LexiconWord",
    "LinePlace",
    "MatterProposal",
    "NoticeChannel",
    "OrderAssistant",
    "OrderEvent",
    "OrderNumber",
    "OrderState",
    "Outgoing",
    "OutgoingKind",
    "OutgoingState",
    "PlaceOutcome",
    "PlaceRow",
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
    "SeatCall",
    "SeatRow",
    "SeatSpell",
    "SeatState",
    "Shift",
    "Staff",
    "Stamp",
    "ToldAnswer",
    "ToldBy",
    "Transcript",
    "TrialState",
    "Urgency",
    "Utterance",
    "VolunteerTeam",
    "WebhookAnswer",
    "WorkOrder",
    "WorkingHours",
    "WrongPin",
]
