"""Keeps the short messages that were sent; knows no HTTP."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from simulator.webhooks import WebhookRequest


@dataclass
class Message:
    """`status`: queued, sent, delivered, undelivered, as in Twilio's Message resource."""

    sid: str
    account_sid: str
    from_number: str
    to_number: str
    body: str
    status_callback: str = ""
    status: str = "queued"
    error_code: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent_at: datetime | None = None
    requests: list[WebhookRequest] = field(default_factory=list)


class Messages:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[str, Message] = {}

    def add(self, message: Message) -> None:
        with self._lock:
            self._all[message.sid] = message

    def get(self, sid: str) -> Message | None:
        with self._lock:
            return self._all.get(sid)

    def all(self) -> list[Message]:
        """The newest first."""
        with self._lock:
            return list(reversed(self._all.values()))
