"""Every call has exactly one outcome, by a precedence that the documentation tells too."""

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.models import (
    ArticleVersion,
    Channel,
    LinePlace,
    Outgoing,
    OutgoingKind,
    PlaceOutcome,
    PlaceState,
    ToldAnswer,
    ToldBy,
)
from core.settings import Settings
from knowledge.store import seed_articles
from routing.ledger import MEANINGS, Facts, Outcome, ledger, outcome, totals
from routing.line.joining import left_the_line, rescue
from routing.orders import add_event
from tests.rows import NOON, a_call, an_order

PRECEDENCE = ("talked", "has_order", "chose_callback", "took_answer", "heard_answer", "has_place")
OUTCOMES = (
    Outcome.AGENT,
    Outcome.ORDER,
    Outcome.CALLBACK,
    Outcome.ANSWERED,
    Outcome.REFUSED,
    Outcome.RESCUED,
    Outcome.ABANDONED,
)


def test_the_first_that_fits_is_the_outcome_and_all_have_one():
    everything = Facts(**{field.name: True for field in fields(Facts)})
    for number, expected in enumerate(OUTCOMES):
        gone = dict.fromkeys(PRECEDENCE[:number], False)
        assert outcome(replace(everything, **gone)) is expected
    assert outcome(replace(everything, ended=False)) is Outcome.GOING_ON


def test_the_table_of_the_documentation_is_the_one_of_the_code():
    page = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
    rows = [f"| {one.value} | {MEANINGS[one]} |" for one in Outcome]
    assert "\n".join(rows) in page


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def ended(session, **values):
    call = a_call(session, **values)
    call.ended_at = NOON
    return call


def told(session, call, **values):
    version = session.query(ArticleVersion).first()
    session.add(ToldAnswer(call_id=call.id, version_id=version.id, told_at=NOON, how=ToldBy.KEY, **values))


def test_each_call_of_a_day_is_read_with_what_became_of_it(session):
    seed_articles(session, NOON)
    calls = {one: ended(session, number=f"+86138001380{number:02}") for number, one in enumerate(OUTCOMES)}
    going_on = a_call(session)
    add_event(session, an_order(session, calls[Outcome.AGENT]), "person_connected", "li", NOON)
    an_order(session, calls[Outcome.ORDER])
    values = {"channel": Channel.CALLBACK, "state": PlaceState.LATER, "caller_id": calls[Outcome.CALLBACK].caller_id}
    session.add(
        LinePlace(
            call_id=calls[Outcome.CALLBACK].id,
            language="zh",
            first_called_at=NOON,
            channel_since=NOON,
            promised_by=NOON,
            **values,
        )
    )
    told(session, calls[Outcome.ANSWERED], helped=True)
    told(session, calls[Outcome.REFUSED], helped=False)
    rescue(session, Settings(), calls[Outcome.RESCUED], NOON)
    ours = ended(session)
    session.add(
        Outgoing(
            kind=OutgoingKind.CALLBACK_CALL, idempotency_key="x", payload={}, carrier_sid=ours.call_sid, written_at=NOON
        )
    )
    moved = {"kind": OutgoingKind.MOVE_CALL, "carrier_sid": calls[Outcome.AGENT].call_sid}  # to their agent
    session.add(Outgoing(idempotency_key="y", payload={}, written_at=NOON, **moved))
    session.flush()
    read = ledger(session, NOON, NOON + timedelta(seconds=1))
    assert read == {**{call.call_sid: one for one, call in calls.items()}, going_on.call_sid: Outcome.GOING_ON}
    assert totals(read.values()) == dict.fromkeys(Outcome, 1)
    assert not ledger(session, NOON + timedelta(seconds=1), NOON + timedelta(days=1))


def test_a_call_that_was_missed_is_rescued_once_and_a_withheld_number_cannot_be(session):
    call, withheld = ended(session, number="+8613800138000"), ended(session)
    place = rescue(session, Settings(), call, NOON)
    assert (place.state, place.channel) == (PlaceState.WAITING, Channel.CALLBACK)
    assert rescue(session, Settings(), call, NOON) is None
    left_the_line(session, Settings(), call, NOON, talking=False)
    assert place.outcome is not PlaceOutcome.UNREACHABLE
    assert rescue(session, Settings(), withheld, NOON) is None
