"""The clock process: every few seconds it looks for work left behind, so that nothing depends on Redis remembering."""

import os
import signal
import socket
import threading
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.clock import now
from core.house import House
from core.leases import AnyWork, hold, left_behind
from core.logs import get_logger, set_up_logs
from core.models import (
    Outgoing,
    OutgoingState,
    QuestionTrial,
    RadarRun,
    RadarState,
    Recording,
    RecordingState,
    TrialState,
)
from core.queues import Job, enqueue
from hotline.chasing import look_after_orders
from hotline.fresh_words import keep_words_fresh
from ivr.replay import replay_spool
from routing.line.keeping import keep_line
from routing.radar import plan_looks
from routing.told.corrections import follow_up_corrections

log = get_logger()

CLOCK = "clock"
"""The lease that the working clock process holds."""

RECONCILE_SECONDS = 300
"""How often all is compared with the carrier's lists."""
TALKS_SECONDS = 60
"""How often talks are looked at whose ends may have been lost."""

_WORK: tuple[tuple[type[AnyWork], dict[Any, Job]], ...] = (
    (
        Recording,
        {
            RecordingState.LIVE: Job.END_STREAM,
            RecordingState.ANNOUNCED: Job.FETCH,
            RecordingState.STORED: Job.TRANSCRIBE,
            RecordingState.TRANSCRIBED: Job.TRIAGE,
        },
    ),
    (Outgoing, {OutgoingState.WAITING: Job.DELIVER, OutgoingState.PLACING: Job.SETTLE}),
    (QuestionTrial, {TrialState.WAITING: Job.HEAR_TRIAL}),
    (RadarRun, {RadarState.WAITING: Job.RADAR}),
)
"""Each table of work with the job that goes on from each state."""


def run_clock(house: House) -> None:
    """Sweep until told to stop; of several clock processes one does the work, by a lease in the database."""
    set_up_logs(house.settings.log_level)
    keep_words_fresh(house.database)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    holder = f"{socket.gethostname()}:{os.getpid()}"
    while not stop.is_set():
        try:
            sweep(house, holder)
        except SQLAlchemyError:  # also what comes of a connection that broke in mid-sweep; the next one may succeed
            log.exception("sweep_failed")
        stop.wait(house.settings.sweep_seconds)


def sweep(house: House, holder: str) -> int:
    """Replay the spool, do what is due with orders, and ask again for every job that is due and held by nobody.

    Returns how many jobs were asked for.
    """
    seconds = house.settings.sweep_seconds * 3
    with house.database.transaction() as session:
        if not hold(session, CLOCK, holder, now(), seconds):
            return 0
        _look_for_models_again(session)
        plan_looks(session, now())
        _ask_now_and_then(session, holder, "reconcile", Job.RECONCILE, RECONCILE_SECONDS)
        _ask_now_and_then(session, holder, "talks", Job.TALKS, TALKS_SECONDS)
        follow_up_corrections(session, house.settings, now())
    _keep_line(house)
    replay_spool(house)
    look_after_orders(house)
    with house.database.reading() as session:
        due = [
            (jobs[state], row_id)
            for table, jobs in _WORK
            for row_id, state in left_behind(session, table, tuple(jobs), now())
        ]
    return house.queues.send_missing(due)


def _ask_now_and_then(session: Session, holder: str, name: str, job: Job, seconds: int) -> None:
    """Ask for a job once in so many seconds: the lease is never taken again before."""
    moment = now()
    if hold(session, name, f"{holder} {moment.isoformat()}"[-80:], moment, seconds):
        enqueue(session, job, int(moment.timestamp() // seconds))


def _keep_line(house: House) -> None:
    """Do what is due with the line; whatever goes wrong there holds up nothing else."""
    try:
        with house.database.transaction() as session:
            keep_line(session, house.settings, now())
    except StaleDataError:
        log.warning("line_changed_meanwhile")


def _look_for_models_again(session: Session) -> None:
    """Put recordings that wait for a speech model back in line, each once a minute."""
    session.execute(
        update(Recording)
        .where(Recording.state == RecordingState.NO_MODEL, Recording.due_at <= now())
        .values(state=RecordingState.STORED)
    )
