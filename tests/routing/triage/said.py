"""Languages and ranks for tests of judging."""

from core.models import Urgency

RED, YELLOW, GREEN, UNKNOWN = Urgency.RED, Urgency.YELLOW, Urgency.GREEN, Urgency.UNKNOWN
LANGUAGES = ("zh", "en")
RANK = {RED: 0, YELLOW: 1, UNKNOWN: 1, GREEN: 2}
