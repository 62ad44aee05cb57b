"""One stream heard with a real model: partial texts grow, finished ones keep the times of the stream."""

from itertools import pairwise

import numpy as np
import pytest
import soundfile

from asr.live_recogniser import _PCM, FinalText, LiveRecogniser, PartialText
from asr.loaded_models import loaded
from asr.speed import mulaw
from tests.asr.model_folders import copy_miniature, on_miniatures
from tests.asr.sounds import caller, encoded

SECOND = 8000
SILENCE = b"\xff" * SECOND


def recogniser(language="zh", starts_at_seconds=0.0, settings=None):
    return LiveRecogniser(loaded(language, settings or on_miniatures(), "live"), starts_at_seconds)


def texts(hearing, sound, piece=1600):
    found = [hearing.hear(sound[at : at + piece]) for at in range(0, len(sound), piece)]
    return [text for text in found if text]


def finals(found):
    return [text for text in found if isinstance(text, FinalText)]


def test_every_mulaw_code_is_the_sample_that_the_standard_says():
    codes = bytes(range(256))
    wav = encoded(np.zeros(256))
    samples, _ = soundfile.read(__import__("io").BytesIO(wav[:-256] + codes), dtype="int16")  # libsndfile's own table
    assert _PCM.tolist() == samples.tolist()


def test_partial_texts_grow_and_the_final_one_has_the_words_with_their_times():
    found = texts(recogniser(), mulaw(caller("zh_chest_pain")) + 2 * SILENCE)
    (final,) = finals(found)
    partials = [text for text in found if isinstance(text, PartialText)]
    assert len(partials) > 8
    assert all(len(a.words) <= len(b.words) + 1 for a, b in pairwise(partials))
    assert "喘不上气" in final.text
    assert (final.model, final.language) == ("miniature-zh", "zh")
    times = [time for word in final.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert 0.3 < times[0] < times[-1] < 10


def test_a_partial_text_is_told_only_when_it_has_changed():
    partials = [text.text for text in texts(recogniser(), mulaw(caller("zh_chest_pain")), 400)]
    assert all(a != b for a, b in pairwise(partials))


def test_times_count_from_the_start_of_the_stream_whenever_the_recogniser_began():
    hearing = recogniser(starts_at_seconds=100.0)
    (first,) = finals(texts(hearing, mulaw(caller("zh_yes")) + 2 * SILENCE))
    (second,) = finals(texts(hearing, mulaw(caller("zh_yes")) + 2 * SILENCE))
    length = len(mulaw(caller("zh_yes"))) / SECOND + 2
    assert 100 < first.words[0].start_seconds < 101
    assert second.words[0].start_seconds == pytest.approx(first.words[0].start_seconds + length, abs=0.1)


def test_what_was_begun_becomes_a_text_when_the_stream_ends():
    hearing = recogniser()
    assert not finals(texts(hearing, mulaw(caller("zh_chest_pain"))[: 4 * SECOND]))
    assert hearing.is_in_utterance
    final = hearing.finish()
    assert "胸口" in final.text
    assert not hearing.is_in_utterance


def test_silence_tells_nothing_and_finishes_with_nothing():
    hearing = recogniser()
    assert texts(hearing, 8 * SILENCE) == []
    assert hearing.finish() is None


def test_a_guess_that_was_nothing_is_taken_back():
    hearing = recogniser()
    hearing.is_in_utterance = True  # as after a partial text that the final result drops
    (nothing,) = finals(texts(hearing, 6 * SILENCE))
    assert nothing == FinalText("", (), "miniature-zh", "zh", nothing.until_seconds)


def test_any_bytes_are_sound_and_harm_nothing():
    hearing = recogniser()
    for piece in (b"", b"\x00", bytes(range(256)), np.random.default_rng(1).bytes(1601)):
        hearing.hear(piece)
    hearing.finish()
    assert not hearing.is_in_utterance


def test_noise_is_no_known_word():
    found = texts(recogniser("en"), np.random.default_rng(2).bytes(3 * SECOND))
    assert all(not text.words for text in found if isinstance(text, PartialText))


def test_a_model_of_16_khz_gets_the_sound_at_its_own_rate(tmp_path):
    folder = copy_miniature("zh", tmp_path / "zh")
    (folder / "conf/mfcc.conf").write_text(
        (folder / "conf/mfcc.conf").read_text().replace("8000", "16000") + "\n--allow-downsample=true\n"
    )
    hearing = recogniser(settings=on_miniatures().model_copy(update={"models": tmp_path}))
    hearing.hear(mulaw(caller("zh_chest_pain"))[:4000])
    assert hearing._resampler is not None


def decoded_seconds(hearing):
    """What the recogniser itself was given: its times start where it has been given all that was not passed over."""
    return hearing._starts_at_seconds


def test_an_idle_line_is_not_decoded_and_times_stay_true():
    sound = mulaw(caller("zh_yes"))
    with_pauses, without = recogniser(), recogniser()
    texts(with_pauses, sound + 2 * SILENCE)
    texts(without, sound + 2 * SILENCE)
    noise = bytes(0xFE if number % 2 else 0x7E for number in range(30 * SECOND))  # an idle line's smallest steps
    texts(with_pauses, noise)
    assert decoded_seconds(with_pauses) > 28
    (heard,) = finals(texts(with_pauses, sound + 2 * SILENCE))
    assert heard.words[0].start_seconds == pytest.approx(len(sound) / SECOND + 32 + 0.5, abs=0.6)
    (same,) = finals(texts(without, sound + 2 * SILENCE))
    assert [word.word for word in heard.words] == [word.word for word in same.words]


def test_a_word_after_a_long_pause_is_heard_from_its_beginning():
    sound = mulaw(caller("zh_health_code"))
    (whole,) = finals(texts(recogniser(), sound + 2 * SILENCE))
    (after,) = finals(texts(recogniser(), 10 * SILENCE + sound + 2 * SILENCE))
    assert after.text == whole.text
    for one, other in zip(after.words, whole.words, strict=True):
        assert one.start_seconds == pytest.approx(other.start_seconds + 10, abs=0.1)


def test_a_quiet_line_that_is_not_idle_is_decoded():
    hearing = recogniser()
    texts(hearing, bytes([0xFA]) * 5 * SECOND)  # every sample is -50 dBFS
    assert decoded_seconds(hearing) == 0


def test_a_pause_within_an_utterance_is_decoded():
    hearing = recogniser()
    sound = mulaw(caller("zh_chest_pain"))
    texts(hearing, sound[: 3 * SECOND])
    assert hearing.is_in_utterance
    assert finals(texts(hearing, 3 * SILENCE))
    assert decoded_seconds(hearing) < 2.5


def test_what_was_begun_in_another_language_is_settled_even_when_nothing_is_understood():
    begun = LiveRecogniser(loaded("en", on_miniatures(), "live"), 0.0, in_utterance=True)
    (final,) = finals([*texts(begun, 2 * SILENCE), begun.finish()])
    assert (final.text, final.words, final.language) == ("", (), "en")
