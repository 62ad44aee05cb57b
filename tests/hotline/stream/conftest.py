"""One stream process for each test worker; tests that kill it start it again."""

from collections.abc import Iterator

import pytest

from tests.hotline.stream.carrier_site import CarrierSite, carrier_site
from tests.hotline.stream.ears_house import EarsHouse


@pytest.fixture(scope="session")
def site() -> Iterator[CarrierSite]:
    with carrier_site() as opened:
        yield opened


@pytest.fixture(scope="session")
def running_ears(tmp_path_factory: pytest.TempPathFactory, site: CarrierSite) -> Iterator[EarsHouse]:
    house = EarsHouse(tmp_path_factory.mktemp("ears"), site, HOTLINE_DUTY_PHONES="+8613800138001")
    try:
        house.start()
        yield house
    finally:
        house.stop()


@pytest.fixture
def ears(running_ears: EarsHouse) -> EarsHouse:
    """The house whose stream process runs, with a carrier that answers at once."""
    running_ears.site.status, running_ears.site.seconds = 200, 0.0
    if "stream" not in running_ears.processes:
        running_ears.start_ears()
    return running_ears
