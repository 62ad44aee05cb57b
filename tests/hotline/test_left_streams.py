"""A stream whose process died: its sound is taken as far as it was written, and its words get their order."""

import pytest

from core.models import Recording, RecordingState
from hotline.left_streams import end
from hotline.sweep import sweep
from tests.hotline.in_time import later, seconds_from_now
from tests.ivr.live import begun


@pytest.fixture
def house(make_house):
    return make_house()


def died(house, *pieces, text=""):
    """A caller who has said this when the process died."""
    live = begun(house)
    if text:
        live.says(text)
    growing = house.recordings.begin(live.call.recording_id, live.call.key_id)
    for piece in pieces:
        growing.write(piece)
    growing.leave()
    later(house, Recording, live.call.recording_id, seconds=20)
    return live


def test_what_was_written_is_sealed_and_goes_in_line(house):
    live = died(house, b"head", b"sound", text="东城区没有菜了")
    end(house, live.call.recording_id)
    row = live.recording
    assert (row.state, row.attempts, row.leased_until) == (RecordingState.STORED, 0, None)
    assert house.recordings.open(row.id, live.call.key_id) == b"headsound"
    assert live.order.summary == "东城区没有菜了"
    end(house, row.id)
    assert live.recording.state is RecordingState.STORED


def test_one_whose_process_lives_is_left_to_it(house):
    live = begun(house)
    end(house, live.call.recording_id)
    assert (live.recording.state, live.recording.attempts) == (RecordingState.LIVE, 0)


def test_one_that_is_still_written_by_a_frozen_process_is_looked_at_again_later(house):
    live = begun(house)
    live.says("东城区没有菜了")
    growing = house.recordings.begin(live.call.recording_id, live.call.key_id)
    growing.write(b"sound")
    for _ in range(2):
        later(house, Recording, live.call.recording_id, seconds=20)
        end(house, live.call.recording_id)
        row = live.recording
        assert (row.state, row.leased_until) == (RecordingState.LIVE, None)
        assert 10 < seconds_from_now(row.due_at) < 16
    assert [event.event for event in live.order.events].count("triaged") == 1
    growing.leave()
    later(house, Recording, live.call.recording_id, seconds=20)
    end(house, live.call.recording_id)
    assert live.recording.state is RecordingState.STORED


def test_one_without_a_file_or_a_key_is_lost_and_a_person_is_told(house):
    never, erased = begun(house), died(house, b"sound", text="东城区没有菜了")
    later(house, Recording, never.call.recording_id, seconds=20)
    house.recordings.keys.erase(erased.call.key_id)
    for live in (never, erased):
        end(house, live.call.recording_id)
        assert live.recording.state is RecordingState.LOST
    assert never.order is None
    assert erased.order.to_listen


def test_the_clock_asks_for_it_when_its_lease_is_over(make_house, redis_process):
    house = make_house(redis_url=redis_process.url)
    begun(house)
    live = died(house, b"sound")
    assert sweep(house, "one:1") == 1
    queue = redis_process.client.lrange("rq:queue:default", 0, -1)
    assert [one for one in queue if not one.startswith((b"reconcile-", b"talks-"))] == [
        f"end_stream-{live.call.recording_id}".encode()
    ]
