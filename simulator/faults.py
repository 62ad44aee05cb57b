"""The traps of a telephone network that can be switched on for one call or for the whole carrier."""

from dataclasses import dataclass
from typing import Literal

WITHHELD_NUMBERS = ("+266696687", "+7378742833", "anonymous")


@dataclass(frozen=True)
class Silence:
    """A REST request that gets no answer; `was_done`: though the carrier has carried it out."""

    request: Literal["create_call", "update_call", "create_message", "list_calls", "list_messages"]
    was_done: bool = False


@dataclass(frozen=True, kw_only=True)
class Faults:
    """All off by default; seconds are simulated.

    double_webhooks                  every webhook comes twice with one idempotency token; the second answer counts
    double_recording_callbacks       each recording status callback comes twice
    recording_callback_delay_seconds how long after the recording they come: may be after the end of the call
    no_recording_callbacks           they never come
    late_action_seconds              the action of a <Record> is requested only so long after the recording ended
    withheld_number                  what stands in place of the caller's number (see WITHHELD_NUMBERS)
    hang_up_in_recording             the caller is cut off half-way through what they say
    media                            what a fetched recording holds
    media_missing_first              the first so many fetches of each recording answer 404
    media_delay_seconds              each fetch waits so long
    no_status_callbacks              the call's status callbacks never come
    api_failures                     HTTP statuses the next REST requests are answered with (carrier only)
    api_silences                     the next REST requests of these kinds are never answered (carrier only): the
                                     connection breaks after `api_silence_seconds`, or when the client has given up
    api_delay_seconds                each answer of the REST API comes so late (carrier only)
    absent                           recordings are lost in processing: status `absent`, no media
    stream_dropped_share             of a stream's frames this share is lost on the way, their numbers with them
    stream_doubled_share             this share comes twice
    stream_delayed_share             this share comes `stream_delay_seconds` late, after later ones
    stream_cut_in_speech_seconds     so long after the person's first word the stream's connection breaks: no `stop`
    stream_freezes_in_speech_seconds so long after it nothing more comes, not even pongs, but the connection stays
    stream_seed                      the same seed loses, doubles and delays the same frames
    """

    double_webhooks: bool = False
    double_recording_callbacks: bool = False
    recording_callback_delay_seconds: float = 1.0
    no_recording_callbacks: bool = False
    late_action_seconds: float = 0.0
    withheld_number: str = ""
    hang_up_in_recording: bool = False
    media: Literal["as recorded", "empty", "not audio"] = "as recorded"
    media_missing_first: int = 0
    media_delay_seconds: float = 0.0
    no_status_callbacks: bool = False
    api_failures: tuple[int, ...] = ()
    api_silences: tuple[Silence, ...] = ()
    api_silence_seconds: float = 0.0
    api_delay_seconds: float = 0.0
    absent: bool = False
    stream_dropped_share: float = 0.0
    stream_doubled_share: float = 0.0
    stream_delayed_share: float = 0.0
    stream_delay_seconds: float = 0.1
    stream_cut_in_speech_seconds: float | None = None
    stream_freezes_in_speech_seconds: float | None = None
    stream_seed: int = 0
