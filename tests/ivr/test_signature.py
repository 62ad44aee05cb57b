"""Only what the carrier has signed gets in; anything else is refused and leaves no trace."""

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from tests.ivr.telephone import PUBLIC_URL, TOKEN, new_sid, recorded

PATHS = (
    "incoming",
    "fallback",
    "turns/1/keys",
    "turns/1/message",
    "turns/1/no-message",
    "turns/1/rang",
    "status",
    "recordings",
    "whisper/1/1/red",
    "whisper/1/1/red/keys",
    "alerts/x",
    "alerts/x/keys",
)
FIELDS = {
    "CallSid": new_sid(),
    "From": "+8613800138000",
    "Digits": "9",
    "CallStatus": "completed",
    **recorded(new_sid("RE")),
}


def sign(url, fields, token=TOKEN):
    return RequestValidator(token).compute_signature(url, fields)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_signed_is_refused_and_leaves_nothing(telephone, path):
    client = telephone.app.test_client()
    url = f"{PUBLIC_URL}/voice/{path}"
    wrong = [
        None,
        "",
        "nonsense",
        "ünsigned",
        sign(url, FIELDS, token="another token"),
        sign(url, {**FIELDS, "Digits": "1"}),
        sign(f"{PUBLIC_URL}/voice/other", FIELDS),
        sign(url.replace("https:", "http:"), FIELDS),
    ]
    for signature in wrong:
        headers = {} if signature is None else {"X-Twilio-Signature": signature}
        answer = client.post(f"/voice/{path}", data=FIELDS, headers=headers)
        assert answer.status_code == 403
    assert set(telephone.counts().values()) == {0}
    assert not telephone.house.spool.path.exists()


@pytest.mark.parametrize("path", PATHS)
def test_only_post_is_taken(telephone, path):
    client = telephone.app.test_client()
    for method in (client.get, client.put, client.delete):
        assert method(f"/voice/{path}").status_code == 405


def test_every_route_of_the_room_is_refused_unsigned(telephone):
    """A guard: a new route is either refused here or was forgotten."""
    client = telephone.app.test_client()
    values = {"turn": 1, "call_id": 1, "kind": "keys", "why": "red", "attempt_id": "x", "what": "keys", "step": "keys",
              "question": "more", "piece": 1}  # fmt: skip
    rules = [rule for rule in telephone.app.url_map.iter_rules() if rule.endpoint.startswith("voice.")]
    assert len(rules) == 23
    for rule in rules:
        known = {**values, "what": "pin"} if "/seats/" in rule.rule else values
        _, url = rule.build({name: known[name] for name in rule.arguments})
        assert rule.methods == {"POST", "OPTIONS"}
        assert client.post(url).status_code == 403


@pytest.mark.parametrize(
    "public",
    [
        "https://hotline.example.org",
        "https://hotline.example.org/",
        "https://hotline.example.org:8443",
        "http://10.0.0.5:8000",
    ],
)
def test_the_public_address_counts_whatever_the_proxy_says(make_telephone, public):
    telephone = make_telephone(public_url=public)
    fields = telephone.fields()
    signature = sign(f"{public.rstrip('/')}/voice/incoming", fields)
    answer = telephone.app.test_client().post(
        "http://127.0.0.1:8000/voice/incoming", data=fields, headers={"X-Twilio-Signature": signature, "Host": "inside"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("query", ["?bodySHA256=abc", "?a=1&b=%E4%BD%A0", "?", ""])
def test_the_query_string_is_signed_too(telephone, query):
    path = f"/voice/incoming{query}"
    assert telephone.send(path, telephone.fields(), signed_for=PUBLIC_URL + path.rstrip("?")).status_code == 200
    assert telephone.send("/voice/incoming?a=2", telephone.fields(), signed_for=PUBLIC_URL + path).status_code == 403


def test_a_broken_query_string_is_refused(telephone):
    client = telephone.app.test_client()
    answer = client.post("/voice/incoming", data={}, environ_overrides={"QUERY_STRING": "a=\xff\xfe"})
    assert answer.status_code == 403


def test_a_field_sent_twice_is_signed_with_both(telephone):
    fields = MultiDict({**telephone.fields(), "Digits": ["1", "2"]})
    assert telephone.send("/voice/turns/1/keys", fields).status_code == 200


def test_without_a_token_nobody_gets_in(make_telephone):
    telephone = make_telephone(twilio_auth_token="")
    fields = telephone.fields()
    signature = sign(f"{PUBLIC_URL}/voice/incoming", fields, token="")
    answer = telephone.app.test_client().post("/voice/incoming", data=fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403
