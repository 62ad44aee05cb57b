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
    """The spine of the lifecycle: registered 受理, accepted 签收; the rest comes with dispatch."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"


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
    wants_person: Mapped[bool] = mapped_column(default=False)
    to_listen: Mapped[bool] = mapped_column(default=False)
    """A person must listen: the machine could not read a recording, or nothing was said."""
    accepted_by: Mapped[str | None] = mapped_column(String(80))
    registered_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)

    call: Mapped[Call] = relationship(lazy="joined")
    events: Mapped[list["OrderEvent"]] = relationship(order_by="OrderEvent.position", back_populates="order")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class OrderEvent(Base):
    """Something that happened to an order; never changed, never removed."""

    __tablename__ = "order_events"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    position: Mapped[int]
    event: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    order: Mapped[WorkOrder] = relationship(back_populates="events")


class OrderNumber(Base):
    """The last number given out on a local day."""

    __tablename__ = "order_numbers"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int]
