"""Replays what callers did while the database was away."""

from sqlalchemy.exc import DBAPIError

from core.house import House
from core.logs import get_logger
from core.reach import is_database_gone
from core.spool import SpooledWebhook
from ivr.handling import handle_committed

log = get_logger()


def replay_spool(house: House) -> int:
    """Handle every spooled webhook as if it came in now, the oldest first; returns how many.

    A database that is still away ends the replay until the next try. A webhook that can't be handled at all is set
    aside in the spool's folder, for a person to look at, and does not hold up those after it.
    """

    def handle_one(webhook: SpooledWebhook) -> None:
        try:
            handle_committed(house, webhook.path, webhook.fields, webhook.moment)
        except Exception as error:
            if isinstance(error, DBAPIError) and is_database_gone(error):
                raise
            log.exception("spooled_webhook_set_aside", path=webhook.path)
            house.spool.set_aside(webhook)

    try:
        return house.spool.replay(handle_one)
    except DBAPIError:
        return 0
