"""Keeps the processes of the Procfile alive: a supervisord configuration made from it; what dies is started again."""

import configparser
import contextlib
import io
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx

from core.errors import SettingsError
from core.house import own_redis_socket
from core.settings import Settings
from hotline.descendants import end_children
from hotline.redis_server import redis_command

PROCFILE = Path(__file__).parent.parent / "Procfile"
_SECONDS_TO_STOP = 20
_SUPERVISORD = (
    "from hotline.descendants import end_with_parent; end_with_parent(); "
    "from supervisor.supervisord import main; main()"
)


def processes(settings: Settings) -> dict[str, list[str]]:
    """Return the command of each process by its name: the Procfile's, and our own Redis if none is set."""
    lines = [line.partition(":") for line in PROCFILE.read_text().splitlines() if line.strip()]
    commands = {name.strip(): _with_our_python(shlex.split(command)) for name, _, command in lines}
    return commands if settings.redis_url else {"redis": redis_command(settings), **commands}


def _with_our_python(command: list[str]) -> list[str]:
    return [sys.executable, "-m", "hotline", *command[1:]] if command[0] == "hotline" else command


def start(settings: Settings) -> subprocess.Popen[bytes]:
    """Start supervisord with every process in the foreground of a child process; logs go to the data folder."""
    configuration = settings.data_folder / "supervisord.conf"
    configuration.write_text(_configuration(settings))
    return subprocess.Popen(
        [sys.executable, "-c", _SUPERVISORD, "--configuration", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us, and we stop it in order
    )


def stop(settings: Settings, supervisord: subprocess.Popen[bytes]) -> None:
    """Stop supervisord and with it every process it started, also those that it has lost."""
    supervisord.terminate()
    try:
        supervisord.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        supervisord.kill()
        supervisord.wait()
    end_children()
    with contextlib.suppress(OSError):
        shutil.rmtree(own_redis_socket(settings.data_folder).parent)


def wait_until_healthy(settings: Settings, supervisord: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until the web process answers and Redis is there.

    Raises:
        SettingsError: a process ended, or the time is over; the message says where the logs are.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until and supervisord.poll() is None:
        try:
            answer = httpx.get(f"http://{settings.host}:{settings.port}/health", timeout=2)
            if answer.status_code == httpx.codes.OK and answer.json()["queues"]:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise SettingsError(f"The processes did not start; their logs are in {logs_folder(settings)}.")


def logs_folder(settings: Settings) -> Path:
    """Return the folder of the processes' logs."""
    return settings.data_folder.absolute() / "logs"


def _configuration(settings: Settings) -> str:
    logs = logs_folder(settings)
    logs.mkdir(parents=True, exist_ok=True)
    file = configparser.RawConfigParser()
    file["supervisord"] = {
        "nodaemon": "true",
        "logfile": str(logs / "supervisord.log"),
        "pidfile": str(settings.data_folder.absolute() / "supervisord.pid"),
        "directory": str(Path.cwd()),
    }
    for name, command in processes(settings).items():
        file[f"program:{name}"] = {
            "command": shlex.join(command).replace("%", "%%"),
            "autorestart": "true",
            "startsecs": "1",
            "startretries": "1000",
            "stopwaitsecs": "10",
            "stopasgroup": "true",
            "killasgroup": "true",
            "priority": "1" if name == "redis" else "999",
            "redirect_stderr": "true",
            "stdout_logfile": str(logs / f"{name}.log"),
        }
    text = io.StringIO()
    file.write(text)
    return text.getvalue()
