"""Telephones that meet in a conference."""

from simulator import Answer, Caller, Phone, Talk
from tests.simulator.conftest import HOTLINE, dial_in

AGENT, OTHER = "+8613911110001", "+8613911110002"
FOREVER = Caller([Talk(9000)])


def room(attributes="", name="room 1", dial='action="/left"'):
    return f"<Dial {dial}><Conference {attributes}>{name}</Conference></Dial>"


def enter(app, carrier, attributes="", path="/voice", caller=FOREVER, **more):
    """A caller who is in the conference."""
    app["/voice"] = room(attributes, **more)
    app["/left"] = "<Say>you have left</Say>"
    call = dial_in(carrier, caller=caller)

    def inside():
        return any(one.call.sid == call.sid for conference in carrier.conferences for one in conference.inside)

    call.wait_until(inside, 10)
    return call


def call_in(client, carrier, phone=AGENT, name="room 1", **more):
    """The leg of somebody called into a conference."""
    carrier.add_phone(Phone(phone, Answer(FOREVER, ring_seconds=1)))
    made = client.conferences(name).participants.create(from_=HOTLINE, to=phone, **more)
    return carrier.call(made.call_sid)


def talking(call):
    return call.wait_until_put_through(10)


def end(*calls):
    for call in calls:
        if not call.ended:
            call.hang_up()
        call.wait(10)


def noted(carrier):
    return [noted.what for noted in carrier.conferences_noted]
