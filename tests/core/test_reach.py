"""One finds out that the database is away, and nobody else waits meanwhile; whoever reaches it tells all."""

import threading

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from core.reach import DatabaseAwayError, Reach, is_database_gone, is_deadlock


def fails(reach, error=None):
    with pytest.raises(Exception), reach.asked():  # noqa: B017
        raise error or OperationalError(None, None, OSError("away"))


def succeeds(reach):
    with reach.asked():
        pass


def in_another_thread(deed):
    found = []

    def do():
        try:
            deed()
        except OperationalError as error:
            found.append(error)

    thread = threading.Thread(target=do)
    thread.start()
    thread.join(10)
    return found


def test_while_one_finds_out_the_others_are_told_at_once():
    reach = Reach()
    fails(reach)
    with pytest.raises(ValueError), reach.asked():
        (refused,) = in_another_thread(lambda: succeeds(reach))
        assert isinstance(refused.orig, DatabaseAwayError)
        assert is_database_gone(refused)
        with reach.asked():
            pass  # one of their own within it is no other's
        assert in_another_thread(lambda: succeeds(reach)) == []
        raise ValueError


def test_as_long_as_it_is_there_nobody_is_refused():
    reach = Reach()
    with reach.asked():
        assert in_another_thread(lambda: succeeds(reach)) == []


def test_who_found_it_away_makes_room_for_the_next_who_asks():
    reach = Reach()
    for _ in range(3):
        fails(reach)
        assert in_another_thread(lambda: fails(reach)) == []
    succeeds(reach)
    with reach.asked():
        assert in_another_thread(lambda: succeeds(reach)) == []


def test_one_who_failed_while_another_was_served_tells_nothing_of_the_database():
    reach = Reach()
    with pytest.raises(OperationalError), reach.asked():
        in_another_thread(lambda: succeeds(reach))
        raise OperationalError(None, None, OSError("waited in vain for a lock"))
    with reach.asked():
        assert in_another_thread(lambda: succeeds(reach)) == []


def test_a_wrong_statement_does_not_mean_that_the_database_is_away():
    reach = Reach()
    fails(reach, IntegrityError(None, None, ValueError("twice")))
    with reach.asked():
        assert in_another_thread(lambda: succeeds(reach)) == []


def test_two_that_waited_for_each_other_do_not_mean_that_it_is_away():
    reach, error = Reach(), OperationalError(None, None, psycopg.errors.DeadlockDetected())
    assert is_deadlock(error)
    fails(reach, error)
    with pytest.raises(ValueError), reach.asked():
        assert in_another_thread(lambda: succeeds(reach)) == []
        raise ValueError
    assert not is_deadlock(OperationalError(None, None, OSError("away")))
