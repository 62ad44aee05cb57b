"""Makes an empty installation ready: tables, starter articles, and accounts with random passwords."""

from console import seed_accounts
from core.clock import now
from core.house import House
from hotline.schema import upgrade
from knowledge.store import seed_articles


def set_up(house: House) -> list[tuple[str, str]]:
    """Bring the tables up to date and fill what is empty.

    Returns:
        Sign-in and password of each account made now; there is no other place where these passwords can be read.
    """
    upgrade(house.database.engine)
    with house.database.transaction() as session:
        seed_articles(session, now())
        return seed_accounts(session, now())
