"""The order of urgencies: what nobody has heard yet counts as yellow."""

from core.models import Urgency

URGENCY_RANK = {Urgency.RED: 0, Urgency.YELLOW: 1, Urgency.UNKNOWN: 1, Urgency.GREEN: 2}
"""The queue's first key."""
