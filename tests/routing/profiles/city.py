"""A small city that works by a profile: people who call, the staff, and the clock process, with an explicit `now`."""

from datetime import timedelta

from sqlalchemy import select

from core.models import Contact, Department, FollowUp, Outgoing, OutgoingKind, Urgency, VolunteerTeam
from core.settings import Settings
from routing.dispatch import add_contact, claim, dispatch_if_sure
from routing.follow_up import begin, citizen_says, public_figures
from routing.orders import (
    Actor,
    Party,
    accept,
    chase,
    hear_order,
    order_clocks,
    orders_to_check,
    set_urgency,
    take_step,
)
from routing.orders.lifecycle import Verb
from routing.profiles import apply, read_profile
from routing.triage.gazetteer import Place
from routing.triage.in_use import use
from routing.triage.store import LANGUAGES, refresh, replace_places
from tests.rows import NOON, a_call, a_recording, an_order

SETTINGS = Settings(duty_phones=("+8613800138001",))
LI, WANG = Actor("li", Party.AGENT), Actor("wang", Party.SUPERVISOR)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class City:
    """What happens in it; minutes count from noon."""

    def __init__(self, session, profile, *districts):
        self.session, self.profile = session, read_profile(profile)
        said = {name: (name, name.removesuffix("区")) for name in districts}
        replace_places(
            session, [Place(name, "district", name, None, {"zh": said[name], "en": ()}) for name in districts]
        )
        for number, each in enumerate(apply(session, self.profile, "wang", NOON).missing, 1):
            phone, public = f"+86139000000{number:02}", each.kind in {"street", "committee"}
            add_contact(session, each.kind, each.name, phone, district=each.district, is_public=public)
        assert apply(session, self.profile, "wang", NOON).missing == ()
        refresh(session)

    def calls(self, text, minute=0, number=None):
        """Somebody leaves words; they are heard and, if they are clear, dispatched by the rules."""
        at = NOON + minute * MINUTE
        call = a_call(self.session, number=number)
        order = an_order(self.session, call, SETTINGS, now=at)
        a_recording(self.session, call, text=text)
        hear_order(self.session, order, SETTINGS, at)
        dispatch_if_sure(self.session, order, at)
        return order

    def handler(self, order):
        """Return a handler of the department that leads an order."""
        return Actor("zhao", Party.HANDLER, department_id=order.department_id)

    def team(self, name):
        return self.session.scalars(select(VolunteerTeam).where(VolunteerTeam.name == name)).one()

    def volunteer_takes(self, order, team, minute):
        row = self.team(team)
        who = Actor(f"volunteer {row.id}", Party.VOLUNTEER, team_id=row.id)
        claim(self.session, order, who, row, NOON + minute * MINUTE)
        return who

    def department_takes(self, order, minute):
        who = self.handler(order)
        accept(self.session, order, who, NOON + minute * MINUTE)
        return who

    def replies(self, order, who, minute, words="已解决"):
        take_step(self.session, order, Verb.REPLY, who, NOON + minute * MINUTE, reason=words)

    def is_found_less_urgent(self, order, minute):
        """An agent has rung back and lowers it: only a person may."""
        at, seen = NOON + minute * MINUTE, order.revision
        set_urgency(self.session, order, Urgency.YELLOW, LI, at, "已回电核实", seen, SETTINGS)

    def is_asked(self, order, minute, *, solved):
        """The citizen is asked after the reply, and says."""
        at = NOON + minute * MINUTE
        begin(self.session, order.id, SETTINGS, at)
        newest = select(FollowUp).where(FollowUp.order_id == order.id).order_by(FollowUp.id.desc())
        citizen_says(self.session, self.session.scalars(newest).first(), at, is_solved=solved)

    def clock_ticks(self, minute):
        """The clock process looks at everything that is due."""
        for order_id in orders_to_check(self.session, NOON + minute * MINUTE):
            chase(self.session, order_id, SETTINGS, NOON + minute * MINUTE)

    def due(self, order):
        """Return when each step is due, in minutes after the registration."""
        clocks = order_clocks(self.session, order)
        return {clock.step.value: (clock.due_at - order.registered_at) / MINUTE for clock in clocks}

    def department(self, order):
        row = self.session.get(Department, order.department_id) if order.department_id else None
        return row and row.name

    def events(self, order):
        self.session.expire(order, ["events"])
        return [event.event for event in order.events]

    def rung(self, order, why):
        """Return who was rung about an order, by their names in the directory."""
        calls = select(Outgoing).where(Outgoing.kind == OutgoingKind.ALERT_CALL).order_by(Outgoing.id)
        payloads = [row.payload for row in self.session.scalars(calls)]
        names = {row.phone: row.name for row in self.session.scalars(select(Contact))}
        return [
            names.get(each["to"], "duty") for each in payloads if (each["order_id"], each["why"]) == (order.id, why)
        ]

    def figures(self, minute):
        """Return the public figures over the orders of today so far, as percents."""
        at = NOON + minute * MINUTE
        shares = public_figures(self.session, self.profile.figures, NOON - HOUR, at, at)
        return {share.figure.counts.value: share.rate and round(100 * share.rate) for share in shares}

    @staticmethod
    def leave():
        """Judge by what is shipped again: the lexicon in use is one for the process."""
        for language in LANGUAGES:
            use(None, language)
