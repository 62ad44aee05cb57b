"""Live calls for tests: a call with a given conversation and prompt, and a stream on it that has said things."""

import itertools
import secrets
from dataclasses import dataclass

from core.clock import now
from core.models import Call, Recording, WebhookAnswer
from ivr.last_prompt import LastPrompt
from ivr.live_call import LiveCall, Said, begin_listening, keep_utterance
from ivr.live_call_end import close_stream
from routing.orders import find_order
from routing.triage import danger
from tests.rows import a_call

GREETED = '<Response><Gather action="/voice/turns/1/keys"><Say>您好</Say></Gather></Response>'
_serial = itertools.count(1)


@dataclass
class Live:
    """A call that is heard live in a house without processes."""

    house: object
    call: LiveCall
    prompt: LastPrompt
    said_seconds: float = 0.0

    def says(self, text, *, language="zh", known=True):
        """The caller says this, each character or word half a second long; returns what the call was told last."""
        words = text.split() if language == "en" else list(text)
        spoken = []
        for word in words:
            spoken.append((word if known else "[unk]", self.said_seconds, self.said_seconds + 0.5, 1.0))
            self.said_seconds += 0.5
        said = Said(text if known else "…", tuple(spoken), "a model", danger.heard(text, language) if known else ())
        with self.house.database.transaction() as session:
            return keep_utterance(session, self.house.settings, self.call, said, now())

    def talks(self, **dialogue):
        """The conversation stands so now."""
        with self.house.database.transaction() as session:
            row = session.get_one(Call, self.call.call_id)
            row.dialogue = {**row.dialogue, **dialogue}

    def ends(self, *, was_all_heard=True, failure=None):
        with self.house.database.transaction() as session:
            close_stream(
                session,
                self.house.settings,
                self.call.recording_id,
                self.said_seconds,
                now(),
                was_all_heard=was_all_heard,
                failure=failure,
            )

    @property
    def recording(self):
        with self.house.database.reading() as session:
            return session.get_one(Recording, self.call.recording_id)

    @property
    def order(self):
        with self.house.database.transaction() as session:
            order = find_order(session, session.get_one(Call, self.call.call_id))
            if order:
                _ = order.events
            return order


def begun(house, *, language="zh", twiml=GREETED):
    """A call that was greeted, and its stream that has started."""
    with house.database.transaction() as session:
        call = a_call(session, key_id=house.recordings.keys.make(), language=language)
        if twiml:
            call.turn = 1
            session.add(WebhookAnswer(call_id=call.id, turn=0, kind="incoming", twiml=twiml, answered_at=now()))
            session.flush()
        live, prompt = begin_listening(session, call.call_sid, stream_sid(), now())
    return Live(house, live, prompt)


def stream_sid():
    return f"MZ{next(_serial):08d}{secrets.token_hex(12)}"
