"""The real stream process hears callers over real WebSockets: their words, their sound and their dangers are kept."""

from concurrent.futures import ThreadPoolExecutor

from core.live import Hearing
from core.models import RecordingState, Urgency
from tests.hotline.stream.ears_house import SECOND, SILENCE, voice
from tests.house import until


def test_what_a_caller_says_is_kept_as_words_and_as_sound(ears):
    call = ears.greeted()
    sound = voice("zh_health_code") + 2 * SILENCE
    with ears.stream(call) as stream:
        stream.speak(sound)
        (utterance,) = until(lambda: ears.utterances(call), 20)
        assert stream.stop() == (1000, "")
    assert "健康码" in utterance.text
    assert (utterance.turn, utterance.position, utterance.model) == (1, 0, "miniature-zh")
    assert 0 < utterance.started_seconds < utterance.ended_seconds < len(sound) / SECOND
    until(lambda: ears.has_ended(call), 20)
    row = ears.recording_of(call)
    assert (row.state, row.duration_seconds) == (RecordingState.TRANSCRIBED, round(len(sound) / SECOND))
    assert ears.sound_of(call) == sound
    assert row.transcript.text == ears.order_of(call).summary == utterance.text


def test_an_utterance_moves_the_call_on_in_the_turn_it_was_said_in(ears, site):
    call = ears.greeted(twiml="<Response><Gather/></Response>")
    with ears.stream(call) as stream:
        stream.speak(voice("zh_health_code") + 2 * SILENCE)
        until(lambda: site.moves_of(call), 20)
        ears.answered(call, "<Response><Gather/></Response>")
        stream.speak(voice("zh_yes") + 2 * SILENCE)
        until(lambda: len(site.moves_of(call)) > 1, 20)
    assert site.moves_of(call) == ["turns/1/spoke", "turns/2/spoke"]


def test_the_first_word_breaks_off_a_prompt(ears, site):
    call = ears.greeted()
    with ears.stream(call) as stream:
        stream.speak(voice("zh_health_code")[: 3 * SECOND])
        until(lambda: site.moves_of(call), 20)
        until(lambda: ears.house.live.hearing(call) == Hearing(speaking=True), 10)
        stream.speak(voice("zh_health_code")[3 * SECOND :] + 2 * SILENCE)
        until(lambda: len(site.moves_of(call)) > 1, 20)
        until(lambda: ears.house.live.hearing(call) == Hearing(speaking=False), 10)
    assert site.moves_of(call) == ["turns/1/speaking", "turns/1/spoke"]


def test_a_caller_who_talks_to_a_person_is_heard_but_not_moved(ears, site):
    call = ears.greeted(twiml="<Response><Say>x</Say><Dial><Number>+8613800138001</Number></Dial></Response>")
    with ears.stream(call) as stream:
        stream.speak(voice("zh_chest_pain") + 2 * SILENCE)
        until(lambda: ears.utterances(call), 20)
        stream.stop()
    until(lambda: ears.has_ended(call), 20)
    assert site.moves_of(call) == []
    assert ears.order_of(call).urgency is Urgency.RED


def test_a_danger_is_told_before_the_sentence_ends_and_the_rest_is_still_heard(ears):
    call = ears.greeted()
    with ears.stream(call) as stream:
        stream.speak(voice("zh_chest_pain")[: 5 * SECOND])
        order = until(lambda: ears.order_of(call), 20)
        assert order.urgency is Urgency.RED
        assert ["喘不上气", "breathing"] in until(lambda: _two_reasons(ears, call), 20)
        assert "alerted" in [event.event for event in order.events]
        assert ears.utterances(call) == []
        stream.speak(voice("zh_chest_pain")[5 * SECOND :] + 2 * SILENCE)
        (utterance,) = until(lambda: ears.utterances(call), 20)
    assert utterance.is_danger
    assert "青龙街道" in utterance.text
    assert ears.order_of(call).summary == utterance.text


def _two_reasons(ears, call):
    words = ears.order_of(call).reasons["words"]
    return words if len(words) > 1 else None


def test_who_hangs_up_in_mid_sentence_has_left_it(ears):
    call = ears.greeted()
    with ears.stream(call) as stream:
        stream.speak(voice("zh_dialysis")[: 4 * SECOND])
        stream.socket.socket.close()  # not even a goodbye
    until(lambda: ears.has_ended(call), 20)
    (utterance,) = ears.utterances(call)
    assert ears.order_of(call).summary == utterance.text
    assert len(ears.sound_of(call)) > 3.5 * SECOND
    until(lambda: ears.house.live.hearing(call) is None, 10)


def test_our_own_prompt_from_the_loudspeaker_is_no_word_and_no_danger(ears, site):
    prompt = "你好，我父亲胸口疼，喘不上气。我们住在东城区青龙街道，需要救护车。"
    said = f"<Response><Gather><Say>{prompt}</Say></Gather></Response>"
    call = ears.greeted(twiml=said)
    with ears.heard(call) as stream:
        ears.answered(call, said)
        stream.speak(voice("zh_chest_pain")[: 9 * SECOND // 2], pace=1.6)  # about as fast as any voice
        stream.stop()
    until(lambda: ears.has_ended(call), 20)
    assert ears.utterances(call) == []
    assert ears.order_of(call) is None
    assert site.moves_of(call) == []
    assert ears.recording_of(call).state is RecordingState.EMPTY


def test_the_language_of_the_conversation_is_followed(ears):
    call = ears.greeted()
    with ears.stream(call) as stream:
        stream.speak(voice("zh_yes") + 2 * SILENCE)
        until(lambda: ears.utterances(call), 20)
        ears.change(call, dialogue={"language": "en"})
        ears.answered(call, "<Response><Gather/></Response>")
        stream.speak(SILENCE)
        until(lambda: _says(stream, ears, call, "insulin"), 30)
    assert ears.utterances(call)[-1].model == "miniature-en"


def test_who_speaks_in_the_moment_of_changing_the_language_is_heard_in_the_new_one(ears, site):
    call = ears.greeted()
    with ears.heard(call) as stream:
        ears.change(call, dialogue={"language": "en"})  # nobody has told the stream yet
        stream.speak(voice("en_insulin") + 2 * SILENCE)
        (utterance,) = until(lambda: ears.utterances(call), 20)
        until(lambda: site.moves_of(call), 20)
        until(lambda: ears.house.live.hearing(call) == Hearing(speaking=False), 10)
        stream.stop()
    until(lambda: ears.has_ended(call), 20)
    assert utterance.model == "miniature-en"
    assert "insulin" in utterance.text
    assert ears.recording_of(call).transcript.text == utterance.text


def test_who_hangs_up_at_once_after_speaking_in_another_language_is_not_heard_in_the_old_one(ears):
    call = ears.greeted()
    with ears.heard(call) as stream:
        ears.change(call, dialogue={"language": "en"})
        stream.speak(voice("en_insulin"))
        stream.stop()
    until(lambda: ears.has_ended(call), 20)
    row = ears.recording_of(call)
    assert row.language == "en"
    assert row.state is RecordingState.STORED or "insulin" in row.transcript.text


def _says(stream, ears, call, word):
    stream.speak(voice("en_insulin") + 2 * SILENCE, pace=20)
    return any(word in utterance.text for utterance in ears.utterances(call))


def test_many_callers_are_heard_at_once_and_one_too_many_is_refused(ears):
    names = {"zh_chest_pain": "胸口", "zh_dialysis": "透析", "zh_health_code": "健康码"}
    sounds = {name: voice(name)[: 4 * SECOND] for name in names}
    wanted = [list(names)[number % 3] for number in range(ears.settings.live_streams)]
    calls = [ears.greeted(twiml="<Response/>") for _ in wanted]
    before = ears.memory_mib()

    def one(call, name):
        with ears.stream(call) as stream:
            stream.speak(sounds[name], pace=4)
            until(lambda: ears.house.live.server().streams == len(calls), 30)
            return stream.stop()

    with ThreadPoolExecutor(len(calls)) as callers:
        closed = [callers.submit(one, call, name) for call, name in zip(calls, wanted, strict=True)]
        until(lambda: ears.house.live.server().streams == len(calls), 30)
        assert not ears.house.live.has_room()
        assert [code.result() for code in closed] == [(1000, "")] * len(calls)
    for call, name in zip(calls, wanted, strict=True):
        until(lambda call=call: ears.has_ended(call), 30)
        text = ears.utterances(call)[0].text
        assert [word for word in names.values() if word in text] == [names[name]]
    assert ears.memory_mib() - before < 2 * len(calls)
