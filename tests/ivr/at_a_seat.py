"""An agent who dials in from any telephone, and what they press there."""

from werkzeug.security import generate_password_hash

from core.models import (
    SeatCall,
    SeatRow,
)

SEATS, PIN = "+8657100000009", "739162"
HOME, STRANGER = "+8613900139001", "+8613900139002"
PIN_HASH = generate_password_hash(PIN, method="scrypt:1024:8:1")


def post(agent, path, **more):
    return agent.post(path, To=SEATS, **more)


def sign_in(agent, pin=PIN, number="1001"):
    turn = sum(row.turn for row in agent.rows(SeatCall) if row.call_sid == agent.sid)
    if not turn:
        post(agent, "incoming")
    post(agent, f"seats/{turn}/number", Digits=number)
    return post(agent, f"seats/{turn + 1}/pin", Digits=pin)


def seat(agent):
    (row,) = agent.rows(SeatRow)
    return row
