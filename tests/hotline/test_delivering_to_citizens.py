"""A short message that a person has decided to send: only what it may say, and only while it may be sent."""

import pytest

from core import outbox
from core.clock import now
from core.models import Outgoing, OutgoingKind, OutgoingState
from hotline.outgoing.deliver import deliver
from simulator import Carrier
from tests.factories import make_caller, make_order
from tests.hotline.in_time import read
from tests.hotline.media_site import ACCOUNT

PHONE = "+8613800138001"
WOKEN = {"says": "woken"}
CONTACT = {"says": "contact", "name": "东城医院", "phone": "+861065130000"}


@pytest.fixture
def carrier(tmp_path):
    with Carrier(account_sid=ACCOUNT[0], auth_token=ACCOUNT[1], folder=tmp_path / "carrier", pace=10) as opened:
        opened.add_number("+8657100000000", voice_url="http://127.0.0.1:1/voice")
        yield opened


@pytest.fixture
def house(make_house, carrier):
    return make_house(twilio_api_url=carrier.api_url)


def write(house, says, *, agreed=True):
    with house.database.transaction() as session:
        order = make_order(session, make_caller(session, house, PHONE), summary="要做血透")
        order.call.caller.sms_agreed = agreed
        payload = {"to": PHONE, "order_id": order.id, "language": "zh", **says}
        return outbox.send(session, OutgoingKind.CITIZEN_SMS, "one", payload, now()).id


@pytest.mark.parametrize(
    ("says", "text"),
    [
        (WOKEN, "本市热线：您的来电事项已恢复办理，您不必做什么。有变化请致电57100000000。"),
        (CONTACT, "本市热线：东城医院，电话+861065130000。"),
    ],
)
def test_it_is_sent_once_and_names_no_matter(house, carrier, says, text):
    row_id = write(house, says)
    for _ in range(2):
        deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is OutgoingState.SENT
    (message,) = carrier._network.messages.all()
    assert (message.to_number, message.body) == (PHONE, text)


def test_what_the_caller_has_forbidden_since_is_not_sent(house, carrier):
    row_id = write(house, WOKEN, agreed=False)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.failure) == (OutgoingState.SENT, "no longer wanted")
    assert carrier._network.messages.all() == []
