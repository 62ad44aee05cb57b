"""Plain factories for the tests of this room."""

from dataclasses import replace

from knowledge.articles import Article

_LIBRARY = Article(
    id="library-hours",
    language="en",
    category="information",
    districts=(),
    question="When is the library open?",
    phrasings=("library opening hours",),
    answer="The library tells its hours at the door.",
    rank=1,
)


def an_article(**changes) -> Article:
    if "district" in changes:
        changes["districts"] = (changes.pop("district"),)
    return replace(_LIBRARY, **changes)
