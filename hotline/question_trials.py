"""The job behind the “try it” box: a sound file becomes the text that a caller's words would have become."""

from asr.transcribe import transcribe
from core.clock import now
from core.errors import HotlineError
from core.house import House
from core.leases import claim
from core.models import QuestionTrial, TrialState

_TRIES = 3


def hear(house: House, trial_id: int) -> None:
    """Recognise one tried question; the sound is dropped whatever comes of it."""
    with house.database.transaction() as session:
        trial = claim(session, QuestionTrial, trial_id, TrialState.WAITING, now(), house.settings.lease_seconds)
    if trial is None:
        return
    heard, failure = "", None
    if trial.attempts > _TRIES or trial.audio is None:
        failure = f"recognition did not end in {_TRIES} tries"
    else:
        try:
            heard = transcribe(trial.audio, "en" if trial.language == "en" else "zh", house.settings).text
        except HotlineError as error:
            failure = str(error)
    with house.database.transaction() as session:
        row = session.get_one(QuestionTrial, trial_id)
        row.state = TrialState.FAILED if failure else TrialState.HEARD
        row.heard, row.failure = heard, failure and failure[:200]
        row.audio, row.due_at, row.leased_until = None, None, None
