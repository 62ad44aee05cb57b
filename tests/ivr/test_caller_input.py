"""What the carrier's fields mean: absurd ones are “not told”, none is an error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.caller_input import call_sid, caller_number, heard, recording
from ivr.steps import Keyed, RangOut, Said, Silent, Speaking, Spoke, SpokeNothing
from tests.ivr.telephone import recorded

SID = "RE" + "a" * 32
TEXT = st.text() | st.sampled_from(
    ["", "9", "0", "-1", "hangup", "completed", "absent", "+8613800138000", SID, "9" * 9999]
)
NAMES = (
    "CallSid",
    "From",
    "Digits",
    "RecordingSid",
    "RecordingUrl",
    "RecordingDuration",
    "RecordingStatus",
    "DialCallStatus",
)
KINDS = ("keys", "message", "no-message", "rang", "speaking", "spoke")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), TEXT), st.sampled_from(KINDS))
def test_no_fields_are_an_error(fields, kind):
    known = heard(kind, fields)
    assert isinstance(known, Keyed | Silent | Spoke | SpokeNothing | RangOut | Said | Speaking)
    sid, notice = call_sid(fields), recording(fields)
    assert sid is None or 8 <= len(sid) <= 64
    assert caller_number(fields) is None or len(caller_number(fields)) <= 16
    if notice:
        assert len(notice.recording_sid) <= 64
        assert len(notice.url) <= 500
        assert notice.duration_seconds is None or 0 <= notice.duration_seconds <= 86400


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("keys", {"Digits": "5"}, Keyed("5")),
        ("keys", {"Digits": "#"}, Keyed("#")),
        ("keys", {"Digits": "*9"}, Keyed("*")),
        ("keys", {"Digits": ""}, Silent()),
        ("keys", {}, Silent()),
        ("keys", {"Digits": "x"}, Silent()),
        ("keys", {"Digits": "٣"}, Silent()),
        ("message", recorded(SID), Spoke()),
        ("message", recorded(SID, Digits="#"), Spoke("#")),
        ("message", recorded(SID, Digits="0"), Spoke("0")),
        ("message", recorded(SID, Digits="hangup"), Spoke(hung_up=True)),
        ("message", {}, SpokeNothing()),
        ("message", {"Digits": "hangup"}, SpokeNothing()),
        ("message", {"Digits": "0"}, Keyed("0")),
        ("no-message", {}, SpokeNothing()),
        ("no-message", recorded(SID), SpokeNothing()),
        ("no-message", {"Digits": "0"}, Keyed("0")),
        ("no-message", {"Digits": "#"}, SpokeNothing()),
        ("speaking", {"Digits": "0"}, Speaking()),
        ("spoke", {}, Said("")),
        ("rang", {"DialCallStatus": "completed", "DialBridged": "false"}, RangOut(answered=False)),
        ("rang", {}, RangOut(answered=False)),
    ],
)
def test_what_the_caller_did(kind, fields, expected):
    assert heard(kind, fields) == expected


@pytest.mark.parametrize(
    "number",
    [
        "", "anonymous", "Anonymous", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253",
        "client:anonymous", "sip:a@b", "110", "+86", "+1", "13800138000", "x" * 9999, "+" + "1" * 400,
    ],
)  # fmt: skip
def test_a_withheld_or_impossible_number_is_none(number):
    assert caller_number({"From": number}) is None


@pytest.mark.parametrize(
    ("number", "told"), [("+8613800138000", "+8613800138000"), ("+86 138 0013 8000", "+8613800138000")]
)
def test_a_number_is_told_in_one_form(number, told):
    assert caller_number({"From": number}) == told


@pytest.mark.parametrize(
    "sid", ["", "CA", "CA" + "1" * 63, "CA 1234567", "CA1234567\n", "CA123456\x00", "'; drop table"]
)
def test_a_call_without_a_usable_id_has_none(sid):
    assert call_sid({"CallSid": sid}) is None


@pytest.mark.parametrize("sid", ["CA" + "f" * 32, "2f1c9bba-1f9b-4b5e-9a63-0d4c4f8e3a11"])
def test_ids_of_twilio_and_of_compatible_carriers_are_taken(sid):
    assert call_sid({"CallSid": sid}) == sid
    assert recording(recorded(sid)).recording_sid == sid


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("86400", 86400),
        ("86401", None),
        ("-1", None),
        ("1e9", None),
        ("", None),
        ("٣", None),
        ("9" * 400, None),
    ],
)
def test_a_duration_is_sensible_or_not_told(duration, seconds):
    assert recording(recorded(SID, RecordingDuration=duration)).duration_seconds == seconds


@pytest.mark.parametrize(
    "told",
    [
        {"RecordingStatus": "absent"},
        {"RecordingStatus": "failed"},
        {"RecordingUrl": ""},
        {"RecordingUrl": "https://" + "h" * 493},
        {"RecordingUrl": "https://a b"},
        {"RecordingUrl": "https://a\x00"},
        {"RecordingUrl": "file:///etc/passwd"},
        {"RecordingSid": "x"},
    ],
)
def test_a_recording_that_the_carrier_lacks_is_none(told):
    assert recording(recorded(SID, **told)) is None
