"""Opens a request in another system by the Open311 protocol (GeoReport v2, POST requests.json)."""

from dataclasses import dataclass

import httpx

from core.errors import DeliveryError
from delivery.answers import answer_of, reference

_TIMEOUT = httpx.Timeout(10, connect=5)


@dataclass(frozen=True)
class ServiceRequest:
    """What the other system is asked to do; see https://wiki.open311.org/GeoReport_v2/."""

    service_code: str
    description: str
    address: str
    phone: str | None = None


def open_request(endpoint: str, api_key: str, asked: ServiceRequest) -> str:
    """Open a request at an endpoint's base URL; returns its `service_request_id`, or its token.

    Raises:
        DeliveryError: refused, or not answered in time; with neither id nor token it counts as not answered.
    """
    fields = {
        "api_key": api_key,
        "service_code": asked.service_code,
        "description": asked.description,
        "address_string": asked.address,
        **({"phone": asked.phone} if asked.phone else {}),
    }
    url = f"{endpoint.rstrip('/')}/requests.json"
    found = reference(answer_of(lambda: httpx.post(url, data=fields, timeout=_TIMEOUT)), "service_request_id", "token")
    if not found:
        raise DeliveryError("The other system named no request.", retryable=False)
    return found
