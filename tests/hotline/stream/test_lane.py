"""One stream's deeds are done in order, in threads, in bounds; only a database that is away makes them wait."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hotline.stream.lane import Lane


def in_a_lane(use, most=10):
    """Run a coroutine with a lane whose deeds four threads could do at once."""

    async def run():
        lane = Lane(threads, most)
        try:
            return await asyncio.wait_for(use(lane), 20)
        finally:
            lane.close()

    with ThreadPoolExecutor(4) as threads:
        return asyncio.run(run())


def test_deeds_are_done_one_after_the_other_and_their_results_told_in_the_loop():
    told, busy = [], threading.Lock()

    def deed(number):
        assert busy.acquire(blocking=False)
        busy.release()
        return number, threading.current_thread()

    async def use(lane):
        for number in range(8):
            assert lane.do(lambda number=number: deed(number), told.append)
        await lane.drained()
        return threading.current_thread()

    loop_thread = in_a_lane(use)
    assert [number for number, _ in told] == list(range(8))
    assert all(thread is not loop_thread for _, thread in told)


@pytest.mark.parametrize(
    "away", [OperationalError("select", {}, Exception("gone")), PoolTimeoutError("no connection is free")]
)
def test_while_the_database_is_away_a_deed_waits_and_those_after_it_too(away):
    done = []

    def first():
        done.append("tried")
        if done.count("tried") == 1:
            raise away

    async def use(lane):
        lane.do(first)
        lane.do(lambda: done.append("second"))
        await lane.drained()

    in_a_lane(use)
    assert done == ["tried", "tried", "second"]


@pytest.mark.parametrize("wrong", [ValueError("a mistake"), IntegrityError("insert", {}, Exception("twice"))])
def test_a_deed_that_fails_is_left_out_and_the_next_is_done(wrong):
    done = []

    def fails():
        done.append("tried")
        raise wrong

    async def use(lane):
        lane.do(fails, lambda _result: done.append("never"))
        lane.do(lambda: done.append("second"))
        await lane.drained()

    in_a_lane(use)
    assert done == ["tried", "second"]


def test_no_more_wait_than_may():
    release = threading.Event()

    async def use(lane):
        accepted = [lane.do(release.wait) for _ in range(2)]
        await asyncio.sleep(0.05)  # the first is being done now
        accepted += [lane.do(lambda: None) for _ in range(3)]
        release.set()
        await lane.drained()
        return accepted

    assert in_a_lane(use, most=2) == [True, True, True, False, False]


def test_a_closed_lane_does_nothing_more():
    done = []

    async def use(lane):
        await asyncio.sleep(0)
        lane.close()
        await asyncio.sleep(0)
        lane.do(lambda: done.append(1))
        await asyncio.sleep(0.05)

    in_a_lane(use)
    assert done == []
