"""Stored recordings become judged orders, or end in a named state with the order marked for a person's ear."""

import shutil

import numpy as np
import pytest

from core.clock import now
from core.hot_terms import add_term
from core.models import HotTermKind, Recording, RecordingState, Transcript, Urgency, WorkOrder
from hotline.recording_states import claimed
from hotline.recordings import hear_next, judge
from hotline.sweep import sweep
from hotline.transcribing import TRIES, transcribe_next
from tests.asr.model_folders import copy_miniature, put_model
from tests.asr.sounds import caller, encoded, samples_of
from tests.hotline.in_time import later, read, seconds_from_now
from tests.rows import left_words

SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what sounds decide and no database does."""


def stored(house, audio, language="zh"):
    recording_id = left_words(house, state=RecordingState.STORED, language=language)
    house.recordings.store(recording_id, read(house, Recording, recording_id).call.caller.key_id, audio)
    return recording_id


def order(house, recording_id):
    call_id = read(house, Recording, recording_id).call_id
    with house.database.reading() as session:
        row = session.query(WorkOrder).filter_by(call_id=call_id).one()
        return row, [(event.event, event.detail.get("why")) for event in row.events[1:]]


def state(house, recording_id):
    row = read(house, Recording, recording_id)
    return row.state, row.due_at is None, row.leased_until


def test_words_of_danger_become_a_red_order(bare_house):
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    transcribe_next(bare_house)
    assert state(bare_house, recording_id) == (RecordingState.TRANSCRIBED, False, None)
    transcript = read(bare_house, Transcript, recording_id)
    assert "胸口" in transcript.text
    assert transcript.model == "miniature-zh"
    word, start, end, confidence = transcript.words["words"][0]
    assert word in transcript.text
    assert 0 <= start < end
    assert 0 <= confidence <= 1
    judge(bare_house, recording_id)
    assert state(bare_house, recording_id) == (RecordingState.JUDGED, True, None)
    row, events = order(bare_house, recording_id)
    assert (row.urgency, row.to_listen) == (Urgency.RED, False)
    assert [event for event, _ in events] == ["triaged", "nobody_to_alert"]


def test_what_was_heard_is_judged_at_once(bare_house):
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    hear_next(bare_house)
    assert state(bare_house, recording_id) == (RecordingState.JUDGED, True, None)
    assert order(bare_house, recording_id)[0].urgency is Urgency.RED
    hear_next(bare_house)  # nothing is due any more


def test_doing_each_job_twice_changes_nothing(bare_house):
    recording_id = stored(bare_house, caller("en_insulin"), language="en")
    transcribe_next(bare_house)
    first = read(bare_house, Transcript, recording_id)
    transcribe_next(bare_house)
    assert read(bare_house, Transcript, recording_id).transcribed_at == first.transcribed_at
    judge(bare_house, recording_id)
    before = order(bare_house, recording_id)
    judge(bare_house, recording_id)
    transcribe_next(bare_house)
    after = order(bare_house, recording_id)
    assert after[1] == before[1] == [("triaged", None)]
    assert after[0].revision == before[0].revision
    assert after[0].urgency is Urgency.YELLOW


def test_judging_waits_for_a_text(bare_house):
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    judge(bare_house, recording_id)
    assert read(bare_house, Recording, recording_id).state is RecordingState.STORED
    assert order(bare_house, recording_id)[1] == []


NOT_AUDIO = [b"", b"not audio", b"<html>502 Bad Gateway</html>", b"RIFF", b"\0" * 5000, b"ID3" + b"\xff" * 100]


@pytest.mark.parametrize("audio", NOT_AUDIO)
def test_what_is_no_audio_is_kept_and_left_to_a_person(bare_house, audio):
    recording_id = stored(bare_house, audio)
    transcribe_next(bare_house)
    assert state(bare_house, recording_id) == (RecordingState.UNREADABLE, True, None)
    row, events = order(bare_house, recording_id)
    assert row.to_listen is True
    assert events == [("to_listen", "unreadable")]
    key_id = read(bare_house, Recording, recording_id).call.caller.key_id
    assert bare_house.recordings.open(recording_id, key_id) == audio


SILENT = {
    "silence": lambda: encoded(np.zeros(16_000)),
    "an idle line": lambda: encoded(np.full(16_000, 0.0001), subtype="PCM_16"),
    "no sample at all": lambda: encoded(np.zeros(0)),
    "a click": lambda: encoded(samples_of("zh_chest_pain")[:400]),
}


@pytest.mark.parametrize("sound", SILENT)
def test_a_recording_without_a_word_is_empty_and_for_a_persons_ear(bare_house, sound):
    recording_id = stored(bare_house, SILENT[sound]())
    transcribe_next(bare_house)
    assert state(bare_house, recording_id) == (RecordingState.EMPTY, True, None)
    assert order(bare_house, recording_id)[1] == [("to_listen", "empty")]
    assert order(bare_house, recording_id)[0].urgency is Urgency.UNKNOWN


HEARD_ALL_THE_SAME = {
    "half a file": lambda: caller("zh_chest_pain")[: len(caller("zh_chest_pain")) * 3 // 4],
    "a length of 0 in its header": lambda: _length_of_0(caller("zh_chest_pain")),
    "clipped": lambda: encoded(np.clip(samples_of("zh_chest_pain") * 8, -1, 1)),
    "with noise behind it": lambda: caller("zh_chest_pain") + b"LIST\xff\xff\xff\x7fgarbage",
}


def _length_of_0(wav):
    at = wav.index(b"data") + 4
    return wav[:at] + bytes(4) + wav[at + 4 :]


@SQLITE_ONLY
@pytest.mark.parametrize("sound", HEARD_ALL_THE_SAME)
def test_what_is_there_is_heard(bare_house, sound):
    recording_id = stored(bare_house, HEARD_ALL_THE_SAME[sound]())
    transcribe_next(bare_house)
    assert read(bare_house, Recording, recording_id).state is RecordingState.TRANSCRIBED


@pytest.fixture
def without_model(make_house, tmp_path, monkeypatch):
    """A house whose only Mandarin model lacks a part."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)
    put_model(tmp_path / "models" / "zh", without=("am/final.mdl",))
    return make_house(models=tmp_path / "models")


def test_without_a_model_it_waits_and_a_person_is_told_once(without_model):
    recording_id = stored(without_model, caller("zh_chest_pain"))
    for _ in range(3):
        transcribe_next(without_model)
        row = read(without_model, Recording, recording_id)
        assert (row.state, row.attempts, row.leased_until) == (RecordingState.NO_MODEL, 0, None)
        assert 40 < seconds_from_now(row.due_at) <= 60
        assert "am/final.mdl" in row.failure
        later(without_model, Recording, recording_id)
        sweep(without_model, "clock")
        assert read(without_model, Recording, recording_id).state is RecordingState.STORED
    assert order(without_model, recording_id)[0].to_listen is True
    assert order(without_model, recording_id)[1].count(("to_listen", "no_model")) == 1


def test_once_a_model_comes_it_is_judged(without_model):
    recording_id = stored(without_model, caller("zh_chest_pain"))
    transcribe_next(without_model)
    folder = without_model.settings.models / "zh"
    shutil.rmtree(folder)
    copy_miniature("zh", folder)
    later(without_model, Recording, recording_id)
    sweep(without_model, "clock")
    transcribe_next(without_model)
    judge(without_model, recording_id)
    assert read(without_model, Transcript, recording_id).model == "zh"
    row, _ = order(without_model, recording_id)
    assert row.urgency is Urgency.RED
    assert "胸口" in row.summary
    assert read(without_model, Recording, recording_id).failure is None


def test_before_its_minute_is_over_no_model_is_looked_for(without_model):
    recording_id = stored(without_model, caller("zh_chest_pain"))
    transcribe_next(without_model)
    sweep(without_model, "clock")
    assert read(without_model, Recording, recording_id).state is RecordingState.NO_MODEL


def test_a_missing_model_of_one_language_does_not_stop_the_other(without_model):
    recording_id = stored(without_model, caller("en_insulin"), language="en")
    transcribe_next(without_model)
    assert read(without_model, Recording, recording_id).state is RecordingState.TRANSCRIBED


def test_a_recording_that_kills_its_process_ends_as_failed_after_three_tries(bare_house):
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    for number in range(1, TRIES + 1):
        assert claimed(bare_house, recording_id, RecordingState.STORED).attempts == number  # and the process dies
        transcribe_next(bare_house)  # the job again, while the dead one's lease runs
        assert read(bare_house, Recording, recording_id).attempts == number
        later(bare_house, Recording, recording_id)
    transcribe_next(bare_house)
    assert state(bare_house, recording_id) == (RecordingState.FAILED, True, None)
    row, events = order(bare_house, recording_id)
    assert row.to_listen is True
    assert events == [("to_listen", "failed")]


def test_the_third_try_still_counts(bare_house):
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    for _ in range(TRIES - 1):
        claimed(bare_house, recording_id, RecordingState.STORED)
        later(bare_house, Recording, recording_id)
    transcribe_next(bare_house)
    assert read(bare_house, Recording, recording_id).state is RecordingState.TRANSCRIBED


@pytest.mark.parametrize("lost", ["file", "key"])
def test_a_recording_that_can_t_be_opened_is_left_to_a_person(bare_house, lost):
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    if lost == "key":
        bare_house.recordings.keys.erase(read(bare_house, Recording, recording_id).call.caller.key_id)
    else:
        bare_house.recordings.erase(recording_id)
    transcribe_next(bare_house)
    assert state(bare_house, recording_id) == (RecordingState.FAILED, True, None)
    assert order(bare_house, recording_id)[0].to_listen is True


def test_a_recording_without_an_order_is_judged_quietly(bare_house):
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    with bare_house.database.transaction() as session:
        row = session.query(WorkOrder).one()
        for event in row.events:
            session.delete(event)
        session.flush()
        session.delete(row)
    transcribe_next(bare_house)
    judge(bare_house, recording_id)
    assert read(bare_house, Recording, recording_id).state is RecordingState.JUDGED


def test_what_sounds_like_a_listed_name_is_proposed_beside_the_text(bare_house):
    with bare_house.database.transaction() as session:
        add_term(session, "zh", "青隆接到", HotTermKind.PLACE, "anna", now())
    recording_id = stored(bare_house, caller("zh_chest_pain"))
    transcribe_next(bare_house)
    transcript = read(bare_house, Transcript, recording_id)
    assert "青龙街道" in transcript.text
    assert transcript.proposed_text == transcript.text.replace("青龙街道", "青隆接到")
    assert transcript.exchanges == {"exchanges": [["青龙街道", "青隆接到", "place", "same sound"]]}


def test_without_such_a_name_there_is_no_proposal(bare_house):
    recording_id = stored(bare_house, caller("zh_no_vegetables"))
    transcribe_next(bare_house)
    transcript = read(bare_house, Transcript, recording_id)
    assert (transcript.proposed_text, transcript.exchanges) == (None, {"exchanges": []})
