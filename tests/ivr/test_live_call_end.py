"""When a stream ends, its recording has its text, and what was left unanswered has its order, on both databases."""

import pytest

from core.clock import now
from core.hot_terms import add_term
from core.models import Call, HotTermKind, RecordingState, Transcript, Urgency
from ivr.live_call_end import take_down_late
from tests.ivr.live import begun
from tests.rows import an_order


@pytest.fixture
def house(make_house):
    return make_house()


def test_words_that_no_turn_has_taken_are_an_order_at_once(house):
    live = begun(house)
    live.says("你好")
    live.says("东城区没有菜了")
    live.ends()
    row, order = live.recording, live.order
    assert row.state is RecordingState.TRANSCRIBED
    assert row.duration_seconds == round(live.said_seconds)
    assert row.transcript.text == order.summary == "你好\n东城区没有菜了"
    assert [word[0] for word in row.transcript.words["words"]] == list("你好东城区没有菜了")
    assert (row.transcript.model, row.leased_until, row.attempts) == ("a model", None, 0)
    assert row.due_at is not None
    assert "triaged" in [event.event for event in order.events]


def test_what_sounds_like_a_listed_name_is_proposed_beside_what_was_said_live(house):
    with house.database.transaction() as session:
        add_term(session, "zh", "布洛芬", HotTermKind.MEDICINE, "anna", now())
    live = begun(house)
    live.says("你好")
    live.says("我要不落分")
    live.ends()
    transcript = live.recording.transcript
    assert (transcript.text, transcript.proposed_text) == ("你好\n我要不落分", "你好\n我要布洛芬")
    assert transcript.exchanges == {"exchanges": [["不落分", "布洛芬", "medicine", "same sound"]]}


def test_words_that_were_taken_and_answered_leave_no_order(house):
    live = begun(house)
    live.says("我想问核酸在哪里做")
    live.talks(heard_up_to=10_000, answered=True, place="answer")
    live.ends()
    assert live.order is None
    assert live.recording.transcript.text == "我想问核酸在哪里做"


def test_thanks_after_an_answer_are_no_matter_but_a_danger_is(house):
    live, other = begun(house), begun(house)
    live.talks(answered=True, place="answer")
    live.says("谢谢")
    live.ends()
    assert live.order is None
    other.talks(answered=True, place="answer")
    other.says("我还要胰岛素")
    other.ends()
    assert other.order is not None


def test_words_that_the_conversation_has_not_settled_are_an_order(house):
    live = begun(house)
    live.says("东城区没有菜了")
    live.talks(heard_up_to=10_000, words_left=True, answered=True, place="answer")
    live.ends()
    assert live.order is not None


def test_nothing_said_leaves_an_empty_recording_and_no_order(house):
    live = begun(house)
    live.ends()
    assert (live.recording.state, live.recording.due_at, live.order) == (RecordingState.EMPTY, None, None)


def test_an_order_that_is_there_gets_the_words(house):
    live = begun(house)
    with house.database.transaction() as session:
        an_order(session, session.get_one(Call, live.call.call_id), house.settings)
    live.says("没有菜了")
    live.talks(heard_up_to=10_000, answered=True)
    live.ends()
    assert live.order.summary == "没有菜了"


def test_a_noise_is_no_order_but_a_voice_that_no_model_understands_is_to_be_listened_to(house):
    noise, voice = begun(house), begun(house)
    noise.says("嗯嗯", known=False)
    noise.ends()
    assert noise.order is None
    voice.says("听不懂的话", known=False)
    voice.ends()
    assert voice.order.to_listen
    assert voice.order.urgency is Urgency.UNKNOWN


def test_one_word_that_is_understood_needs_no_ear(house):
    live = begun(house)
    live.says("菜")
    live.ends()
    assert not live.order.to_listen


def test_what_was_not_all_heard_is_transcribed_from_the_file(house):
    live = begun(house)
    live.says("没有菜了")
    live.ends(was_all_heard=False)
    assert (live.recording.state, live.recording.transcript) == (RecordingState.STORED, None)
    assert live.recording.due_at is not None
    assert live.order.summary == "没有菜了"  # until then, what was heard


def test_a_recording_that_could_not_be_written_is_seen_by_a_person(house):
    live = begun(house)
    live.says("没有菜了")
    live.ends(failure="The disk is full.")
    assert (live.recording.state, live.recording.failure) == (RecordingState.FAILED, "The disk is full.")
    assert live.order.summary == "没有菜了"


def test_the_recording_is_of_the_language_that_was_spoken_last(house):
    live = begun(house)
    live.talks(language="en")
    live.says("no food", language="en")
    live.ends()
    assert live.recording.language == "en"
    assert live.order.language == "en"


def test_a_stream_is_ended_once(house):
    live = begun(house)
    live.says("没有菜了")
    live.ends()
    events = [event.event for event in live.order.events]
    live.ends(was_all_heard=False)
    assert live.recording.state is RecordingState.TRANSCRIBED
    assert [event.event for event in live.order.events] == events


@pytest.mark.parametrize(
    ("start", "word", "opens"), [(9.0, "救护车", True), (0.2, "救护车", False), (9.0, "[unk]", False)]
)
def test_words_found_only_in_the_file_are_an_order_too(house, start, word, opens):
    live = begun(house)
    live.says("谢谢")
    live.talks(heard_up_to=10_000)
    live.ends(was_all_heard=False)
    with house.database.transaction() as session:
        call = session.get_one(Call, live.call.call_id)
        row = session.merge(live.recording)
        row.transcript = Transcript(
            text=word, words={"words": [[word, start, start + 0.5, 1.0]]}, model="m", transcribed_at=now()
        )
        session.flush()
        assert row.call is call
        take_down_late(session, house.settings, row, now())
    assert (live.order is not None) is opens
