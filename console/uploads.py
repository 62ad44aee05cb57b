"""How much may be sent to which page; decided before anything of a request is read."""

from flask import request

from console.imports import LARGEST_TABLE_BYTES
from console.trials import LARGEST_SOUND_BYTES

_LIMITS = {"console.import_articles": LARGEST_TABLE_BYTES, "console.upload_question": LARGEST_SOUND_BYTES}


def allow_uploads() -> None:
    """Let the pages that take files take larger requests than all others."""
    if request.endpoint in _LIMITS:
        request.max_content_length = _LIMITS[request.endpoint]
