"""The greeting of a call that is heard live: the stream with its pass, or keys where there is no room."""

from datetime import timedelta

from core.clock import now
from ivr.prompts import prompt
from ivr.stream_token import is_valid
from tests.ivr.listening.spoken import talk
from tests.ivr.telephone import new_sid, parse, said, verbs


def test_the_greeting_starts_the_stream_with_a_pass_for_this_call(caller):
    start, gather, redirect = parse(caller.begin())
    (stream,) = start
    assert (stream.tag, stream.get("name"), stream.get("track")) == ("Stream", "ears", "inbound_track")
    assert stream.get("url") == f"{caller.telephone.house.settings.stream_base_url}/media"
    assert "?" not in stream.get("url")
    (token,) = stream
    assert (token.tag, token.get("name")) == ("Parameter", "token")
    assert is_valid(caller.telephone.house.settings, token.get("value"), caller.telephone.sid, now())
    assert not is_valid(caller.telephone.house.settings, token.get("value"), new_sid(), now())
    assert not is_valid(
        caller.telephone.house.settings, token.get("value"), caller.telephone.sid, now() + timedelta(seconds=61)
    )
    assert (gather.tag, gather.get("timeout"), redirect.tag) == ("Gather", "5", "Redirect")


def test_a_greeting_asked_for_twice_is_the_same(caller):
    assert caller.begin().data == caller.begin().data


def test_without_room_the_greeting_offers_keys(caller):
    caller.live.announce(0, 0)
    assert verbs(caller.telephone.post("incoming")) == ["Gather", "Redirect"]
    assert not talk(caller)["voice"]


def test_without_redis_the_greeting_offers_keys(telephone):
    assert verbs(telephone.post("incoming")) == ["Gather", "Redirect"]
    assert prompt("greeting", "zh", city="本市") in said(telephone.post("incoming"))
