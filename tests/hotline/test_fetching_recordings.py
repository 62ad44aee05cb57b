"""A recording is fetched, stored encrypted and committed before the carrier's copy may be erased; or ends named."""

import pytest
from sqlalchemy import select, text

from core.models import Outgoing, Recording, RecordingState, WorkOrder
from hotline.recording_states import claimed, give_up, try_later
from hotline.recordings import FETCH_TRIES, _stored, fetch
from tests.hotline.in_time import later, read, seconds_from_now
from tests.hotline.media_site import (
    breaks_off,
    drips,
    elsewhere,
    hangs,
    media_site,
    more_than_allowed,
)
from tests.rows import left_words

AUDIO = b"RIFF" + bytes(range(256)) * 500


@pytest.fixture
def site():
    with media_site() as opened:
        yield opened


@pytest.fixture
def house(make_house):
    return make_house(recording_hosts="127.0.0.1")


def announced(house, url, **columns):
    return left_words(house, carrier_url=url, **columns)


def outbox(house):
    with house.database.reading() as session:
        return session.scalars(select(Outgoing)).all()


def order(house):
    with house.database.reading() as session:
        row = session.scalars(select(WorkOrder)).one()
        return row, [(event.event, event.detail.get("why")) for event in row.events[1:]]


def test_it_is_stored_encrypted_and_the_next_steps_are_due(house, site):
    recording_id = announced(house, site.put(AUDIO))
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert (row.state, row.attempts, row.leased_until) == (RecordingState.STORED, 0, None)
    assert (row.media_type, row.failure) == ("audio/x-wav", None)
    assert abs(seconds_from_now(row.due_at)) < 20
    assert house.recordings.open(recording_id, row.call.caller.key_id) == AUDIO
    (erase,) = outbox(house)
    assert (erase.kind, erase.state, erase.payload) == (
        "erase_carrier_recording",
        "waiting",
        {"recording_sid": row.recording_sid},
    )
    assert site.asked == ["/RE1.wav"]
    assert order(house)[0].to_listen is False


def test_the_next_jobs_are_asked_for_after_the_commit(make_house, redis_process, site):
    house = make_house(recording_hosts="127.0.0.1", redis_url=redis_process.url)
    recording_id = announced(house, site.put(AUDIO))
    fetch(house, recording_id)
    assert redis_process.client.lrange("rq:queue:speech", 0, -1) == [f"transcribe-{recording_id}".encode()]
    assert redis_process.client.lrange("rq:queue:outgoing", 0, -1) == [f"deliver-{outbox(house)[0].id}".encode()]


def test_fetching_twice_changes_nothing(house, site):
    recording_id = announced(house, site.put(AUDIO))
    fetch(house, recording_id)
    fetch(house, recording_id)
    assert len(outbox(house)) == 1
    assert site.asked == ["/RE1.wav"]


def test_one_that_another_worker_holds_is_left_alone(house, site):
    recording_id = announced(house, site.put(AUDIO))
    assert claimed(house, recording_id, RecordingState.ANNOUNCED)
    fetch(house, recording_id)
    assert site.asked == []
    later(house, Recording, recording_id)
    fetch(house, recording_id)
    assert read(house, Recording, recording_id).state is RecordingState.STORED


def test_stored_and_to_be_erased_are_committed_together_or_not_at_all(house, site):
    """If the row that erases could not be written, the recording is fetched again; never the other way round."""
    recording_id = announced(house, site.put(AUDIO))
    with house.database.transaction() as session:
        session.execute(text("ALTER TABLE outbox RENAME TO away"))
    try:
        with pytest.raises(Exception, match="outbox"):
            fetch(house, recording_id)
        assert read(house, Recording, recording_id).state is RecordingState.ANNOUNCED
    finally:
        with house.database.transaction() as session:
            session.execute(text("ALTER TABLE away RENAME TO outbox"))
    later(house, Recording, recording_id)
    fetch(house, recording_id)
    assert read(house, Recording, recording_id).state is RecordingState.STORED
    assert len(outbox(house)) == 1


@pytest.mark.parametrize("early", [404, 500, 503, 429, 401, breaks_off])
def test_what_may_only_be_early_or_passing_is_tried_again(house, site, early):
    recording_id = announced(house, site.put(early, AUDIO))
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert (row.state, row.attempts, row.leased_until) == (RecordingState.ANNOUNCED, 1, None)
    assert -15 < seconds_from_now(row.due_at) <= 1
    assert row.failure
    assert outbox(house) == []
    later(house, Recording, recording_id)
    fetch(house, recording_id)
    assert read(house, Recording, recording_id).state is RecordingState.STORED
    assert read(house, Recording, recording_id).failure is None


@pytest.mark.parametrize(("tries_before", "seconds"), [(0, 1), (1, 2), (2, 4), (6, 64), (10, 900)])
def test_each_wait_is_twice_the_one_before_up_to_a_quarter_of_an_hour(house, site, tries_before, seconds):
    recording_id = announced(house, site.put(404), attempts=tries_before)
    fetch(house, recording_id)
    assert seconds - 15 < seconds_from_now(read(house, Recording, recording_id).due_at) <= seconds


def test_it_is_not_asked_for_before_its_wait_is_over(house, site):
    recording_id = announced(house, site.put(404), attempts=6)
    fetch(house, recording_id)
    fetch(house, recording_id)
    assert len(site.asked) == 1


def test_a_person_is_told_of_words_that_do_not_come(house, site):
    recording_id = announced(house, site.put(404), attempts=3)
    fetch(house, recording_id)
    assert order(house)[1] == []
    later(house, Recording, recording_id)
    fetch(house, recording_id)
    assert read(house, Recording, recording_id).state is RecordingState.ANNOUNCED
    kept, events = order(house)
    assert kept.to_listen is True
    assert events == [("to_listen", "not_fetched")]


def test_after_the_last_try_it_is_lost_and_a_person_is_told(house, site):
    recording_id = announced(house, site.put(404), attempts=FETCH_TRIES - 2)
    fetch(house, recording_id)
    assert read(house, Recording, recording_id).state is RecordingState.ANNOUNCED
    later(house, Recording, recording_id)
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert (row.state, row.due_at, row.leased_until) == (RecordingState.LOST, None, None)
    kept, events = order(house)
    assert kept.to_listen is True
    assert events == [("to_listen", "lost")]


@pytest.mark.parametrize(
    ("answer", "state"), [(410, RecordingState.LOST), (more_than_allowed, RecordingState.UNREADABLE)]
)
def test_what_can_never_be_had_is_told_at_once(house, site, answer, state):
    recording_id = announced(house, site.put(answer))
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert (row.state, row.due_at) == (state, None)
    assert order(house)[1] == [("to_listen", state.value)]
    assert outbox(house) == []  # the carrier keeps its copy
    fetch(house, recording_id)
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:{port}/RE1",
        "file:///etc/passwd",
        "http://127.0.0.1@localhost:{port}/RE1",
        "",
        "ftp://127.0.0.1/",
    ],
)
def test_other_hosts_are_never_asked(house, site, url):
    site.put(AUDIO)
    recording_id = announced(house, url.format(port=site.url.rpartition(":")[2]))
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert row.state is RecordingState.LOST
    assert "HOTLINE_RECORDING_HOSTS" in row.failure
    assert site.asked == []


def test_a_redirect_leads_nowhere(house, site):
    """Else whoever answers for the carrier could have us fetch from inside the city's network."""
    site.put(AUDIO, path="/secret.wav")
    recording_id = announced(house, site.put(elsewhere(f"{site.url.replace('127.0.0.1', 'localhost')}/secret.wav")))
    fetch(house, recording_id)
    assert site.asked == ["/RE1.wav"]
    assert read(house, Recording, recording_id).state is RecordingState.ANNOUNCED


def test_the_account_opens_it_and_a_wrong_one_does_not(make_house, site):
    house = make_house(recording_hosts="127.0.0.1", twilio_auth_token="wrong")
    recording_id = announced(house, site.put(AUDIO))
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert row.state is RecordingState.ANNOUNCED
    assert "401" in row.failure


def test_nobody_there_is_tried_again(house):
    recording_id = announced(house, "http://127.0.0.1:1/RE1")
    fetch(house, recording_id)
    assert read(house, Recording, recording_id).state is RecordingState.ANNOUNCED


def test_a_caller_whose_key_was_erased_is_not_fetched_for_ever(house, site):
    recording_id = announced(house, site.put(AUDIO))
    house.recordings.keys.erase(read(house, Recording, recording_id).call.caller.key_id)
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert (row.state, row.due_at) == (RecordingState.FAILED, None)
    assert "erased" in row.failure


def test_a_worker_that_was_too_slow_changes_nothing(house, site):
    """Its lease ran out, another fetched; what it does afterwards must not undo the other's work."""
    recording_id = announced(house, site.put(AUDIO))
    slow = claimed(house, recording_id, RecordingState.ANNOUNCED)
    later(house, Recording, recording_id)
    fetch(house, recording_id)
    with house.database.transaction() as session:
        row = session.get_one(Recording, recording_id)
        row.state, row.due_at = RecordingState.JUDGED, None
    give_up(house, slow, RecordingState.LOST, "gone")
    try_later(house, slow, -slow.announced_at.utcoffset(), "404")
    _stored(house, slow, "audio/slow")
    row = read(house, Recording, recording_id)
    assert (row.state, row.due_at, row.media_type) == (RecordingState.JUDGED, None, "audio/x-wav")
    assert order(house)[0].to_listen is False


@pytest.mark.full
def test_a_carrier_that_hangs_is_given_up_for_now(house, site):
    recording_id = announced(house, site.put(hangs))
    fetch(house, recording_id)
    assert read(house, Recording, recording_id).state is RecordingState.ANNOUNCED


@pytest.mark.full
@pytest.mark.timeout(200)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_carrier_that_drips_is_given_up_for_now(house, site):
    recording_id = announced(house, site.put(drips))
    fetch(house, recording_id)
    row = read(house, Recording, recording_id)
    assert row.state is RecordingState.ANNOUNCED
    assert "slowly" in row.failure
