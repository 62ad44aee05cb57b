"""What a question leads to: an answer, “do you mean …?” with one or two choices, or a message; pure."""

from dataclasses import replace

from core.settings import Language
from ivr.answering import answer, article_of
from ivr.asking_for_help import message
from ivr.conversation import Conversation, Facts, Place, Turn, ask, put_first, say
from ivr.open_question import open_question, refused
from ivr.steps import CallerInput, Keyed
from knowledge.answers import answer_question
from knowledge.articles import Article
from knowledge.channels import told


def find_answer(talk: Conversation, question: str, facts: Facts) -> Turn:
    """Answer a question, ask which one is meant, or take it down: what was said is kept until an answer settles it."""
    finding = answer_question(facts.articles, question, talk.language)
    talk = replace(talk, words_left=True)
    if finding.kind == "answer":
        return answer(talk, facts, finding.articles[0])
    if finding.kind == "ask":
        return _ask_which(talk, facts, finding.articles)
    return message(talk, facts, say(talk, "no_answer"))


def meant(talk: Conversation, words: str, facts: Facts) -> Article | None:
    """Return the one of the offered questions that a few words fit better than the other, if they fit any."""
    said = _parts(words, talk.language)
    offered = [article for slug in talk.choices if (article := article_of(talk, facts, slug))]
    fits = sorted((len(said & _all_parts(article)), place) for place, article in enumerate(offered))
    if not fits or not fits[-1][0] or (len(fits) > 1 and fits[-1][0] == fits[-2][0]):
        return None
    return offered[fits[-1][1]]


def choose(talk: Conversation, facts: Facts) -> Turn:
    """Read out the one or two questions that may be meant."""
    offered = [article_of(talk, facts, slug) for slug in talk.choices]
    questions = [article.question for article in offered if article]
    if not questions or len(questions) < len(offered):
        return answer(talk, facts, None)
    if len(questions) == 1:
        return Turn(talk, ask(talk, say(talk, "choice_of_one", first=questions[0])))
    return Turn(talk, ask(talk, say(talk, "choice_of_two", first=questions[0], second=questions[1])))


def chosen(talk: Conversation, facts: Facts, number: int) -> Turn:
    """Answer the question that was chosen, counted from 1."""
    if number > len(talk.choices):
        return put_first(say(talk, "not_understood"), choose(talk, facts))
    return answer(talk, facts, article_of(talk, facts, talk.choices[number - 1]))


def at_choice(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Key 1 or 2 chooses; silence gets one repeat, then the words are taken down."""
    match heard:
        case Keyed("1" | "2" as key) if int(key) <= len(talk.choices):
            return chosen(talk, facts, int(key))
        case Keyed("*"):
            return open_question(talk)
        case Keyed():
            return put_first(say(talk, "unknown_key"), choose(talk, facts))
        case _ if talk.silences > 1:
            return message(talk, facts)
        case _:
            return put_first(say(talk, "once_more"), choose(talk, facts))


def _ask_which(talk: Conversation, facts: Facts, found: tuple[Article, ...]) -> Turn:
    """Ask which question is meant; of two asked about before, the one that is found again is it."""
    again = [article for article in found if article.id in talk.choices]
    if len(again) == 1 and len(talk.choices) > 1:
        return answer(talk, facts, again[0])
    if again:
        return refused(talk, facts)
    return choose(replace(talk, place=Place.CHOICE, choices=tuple(article.id for article in found)), facts)


def _all_parts(article: Article) -> frozenset[str]:
    return frozenset(part for text in (article.question, *article.phrasings) for part in _parts(text, article.language))


def _parts(text: str, language: Language) -> frozenset[str]:
    """Return what a text tells, as it is written and as it sounds."""
    return frozenset(part for unit in told(text, language) for part in unit if part)
