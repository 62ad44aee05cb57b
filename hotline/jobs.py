"""The jobs, top to bottom the way of a recording: fetched, transcribed, judged; and what goes out.

Each takes an id only, may run twice, and works on a row it has claimed; see core.leases. Speech workers choose theirs.
"""

from core.house import this_house
from hotline import left_streams, lost_ends, question_trials, radar, reconciling, recordings
from hotline.outgoing import deliver, placing


def fetch_recording(recording_id: int) -> None:
    """Fetch a recording from the carrier and store it encrypted."""
    recordings.fetch(this_house(), recording_id)


def transcribe_recording(_recording_id: int) -> None:
    """Turn the stored recording that is most pressing into text, and judge it at once.

    The id only says that there is one more to do.
    """
    recordings.hear_next(this_house())


def triage_order(recording_id: int) -> None:
    """Judge the order of a recording that was heard live, or whose worker died when it had the words."""
    recordings.judge(this_house(), recording_id)


def deliver_next(_outgoing_id: int) -> None:
    """Send the row of the outbox that is most pressing; the id only says that there is one more to do."""
    deliver.deliver_next(this_house())


def settle(outgoing_id: int) -> None:
    """Find out what became of a call that was being placed when its worker died."""
    placing.settle_placing(this_house(), outgoing_id)


def hear_trial(trial_id: int) -> None:
    """Recognise a question that somebody tries the search with."""
    question_trials.hear(this_house(), trial_id)


def look_around(run_id: int) -> None:
    """Group the day's questions that nobody could answer."""
    radar.look(this_house(), run_id)


def reconcile(_slot: int) -> None:
    """Compare our calls and recordings with the carrier's own lists."""
    reconciling.reconcile(this_house())


def look_after_talks(_slot: int) -> None:
    """Ask the carrier for the ends of talks that it did not tell."""
    lost_ends.end_lost_talks(this_house())


def end_stream(recording_id: int) -> None:
    """End the recording of a live stream whose process died."""
    left_streams.end(this_house(), recording_id)
