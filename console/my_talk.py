"""Whether I talk to the caller of an order just now; asked by what is possible only then."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.parts import person
from core.models import LinePlace, PlaceState, SeatRow, WorkOrder


def my_talk(session: Session, order: WorkOrder) -> LinePlace | None:
    """Return the place of this order's caller, if it is I who talk to them now."""
    mine = select(LinePlace).join(SeatRow, SeatRow.id == LinePlace.seat_id).where(SeatRow.staff_id == person().id)
    return session.scalar(mine.where(LinePlace.call_id == order.call_id, LinePlace.state == PlaceState.TAKEN))
