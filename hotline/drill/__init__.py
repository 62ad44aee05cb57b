"""Drills: a day's surge played against the line's own policy, under a virtual clock or against real webhooks."""
