"""Nothing depends on Redis remembering: the clock asks again for all that is due and held by nobody, once each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import outbox
from core.clock import now
from core.models import Call, Lease, Outgoing, OutgoingKind, OutgoingState, Recording, RecordingState
from core.spool import SpooledWebhook
from hotline.sweep import sweep
from tests.hotline.in_time import read
from tests.rows import left_words

HOLDER = "one:1"


@pytest.fixture
def house(make_house, redis_process):
    return make_house(redis_url=redis_process.url)


def waiting(redis_process):
    queues = [redis_process.client.lrange(f"rq:queue:{name}", 0, -1) for name in ("default", "outgoing", "speech")]
    asked_by_the_clock = (b"reconcile-", b"talks-")
    return {job_id.decode() for queue in queues for job_id in queue if not job_id.startswith(asked_by_the_clock)}


def outgoing(house, key, **columns):
    with house.database.transaction() as session:
        row = outbox.send(session, OutgoingKind.ERASE_CARRIER_RECORDING, key, {"recording_sid": key}, now())
        for name, value in columns.items():
            setattr(row, name, value)
        return row.id


def test_the_carriers_lists_are_asked_for_once_in_five_minutes(house, redis_process):
    def asked():
        return [one for one in redis_process.client.lrange("rq:queue:default", 0, -1) if one.startswith(b"reconcile-")]

    sweep(house, HOLDER)
    assert len(asked()) == 1
    forget_all(redis_process)
    sweep(house, HOLDER)
    assert asked() == []
    with house.database.transaction() as session:
        session.get_one(Lease, "reconcile").held_until = now()
    sweep(house, HOLDER)
    assert len(asked()) == 1


def forget_all(redis_process):
    redis_process.client.flushall()


def test_it_asks_for_every_kind_of_work_left_behind_and_for_each_once(house, redis_process):
    announced = left_words(house)
    stored = left_words(house, state=RecordingState.STORED)
    transcribed = left_words(house, state=RecordingState.TRANSCRIBED)
    to_send = outgoing(house, "a")
    placing = outgoing(house, "b", state=OutgoingState.PLACING)
    forget_all(redis_process)
    assert sweep(house, HOLDER) == 5
    assert waiting(redis_process) == {
        f"fetch-{announced}",
        f"transcribe-{stored}",
        f"triage-{transcribed}",
        f"deliver-{to_send}",
        f"settle-{placing}",
    }
    assert sweep(house, HOLDER) == 0


def test_what_is_done_not_due_or_held_is_not_asked_for(house, redis_process):
    soon, past = now() + timedelta(minutes=1), now() - timedelta(minutes=1)
    for state in set(RecordingState) - {
        RecordingState.ANNOUNCED,
        RecordingState.STORED,
        RecordingState.TRANSCRIBED,
        RecordingState.NO_MODEL,
        RecordingState.LIVE,
    }:
        left_words(house, state=state, due_at=past)
    left_words(house, due_at=soon)
    left_words(house, due_at=None)
    left_words(house, leased_until=soon)
    outgoing(house, "a", due_at=soon)
    outgoing(house, "b", leased_until=soon)
    outgoing(house, "c", state=OutgoingState.SENT)
    outgoing(house, "d", state=OutgoingState.BY_HAND)
    forget_all(redis_process)
    assert sweep(house, HOLDER) == 0
    assert waiting(redis_process) == set()


def test_work_of_a_dead_worker_is_asked_for_when_its_lease_is_over(house):
    left_words(house, leased_until=now() - timedelta(seconds=1), attempts=1)
    assert sweep(house, HOLDER) == 1


def test_redis_that_lost_everything_is_filled_again(house, redis_process):
    recording_id = left_words(house)
    for _ in range(2):
        assert sweep(house, HOLDER) == 1
        assert waiting(redis_process) == {f"fetch-{recording_id}"}
        forget_all(redis_process)


def test_only_one_of_several_clocks_does_the_work(house, redis_process):
    left_words(house)
    assert sweep(house, HOLDER) == 1
    forget_all(redis_process)
    assert sweep(house, "two:2") == 0
    assert sweep(house, HOLDER) == 1


def test_another_clock_takes_over_when_the_first_is_silent_for_three_rounds(house):
    left_words(house)
    sweep(house, HOLDER)
    lease = read(house, Lease, "clock")
    assert 0 < (lease.held_until - now()).total_seconds() <= 3 * house.settings.sweep_seconds
    with house.database.transaction() as session:
        session.get(Lease, "clock").held_until = now() - timedelta(seconds=1)
    sweep(house, "two:2")
    assert read(house, Lease, "clock").holder == "two:2"


def test_what_waits_for_a_model_is_looked_at_again_once_a_minute(house, redis_process):
    due = left_words(house, state=RecordingState.NO_MODEL, due_at=now() - timedelta(seconds=1))
    later = left_words(house, state=RecordingState.NO_MODEL, due_at=now() + timedelta(seconds=30))
    assert sweep(house, HOLDER) == 1
    assert waiting(redis_process) == {f"transcribe-{due}"}
    assert read(house, Recording, later).state is RecordingState.NO_MODEL


def test_a_clock_that_does_not_hold_its_lease_touches_nothing(house):
    sweep(house, HOLDER)
    due = left_words(house, state=RecordingState.NO_MODEL)
    house.spool.append(SpooledWebhook("incoming", {"CallSid": "CA" + "1" * 32}, now().isoformat()))
    sweep(house, "two:2")
    assert read(house, Recording, due).state is RecordingState.NO_MODEL
    assert house.spool.path.read_bytes()


def test_what_callers_did_while_the_database_was_away_is_replayed(house):
    sid = "CA" + "1" * 32
    moment = now() - timedelta(minutes=5)
    fields = {"CallSid": sid, "From": "+8613800138000", "To": "+8657100000000"}
    for _ in range(2):
        house.spool.append(SpooledWebhook("incoming", fields, moment.isoformat()))
    sweep(house, HOLDER)
    with house.database.reading() as session:
        (call,) = session.scalars(select(Call)).all()
    assert (call.call_sid, call.started_at) == (sid, moment)
    assert not house.spool.path.exists()


def test_a_spooled_webhook_that_can_t_be_handled_does_not_hold_up_the_others(house):
    sid = "CA" + "1" * 32
    house.spool.append(SpooledWebhook("no/such/path", {}, now().isoformat()))
    house.spool.append(SpooledWebhook("incoming", {"CallSid": sid, "From": "", "To": ""}, now().isoformat()))
    sweep(house, HOLDER)
    with house.database.reading() as session:
        assert session.scalars(select(Call.call_sid)).all() == [sid]
    assert "no/such/path" in (house.spool.path.parent / "set_aside.jsonl").read_text()


def test_without_redis_it_goes_on(bare_house):
    left_words(bare_house)
    assert sweep(bare_house, HOLDER) == 0
    assert read(bare_house, Lease, "clock").holder == HOLDER


def test_a_thousand_at_a_time(house, redis_process):
    with house.database.transaction() as session:
        rows = [
            Outgoing(
                kind=OutgoingKind.ERASE_CARRIER_RECORDING,
                idempotency_key=str(number),
                payload={},
                due_at=now() - timedelta(seconds=number),
                written_at=now(),
            )
            for number in range(1, 1006)
        ]
        session.add_all(rows)
    assert sweep(house, HOLDER) == 1000
    assert f"deliver-{rows[-1].id}" in waiting(redis_process)  # the oldest
    assert f"deliver-{rows[0].id}" not in waiting(redis_process)
