"""A carrier with two telephones that nobody answers, and a house that places its calls there."""

import pytest

from simulator import Carrier
from simulator.phones import NoAnswer, Phone
from tests.hotline.media_site import ACCOUNT
from tests.hotline.outgoing.alerts import OTHER_PHONE, PHONE


@pytest.fixture
def carrier(tmp_path):
    number = "+8657100000000"
    blocked = ("+8613900",)
    with Carrier(
        account_sid=ACCOUNT[0], auth_token=ACCOUNT[1], folder=tmp_path / "carrier", pace=10, blocked_prefixes=blocked
    ) as opened:
        opened.add_number(number, voice_url="http://127.0.0.1:1/voice")
        for phone in (PHONE, OTHER_PHONE):
            opened.add_phone(Phone(phone, NoAnswer()))
        yield opened


@pytest.fixture
def house(make_house, carrier):
    return make_house(twilio_api_url=carrier.api_url, duty_phones=PHONE)
