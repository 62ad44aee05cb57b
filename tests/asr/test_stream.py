"""Many streams heard at once with real models: in order, apart from each other, in bounds, whatever comes."""

import threading
import time

import pytest

from asr.live_recogniser import FinalText, PartialText
from asr.speed import STREAM_SHARE, live_capacity, mulaw, streams_of_a_core
from asr.stream import MOST_BEHIND_SECONDS, Ears, Finished, Missed
from asr.tidy import is_word
from core.errors import ModelMissingError
from core.settings import Settings
from tests.asr.model_folders import on_miniatures
from tests.asr.sounds import caller
from tests.house import until

SECOND = 8000
SILENCE = b"\xff" * SECOND


class Listener:
    """What one stream told."""

    def __init__(self):
        self.told = []
        self.finished = threading.Event()

    def __call__(self, text):
        self.told.append(text)
        if isinstance(text, Finished):
            self.finished.set()

    @property
    def finals(self):
        return [text for text in self.told if isinstance(text, FinalText)]

    @property
    def missed(self):
        return [text for text in self.told if isinstance(text, Missed)]


@pytest.fixture
def ears():
    opened = Ears(on_miniatures())
    yield opened
    opened.close()


def in_frames(ear, sound):
    for at in range(0, len(sound), 160):
        ear.hear(sound[at : at + 160])


def heard(ears, *sounds, language="zh"):
    listener = Listener()
    ear = ears.open(language, listener)
    for sound in sounds:
        in_frames(ear, sound)
    ear.finish()
    assert listener.finished.wait(30)
    return listener


def test_a_stream_is_heard_in_order_and_finished_last(ears):
    listener = heard(ears, mulaw(caller("zh_dialysis")))
    assert isinstance(listener.told[0], PartialText)
    assert isinstance(listener.told[-1], Finished)
    assert "透析" in listener.finals[-1].text


def test_thirty_streams_at_once_hear_each_their_own(ears):
    sounds = {name: mulaw(caller(name))[: 4 * SECOND] for name in ("zh_chest_pain", "zh_dialysis", "zh_health_code")}
    words = {"zh_chest_pain": "胸口", "zh_dialysis": "透析", "zh_health_code": "健康码"}
    names = [list(sounds)[number % 3] for number in range(30)]
    listeners = [Listener() for _ in names]
    streams = [ears.open("zh", listener) for listener in listeners]
    for at in range(0, max(map(len, sounds.values())), 1600):
        for ear, name in zip(streams, names, strict=True):
            ear.hear(sounds[name][at : at + 1600])
    for ear in streams:
        ear.finish()
    assert all(listener.finished.wait(30) for listener in listeners)
    for listener, name in zip(listeners, names, strict=True):
        text = "".join(final.text for final in listener.finals)
        assert [word for word in words.values() if word in text] == [words[name]]
        assert not listener.missed


def test_the_language_is_followed_and_times_go_on(ears):
    listener = Listener()
    ear = ears.open("zh", listener)
    first, second = mulaw(caller("zh_dialysis")), mulaw(caller("en_insulin"))
    in_frames(ear, first + 2 * SILENCE)
    until(lambda: listener.finals, 10)
    ear.follow("en")
    in_frames(ear, second)
    ear.finish()
    assert listener.finished.wait(30)
    assert [final.language for final in listener.finals] == ["zh", "en"]
    assert "透析" in listener.finals[0].text
    assert "insulin" in listener.finals[1].text
    assert len(first) / SECOND + 2 < listener.finals[1].words[0].start_seconds < len(first) / SECOND + 3.5


def test_a_language_that_changes_in_mid_sentence_is_heard_from_its_first_word(ears):
    sound = 3 * SILENCE + mulaw(caller("en_insulin"))
    (alone,) = heard(ears, sound, language="en").finals
    listener = Listener()
    ear = ears.open("zh", listener)
    in_frames(ear, sound[: 5 * SECOND])
    until(lambda: listener.told, 10)
    ear.follow("en")
    in_frames(ear, sound[5 * SECOND :])
    ear.finish()
    assert listener.finished.wait(30)
    (final,) = listener.finals
    assert (final.language, final.text) == ("en", alone.text)
    assert final.words[0].start_seconds == pytest.approx(alone.words[0].start_seconds, abs=0.1)
    assert not listener.missed


def test_what_was_begun_before_the_language_changed_is_always_settled(ears):
    listener = Listener()
    ear = ears.open("zh", listener)
    in_frames(ear, mulaw(caller("zh_dialysis"))[: 2 * SECOND])
    until(lambda: listener.told, 10)
    ear.follow("en")
    in_frames(ear, 8 * SILENCE)
    until(lambda: listener.finals, 10)
    assert {final.language for final in listener.finals} == {"en"}


def test_an_utterance_that_ended_in_the_wrong_language_is_heard_again_where_it_was(ears):
    sound = 3 * SILENCE + mulaw(caller("en_insulin")) + 2 * SILENCE
    (alone,) = heard(ears, sound, language="en").finals
    listener = Listener()
    ear = ears.open("zh", listener)
    in_frames(ear, sound)
    until(lambda: listener.finals, 10)
    assert ear.hear_again(listener.finals[0], "en")
    until(lambda: len(listener.finals) > 1, 10)
    assert not listener.finished.is_set()
    in_frames(ear, mulaw(caller("zh_dialysis")))  # the stream itself goes on as before
    ear.finish()
    assert listener.finished.wait(30)
    wrong, again, after = listener.finals
    assert [final.language for final in listener.finals] == ["zh", "en", "zh"]
    assert again.text == alone.text
    assert again.words[0].start_seconds == pytest.approx(alone.words[0].start_seconds, abs=0.1)
    assert "透析" in after.text
    assert not ear.hear_again(wrong, "en")  # nothing more can be told


def test_what_is_nothing_in_the_other_language_is_told_as_no_words(ears):
    listener = Listener()
    ear = ears.open("zh", listener)
    in_frames(ear, mulaw(caller("zh_yes")) + 2 * SILENCE)
    until(lambda: listener.finals, 10)
    assert ear.hear_again(listener.finals[0], "en")
    until(lambda: len(listener.finals) > 1, 10)
    assert listener.finals[1].language == "en"
    assert not [word for word in listener.finals[1].words if is_word(word.word)]


def test_what_was_said_too_long_ago_is_not_heard_again(ears):
    listener = Listener()
    ear = ears.open("zh", listener)
    for number in range(1, 4):
        in_frames(ear, mulaw(caller("zh_yes")) + 2 * SILENCE)
        until(lambda number=number: len(listener.finals) == number, 10)
    assert not ear.hear_again(listener.finals[0], "en")
    assert ear.hear_again(listener.finals[1], "en")


def test_whoever_asks_to_hear_again_before_the_end_is_told_before_the_end(ears):
    listener = Listener()
    ear = ears.open("zh", listener)
    in_frames(ear, mulaw(caller("zh_yes")) + 2 * SILENCE)
    until(lambda: listener.finals, 10)
    ear.finish()
    told = ear.hear_again(listener.finals[0], "en")
    assert listener.finished.wait(30)
    assert [final.language for final in listener.finals] == ["zh"] + ["en"] * told
    assert isinstance(listener.told[-1], Finished)


def test_a_language_without_a_model_leaves_the_one_that_is_heard(ears, tmp_path):
    settings = Settings(models=tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "am").mkdir()  # half a model
    fewer = Ears(settings)
    listener = Listener()
    ear = fewer.open("zh", listener)
    ear.follow("en")
    in_frames(ear, mulaw(caller("zh_dialysis")) + 2 * SILENCE)
    until(lambda: listener.finals, 10)
    assert not ear.hear_again(listener.finals[0], "en")
    ear.finish()
    assert listener.finished.wait(30)
    assert "透析" in listener.finals[0].text
    with pytest.raises(ModelMissingError):
        fewer.open("en", listener)
    fewer.close()


def test_a_stream_that_falls_behind_begins_anew_at_the_present_and_tells_what_it_missed(ears):
    listener = Listener()
    ear = ears.open("zh", listener)
    assert ear.is_hearing
    ear._waiting += MOST_BEHIND_SECONDS * SILENCE  # no thread has come to it yet
    assert ear.behind_seconds == MOST_BEHIND_SECONDS
    assert not ear.is_hearing
    in_frames(ear, mulaw(caller("zh_dialysis")))
    assert ear.behind_seconds < MOST_BEHIND_SECONDS
    ear.finish()
    assert listener.finished.wait(30)
    assert sum(missed.seconds for missed in listener.missed) == MOST_BEHIND_SECONDS
    assert "透析" in listener.finals[-1].text
    assert listener.finals[-1].words[0].start_seconds > MOST_BEHIND_SECONDS


def test_however_much_comes_only_so_much_waits():
    listener = Listener()
    slow = Ears(on_miniatures(), threads=1)
    ear, blocker = slow.open("zh", listener), slow.open("zh", lambda _text: time.sleep(1))
    in_frames(blocker, mulaw(caller("zh_dialysis")))  # its listener holds the only thread
    for _ in range(60):
        in_frames(ear, SILENCE)
        assert ear.behind_seconds <= MOST_BEHIND_SECONDS
    assert not ear.is_hearing
    assert sum(missed.seconds or 0 for missed in listener.missed) <= 60
    slow.close()


def test_an_error_in_the_recogniser_ends_the_hearing_of_one_stream_only(ears):
    broken, listener = Listener(), Listener()
    ear, other = ears.open("zh", broken), ears.open("zh", listener)
    ear._recogniser._recogniser = None  # as when native code gives up
    in_frames(ear, mulaw(caller("zh_dialysis")))
    until(lambda: broken.missed, 10)
    assert not ear.is_hearing
    assert other.is_hearing
    in_frames(other, mulaw(caller("zh_dialysis")))
    for one in (ear, other):
        one.finish()
    assert broken.finished.wait(30)
    assert listener.finished.wait(30)
    assert broken.missed == [Missed(None, "AttributeError")]
    assert broken.finals == []
    assert "透析" in listener.finals[0].text


def test_a_stream_without_any_sound_is_finished_too(ears):
    assert heard(ears).told == [Finished()]


def test_sound_is_decoded_when_a_fifth_of_a_second_is_there(ears):
    listener = Listener()
    ear = ears.open("zh", listener)
    ear.hear(SILENCE[:1599])
    time.sleep(0.1)
    assert ear.behind_seconds == 1599 / SECOND
    ear.hear(SILENCE[:1])
    until(lambda: ear.behind_seconds == 0, 10)


def test_the_capacity_counts_all_cores_and_leaves_half_of_them():
    samples = {"zh": caller("zh_dialysis"), "en": caller("en_insulin")}
    assert live_capacity(on_miniatures(), samples) > 10


def test_without_any_model_nobody_can_be_heard(tmp_path):
    for language in ("zh", "en"):
        (tmp_path / language / "am").mkdir(parents=True)
    assert live_capacity(Settings(models=tmp_path), {"zh": b"", "en": b""}) == 0


def test_a_model_that_costs_nothing_still_leaves_what_every_stream_takes():
    assert streams_of_a_core(1e9) == pytest.approx(1 / STREAM_SHARE)
    assert streams_of_a_core(10) == pytest.approx(10, rel=0.05)  # a large model is all the cost
