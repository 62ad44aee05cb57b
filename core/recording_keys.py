"""The callers' keys, one small file each, kept apart from the database: erasing one erases all its caller said."""

import os
import secrets
from pathlib import Path

from core.errors import RecordingMissingError
from core.files import write_durably

KEY_BYTES = 32


class RecordingKeys:
    """A folder of keys, named by `Caller.key_id`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> str:
        """Make a key for a new caller, on disk before its name is returned."""
        key_id = secrets.token_hex(16)
        write_durably(self._path(key_id), secrets.token_bytes(KEY_BYTES), mode=0o600)
        return key_id

    def read(self, key_id: str) -> bytes:
        """Return a key.

        Raises:
            RecordingMissingError: the key was erased.
        """
        try:
            return self._path(key_id).read_bytes()
        except FileNotFoundError as error:
            raise RecordingMissingError("The key to this caller's recordings was erased.") from error

    def erase(self, key_id: str) -> None:
        """Erase a key; every recording locked with it is unreadable from now on."""
        self._path(key_id).unlink(missing_ok=True)

    def _path(self, key_id: str) -> Path:
        return self.folder / key_id[:2] / os.path.basename(key_id)  # noqa: PTH119 (a name, never a path)
