"""One row is worked on by one worker: claimed once under real concurrency, and taken over when a worker died."""

import threading
from datetime import timedelta

import pytest

from core.leases import claim, hold, left_behind, renew
from core.models import Lease, Outgoing, OutgoingKind, OutgoingState, Recording, RecordingState
from tests.rows import NOON, a_call, a_recording

LEASE = 60
SECOND = timedelta(seconds=1)


def work(session, key="one", **columns):
    values = {"due_at": NOON, "written_at": NOON, "payload": {}, **columns}
    row = Outgoing(kind=OutgoingKind.ALERT_CALL, idempotency_key=key, **values)
    session.add(row)
    session.flush()
    return row.id


def claimed(database, row_id, now=NOON, state=OutgoingState.WAITING):
    with database.transaction() as session:
        return claim(session, Outgoing, row_id, state, now, LEASE)


@pytest.fixture
def row_id(database):
    with database.transaction() as session:
        return work(session)


def test_a_claim_is_counted_and_ends_with_its_lease(database, row_id):
    row = claimed(database, row_id)
    assert (row.attempts, row.leased_until) == (1, NOON + LEASE * SECOND)


def test_what_is_claimed_is_left_alone(database, row_id):
    assert claimed(database, row_id)
    assert claimed(database, row_id, NOON + (LEASE - 1) * SECOND) is None


def test_an_expired_lease_can_be_taken_and_attempts_go_on(database, row_id):
    claimed(database, row_id)
    again = claimed(database, row_id, NOON + LEASE * SECOND)
    assert (again.attempts, again.leased_until) == (2, NOON + 2 * LEASE * SECOND)


@pytest.mark.parametrize("columns", [{"due_at": NOON + SECOND}, {"due_at": None}, {"state": OutgoingState.SENT}])
def test_what_is_not_due_or_in_another_state_is_not_claimed(database, columns):
    with database.transaction() as session:
        row_id = work(session, **columns)
    assert claimed(database, row_id) is None
    with database.reading() as session:
        assert session.get(Outgoing, row_id).attempts == 0


def test_what_is_not_there_is_not_claimed(database):
    assert claimed(database, 4711) is None


def test_a_renewed_claim_is_held_on(database, row_id):
    with database.transaction() as session:
        row = claim(session, Outgoing, row_id, OutgoingState.WAITING, NOON, LEASE)
        renew(session, row, NOON + 50 * SECOND, LEASE)
    assert claimed(database, row_id, NOON + 109 * SECOND) is None
    assert claimed(database, row_id, NOON + 110 * SECOND).attempts == 2


def test_of_many_threads_exactly_one_gets_each_row(database):
    with database.transaction() as session:
        ids = [work(session, str(number)) for number in range(6)]
    together, got, errors = threading.Barrier(5), [], []

    def take_all():
        try:
            together.wait()
            for row_id in ids:
                row = claimed(database, row_id)
                if row:
                    got.append((row.id, row.attempts))
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=take_all) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(got) == [(row_id, 1) for row_id in ids]


def test_what_is_left_behind_comes_the_oldest_first(database):
    with database.transaction() as session:
        young = work(session, "young", due_at=NOON - SECOND)
        old = work(session, "old", due_at=NOON - 9 * SECOND, state=OutgoingState.PLACING)
        expired = work(session, "expired", due_at=NOON - 5 * SECOND, leased_until=NOON)
        work(session, "held", due_at=NOON - 9 * SECOND, leased_until=NOON + SECOND)
        work(session, "later", due_at=NOON + SECOND)
        work(session, "never", due_at=None)
        work(session, "done", due_at=NOON - 9 * SECOND, state=OutgoingState.SENT)
        wanted = (OutgoingState.WAITING, OutgoingState.PLACING)
        found = left_behind(session, Outgoing, wanted, NOON)
        assert found == [(old, OutgoingState.PLACING), (expired, "waiting"), (young, "waiting")]
        assert left_behind(session, Outgoing, wanted, NOON, limit=1) == found[:1]


def test_recordings_are_claimed_the_same_way(database):
    with database.transaction() as session:
        row = a_recording(session, a_call(session), due_at=NOON)
        assert claim(session, Recording, row.id, RecordingState.STORED, NOON, LEASE) is None
        assert claim(session, Recording, row.id, RecordingState.ANNOUNCED, NOON, LEASE).attempts == 1
        assert row.leased_until == NOON + LEASE * SECOND


def held(database, holder, now, name="clock"):
    with database.transaction() as session:
        return hold(session, name, holder, now, 15)


def test_one_process_holds_the_clock_until_its_time_is_up(database):
    assert held(database, "one", NOON)
    assert not held(database, "two", NOON + 14 * SECOND)
    assert held(database, "one", NOON + 14 * SECOND)
    assert not held(database, "two", NOON + 28 * SECOND)
    assert held(database, "two", NOON + 29 * SECOND)
    assert not held(database, "one", NOON + 30 * SECOND)


def test_a_lease_of_another_name_is_free(database):
    assert held(database, "one", NOON)
    assert held(database, "two", NOON, name="other")


def test_of_many_processes_that_start_at_once_one_holds_the_clock(database):
    together, got, errors = threading.Barrier(5), [], []

    def take(holder):
        try:
            together.wait()
            if held(database, holder, NOON):
                got.append(holder)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=take, args=(f"p{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(got) == 1
    with database.reading() as session:
        assert session.get(Lease, "clock").holder == got[0]
