"""Callers in the line and on the callback list, and an agent's seat."""

from core.clock import now
from core.models import LinePlace, SeatRow, Urgency
from routing.line.desk import choose_state
from routing.line.places import choose_callback
from tests.routing.line.rows import CITY, a_place

LI, CHEN, WANG = "+8613911120001", "+8613911120002", "+8613900001001"


def waiting(installation, number=WANG, urgency=Urgency.YELLOW, matter="家里没有药了"):
    with installation.database.transaction() as session:
        place = a_place(session, number, now(), urgency)
        place.matter = matter
        return place.id


def called_back(installation, number=WANG, urgency=Urgency.YELLOW, promised_by=None):
    place_id = waiting(installation, number, urgency)
    with installation.database.transaction() as session:
        place = session.get_one(LinePlace, place_id)
        choose_callback(session, place, number=number, promised_by=promised_by, now=now(), zone=CITY)
    return place_id


def change(installation, seat_id, state):
    with installation.database.transaction() as session:
        choose_state(session, session.get_one(SeatRow, seat_id), state, now())


def row(installation, table, row_id):
    with installation.database.reading() as session:
        return session.get_one(table, row_id)
