"""A browser as an agent's telephone: the pass, who gets one, what the page may do then, and the states it shows."""

import threading

import jwt
import pytest
from werkzeug.serving import make_server

from console.browser_phone import PASS_SECONDS
from core.models import SeatRow
from core.settings import Settings
from hotline.web import create_app
from routing.line.seats import can_be_rung
from tests.browser import CHROMIUM, PLAYWRIGHT, window
from tests.console.conftest import post, signed_in
from tests.factories import PASSWORD

SECRET = "a secret of thirty-two characters"
FAKE_SDK = """
window.Twilio = { Device: class {
  constructor(token) { this.token = token; this.on_ = {}; window.device = this; }
  on(name, deed) { this.on_[name] = deed; }
  tell(name, what) { this.on_[name](what); }
  async register() { this.tell("registered"); }
  updateToken(token) { this.token = token; }
} };
window.ring = () => {
  const call = { keys: "", on_: {}, on(name, deed) { this.on_[name] = deed; }, accept() { this.accepted = true; },
    sendDigits(keys) { this.keys += keys; }, disconnect() { this.on_.disconnect(); },
    reject() { this.rejected = true; } };
  window.device.tell("incoming", call);
  return call;
};
"""


@pytest.fixture
def configured(installation, tmp_path):
    """The installation with an API key and the carrier's script on its disk."""
    (tmp_path / "sdk.js").write_text(FAKE_SDK)
    values = {
        "twilio_account_sid": "AC" + "5" * 32,
        "twilio_api_key_sid": "SK" + "6" * 32,
        "twilio_api_key_secret": SECRET,
        "voice_sdk_file": tmp_path / "sdk.js",
    }
    for name, value in values.items():
        object.__setattr__(installation.settings, name, value)
    return installation


def seat(installation):
    with installation.database.reading() as session:
        return session.query(SeatRow).one()


def test_the_pass_lets_one_seat_be_rung_for_ten_minutes_and_nothing_else(configured, app, li):
    answer = post(li, "/desk/voice-pass", on="/desk")
    assert answer.json["seconds"] == PASS_SECONDS
    told = jwt.decode(answer.json["token"], SECRET, algorithms=["HS256"])
    assert (told["iss"], told["sub"]) == ("SK" + "6" * 32, "AC" + "5" * 32)
    assert told["grants"] == {"identity": f"seat{seat(configured).id}", "voice": {"incoming": {"allow": True}}}
    assert told["exp"] - told["nbf"] == PASS_SECONDS if "nbf" in told else told["exp"] > 0


def test_a_twiml_app_is_named_if_there_is_one(configured, app, li):
    object.__setattr__(configured.settings, "twilio_app_sid", "AP" + "7" * 32)
    token = post(li, "/desk/voice-pass", on="/desk").json["token"]
    voice = jwt.decode(token, SECRET, algorithms=["HS256"])["grants"]["voice"]
    assert voice["outgoing"] == {"application_sid": "AP" + "7" * 32}


def test_only_who_takes_calls_gets_a_pass_or_the_script(configured, app, li, anna, visitor):
    assert post(anna, "/desk/voice-pass", on="/line").status_code == 403
    assert anna.get("/desk/voice-sdk.js").status_code == 403
    assert visitor.get("/desk/voice-sdk.js").status_code == 302
    assert li.post("/desk/voice-pass").status_code == 400  # without the page's token
    assert li.get("/desk/voice-sdk.js").mimetype == "text/javascript"


def test_without_a_key_no_page_has_a_trace_of_it(installation, app, li):
    page = li.get("/desk")
    assert "browser_phone" not in page.text
    assert "voice-sdk" not in page.text
    assert "twilio" not in page.headers["Content-Security-Policy"]
    assert "microphone=()" in page.headers["Permissions-Policy"]
    assert post(li, "/desk/voice-pass", on="/desk").status_code == 404
    assert li.get("/desk/voice-sdk.js").status_code == 404
    assert post(li, "/desk/use-browser", on="/desk").status_code == 422
    assert not Settings(twilio_api_key_sid="SK1", twilio_api_key_secret="x").has_browser_calls


def test_with_a_key_the_desk_alone_may_listen_and_talk_and_its_scripts_are_still_ours(configured, app, li):
    desk, line = li.get("/desk"), li.get("/line")
    policy = desk.headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://voice-js.roaming.twilio.com" in policy
    assert "http://localhost:8003" in policy
    assert "script-src" not in policy  # our own only, as default-src says
    assert "microphone=(self)" in desk.headers["Permissions-Policy"]
    assert "twilio" not in line.headers["Content-Security-Policy"]
    assert "microphone=()" in line.headers["Permissions-Policy"]


def test_an_agent_without_a_telephone_is_rung_in_the_browser(configured, app, li):
    assert "用这个浏览器接听" in li.get("/desk").text
    assert post(li, "/desk/use-browser", on="/desk").status_code == 303
    mine = seat(configured)
    assert (mine.telephone, can_be_rung(mine)) == (f"client:seat{mine.id}", True)
    page = li.get("/desk").text
    assert "本浏览器" in page
    assert "用这个浏览器接听" not in page
    assert "client:" not in page


@pytest.mark.full
@pytest.mark.skipif(
    CHROMIUM is None or PLAYWRIGHT is None, reason="no browser here: the page's states are not looked at"
)
def test_the_page_tells_its_states_and_takes_a_call_by_key_1_alone(configured):
    server = make_server("127.0.0.1", 0, create_app(configured), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with window(f"http://127.0.0.1:{server.server_port}", "li", PASSWORD) as page:
            page.goto(f"http://127.0.0.1:{server.server_port}/desk")
            page.wait_for_selector("text=未连接")
            page.click("[data-connect]")
            page.wait_for_selector("text=已连接，来电会在这里响")
            page.evaluate("window.call = ring()")
            page.wait_for_selector("text=来电：请听内容")
            assert page.evaluate("[call.accepted, call.keys, ring().rejected]") == [True, "", True]
            page.click("[data-take]")
            page.wait_for_selector("[data-browser-phone] >> text=通话中")
            assert page.evaluate("call.keys") == "1"
            page.click("[data-end]")
            page.wait_for_selector("text=已连接，来电会在这里响")
            before = page.evaluate("device.token")
            page.evaluate("device.tell('tokenWillExpire')")
            page.wait_for_function("token => device.token && device.token.length >= token.length", arg=before)
            page.evaluate("device.tell('unregistered')")
            page.wait_for_selector("text=连接断开")
            assert page.is_visible("[data-connect]")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_signing_out_ends_what_a_pass_can_be_had_for(configured, app):
    client = signed_in(app, "li")
    post(client, "/sign-out", on="/desk")
    assert client.post("/desk/voice-pass").status_code in {302, 400}
