"""What callers were told: kept, weighed by what they did next, and corrected where it was wrong."""

from routing.told.telling import settle, take, tell

__all__ = ["settle", "take", "tell"]
