"""Where and when an article may be told: its districts and its validity; pure."""

from datetime import datetime

from knowledge.articles import Article


def districts(article: Article) -> tuple[str, ...]:
    """Return the districts an article is for; none means the whole city."""
    return article.districts


def is_city_wide(article: Article) -> bool:
    return not districts(article)


def holds_in(article: Article, district: str | None) -> bool:
    """Return whether an article may be told to a caller of this district (None: unknown)."""
    places = districts(article)
    return not places or (district is not None and district.strip().casefold() in map(_folded, places))


def is_valid(article: Article, now: datetime | None) -> bool:
    """Return whether an article holds at `now`: from its first moment up to, not at, its last (None: don't ask)."""
    if now is None:
        return True
    return (article.valid_from is None or article.valid_from <= now) and (
        article.valid_until is None or now < article.valid_until
    )


def _folded(place: str) -> str:
    return place.strip().casefold()
