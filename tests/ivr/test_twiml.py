"""The documents as Twilio reads them: attributes, order of verbs, what is escaped, and their size."""

from dataclasses import replace

import pytest

from core.settings import Settings
from ivr.prompts import LANGUAGES, prompt
from ivr.steps import AskKey, HangUp, Keyed, Record, Ring, Say, SayCode, Silent, StartStream
from ivr.twiml import Paper, _rendered, render
from knowledge.articles import Article
from tests.ivr.talking import FACTS, INPUTS, last, talk_through
from tests.ivr.telephone import DUTY, PUBLIC_URL, parse, sentences, verbs

SETTINGS = Settings(public_url=PUBLIC_URL, duty_phones=(DUTY, "+8613911110001"))
PAPER = Paper(SETTINGS, turn=3, call_id=7, code="480213")
TURN = f"{PUBLIC_URL}/voice/turns/3"
HELLO = Say("hello", "en")
RECORD = {
    "action": f"{TURN}/message",
    "method": "POST",
    "timeout": "5",
    "maxLength": "300",
    "finishOnKey": "0#",
    "trim": "do-not-trim",
    "playBeep": "true",
    "recordingStatusCallback": f"{PUBLIC_URL}/voice/recordings",
    "recordingStatusCallbackMethod": "POST",
    "recordingStatusCallbackEvent": "completed absent",
}


def test_a_recording_is_followed_by_a_way_on_for_the_empty_case():
    record, redirect = parse(render((Record(),), PAPER))
    assert (record.tag, record.attrib) == ("Record", RECORD)
    assert (redirect.tag, redirect.text, redirect.get("method")) == ("Redirect", f"{TURN}/no-message", "POST")


def test_keys_are_heard_while_speaking_before_a_recording():
    gather, record, redirect = parse(render((Record((HELLO,)),), PAPER))
    assert gather.attrib == {
        "action": f"{TURN}/keys",
        "method": "POST",
        "input": "dtmf",
        "numDigits": "1",
        "finishOnKey": "",
        "timeout": "1",
    }
    assert [say.text for say in gather] == ["hello"]
    assert (record.attrib, redirect.tag) == (RECORD, "Redirect")


def test_a_recording_can_be_kept_short():
    record = parse(render((Record(longest_seconds=30),), PAPER)).find("Record")
    assert record.attrib == {**RECORD, "maxLength": "30"}


def test_a_question_for_a_key():
    gather, redirect = parse(render((AskKey((HELLO,), seconds=8),), PAPER))
    assert gather.attrib == {
        "action": f"{TURN}/keys",
        "method": "POST",
        "input": "dtmf",
        "numDigits": "1",
        "finishOnKey": "",
        "timeout": "8",
        "actionOnEmptyResult": "true",
    }
    assert (redirect.tag, redirect.text) == ("Redirect", f"{TURN}/keys")


def test_ringing_the_people_on_duty_at_once_behind_a_whisper():
    dial, redirect = parse(render((Ring(urgent=True),), PAPER))
    assert dial.attrib == {
        "action": f"{TURN}/rang",
        "method": "POST",
        "timeout": "20",
        "callerId": SETTINGS.hotline_number,
    }
    assert [(number.text, number.get("url"), number.get("method")) for number in dial] == [
        (phone, f"{PUBLIC_URL}/voice/whisper/7/3/red", "POST") for phone in SETTINGS.duty_phones
    ]
    assert (redirect.tag, redirect.text) == ("Redirect", f"{TURN}/rang")
    calm = parse(render((Ring(urgent=False),), PAPER))
    assert calm[0][0].get("url") == f"{PUBLIC_URL}/voice/whisper/7/3/person"


def test_hanging_up():
    assert verbs(render((HELLO, HangUp()), PAPER)) == ["Say", "Hangup"]


@pytest.mark.parametrize(
    ("language", "locale", "voice"), [("zh", "cmn-CN", "Polly.Zhiyu"), ("en", "en-US", "Polly.Joanna")]
)
def test_a_sentence_is_spoken_in_the_voice_of_its_language(language, locale, voice):
    (say,) = parse(render((Say("x", language),), PAPER))
    assert say.attrib == {"language": locale, "voice": voice}


@pytest.mark.parametrize(("language", "spoken"), [("zh", "4，8，0，2，1，3"), ("en", "4, 8, 0, 2, 1, 3")])
def test_the_code_is_spoken_digit_by_digit(language, spoken):
    assert sentences(render((SayCode(language),), PAPER)) == [spoken]


def test_markup_in_an_article_is_words():
    wild = 'a < b & "c" <Hangup/> ]]> \x00\x0b\ud800\ufffe 5 > 4'
    document = render((Say(wild, "en"),), PAPER)
    assert sentences(document) == ['a < b & "c" <Hangup/> ]]>  5 > 4']
    assert verbs(document) == ["Say"]


@pytest.mark.parametrize("piece", ["一二三四五六七八九。", "no full stop here ", "字"])
def test_long_words_are_said_in_pieces_with_none_lost(piece):
    text = piece * (2000 // len(piece))
    said = sentences(render((Say(text, "zh"),), PAPER))
    assert "".join(said) == text
    assert all(len(one) < 500 for one in said)
    if piece.endswith("。"):
        assert all(one.endswith("。") for one in said)


def test_every_document_stays_far_below_what_twilio_reads():
    long = [Article(f"a{n}", "zh", "policy", (), "问" * 300, ("x",), "答" * 3000, n) for n in range(20)]
    facts = replace(FACTS, articles=tuple(long), can_ring=True)
    ways = [(Keyed("1"), Keyed("1")), (Keyed("1"), Keyed("1"), Keyed("1")), (Keyed("2"), *INPUTS)]
    for way in ways:
        for turn in talk_through(*way, facts=facts):
            assert len(render(turn.steps, PAPER).encode()) < 64_000


def test_no_document_of_a_whole_conversation_ends_in_silence():
    for heard in INPUTS:
        for before in [(), (Keyed("1"),), (Keyed("2"),), (Keyed("9"),), (Silent(), Silent())]:
            document = render(last(*before, heard).steps, PAPER)
            assert verbs(document)[-1] in {"Redirect", "Hangup"}


def test_the_prompts_hold_nothing_that_markup_could_break():
    for language in LANGUAGES:
        assert prompt("goodbye", language) == sentences(render((Say(prompt("goodbye", language), language),), PAPER))[0]


def test_what_is_one_callers_own_is_never_told_to_another():
    """Documents are remembered: each still has its own call, pass, code and voice."""
    ringing = {
        render((Ring(urgent=True),), replace(PAPER, call_id=number)).count(f"/whisper/{number}/3/red")
        for number in (7, 8)
    }
    assert ringing == {2}
    for own in ("1.abc", "2.def"):
        (start, _) = parse(render((StartStream(), HELLO), replace(PAPER, stream_token=own)))
        assert [one.get("value") for one in start.iter("Parameter")] == [own]
    codes = [sentences(render((SayCode("en"),), replace(PAPER, code=code))) for code in ("123456", "654321")]
    assert codes == [["1, 2, 3, 4, 5, 6"], ["6, 5, 4, 3, 2, 1"]]
    voices = [render((HELLO,), replace(PAPER, settings=Settings(en_voice=voice))) for voice in ("A", "B")]
    assert voices[0] != voices[1]


def test_callers_with_other_codes_share_what_was_remembered():
    _rendered.cache_clear()
    for code in ("123456", "654321"):
        render((SayCode("en"),), replace(PAPER, code=code))
    assert _rendered.cache_info().misses == 1
