"""The short messages that a person's decision sends to a citizen; none names the matter or what was said."""

from collections.abc import Mapping
from typing import Any

from core.settings import Settings
from ivr.prompts import prompt


def message_text(settings: Settings, payload: Mapping[str, Any]) -> str:
    """Return what a short message says: that work goes on, or a contact that callers may be told."""
    language = payload["language"]
    city = settings.city_name_zh if language == "zh" else settings.city_name_en
    if payload["says"] == "contact":
        return prompt("contact_sms", language, city=city, name=payload["name"], phone=payload["phone"])
    number = settings.hotline_number.removeprefix("+86").removeprefix("+")
    return prompt("woken_sms", language, city=city, number=number)
