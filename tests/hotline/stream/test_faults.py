"""What goes away while callers speak: nothing they said is lost but the last second, and nobody is held up."""

import signal
import time

import pytest

from core.models import Recording, RecordingState
from hotline.drill.live.taking_away import locked
from hotline.left_streams import end
from hotline.recordings import judge
from hotline.transcribing import transcribe_next
from tests.hotline.in_time import later
from tests.hotline.stream.ears_house import SECOND, SILENCE, Stream, voice
from tests.house import until

SPOKEN = "健康码"


def ended(ears, call):
    return until(lambda: ears.has_ended(call) and ears.recording_of(call), 20)


def test_the_database_away_while_a_caller_speaks(ears):
    call = ears.greeted()
    with ears.heard(call) as stream:
        with locked(ears.folder / "hotline.sqlite3"):
            stream.speak(voice("zh_health_code") + 2 * SILENCE)
            until(lambda: "stream_waits_for_database" in (ears.folder / "stream.log").read_text(), 20)
            assert ears.house.live.hearing(call)
        (utterance,) = until(lambda: ears.utterances(call), 20)
        assert SPOKEN in utterance.text
        stream.stop()
    assert ended(ears, call).state is RecordingState.TRANSCRIBED


@pytest.mark.full
def test_the_database_away_when_a_stream_starts_and_when_it_ends(ears):
    calls, sound = [ears.greeted(), ears.greeted()], voice("zh_health_code")
    with ears.heard(calls[0]) as first, ears.socket() as socket:
        first.speak(sound[: 4 * SECOND])
        with locked(ears.folder / "hotline.sqlite3"):
            first.speak(sound[4 * SECOND :])
            assert first.stop() == (1000, "")  # the carrier need not wait
            second = Stream(ears, socket, calls[1])
            second.start()
            second.speak(sound)
            assert second.stop() == (1000, "")
            time.sleep(1.5)  # longer than the house waits for a lock
    for call in calls:
        assert ended(ears, call).state is RecordingState.TRANSCRIBED
        assert ears.sound_of(call).removeprefix(SILENCE[:160]) == sound  # once, and whole
        assert SPOKEN in ears.order_of(call).summary


def test_redis_away_while_a_caller_speaks(ears):
    call = ears.greeted()
    with ears.heard(call) as stream:
        ears.kill("redis")
        stream.speak(voice("zh_health_code") + 2 * SILENCE)
        assert SPOKEN in until(lambda: ears.utterances(call), 20)[0].text
        ears.start_redis()
        stream.speak(SILENCE)
        until(lambda: _still_sounding(stream) and ears.house.live.hearing(call), 20)
        stream.stop()
    ended(ears, call)


def _still_sounding(stream):
    stream.speak(SILENCE[:160])
    return True


def test_a_carrier_that_refuses_or_is_silent_holds_no_words_up(ears, site):
    for site.status, site.seconds in ((500, 0), (404, 0), (200, 4)):
        call = ears.greeted(twiml="<Response><Gather/></Response>")
        with ears.stream(call) as stream:
            for number in (1, 2):
                stream.speak(voice("zh_health_code") + 2 * SILENCE)
                until(lambda call=call, number=number: len(ears.utterances(call)) == number, 20)
            until(lambda call=call: site.moves_of(call), 10)
            assert stream.stop() == (1000, "")


@pytest.mark.full
def test_a_server_that_is_told_to_stop_ends_every_stream_in_order(ears):
    calls, sound = [ears.greeted() for _ in range(3)], voice("zh_dialysis")[: 5 * SECOND]
    streams = [ears.heard(call) for call in calls]
    opened = [stream.__enter__() for stream in streams]
    for stream in opened:
        stream.speak(sound)
    process = ears.processes.pop("stream")
    process.send_signal(signal.SIGTERM)
    assert [stream.closed() for stream in opened] == [(1001, "")] * 3
    assert process.wait(15) == 0
    for stream in streams:
        stream.__exit__(None, None, None)
    for call in calls:
        assert ears.has_ended(call)
        assert "医院" in ears.order_of(call).summary
        assert len(ears.sound_of(call)) >= len(sound) - SECOND // 5
    assert ears.house.live.server().capacity == 0


def test_a_server_that_is_killed_leaves_what_it_wrote(ears):
    call, sound = ears.greeted(), voice("zh_no_vegetables")[: 5 * SECOND]
    with ears.heard(call) as stream:
        stream.speak(sound)
        until(lambda: _written(ears, call) > 5 * SECOND, 10)  # within about a second
        ears.kill("stream")
    row = ears.recording_of(call)
    assert row.state is RecordingState.LIVE
    until(lambda: ears.house.live.hearing(call) is None, 10)
    end(ears.house, row.id)
    assert ears.recording_of(call).state is RecordingState.LIVE  # its lease is not over
    later(ears.house, Recording, row.id, seconds=20)
    end(ears.house, row.id)
    row = ears.recording_of(call)
    assert (row.state, row.attempts, row.leased_until) == (RecordingState.STORED, 0, None)
    kept, whole = ears.sound_of(call), SILENCE[:160] + sound
    assert whole.startswith(kept)
    assert len(kept) > len(whole) - SECOND
    transcribe_next(ears.house)
    judge(ears.house, row.id)
    assert "没有菜" in ears.order_of(call).summary


def _written(ears, call):
    row = ears.recording_of(call)
    return next(ears.house.recordings.folder.rglob(f"{row.id}.rec")).stat().st_size


@pytest.mark.full
def test_a_server_that_is_frozen_is_silent_and_goes_on_when_it_wakes(ears):
    call = ears.greeted()
    with ears.heard(call) as stream:
        stream.speak(voice("zh_health_code") + 2 * SILENCE)
        until(lambda: ears.utterances(call), 20)
        ears.pause("stream")
        until(lambda: ears.house.live.hearing(call) is None, 10)
        row = ears.recording_of(call)
        later(ears.house, Recording, row.id, seconds=20)
        end(ears.house, row.id)
        assert ears.recording_of(call).state is RecordingState.LIVE  # it lives, and writes on
        assert SPOKEN in ears.order_of(call).summary  # but what was said has its order
        ears.pause("stream", signal.SIGCONT)
        stream.speak(voice("zh_yes") + 2 * SILENCE)
        until(lambda: len(ears.utterances(call)) == 2, 20)
        stream.stop()
    assert ended(ears, call).state is RecordingState.TRANSCRIBED


@pytest.mark.full
def test_a_line_on_which_nothing_more_comes_is_not_heard(ears):
    call = ears.greeted()
    with ears.heard(call) as stream:
        until(lambda: ears.house.live.hearing(call) is None, 15)
        stream.speak(SILENCE)
        until(lambda: ears.house.live.hearing(call), 10)


def test_a_caller_whose_key_was_erased_is_heard_though_nothing_can_be_kept(ears):
    call = ears.greeted()
    with ears.house.database.reading() as session:
        ears.house.recordings.keys.erase(ears.call_of(session, call).caller.key_id)
    with ears.stream(call) as stream:
        stream.speak(voice("zh_health_code") + 2 * SILENCE)
        until(lambda: ears.utterances(call), 20)
        stream.stop()
    row = ended(ears, call)
    assert row.state is RecordingState.FAILED
    assert "erased" in row.failure
    assert SPOKEN in ears.order_of(call).summary
