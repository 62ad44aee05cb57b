"""A tried question is recognised by the speech worker, and its sound is gone afterwards."""

import pytest

from core.clock import now
from core.models import QuestionTrial, TrialState
from hotline.question_trials import hear
from tests.factories import make_wav
from tests.hotline.in_time import read
from tests.house import VOICES


def tried(house, audio, **columns):
    with house.database.transaction() as session:
        row = QuestionTrial(audio=audio, language="zh", asked_by="anna", due_at=now(), **columns)
        session.add(row)
        session.flush()
        return row.id


def became(house, trial_id):
    hear(house, trial_id)
    row = read(house, QuestionTrial, trial_id)
    assert (row.audio, row.due_at, row.leased_until) == (None, None, None)
    return row


def test_what_was_said_is_text_and_the_sound_is_gone(bare_house):
    row = became(bare_house, tried(bare_house, (VOICES / "zh_health_code.wav").read_bytes()))
    assert row.state is TrialState.HEARD
    assert "健康码" in row.heard


@pytest.mark.parametrize(
    ("audio", "state", "columns"),
    [
        (b"no sound at all", TrialState.FAILED, {}),
        (make_wav(1), TrialState.HEARD, {}),
        (make_wav(1), TrialState.FAILED, {"attempts": 3}),
    ],
)
def test_what_can_not_be_recognised_ends_too(bare_house, audio, state, columns):
    row = became(bare_house, tried(bare_house, audio, **columns))
    assert (row.state, row.heard) == (state, "")
    assert bool(row.failure) == (state is TrialState.FAILED)


def test_done_twice_it_is_done_once(bare_house):
    trial_id = tried(bare_house, make_wav(1))
    became(bare_house, trial_id)
    hear(bare_house, trial_id)
    assert read(bare_house, QuestionTrial, trial_id).attempts == 1
