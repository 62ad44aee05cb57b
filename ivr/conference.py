"""The conference in which a caller and an agent meet, as TwiML; who leaves ends it: nobody is left in silence."""

from twilio.twiml.voice_response import Dial, VoiceResponse


def join_conference(response: VoiceResponse, room: str, action: str, *, ends_it: bool = True) -> None:
    """Add the way into a conference; when it is over the call goes on at `action`.

    See https://www.twilio.com/docs/voice/twiml/conference. Somebody who was brought in for a three-way call leaves
    without ending it, and may do so by the star key: who has dialled in stays on the line then.
    """
    dial = Dial(action=action, method="POST", hangup_on_star=None if ends_it else True)
    dial.conference(room, beep="false", start_conference_on_enter=True, end_conference_on_exit=ends_it)
    response.append(dial)
    response.redirect(action, method="POST")
