"""One house for each test worker; tests that break it build their own."""

from collections.abc import Iterator

import pytest

from tests.house import RunningHouse, running_house

pytest_plugins = ["tests.databases"]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """The house of this worker; each test uses callers' numbers of its own."""
    with running_house(tmp_path_factory.mktemp("house")) as running:
        yield running
