"""What the carrier lost on the way becomes silence, as much as can be believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.stream_timeline import BYTES_A_MILLISECOND, Timeline

FRAME = b"\x10" * 160


def played(*timestamps):
    """The silence before each frame of these times, in milliseconds."""
    timeline = Timeline()
    return [(len(timeline.in_place(FRAME, at)) - len(FRAME)) // BYTES_A_MILLISECOND for at in timestamps]


def test_frames_that_follow_each_other_are_left_as_they_are():
    assert played(0, 20, 40, 60) == [0, 0, 0, 0]


def test_the_stream_begins_with_its_first_sound():
    assert played(5_000, 5_020) == [0, 0]


def test_what_was_lost_is_silence_in_its_place():
    assert played(0, 20, 120, 140) == [0, 0, 80, 0]
    assert Timeline().in_place(FRAME, 0) == FRAME
    timeline = Timeline()
    timeline.in_place(FRAME, 0)
    assert timeline.in_place(FRAME, 100) == b"\xff" * 640 + FRAME
    assert timeline.silence_bytes == 640


def test_a_little_unrest_of_the_line_is_none():
    assert played(0, 25, 35, 60, 85, 130) == [0, 0, 0, 0, 0, 0]
    assert played(0, 40, 60, 100) == [0, 0, 0, 0]
    assert played(0, 40, 80, 120) == [0, 0, 0, 60]  # three frames are missing by now


def test_sound_that_comes_too_early_by_its_time_just_follows():
    assert played(1000, 1020, 0, 1040) == [0, 0, 0, 0]


def test_without_times_sound_just_follows():
    assert played(None, None, 0, 20) == [0, 0, 0, 0]


def test_a_leap_is_believed_for_ten_seconds_and_counted_on_from_there():
    assert played(0, 3_600_000, 3_600_020, 3_600_140) == [0, 10_000, 0, 100]


def test_a_stream_that_only_leaps_gets_no_more_than_a_minute_of_silence_beyond_its_sound():
    silences = played(*range(0, 100 * 10_020, 10_020))
    assert silences[1:6] == [10_000] * 5
    assert sum(silences) <= 60_000 + 100 * 20


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**12)), max_size=60))
def test_whatever_the_times_silence_stays_in_bounds(timestamps):
    timeline = Timeline()
    for at in timestamps:
        sound = timeline.in_place(FRAME, at)
        assert sound.endswith(FRAME)
        assert len(sound) <= len(FRAME) + 80_000
    assert timeline.silence_bytes <= 480_000 + len(timestamps) * 160


@pytest.mark.parametrize("length", [1, 80, 159, 161, 8000])
def test_frames_of_any_length_keep_the_time(length):
    timeline, at = Timeline(), 0
    for _ in range(20):
        assert len(timeline.in_place(b"\x10" * length, at // 8)) == length
        at += length
