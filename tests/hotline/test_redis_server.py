"""Our own Redis listens where only this user can reach it."""

import stat

import pytest

from core.errors import SettingsError
from core.house import own_redis_socket
from core.settings import Settings
from hotline.redis_server import redis_command


def test_its_socket_is_in_a_folder_of_this_user_alone(tmp_path):
    command = redis_command(Settings(data_folder=tmp_path))
    folder = own_redis_socket(tmp_path).parent
    assert str(folder / "redis.sock") in command
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


def test_a_folder_that_others_may_enter_is_refused(tmp_path):
    folder = own_redis_socket(tmp_path).parent
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(SettingsError, match="not this user's alone"):
        redis_command(Settings(data_folder=tmp_path))
    folder.rmdir()
