"""A correction on the telephone: who pressed 1 is told what is right, anybody else only to call the hotline."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from twilio.twiml.voice_response import VoiceResponse

from core.house import House
from core.models import ArticleVersion, Call, CorrectionRecipient, ToldBy
from core.settings import Language, Settings
from ivr.calls import Happened, end_call, take_turn
from ivr.listening import Ears
from ivr.prompts import prompt
from ivr.registering import register_call
from ivr.steps import Keyed
from ivr.twiml import say_to
from knowledge.answers import spoken
from knowledge.articles import Article
from knowledge.store import published_articles
from routing.told import tell
from routing.told.corrections import correction_of, heard_correction, missed_correction

_IS_THE_CALLER = "1"
_AGAIN = "1"
_FIRST_TURN = 0


def correction_message(settings: Settings, language: Language) -> str:
    """Return the short message of a correction: it names neither matter nor words, as anybody may read it."""
    return prompt("correction_sms", language, city=_city(settings, language), number=settings.hotline_number)


def ask_for_the_caller(session: Session, settings: Settings, attempt_id: str) -> str:
    """Ask whoever picked up to press 1 if they have called us; a voicemail keeps nothing but “please call”."""
    recipient = correction_of(session, attempt_id)
    if recipient is None:
        return _hang_up()
    language = _wrong(session, recipient).article.language
    number = " ".join(settings.hotline_number.removeprefix("+"))
    sentence = prompt("correction_call", language, city=_city(settings, language), number=number)
    return _ask(settings, language, (sentence, sentence), f"/voice/corrections/{attempt_id}/keys")


def tell_correction(
    session: Session, house: House, attempt_id: str, fields: Mapping[str, str], sid: str | None, now: datetime
) -> str:
    """Tell who pressed 1 what is right; from then on this is a call like any other, and is written down as told."""
    recipient = correction_of(session, attempt_id)
    if recipient is None or sid is None or fields.get("Digits") != _IS_THE_CALLER:
        return _hang_up()
    heard_correction(session, recipient, now)
    call = register_call(session, house, sid, recipient.caller.number, house.settings.hotline_number, now)
    language = _wrong(session, recipient).article.language
    call.dialogue = {**call.dialogue, "language": language}
    article = _right(session, recipient, now)
    if article and article.version_id:
        tell(session, call, article.version_id, ToldBy.CORRECTION, now)
    return _say_correction(session, house.settings, recipient, article, attempt_id)


def after_correction(
    session: Session, house: House, attempt_id: str, fields: Mapping[str, str], sid: str | None, now: datetime
) -> str:
    """Say it again, connect to a person, take a danger; everything else ends the call."""
    recipient = correction_of(session, attempt_id)
    key = fields.get("Digits", "")
    if recipient is None or sid is None:
        return _hang_up()
    if key == _AGAIN:
        return _say_correction(session, house.settings, recipient, _right(session, recipient, now), attempt_id)
    if key in {"0", "9"}:
        call = register_call(session, house, sid, recipient.caller.number, house.settings.hotline_number, now)
        return take_turn(session, house, call, Happened(_FIRST_TURN, "keys", Keyed(key), None, Ears()), now)
    response = VoiceResponse()
    language = _wrong(session, recipient).article.language
    say_to(response, prompt("goodbye", language), language, house.settings)
    response.hangup()
    return str(response)


def correction_ended(
    session: Session, house: House, attempt_id: str, status: str, call: Call | None, now: datetime
) -> None:
    """Note the end of a correction call; whoever was not told in it is called again later."""
    if call:
        end_call(session, house.settings, call, status, now)
    recipient = correction_of(session, attempt_id)
    if recipient:
        missed_correction(session, recipient, house.settings, now)


def _say_correction(
    session: Session, settings: Settings, recipient: CorrectionRecipient, article: Article | None, attempt_id: str
) -> str:
    wrong = _wrong(session, recipient)
    language = wrong.article.language
    intro = prompt("correction_intro" if article else "correction_withdrawn", language, question=wrong.question)
    ambulance = settings.emergency_numbers.partition(",")[0].strip()
    answer = (spoken(article, ambulance),) if article else ()
    said = (intro, *answer, prompt("correction_keys", language))
    return _ask(settings, language, said, f"/voice/corrections/{attempt_id}/answer", prompt("goodbye", language))


def _wrong(session: Session, recipient: CorrectionRecipient) -> ArticleVersion:
    return session.get_one(ArticleVersion, recipient.wrong_version_id)


def _right(session: Session, recipient: CorrectionRecipient, now: datetime) -> Article | None:
    """Return what holds now, which may be newer than what held when the correction was queued."""
    article = _wrong(session, recipient).article
    return next((one for one in published_articles(session, article.language, now) if one.id == article.slug), None)


def _ask(settings: Settings, language: Language, sentences: tuple[str, ...], path: str, last: str = "") -> str:
    response = VoiceResponse()
    gather = response.gather(input="dtmf", num_digits=1, timeout=8, action=f"{settings.base_url}{path}", method="POST")
    for sentence in sentences:
        say_to(gather, sentence, language, settings)
    say_to(response, last, language, settings)
    response.hangup()
    return str(response)


def _city(settings: Settings, language: Language) -> str:
    return settings.city_name_zh if language == "zh" else settings.city_name_en


def _hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)
