"""The live drill: its plan by a seed, what counts as rung twice, its report; and, in full, a small one with kills."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core.models import Urgency
from hotline.drill.day import Day
from hotline.drill.live.citizens import CITIZENS, citizen
from hotline.drill.live.comparing import Found, doubles
from hotline.drill.live.house import Kill
from hotline.drill.live.plan import Plan
from hotline.drill.live.report import write_report
from hotline.drill.live.taking_away import Away
from hotline.drill.people import Wish, people
from simulator import Press
from simulator.events import PutThrough
from tests.house import ROOT

SMALL = replace(Day(), calls=2000)
NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def test_a_day_goes_by_as_much_faster_as_was_asked_and_the_same_seed_gives_the_same_again():
    plan = Plan(SMALL, 200, seed=3, kills=7)
    arrivals = plan.arrivals()
    assert len(arrivals) == 2000
    assert 0 <= arrivals[0][0] < arrivals[-1][0] <= 24 * 3600 / 200
    assert arrivals == Plan(SMALL, 200, seed=3).arrivals()
    assert arrivals != Plan(SMALL, 200, seed=4).arrivals()
    kills = plan.moments_to_kill(400)
    assert kills == plan.moments_to_kill(400)
    assert sorted(name for _, name in kills) == ["clock", "outgoing", "redis", "stream", "web", "web", "worker"]
    assert all(40 <= at <= 360 for at, _ in kills)


@pytest.mark.parametrize(("database", "ways"), [("sqlite", {"locked"}), ("postgresql", {"stopped", "frozen"})])
def test_the_database_is_taken_away_at_moments_and_in_ways_drawn_by_the_seed(database, ways):
    plans = [Plan(SMALL, 200, seed, database=database, away_seconds=(30, 12, 3)) for seed in range(20)]
    assert plans[3].moments_away(400) == plans[3].moments_away(400)
    assert len({tuple(plan.moments_away(400)) for plan in plans}) == 20
    assert {away.way for plan in plans for away in plan.moments_away(400)} == ways
    for plan in plans:
        first, second, third = plan.moments_away(400)
        assert [away.seconds for away in (first, second, third)] == [30, 12, 3]
        assert first.at_seconds >= 40
        assert first.at_seconds + 30 <= second.at_seconds
        assert second.at_seconds + 12 <= third.at_seconds
        assert third.at_seconds + 3 <= 360
    assert Plan(SMALL, 200).moments_away(400) == []


def test_the_peak_hour_is_the_busiest_and_begins_at_once():
    arrivals = Plan(Day(), 5, peak_only=True).arrivals()
    assert 6500 < len(arrivals) < 7000
    assert 0 <= arrivals[0][0] < 5
    assert 715 < arrivals[-1][0] <= 720


@pytest.mark.parametrize(("speed", "pace", "seats"), [(200, 20, 36), (5, 5, 4), (1, 1, 4)])
def test_people_speak_no_faster_than_webhooks_can_follow_and_agents_are_as_many_for_their_load(speed, pace, seats):
    plan = Plan(SMALL, speed)
    assert (plan.pace, plan.seats) == (pace, seats)
    assert Plan(SMALL, speed, seats_wanted=9).seats == 9


def test_citizens_press_what_their_wish_asks_for_and_the_red_wait_for_ever():
    by_wish = {}
    for person in people(SMALL, 1):
        by_wish.setdefault((person.wish, person.urgency is Urgency.RED), citizen(person, SMALL, 1))
    red = by_wish[Wish.PERSON, True]
    assert red.patience_seconds == float("inf")
    assert keys(red)[:1] == ["9"]
    assert "0" in keys(by_wish[Wish.PERSON, False])
    assert "2" in keys(by_wish[Wish.MESSAGE, False])
    assert keys(by_wish[Wish.ANSWER, False])[-1] == "1"
    assert citizen(red.person, SMALL, 1) == red


def keys(who):
    return [move.digits for move in who.caller.script if isinstance(move, Press)]


def a_call(begins, ends, *, rung=True, talked=False, by="callee"):
    number = f"{CITIZENS}00000001"
    events = [PutThrough(call_sid="CA", at_seconds=1, other_sid="CB")] if talked else []
    return SimpleNamespace(
        sid=f"CA{begins}",
        direction="outbound-api" if rung else "inbound",
        from_number="+8657100000000" if rung else number,
        to_number=number if rung else "+8657100000000",
        created_at=NOON + timedelta(seconds=begins),
        ended_at=None if ends is None else NOON + timedelta(seconds=ends),
        ended_by=by,
        party="callee" if rung else "caller",
        events=events,
    )


@pytest.mark.parametrize(
    ("calls", "count"),
    [
        ([a_call(0, 5), a_call(6, 9)], 0),  # not reached, tried again
        ([a_call(0, 5), a_call(4, 9)], 1),  # while we rang already
        ([a_call(0, None), a_call(4, 9)], 1),
        ([a_call(0, 5, talked=True), a_call(6, 9)], 1),  # served, and rung again
        ([a_call(0, 5, talked=True, by="other party"), a_call(6, 9)], 0),  # their agent was lost
        ([a_call(0, 5, rung=False, talked=True, by="caller"), a_call(6, 9)], 1),
        ([a_call(0, 5, talked=True), a_call(6, 7, rung=False, by="caller"), a_call(8, 9)], 0),  # they called again
        ([a_call(0, 5, rung=False, by="caller"), a_call(6, 9)], 0),  # rescued
    ],
)
def test_who_is_rung_once_too_often_is_counted_from_the_carriers_log_alone(calls, count):
    assert len(doubles(calls)) == count


def test_the_report_says_machine_commit_seed_kills_and_what_was_lost(tmp_path):
    found = Found(
        day="a day",
        speed=200,
        pace=20,
        seed=7,
        seats=4,
        machine="a machine",
        calls=60,
        calls_per_second=2.5,
        busiest_calls_per_second=4.0,
        placed_by_ten_seconds={"0": 40, "10": 20},
        took_seconds=30.0,
        lost=1,
        lost_calls={"CA1": "not in the ledger"},
        double_callbacks=1,
        double_calls={"CA9": "CA8 we rang"},
        callbacks_rung=3,
        double_orders=0,
        outcomes={"order": 50, "agent": 10},
        webhooks=480,
        webhook_p50_seconds=0.01,
        webhook_p99_seconds=0.1,
        webhook_5xx=0,
        webhooks_unanswered=2,
        fallbacks=1,
        kills=(Kill(3.5, "web", 4711),),
        database="postgresql",
        aways=(Away(9.25, 30.1, "frozen"),),
    )
    page = write_report(tmp_path / "drill", found).read_text(encoding="utf-8")
    for said in (
        "a machine",
        "Seed: 7",
        "| CA9 | CA8 we rang |",
        "Commit: ",
        "| 3.50 | web | 4711 |",
        "Database: postgresql",
        "| 9.25 | 30.1 | frozen |",
        "| CA1 | not in the ledger |",
        "| agent | 10 |",
    ):
        assert said in page
    assert (tmp_path / "drill" / "outcomes.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_small_drill_with_kills_and_without_sql_loses_nobody_and_rings_nobody_twice(database):
    options = ["--live", "--calls", "40", "--speed", "4000", "--kill", "3", "--json"]
    options += ["--database", database, "--database-away", "5"]
    ran = subprocess.run(
        [sys.executable, "-m", "hotline", "drill", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    found = json.loads(ran.stdout)
    assert (found["lost_calls"], found["double_calls"], found["double_orders"]) == ({}, {}, 0)
    assert found["calls"] >= 40
    assert len(found["kills"]) == 3
    assert [round(away["seconds"]) for away in found["aways"]] == [5]
    assert sum(found["outcomes"].values()) == found["calls"]
    assert found["webhook_p99_seconds"] > 0
    assert ran.returncode == 0
