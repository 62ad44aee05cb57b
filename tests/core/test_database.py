"""The state of record keeps aware moments, and its transactions hold on SQLite and on PostgreSQL."""

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from core.database import Database
from core.models import ArticleVersion, Call, Caller, Lease, OrderNumber, Transcript, WorkOrder
from core.objects import add_at_once
from core.queues import Job, enqueue
from core.reach import is_database_gone
from tests.articles import an_article
from tests.rows import NOON, a_call

CHINA = timezone(timedelta(hours=8))


def put_lease(database, moment):
    with database.transaction() as session:
        session.add(Lease(name="one", holder="me", held_until=moment))
    with database.reading() as session:
        return session.get(Lease, "one").held_until


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 3, 1, 7, 30, tzinfo=CHINA),
        datetime(1999, 12, 31, 23, 0, tzinfo=timezone(timedelta(hours=-12))),
    ],
)
def test_a_moment_comes_back_aware_in_utc_and_unchanged(database, moment):
    kept = put_lease(database, moment)
    assert kept == moment
    assert kept.utcoffset() == timedelta()


def test_moments_of_different_zones_are_compared_as_moments(database):
    put_lease(database, datetime(2026, 3, 1, 8, 0, tzinfo=CHINA))
    with database.reading() as session:
        later = datetime(2026, 3, 1, 0, 0, 1, tzinfo=UTC)
        assert session.scalar(select(Lease.name).where(Lease.held_until < later)) == "one"
        assert session.scalar(select(Lease.name).where(Lease.held_until < later - timedelta(seconds=2))) is None


def test_a_naive_moment_is_refused(database):
    with pytest.raises(StatementError, match="naive"):
        put_lease(database, datetime(2026, 3, 1, 12, 0))  # noqa: DTZ001


def test_no_moment_is_kept_as_none(database):
    with database.transaction() as session:
        call_id = a_call(session).id
    with database.reading() as session:
        assert session.get(Call, call_id).ended_at is None


def test_an_error_rolls_everything_back(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        session.add(OrderNumber(day="20260301", last=1))
        session.flush()
        _ = 1 / 0
    with database.reading() as session:
        assert session.get(OrderNumber, "20260301") is None


def test_reading_writes_nothing(database):
    with database.reading() as session:
        session.add(OrderNumber(day="20260301", last=1))
        session.execute(text("SELECT 1"))
    with database.reading() as session:
        assert session.get(OrderNumber, "20260301") is None


def test_foreign_keys_hold(database):
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Call(call_sid="CA1", caller_id=4711, dialogue={}, started_at=NOON))


def test_chinese_and_emoji_come_back_as_they_went_in(database):
    words = ["健康码变红了", "𠮷", "🚑", "a'b\"c\\d; DROP TABLE calls"]
    with database.transaction() as session:
        an_article(session, phrasings=tuple(words), answer="\n".join(words))
    with database.reading() as session:
        kept = session.scalars(select(ArticleVersion)).one()
        assert (kept.phrasings, kept.answer) == (words, "\n".join(words))


def test_two_threads_that_read_and_then_write_wait_for_each_other(database):
    """Without BEGIN IMMEDIATE the second one fails at once on SQLite: “database is locked”."""
    with database.transaction() as session:
        session.add(OrderNumber(day="20260301", last=0))
    together, errors = threading.Barrier(4), []

    def count_up():
        try:
            together.wait()
            for _ in range(5):
                with database.transaction() as session:
                    row = session.get(OrderNumber, "20260301", with_for_update=True)
                    time.sleep(0.002)
                    row.last += 1
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.reading() as session:
        assert session.get(OrderNumber, "20260301").last == 20


def test_a_wait_for_another_transaction_ends(database_url):
    """A webhook has 15 s in all: whoever can't write in time is told, and keeps what the caller did in the spool."""
    patient, hurried = Database(database_url), Database(database_url, seconds_to_wait=0.3)
    with patient.transaction() as session:
        session.add(OrderNumber(day="20260301", last=1))
    with patient.transaction() as holding:
        holding.get(OrderNumber, "20260301", with_for_update=True)
        started = time.monotonic()
        with pytest.raises(DBAPIError) as error, hurried.transaction() as session:
            session.get(OrderNumber, "20260301", with_for_update=True)
    assert time.monotonic() - started < 3
    assert is_database_gone(error.value)
    patient.close()
    hurried.close()


def test_a_reader_is_not_kept_waiting_by_a_writer(database):
    with database.transaction() as session:
        session.add(OrderNumber(day="20260301", last=1))
    with database.transaction() as writing, database.reading() as reading:
        writing.get(OrderNumber, "20260301").last = 2
        writing.flush()
        started = time.monotonic()
        assert reading.get(OrderNumber, "20260301").last == 1
        assert time.monotonic() - started < 1


def test_sqlite_is_set_up_for_power_cuts_and_foreign_keys(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    with database.reading() as session:
        pragmas = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    database.close()
    assert pragmas == ["wal", 1, 1]  # 1 is NORMAL: core.flushing flushes every commit


def test_jobs_are_sent_after_the_commit_and_only_then(database_url):
    seen_by_others = []

    def look(session):
        with other.reading() as reading:
            there = reading.get(OrderNumber, "20260301") is not None
        seen_by_others.append((there, session.info.pop("jobs", [])))

    database, other = Database(database_url, after_commit=look), Database(database_url)
    with database.transaction() as session:
        enqueue(session, Job.FETCH, 1)
        session.add(OrderNumber(day="20260301", last=1))
        session.flush()
        assert seen_by_others == []
    database.close()
    other.close()
    assert seen_by_others == [(True, [(Job.FETCH, 1)])]


def test_nothing_is_sent_after_a_rollback(database_url):
    sent = []
    database = Database(database_url, after_commit=lambda session: sent.append(session.info))
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        enqueue(session, Job.FETCH, 1)
        _ = 1 / 0
    with pytest.raises(IntegrityError), database.transaction() as session:
        enqueue(session, Job.FETCH, 2)
        session.add_all(
            [OrderNumber(day="1", last=1), Call(call_sid="x", caller_id=4711, dialogue={}, started_at=NOON)]
        )
    database.close()
    assert sent == []


def test_an_error_of_the_database_does_not_tell_what_a_caller_said(database):
    """It ends in the log, where transcripts must never be."""
    said = Transcript(recording_id=4711, text="胸口疼", words={}, model="m", transcribed_at=NOON)
    with pytest.raises(IntegrityError) as caught, database.transaction() as session:
        session.add(said)
    assert "transcripts" in str(caught.value)
    assert "胸口疼" not in str(caught.value)


def test_a_database_that_is_away_is_told_from_a_wrong_statement(database):
    away = Database("postgresql+psycopg://nobody@/none?host=/nowhere")
    with pytest.raises(Exception) as gone, away.reading() as session:
        session.execute(text("SELECT 1"))
    away.close()
    assert is_database_gone(gone.value)
    with pytest.raises(IntegrityError) as wrong, database.transaction() as session:
        session.add(Call(call_sid="x", caller_id=4711, dialogue={}, started_at=NOON))
    assert not is_database_gone(wrong.value)


def test_who_has_waited_for_the_write_lock_waits_as_patiently_for_all_else(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/one.sqlite3", seconds_to_wait=1.5)
    with database.transaction() as session:
        assert session.execute(text("PRAGMA busy_timeout")).scalar_one() == 1500
    database.close()


def test_a_row_added_at_once_is_the_very_row_that_is_read(database):
    with database.transaction() as session:
        caller = Caller(number="+8613800138000", key_id="0" * 32)
        add_at_once(session, caller)
        dialogue = {"language": "zh", "choices": ["一"]}
        call = Call(call_sid="CA12345678", caller_id=caller.id, dialogue=dialogue, started_at=NOON)
        add_at_once(session, call)
        order = WorkOrder(number="WO-1", code="123456", call_id=call.id, language="zh", registered_at=NOON)
        add_at_once(session, order)
        made = [columns(row) for row in (caller, call, order)]
        assert order in session
        order.summary = "楼道停电"  # from here on it is like any other
    with database.reading() as session:
        read = [session.scalars(select(table)).one() for table in (Caller, Call, WorkOrder)]
        assert read[2].summary == "楼道停电"
        assert [columns(row) for row in read] == [*made[:2], {**made[2], "summary": "楼道停电", "revision": 2}]


def test_a_row_added_at_once_twice_is_refused_as_any_other(database):
    with pytest.raises(IntegrityError), database.transaction() as session:
        for _ in range(2):
            add_at_once(session, Caller(number="+8613800138000", key_id="0" * 32))


def columns(row):
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_statement_without_an_answer_is_given_up_for_whoever_waits_on_the_telephone(database_url):
    """The server's own limits are no help: one that hangs keeps none."""
    database = Database(database_url, seconds_to_wait=0.2)
    with database.transaction(hurried=True) as session:
        assert session.scalar(text("SELECT 1")) == 1
    with pytest.raises(DBAPIError) as slow, database.transaction(hurried=True) as session:
        session.execute(text("SELECT pg_sleep(20)"))
    assert is_database_gone(slow.value)
    with database.transaction() as session:  # who is not hurried waits, on a connection that works
        session.execute(text("SELECT pg_sleep(0.4)"))
    database.close()


@pytest.mark.full
@pytest.mark.parametrize("opened", [lambda database: database.transaction(), lambda database: database.reading()])
def test_a_server_that_hangs_holds_nobody_and_is_found_again(postgres, opened):
    database = Database(postgres.make_database(), seconds_to_wait=0.2)
    with opened(database) as session:
        session.execute(text("SELECT 1"))
    with postgres.frozen(), pytest.raises(DBAPIError) as gone, opened(database) as session:
        session.execute(text("SELECT 1"))
    assert is_database_gone(gone.value)
    with opened(database) as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.close()
