"""What every scene of the line is played in."""

import pytest


@pytest.fixture
def session(database):
    """A transaction in each of both databases, committed at the end."""
    with database.transaction() as session:
        yield session
