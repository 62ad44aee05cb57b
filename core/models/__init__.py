"""The tables, a file for each kind of thing; importing this package makes them all known."""

from core.models.article import ArticleRow
from core.models.audit import AuditRoot
from core.models.call import Call, Caller, WebhookAnswer
from core.models.deadline import DeadlineRule, WorkingHours
from core.models.department import (
    Channel,
    Contact,
    ContactKind,
    Department,
    DepartmentKind,
    DispatchRule,
    Shift,
    VolunteerTeam,
)
from core.models.follow_up import FollowUp
from core.models.matter import Incident, MatterProposal
from core.models.outgoing import Outgoing, OutgoingKind, OutgoingState
from core.models.recording import Recording, RecordingState, Transcript
from core.models.staff import Role, Staff
from core.models.system import Lease
from core.models.work_order import Category, ClockStep, OrderEvent, OrderNumber, OrderState, Urgency, WorkOrder

__all__ = [
    "ArticleRow",
    "AuditRoot",
    "Call",
    "Caller",
    "Category",
    "Channel",
    "ClockStep",
    "Contact",
    "ContactKind",
    "DeadlineRule",
    "Department",
    "DepartmentKind",
    "DispatchRule",
    "FollowUp",
    "Incident",
    "Lease",
    "MatterProposal",
    "OrderEvent",
    "OrderNumber",
    "OrderState",
    "Outgoing",
    "OutgoingKind",
    "OutgoingState",
    "Recording",
    "RecordingState",
    "Role",
    "Shift",
    "Staff",
    "Transcript",
    "Urgency",
    "VolunteerTeam",
    "WebhookAnswer",
    "WorkOrder",
    "WorkingHours",
]
