"""Compares our calls and recordings with the carrier's own lists: whoever we never heard of is called back, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import CarrierError
from core.house import House
from core.logs import get_logger
from core.models import Call, Recording
from core.phone_numbers import e164
from ivr.caller_input import RecordingNotice
from ivr.calls import end_call
from ivr.left_words import is_from_carrier, keep_recording
from ivr.outbound import CarriersCall, CarriersRecording, carrier
from ivr.registering import register_call
from routing.ledger import Outcome, outcome_of
from routing.line.joining import rescue

log = get_logger()

_LOOK_BACK = timedelta(hours=2)
_TIME_TO_BE_TOLD = timedelta(minutes=1)
"""A webhook that is only late is not done twice."""
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True)
class Found:
    """How much there was that we had not been told."""

    calls: int = 0
    recordings: int = 0
    ends: int = 0


def reconcile(house: House, *, look_back: timedelta = _LOOK_BACK) -> Found:
    """Make good what we were not told of; the same again finds nothing.

    A carrier that can't be asked is asked again in five minutes.
    """
    try:
        sender = carrier(house.settings)
        listed = sender.calls_to_us(now() - look_back), sender.recordings_since(now() - look_back)
    except CarrierError as error:
        log.warning("not_reconciled", reason=str(error))
        return Found()
    return settle(house, *listed, now() - _TIME_TO_BE_TOLD)


def settle(
    house: House, calls: tuple[CarriersCall, ...], recordings: tuple[CarriersRecording, ...], until: datetime
) -> Found:
    """Compare lists with the state of record; only what was over by `until` is looked at."""
    over = [call for call in calls if call.status in _OVER and call.ended_at is not None and call.ended_at <= until]
    missing, ends = _strangers(house, over), _open(house, over)
    new = [one for one in recordings if one.created_at <= until]
    found = Found(
        calls=sum(_one_call(house, call) for call in missing),
        recordings=sum(_one_recording(house, one, calls) for one in _unknown(house, new)),
        ends=sum(_one_end(house, call) for call in ends),
    )
    log.info("reconciled", calls=found.calls, recordings=found.recordings, ends=found.ends)
    return found


def _strangers(house: House, calls: list[CarriersCall]) -> list[CarriersCall]:
    known = _known_calls(house, calls)
    return [call for call in calls if call.call_sid not in known]


def _open(house: House, calls: list[CarriersCall]) -> list[CarriersCall]:
    known = _known_calls(house, calls)
    return [call for call in calls if call.call_sid in known and known[call.call_sid] is None]


def _known_calls(house: House, calls: list[CarriersCall]) -> dict[str, datetime | None]:
    with house.database.reading() as session:
        rows: dict[str, datetime | None] = {}
        for at in range(0, len(calls), 500):
            sids = [call.call_sid for call in calls[at : at + 500]]
            wanted = select(Call.call_sid, Call.ended_at).where(Call.call_sid.in_(sids))
            rows |= {row.call_sid: row.ended_at for row in session.execute(wanted)}
        return rows


def _unknown(house: House, recordings: list[CarriersRecording]) -> list[CarriersRecording]:
    sids = [one.recording_sid for one in recordings]
    with house.database.reading() as session:
        known: set[str] = set()
        for at in range(0, len(sids), 500):
            wanted = select(Recording.recording_sid).where(Recording.recording_sid.in_(sids[at : at + 500]))
            known.update(session.scalars(wanted))
    return [one for one in recordings if one.recording_sid not in known]


def _one_call(house: House, listed: CarriersCall) -> bool:
    """Register a call that we never heard of, as of when it was, and let its number be called back.

    Not if somebody has talked to them since.
    """
    moment = now()
    with house.database.transaction() as session:
        call = _registered(session, house, listed, moment)
        if call.ended_at is not None:
            return False
        end_call(session, house.settings, call, listed.status, moment)
        rescue(session, house.settings, call, moment)
    log.warning("call_never_told", call_sid=listed.call_sid)
    return True


def _one_end(house: House, listed: CarriersCall) -> bool:
    """End a call whose end we were not told: what its caller last asked for may be untold as well, so they are rung.

    Not if we know what became of the call.
    """
    moment = now()
    with house.database.transaction() as session:
        call = _registered(session, house, listed, moment)
        end_call(session, house.settings, call, listed.status, moment)
        if outcome_of(session, call) is Outcome.ABANDONED:
            rescue(session, house.settings, call, moment)
    return True


def _one_recording(house: House, listed: CarriersRecording, calls: tuple[CarriersCall, ...]) -> bool:
    """Keep a recording of a citizen's call; one of a call that is not theirs is left where it is."""
    call = next((one for one in calls if one.call_sid == listed.call_sid), None)
    if call is None or not is_from_carrier(listed.url, house.settings):
        return False
    notice = RecordingNotice(listed.recording_sid, listed.url, listed.duration_seconds)
    with house.database.transaction() as session:
        keep_recording(session, house.settings, _registered(session, house, call, now()), notice, now())
    log.warning("recording_never_told", call_sid=listed.call_sid)
    return True


def _registered(session: Session, house: House, listed: CarriersCall, moment: datetime) -> Call:
    began = listed.started_at or moment
    return register_call(session, house, listed.call_sid, e164(listed.number), listed.called, began)
