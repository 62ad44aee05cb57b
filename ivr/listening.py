"""What comes in by ear: whether a caller can be and is being heard live, and what they said that no turn has taken."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.live import Hearing, Live
from core.models import Call, Urgency, Utterance
from core.prepared import Prepared
from core.settings import Language
from ivr.caller_input import call_sid
from ivr.conversation import Conversation, Place
from ivr.spoken_words import Command, command_in, readable
from ivr.steps import CallerInput, EarsLost, OpenOrder, RangOut, Said, Silent, Speaking, Talked
from knowledge.words import says_something
from routing.triage import danger


@dataclass(frozen=True)
class Ears:
    """What the stream process told of itself before a webhook's transaction began."""

    has_room: bool = False
    """A new caller can be heard live."""
    hearing: Hearing | None = None
    """This call's caller is heard; None without a sign of life."""


@dataclass(frozen=True)
class Taken:
    """What the caller did, words of theirs included, and the conversation that knows it."""

    heard: CallerInput | None
    """None: nothing that an earlier turn has not taken already."""
    talk: Conversation


_UNTAKEN = Prepared(
    select(Utterance.id, Utterance.text, Utterance.is_danger)
    .where(Utterance.call_id == bindparam("call_id"), Utterance.id > bindparam("heard_up_to"))
    .order_by(Utterance.id)
)


def ask_ears(live: Live, path: str, fields: Mapping[str, str]) -> Ears:
    """Ask after the stream process, where a webhook needs to know: outside a transaction, as Redis may be mute."""
    sid = call_sid(fields)
    match path.split("/"):
        case ["incoming"]:
            return Ears(has_room=live.has_room())
        case ["turns", _, "keys"] if sid and not fields.get("Digits"):
            return Ears(hearing=live.hearing(sid))
        case _:
            return Ears()


def take_words(session: Session, call: Call, talk: Conversation, heard: CallerInput, ears: Ears) -> Taken:
    """Return what a webhook means together with what was said since the last turn.

    So a move of the call that is lost or comes twice loses nothing and takes nothing twice.
    Words said while people were rung belong to the order; only words for a danger to life change what comes next.
    """
    if not isinstance(heard, Silent | Said | Speaking | RangOut | Talked):
        return Taken(heard, talk)
    if isinstance(heard, Speaking):
        return Taken(heard if talk.voice else None, talk)
    said, up_to = untaken(session, call, talk)
    if isinstance(heard, Silent) and not talk.voice and not (said and said.is_danger):
        return Taken(heard, talk)
    talk = replace(talk, heard_up_to=up_to)
    if isinstance(heard, Talked):
        return Taken(heard, talk)
    if isinstance(heard, RangOut):
        is_new_danger = said and said.is_danger and not heard.answered and talk.place is not Place.DANGER
        return Taken(said if is_new_danger else heard, talk)
    if said:
        return Taken(said, talk)
    return Taken(_what_silence_means(ears.hearing) if isinstance(heard, Silent) else None, talk)


def untaken(session: Session, call: Call, talk: Conversation) -> tuple[Said | None, int]:
    """Return what was said since the last turn, joined, and the id of its last utterance."""
    rows = _UNTAKEN.rows(session, call_id=call.id, heard_up_to=talk.heard_up_to)
    if not rows:
        return None, talk.heard_up_to
    text = " ".join(row.text for row in rows)
    return said(text, talk.language, is_danger=any(row.is_danger for row in rows)), rows[-1].id


def said(text: str, language: Language, *, is_danger: bool = False) -> Said:
    """Return words as the conversation takes them; two harmless utterances may tell of a danger together."""
    dangers = danger.heard(text, language)
    return Said(text, is_danger or bool(dangers), dangers)


def words_left(session: Session, call: Call, talk: Conversation) -> OpenOrder | None:
    """Return what is to be done about words that no answer has settled, once the caller is gone."""
    last, _ = untaken(session, call, talk)
    return order_for(last, talk)


def order_for(last: Said | None, talk: Conversation) -> OpenOrder | None:
    """Return what is to be done about a caller's last words, and earlier ones; “thanks” alone is nothing."""
    if last and last.is_danger:
        return OpenOrder(Urgency.RED, wants_person=True, dangers=last.dangers)
    command = command_in(last.text, talk.language) if last else None
    if command is Command.PERSON:
        return OpenOrder(wants_person=True)
    tells = last and not command and says_something(readable(last.text), talk.language)
    return OpenOrder() if tells or talk.words_left else None


def _what_silence_means(hearing: Hearing | None) -> CallerInput:
    if hearing is None:
        return EarsLost()
    return Speaking() if hearing.speaking else Silent()
