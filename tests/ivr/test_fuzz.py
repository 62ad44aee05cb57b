"""Whole calls of nonsense: signed webhooks of any kind, turn and field, in any order, twice or late."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.models import Call, Recording, Urgency, WorkOrder
from ivr.prompts import prompt
from tests.ivr.telephone import DUTY, RECORDING_URL, WANG, Telephone, make_house, new_sid, said, verbs

RECORDINGS = [new_sid("RE") for _ in range(3)]
WILD = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FIELDS = {
    "From": st.sampled_from([WANG, "+266696687", "anonymous", "", "+8613800138001"]) | WILD,
    "To": st.sampled_from(["+8657100000000", ""]) | WILD,
    "Digits": st.sampled_from([*"0123456789*#", "", "hangup", "99"]) | WILD,
    "RecordingSid": st.integers(0, len(RECORDINGS) - 1).map(str) | WILD,
    "RecordingUrl": st.sampled_from([RECORDING_URL, "https://elsewhere.example", "x" * 600]),
    "RecordingDuration": st.sampled_from(["7", "-1", "1e9", ""]),
    "RecordingStatus": st.sampled_from(["completed", "absent", "failed", "x"]),
    "CallStatus": st.sampled_from(["in-progress", "completed", "failed", "x"]),
    "DialCallStatus": st.sampled_from(["completed", "busy", "x"]),
}
TURNS = st.integers(0, 9).map(str)
PATHS = st.one_of(
    st.sampled_from(["incoming", "fallback", "status", "recordings"]),
    st.tuples(TURNS, st.sampled_from(["keys", "message", "no-message", "rang", "speaking", "spoke"])).map(
        lambda t: f"turns/{t[0]}/{t[1]}"
    ),
    st.tuples(TURNS, st.sampled_from(["red", "red/keys", "person/keys"])).map(lambda t: f"whisper/CALL/{t[0]}/{t[1]}"),
)
WEBHOOKS = st.lists(st.tuples(PATHS, st.fixed_dictionaries({}, optional=FIELDS)), max_size=14)


@pytest.fixture(scope="module")
def house(tmp_path_factory, template):
    house = make_house(tmp_path_factory.mktemp("fuzz"), template, duty_phones=(DUTY,))
    yield house
    house.database.close()
    house.queues.redis.close()


def read(house, statement):
    with house.database.reading() as session:
        return session.scalar(statement)


def play(house, app, webhooks):
    """Send a call's webhooks and hold every answer against what may never happen."""
    telephone, prefix = Telephone(house, app), new_sid("RE")
    red, kept = False, set()
    for path, told in webhooks:
        fields = dict(told)
        if fields.get("RecordingSid", "") in {"0", "1", "2"}:
            fields["RecordingSid"] = prefix + fields["RecordingSid"]
        call_id = read(house, select(Call.id).where(Call.call_sid == telephone.sid)) or 0
        answer = telephone.post(path.replace("CALL", str(call_id)), **fields)
        assert answer.status_code in {200, 204}
        check_document(path, answer)
        red = red or (path.endswith("/keys") and path.startswith("turns") and fields.get("Digits", "")[:1] == "9")
        kept |= recordings_of(path, fields)
    check_rows(house, telephone.sid, red=red, kept=kept)
    assert not house.spool.path.exists()


def check_document(path, answer):
    if path in {"status", "recordings"}:
        assert answer.status_code == 204
    elif not path.startswith("whisper"):
        assert verbs(answer)[-1] in {"Redirect", "Hangup"}
        assert prompt("apology", "en", emergency_numbers="120, 119, 110") not in said(answer)
        if "Hangup" in verbs(answer):
            assert any(prompt("goodbye", language) in said(answer) for language in ("zh", "en"))


def recordings_of(path, fields):
    """Return the recording that a webhook tells of, if it is one that the carrier has."""
    usable = fields.get("RecordingUrl") in {RECORDING_URL, "https://elsewhere.example"}
    there = fields.get("RecordingStatus", "completed") == "completed"
    sid = fields.get("RecordingSid", "")
    tells = path == "recordings" or path.startswith("turns")
    return {sid} if tells and usable and there and sid.startswith("RE") and len(sid) == 35 else set()


def check_rows(house, call_sid, *, red, kept):
    calls = read(house, select(func.count(Call.id)).where(Call.call_sid == call_sid))
    orders = select(WorkOrder).join(Call).where(Call.call_sid == call_sid)
    assert calls <= 1
    assert read(house, select(func.count()).select_from(orders.subquery())) <= 1
    order = read(house, orders)
    if red:
        assert order.urgency is Urgency.RED
    with house.database.reading() as session:
        found = set(session.scalars(select(Recording.recording_sid).join(Call).where(Call.call_sid == call_sid)))
    assert kept <= found
    assert order or not found


common = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=60, **common)
@given(WEBHOOKS)
def test_no_call_of_nonsense_breaks_a_promise(house, first_app, webhooks):
    play(house, first_app, webhooks)


@pytest.mark.full
@pytest.mark.timeout(1800)
@settings(max_examples=2000, **common)
@given(WEBHOOKS)
def test_no_call_of_nonsense_breaks_a_promise_in_depth(house, first_app, webhooks):
    play(house, first_app, webhooks)
