"""What `hotline up` looks at before it starts anything; each thing wrong is one sentence with the way out."""

import errno
import fcntl
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import SettingsError
from core.house import own_redis_socket
from core.settings import Settings


def check_data_folder(settings: Settings) -> None:
    """Make the data folder, for this user's eyes only; say so if it can't be written."""
    folder = settings.data_folder.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} can't be written ({error.strerror}). Choose another HOTLINE_DATA_FOLDER."
        ) from error


@contextmanager
def alone_on_data_folder(settings: Settings) -> Iterator[None]:
    """Hold the data folder for this process alone, until it ends however it ends.

    Raises:
        SettingsError: another `hotline up` holds it, or its Redis is still running: a second one would take its
            socket and write into its file.
    """
    with (settings.data_folder / "up.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken = _redis_answers(settings)
        except BlockingIOError:
            taken = True
        if taken:
            raise SettingsError(
                f"A hotline is running on {settings.data_folder.absolute()} already, or is just stopping. "
                "Stop that one first, or choose another HOTLINE_DATA_FOLDER."
            )
        yield


def _redis_answers(settings: Settings) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(own_redis_socket(settings.data_folder))) == 0


def check_ports(settings: Settings, *, simulated: bool) -> None:
    """Say which port is taken and how to change it, before anything is started."""
    ports = {
        "HOTLINE_PORT": settings.port,
        "HOTLINE_STREAM_PORT": settings.stream_port,
        "HOTLINE_LIVE_PORT": settings.live_port,
    }
    ports |= {"HOTLINE_SIMULATOR_PORT": settings.simulator_port} if simulated else {}
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise SettingsError(f"HOTLINE_HOST={settings.host} can't be used: {error.strerror}.") from error
                raise SettingsError(f"Port {port} is in use. Choose another, e.g. {name}={port + 100}.") from error
