"""A real redis-server for a test: started, stopped, made to hang."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import redis

from core.house import redis_url
from core.settings import Settings
from hotline.redis_server import redis_command
from tests.house import until


class RedisProcess:
    """The server that `hotline up` would start for a data folder."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(data_folder=folder)
        self.url = redis_url(settings)
        with (folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(redis_command(settings), stdout=log, stderr=log)
        self.client = redis.Redis.from_url(self.url)
        until(self._answers, 10)

    def hang(self) -> None:
        """Leave it running but mute, as a machine that swaps."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def stop(self) -> None:
        self.client.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGCONT)
        self._process.kill()
        self._process.wait(10)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False
