"""The fragment of a webhook URL, read as Twilio documents it."""

import pytest

from simulator.connection_overrides import EVERY_FAILURE, Policy


@pytest.mark.parametrize(
    ("fragment", "policy"),
    [
        ("", Policy(1, frozenset({"ct"}), 5.0, 15.0, 15.0)),
        ("rc=3", Policy(retries=3)),
        ("rc=9", Policy(retries=5)),
        ("rp=all", Policy(retry_on=EVERY_FAILURE)),
        ("rp=4xx,rt", Policy(retry_on=frozenset({"4xx", "rt"}))),
        ("ct=200&rt=3000&tt=4000", Policy(connect_seconds=0.2, read_seconds=3.0, total_seconds=4.0)),
        ("ct=99999&tt=99999", Policy()),
    ],
)
def test_overrides(fragment, policy):
    assert Policy.read(fragment) == policy


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="soon"):
        Policy.read("rt=soon")
