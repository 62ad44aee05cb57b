"""Work orders and the events that happened to them."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from core.models.call import Call
from core.settings import Language


class Urgency(enum.StrEnum):
    """Red, yellow, green; unknown is what nobody has heard yet, and counts as yellow (轻重缓急)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    UNKNOWN = "unknown"


class Category(enum.StrEnum):
    """Haining's six classes (2022)."""

    MEDICAL = "medical"  # 求医问药
    TRAVEL = "travel"  # 交通出行
    SUPPLIES = "supplies"  # 物资供应
    POLICY = "policy"  # 政策咨询
    COMPLAINT = "complaint"  # 投诉举报
    OTHER = "other"  # 其他


class OrderState(enum.StrEnum):
    """Where an order stands; what leads from one to another is in `routing.orders.lifecycle`."""

    REGISTERED = "registered"  # 受理
    UNDER_REVIEW = "under_review"  # 审核
    DISPATCHED = "dispatched"  # 派单
    RETURNED = "returned"  # 退单
    ACCEPTED = "accepted"  # 签收
    IN_HAND = "in_hand"  # 办理
    HARD_CASE = "hard_case"  # 疑难
    DEFERRED = "deferred"  # 待跟进
    REPLIED = "replied"  # 答复
    FOLLOW_UP = "follow_up"  # 回访
    REOPENED = "reopened"  # 重办
    CLOSED = "closed"  # 归档
    MERGED = "merged"  # 并单
    CANCELLED = "cancelled"  # 作废


class ClockStep(enum.StrEnum):
    """What an order's clocks run towards."""

    ACCEPT = "accept"
    ANSWER = "answer"  # the citizen's first answer
    FINISH = "finish"
    CLOSE = "close"  # the citizen was asked after the reply
    WAKE = "wake"  # a deferred one is looked at again
    HARD_FINISH = "hard_finish"  # no clock of its own: what a hard case may take at least until it is finished


class WorkOrder(Base):
    """One matter of one caller, from its registration on."""

    __tablename__ = "work_orders"
    __table_args__ = (Index("ix_work_orders_queue", "state", "urgency_rank", "registered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """`WO-YYYYMMDD-NNNNNN`, counted by local day."""
    code: Mapped[str] = mapped_column(String(6), unique=True)
    """Six digits, spoken to the caller; not guessable from another order's."""
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), unique=True)
    language: Mapped[Language] = mapped_column(String(8))
    state: Mapped[OrderState] = mapped_column(default=OrderState.REGISTERED)
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.UNKNOWN)
    urgency_rank: Mapped[int] = mapped_column(default=1)
    """0 red, 1 yellow or unknown, 2 green: the first order key of the queue."""
    category: Mapped[Category | None]
    district: Mapped[str | None] = mapped_column(String(40))
    summary: Mapped[str] = mapped_column(Text, default="")
    """All that was heard, in the order it was said; empty while nothing is transcribed."""
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`{"words": [[what, why], …]}`: what decided over urgency and category."""
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What triage heard besides (`routing.triage.findings`): groups, needs, flags, distress, place, numbers."""
    wants_person: Mapped[bool] = mapped_column(default=False)
    to_listen: Mapped[bool] = mapped_column(default=False)
    """A person must listen: the machine could not read a recording, or nothing was said."""
    accepted_by: Mapped[str | None] = mapped_column(String(80))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    """The department that leads (首接负责)."""
    about_department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    """The department that the matter is about: it never gets the order alone."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer_teams.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(index=True)
    """Until when a volunteer's claim holds."""
    hides_identity: Mapped[bool] = mapped_column(default=False)
    """Handlers see neither name nor number."""
    wakes_on: Mapped[str | None] = mapped_column(String(80))
    """The event that a deferred order waits for, e.g. `lockdown_ends:东城区`."""
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    due_at: Mapped[datetime | None]
    """When the running clock ends; always what the events say (`routing.orders.deadlines`)."""
    due_step: Mapped[ClockStep | None]
    check_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the clock process has to look at it next."""
    head_position: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")
    """The chain's end: of the newest event."""
    registered_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)

    call: Mapped[Call] = relationship(lazy="joined")
    events: Mapped[list["OrderEvent"]] = relationship(order_by="OrderEvent.position", back_populates="order")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class OrderAssistant(Base):
    """A department that assists with an order: its people see it and add to it; the lead stays responsible."""

    __tablename__ = "order_assistants"

    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True, index=True)


class OrderEvent(Base):
    """Something that happened to an order; never changed, never removed."""

    __tablename__ = "order_events"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        Index("ix_order_events_event", "event", "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    position: Mapped[int]
    event: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids, names of things, times: no personal data, as it is hashed and stays."""
    words: Mapped[dict[str, Any] | None]
    """What a person wrote, and a random salt; may be erased, the digest of it stays."""
    words_digest: Mapped[str | None] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    order: Mapped[WorkOrder] = relationship(back_populates="events")


class OrderNumber(Base):
    """The last number given out on a local day."""

    __tablename__ = "order_numbers"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int]
