"""Danger goes first: what a speech worker hears next is chosen in SQL, and a quick model looks through all before."""

import threading
import time
from datetime import timedelta

import pytest

from core.clock import now
from core.models import Recording, RecordingState, Transcript, Urgency, WorkOrder
from hotline.recording_line import claim_next
from hotline.recordings import judge
from hotline.transcribing import _holding_on, transcribe_next
from routing.orders import set_urgency
from routing.orders.reading import queue_counts, waiting_orders
from tests.asr.model_folders import copy_miniature
from tests.asr.sounds import caller
from tests.hotline.in_time import later, read
from tests.rows import left_words

LEASE = 60


def stored(house, minutes_ago=0.0, urgency=Urgency.UNKNOWN, **columns):
    columns = {"announced_at": now() - timedelta(minutes=minutes_ago), "state": RecordingState.STORED, **columns}
    recording_id = left_words(house, **columns)
    with house.database.transaction() as session:
        row = session.query(WorkOrder).filter_by(call_id=session.get_one(Recording, recording_id).call_id).one()
        row.urgency, row.urgency_rank = urgency, {Urgency.RED: 0, Urgency.GREEN: 2}.get(urgency, 1)
    return recording_id


def with_sound(house, name, language="zh", **columns):
    recording_id = stored(house, language=language, **columns)
    house.recordings.store(recording_id, read(house, Recording, recording_id).call.caller.key_id, caller(name))
    return recording_id


def next_id(house, quick_languages=()):
    with house.database.transaction() as session:
        row = claim_next(session, now(), LEASE, quick_languages)
        return row and row.id


def order_of(house, recording_id):
    call_id = read(house, Recording, recording_id).call_id
    with house.database.reading() as session:
        row = session.query(WorkOrder).filter_by(call_id=call_id).one()
        return row, [event.event for event in row.events[1:]]


def test_red_goes_first_then_the_oldest(bare_house):
    young = stored(bare_house, 1)
    green = stored(bare_house, 9, Urgency.GREEN)
    old = stored(bare_house, 5, Urgency.YELLOW)
    red = stored(bare_house, 2, Urgency.RED)
    older_red = stored(bare_house, 3, Urgency.RED)
    assert [next_id(bare_house) for _ in range(6)] == [older_red, red, green, old, young, None]


def test_what_nobody_has_looked_through_goes_before_what_was(bare_house):
    red = stored(bare_house, 9, Urgency.RED, drafted_at=now())
    other = stored(bare_house, 7, language="en")
    young, old = stored(bare_house, 1), stored(bare_house, 5)
    fresh_red = stored(bare_house, 0, Urgency.RED)
    assert [next_id(bare_house, {"zh"}) for _ in range(5)] == [fresh_red, old, young, red, other]


def test_what_is_held_not_due_or_done_is_passed_over_and_each_claim_counts(bare_house):
    stored(bare_house, leased_until=now() + timedelta(minutes=1))
    stored(bare_house, due_at=now() + timedelta(minutes=1))
    stored(bare_house, state=RecordingState.JUDGED)
    left = stored(bare_house, leased_until=now() - timedelta(seconds=1), attempts=1)
    assert next_id(bare_house) == left
    assert read(bare_house, Recording, left).attempts == 2
    assert read(bare_house, Recording, left).leased_until > now()
    assert next_id(bare_house) is None


def test_a_recording_without_an_order_is_in_line_too(bare_house):
    recording_id = stored(bare_house)
    with bare_house.database.transaction() as session:
        row = session.query(WorkOrder).one()
        for event in row.events:
            session.delete(event)
        session.flush()
        session.delete(row)
    assert next_id(bare_house) == recording_id


def test_of_many_workers_each_gets_another_one(bare_house):
    ids = {stored(bare_house, number) for number in range(8)}
    together, got, errors = threading.Barrier(4), [], []

    def take():
        try:
            together.wait()
            got.extend(next_id(bare_house) for _ in range(2))
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(got) == 8
    assert set(got) - {None} <= ids
    taken = [one for one in got if one]
    assert len(taken) == len(set(taken))


@pytest.fixture
def two_models(make_house, tmp_path):
    """A house with a large model for recordings and a small one (by their names) in the same folder."""
    copy_miniature("zh", tmp_path / "models/vosk-model-cn-0.22")
    copy_miniature("zh", tmp_path / "models/vosk-model-small-cn-0.9")
    return make_house(models=tmp_path / "models", duty_phones=("+8613900139000",))


def test_a_danger_is_told_by_the_quick_model_before_anything_is_heard_in_full(two_models):
    calm = with_sound(two_models, "zh_no_vegetables", minutes_ago=9)
    danger = with_sound(two_models, "zh_chest_pain", minutes_ago=1)
    transcribe_next(two_models)
    transcribe_next(two_models)
    for recording_id in (calm, danger):
        row = read(two_models, Recording, recording_id)
        assert (row.state, row.attempts, row.leased_until) == (RecordingState.STORED, 0, None)
        assert row.drafted_at is not None
        assert read(two_models, Transcript, recording_id).model == "vosk-model-small-cn-0.9"
    order, events = order_of(two_models, danger)
    assert (order.urgency, order.urgency_rank, order.category) == (Urgency.RED, 0, None)
    assert ["胸口疼", "heart"] in order.reasons["words"]
    assert events == ["urgency_raised", "alerted"]
    assert order_of(two_models, calm)[0].urgency is Urgency.UNKNOWN
    transcribe_next(two_models)  # in full: the red one first
    assert read(two_models, Recording, danger).state is RecordingState.TRANSCRIBED
    assert read(two_models, Transcript, danger).model == "vosk-model-cn-0.22"
    judge(two_models, danger)
    assert order_of(two_models, danger)[1] == ["urgency_raised", "alerted", "triaged"]


def test_a_person_s_judgement_is_not_overruled_by_the_quick_model(two_models):
    danger = with_sound(two_models, "zh_chest_pain")
    with two_models.database.transaction() as session:
        row = session.query(WorkOrder).one()
        set_urgency(session, row, Urgency.YELLOW, "li", now(), "a drill", row.revision, two_models.settings)
    transcribe_next(two_models)
    assert order_of(two_models, danger)[0].urgency is Urgency.YELLOW


def test_what_can_t_be_heard_in_full_keeps_the_words_of_the_quick_model(two_models):
    recording_id = with_sound(two_models, "zh_no_vegetables")
    transcribe_next(two_models)
    two_models.recordings.erase(recording_id)
    transcribe_next(two_models)
    assert read(two_models, Recording, recording_id).state is RecordingState.TRANSCRIBED
    judge(two_models, recording_id)
    assert read(two_models, Recording, recording_id).state is RecordingState.JUDGED
    order, events = order_of(two_models, recording_id)
    assert (order.to_listen, events) == (False, ["triaged"])
    assert "菜" in order.summary


def test_silence_has_no_draft_and_ends_as_empty(two_models):
    recording_id = with_sound(two_models, "silence")
    transcribe_next(two_models)
    with two_models.database.reading() as session:
        assert session.get(Transcript, recording_id) is None
    transcribe_next(two_models)
    assert read(two_models, Recording, recording_id).state is RecordingState.EMPTY


def test_what_was_only_heard_live_is_heard_again_by_the_better_model(two_models):
    recording_id = with_sound(two_models, "zh_no_vegetables", carrier_url="", state=RecordingState.TRANSCRIBED)
    with two_models.database.transaction() as session:
        session.add(
            Transcript(recording_id=recording_id, text="没有", words={"words": []}, model="small", transcribed_at=now())
        )
    judge(two_models, recording_id)
    row = read(two_models, Recording, recording_id)
    assert (row.state, row.attempts) == (RecordingState.STORED, 0)
    transcribe_next(two_models)
    assert read(two_models, Transcript, recording_id).model == "vosk-model-cn-0.22"
    judge(two_models, recording_id)
    assert read(two_models, Recording, recording_id).state is RecordingState.JUDGED
    assert "菜" in order_of(two_models, recording_id)[0].summary


def test_what_was_heard_from_a_recording_is_not_heard_again(two_models):
    recording_id = stored(two_models, state=RecordingState.TRANSCRIBED)
    judge(two_models, recording_id)
    assert read(two_models, Recording, recording_id).state is RecordingState.JUDGED


def test_with_one_model_nothing_is_heard_twice(bare_house):
    recording_id = with_sound(bare_house, "zh_no_vegetables", carrier_url="")
    transcribe_next(bare_house)
    assert read(bare_house, Recording, recording_id).state is RecordingState.TRANSCRIBED
    judge(bare_house, recording_id)
    row = read(bare_house, Recording, recording_id)
    assert (row.state, row.drafted_at) == (RecordingState.JUDGED, None)


def test_a_draft_that_kills_its_process_ends_as_failed(two_models):
    recording_id = with_sound(two_models, "zh_chest_pain", attempts=3)
    later(two_models, Recording, recording_id)
    transcribe_next(two_models)
    assert read(two_models, Recording, recording_id).state is RecordingState.FAILED


def test_what_a_quick_model_has_looked_through_is_no_longer_unheard(bare_house):
    stored(bare_house, 9, drafted_at=now())
    unheard = stored(bare_house, 5)
    with bare_house.database.reading() as session:
        counts, lines = queue_counts(session), waiting_orders(session, now())
    number = order_of(bare_house, unheard)[0].number
    assert counts.oldest_unheard_number == number
    assert [line.number for line in lines if line.unheard_since] == [number]


def test_a_long_decoding_holds_its_claim_and_a_short_one_writes_nothing_meanwhile(make_house):
    house = make_house(lease_seconds=1)
    recording_id = stored(house)
    with house.database.transaction() as session:
        row = claim_next(session, now(), house.settings.lease_seconds, ())
    hold_on = _holding_on(house, row)
    hold_on(5.0)
    assert read(house, Recording, recording_id).leased_until == row.leased_until
    time.sleep(0.3)
    hold_on(10.0)
    assert read(house, Recording, recording_id).leased_until > row.leased_until
