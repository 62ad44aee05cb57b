"""The classifier that learns from closed orders and stands beside the rules; any set of labels. Not needed to judge."""

from routing.triage.learned.classifier import Classifier, Guess, learn

__all__ = ["Classifier", "Guess", "learn"]
