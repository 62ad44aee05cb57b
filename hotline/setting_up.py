"""Makes an empty installation ready: tables, starter articles and hot terms, and accounts with random passwords."""

from collections.abc import Iterator

from asr import proposing
from asr.hot_terms import UnusableTermError, check_term
from asr.speech_models import LANGUAGES
from console import seed_accounts
from core.clock import now
from core.hot_terms import seed_terms
from core.house import House
from core.models import HotTermKind
from core.settings import Language
from hotline.schema import upgrade
from knowledge.store import seed_articles
from routing.triage.lexicon import lexicon


def set_up(house: House) -> list[tuple[str, str]]:
    """Bring the tables up to date and fill what is empty.

    Returns:
        Sign-in and password of each account made now; there is no other place where these passwords can be read.
    """
    upgrade(house.database.engine)
    with house.database.transaction() as session:
        seed_articles(session, now())
        seed_terms(session, [*proposing.seed(), *_places()], now())
        return seed_accounts(session, now())


def _places() -> Iterator[tuple[Language, HotTermKind, str]]:
    """Yield the places that triage knows, if they are long enough to be told by their sound."""
    for language in LANGUAGES:
        for said in lexicon(language).districts.values():
            for place in said:
                try:
                    yield language, HotTermKind.PLACE, check_term(place, language)
                except UnusableTermError:
                    continue
