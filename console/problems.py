"""Says in the person's language what is wrong with a text: which field, and what to do."""

from console.display import t
from knowledge.content import Problem


def in_words(problem: Problem) -> str:
    """Return one sentence about one problem."""
    return t("problem.sentence", field=t(f"field.{problem.where}"), what=t(f"problem.{problem.what}", **problem.values))
