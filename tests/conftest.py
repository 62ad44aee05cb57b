"""One house for each test worker; tests that break it build their own."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.house import RunningHouse, running_house
from tests.shares import in_shares

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile("steady")  # the same examples every time; `make test-full` searches for new ones

pytest_plugins = ["tests.databases"]

_ON_BOTH_DATABASES = frozenset(
    f"test_{name}.py"
    for name in (
        "both_databases",
        "database",
        "leases",
        "outbox",
        "places",
        "recording_line",
        "registering",
        "schema",
        "sweep",
        "verbs",
    )
)
"""Where statements race, lock or migrate `make test` tries PostgreSQL too; elsewhere only `make test-full` does."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        if "postgresql" in item.name and item.path.name not in _ON_BOTH_DATABASES:
            item.add_marker("full")
    yield  # what is not asked for is left out
    items[:] = in_shares(items, int(getattr(config, "workerinput", {}).get("workercount", 1)))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """The house of this worker, by keys and recordings; each test uses callers' numbers of its own."""
    with running_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def live_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """The house of this worker in which callers are heard live: slower, as decoding and heartbeats take real time."""
    with running_house(tmp_path_factory.mktemp("live"), 3.0, live=True, HOTLINE_DATABASE_WAIT_SECONDS="4") as running:
        yield running
