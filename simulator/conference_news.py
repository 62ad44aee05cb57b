"""What becomes known of a conference: the carrier's journal, and its status callbacks in Twilio's words."""

from datetime import UTC, datetime

from simulator.callback_queue import CallbackQueue
from simulator.conference import Conference, Participant
from simulator.journal import ConferenceNoted, TalkedTogether
from simulator.network import Network
from simulator.parameters import rfc2822

EVENTS = {
    "start": {"conference-start"},
    "end": {"conference-end"},
    "join": {"participant-join"},
    "leave": {"participant-leave"},
    "mute": {"participant-mute", "participant-unmute"},
    "hold": {"participant-hold", "participant-unhold"},
    # known, but never sent here
    "modify": set[str](),
    "speaker": set[str](),
    "announcement": set[str](),
}


class ConferenceNews:
    """Of one conference; told from any thread."""

    def __init__(self, network: Network) -> None:
        self._journal = network.journal
        self._callbacks = CallbackQueue(network)
        self._sequence = 0
        self._last: Participant | None = None

    def __call__(self, conference: Conference, event: str, participant: Participant | None) -> None:
        call_sid = participant.call.sid if participant else ""
        self._last = participant or self._last
        self._journal.write(
            ConferenceNoted(conference_sid=conference.sid, name=conference.name, what=event, call_sid=call_sid)
        )
        if event == "conference-end":
            self._note_who_talked(conference)
        wanted = conference.callback
        if self._last and wanted.url and any(event in EVENTS[name] for name in wanted.events):
            params = self._parameters(conference, event, participant)
            self._callbacks.send(wanted.url, wanted.method, params, kind="conference", call=self._last.call)

    def _note_who_talked(self, conference: Conference) -> None:
        for call_sids, seconds in conference.together.items():
            self._journal.write(
                TalkedTogether(
                    conference_sid=conference.sid, name=conference.name, call_sids=call_sids, seconds=seconds
                )
            )

    def _parameters(self, conference: Conference, event: str, participant: Participant | None) -> dict[str, str]:
        self._sequence += 1
        params = {
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.name,
            "AccountSid": conference.account_sid,
            "SequenceNumber": str(self._sequence),
            "Timestamp": rfc2822(datetime.now(UTC)),
            "StatusCallbackEvent": event,
        }
        if participant:
            params |= {
                "CallSid": participant.call.sid,
                "Muted": _written(participant.muted),
                "Hold": _written(participant.hold),
                "Coaching": "false",
                "EndConferenceOnExit": _written(participant.end_on_exit),
                "StartConferenceOnEnter": _written(participant.terms.start_on_enter),
            }
            if participant.terms.label:
                params["ParticipantLabel"] = participant.terms.label
        if event == "conference-end":
            params["ReasonConferenceEnded"] = conference.reason_ended
            if conference.ended_by_call_sid:
                params["CallSidEndingConference"] = conference.ended_by_call_sid
        return params


def _written(flag: bool) -> str:  # noqa: FBT001 - a value, not a switch
    return "true" if flag else "false"
