"""Short messages of the REST API: sending, reading and listing them; a phone gets them a moment later."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response

from simulator.api import BASE, E164, ApiError, answer_json, answer_page, form, not_found, query, within
from simulator.call import new_sid
from simulator.journal import ErrorLogged, MessageSent
from simulator.messages import Message
from simulator.network import Network
from simulator.parameters import API_VERSION, rfc2822
from simulator.twiml import DocumentError

LONGEST_BODY = 1600
SINGLE_SEGMENT, SEGMENT = 70, 67  # characters of a message that is not plain GSM, as Chinese is
SENDING_SECONDS = 1.0
UNREACHABLE = 30006  # a landline


def add_routes(app: Flask, network: Network) -> None:
    @app.post(f"{BASE}/Messages.json")
    def create_message(account_sid: str) -> Response:  # noqa: ARG001
        message = _send(network, form("create_message"))
        return answer_json("message", message_json(message), 201)

    @app.get(f"{BASE}/Messages.json")
    def list_messages(account_sid: str) -> Response:  # noqa: ARG001
        filters = query("list_messages")
        chosen = [message_json(message) for message in network.messages.all() if _passes(message, filters)]
        return answer_page("messages", "message", chosen, filters)

    @app.get(f"{BASE}/Messages/<sid>.json")
    def read_message(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        message = network.messages.get(sid)
        if message is None:
            raise not_found(f"Messages/{sid}.json")
        return answer_json("message", message_json(message))


def message_json(message: Message) -> dict[str, Any]:
    """The fields of a message that hold anything; the others are null."""
    path = f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "from": message.from_number,
        "to": message.to_number,
        "body": message.body,
        "status": message.status,
        "direction": "outbound-api",
        "error_code": message.error_code,
        "num_segments": str(segments(message.body)),
        "num_media": "0",
        "date_created": rfc2822(message.created_at),
        "date_updated": rfc2822(message.sent_at or message.created_at),
        "date_sent": rfc2822(message.sent_at) if message.sent_at else None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "uri": path + ".json",
        "subresource_uris": {"media": f"{path}/Media.json"},
    }


def segments(body: str) -> int:
    """How many short messages a text becomes; counted as if it were not plain GSM."""
    return 1 if len(body) <= SINGLE_SEGMENT else -(-len(body) // SEGMENT)


def _passes(message: Message, filters: Mapping[str, str]) -> bool:
    fields = {"To": message.to_number, "From": message.from_number}
    return all(value == filters[name] for name, value in fields.items() if name in filters) and within(
        message.sent_at or message.created_at, filters, "DateSent"
    )


def _send(network: Network, fields: Mapping[str, list[str]]) -> Message:
    given = {name: values[0] for name, values in fields.items()}
    _check(network, given)
    message = Message(
        new_sid("SM"),
        network.account_sid,
        given["From"],
        given["To"],
        given["Body"],
        given.get("StatusCallback", ""),
    )
    network.messages.add(message)
    sent = MessageSent(
        message_sid=message.sid, from_number=message.from_number, to_number=message.to_number, body=message.body
    )
    network.journal.write(sent)
    network.start(lambda: _deliver(network, message), f"message {message.sid}")
    return message


def _check(network: Network, given: Mapping[str, str]) -> None:
    if "To" not in given:
        raise ApiError(400, 21604, "A 'To' phone number is required.")
    if not E164.fullmatch(given["To"]):
        raise ApiError(400, 21211, f"Invalid 'To' Phone Number: {given['To']}")
    if "From" not in given:
        raise ApiError(400, 21603, "A 'From' phone number is required.")
    if given["From"] not in network.numbers:
        raise ApiError(400, 21606, f"The From phone number {given['From']} is not a number of this account")
    if not given.get("Body"):
        raise ApiError(400, 21602, "Message body is required.")
    if len(given["Body"]) > LONGEST_BODY:
        raise ApiError(400, 21617, f"The message body exceeds the {LONGEST_BODY} character limit")


def _deliver(network: Network, message: Message) -> None:
    """Sent, then delivered, or undelivered to a phone that takes no messages."""
    if not network.sleep(SENDING_SECONDS):
        return
    message.status, message.sent_at = "sent", datetime.now(UTC)
    _tell(network, message)
    if not network.sleep(SENDING_SECONDS):
        return
    phone = network.phones.find(message.to_number)
    if phone and not phone.takes_messages:
        message.status, message.error_code = "undelivered", UNREACHABLE
    else:
        message.status = "delivered"
    _tell(network, message)


def _tell(network: Network, message: Message) -> None:
    if not message.status_callback:
        return
    params = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": message.status,
        "SmsStatus": message.status,
        "AccountSid": message.account_sid,
        "From": message.from_number,
        "To": message.to_number,
        "ApiVersion": API_VERSION,
    }
    if message.error_code:
        params["ErrorCode"] = str(message.error_code)
    try:
        network.webhooks.send(
            message.status_callback, "POST", params, kind="message status", observe=message.requests.append
        )
    except DocumentError as error:
        network.journal.write(ErrorLogged(code=error.code, reason=error.reason, url=message.status_callback))
