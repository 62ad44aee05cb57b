"""The callers' keys, one small file each, kept apart from the database: erasing one erases all its caller said."""

import os
import secrets
import threading
from pathlib import Path

from core.errors import RecordingMissingError
from core.files import write_all_durably

KEY_BYTES = 32
_MADE_AT_ONCE = 16


class RecordingKeys:
    """A folder of keys, named by `Caller.key_id`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready: list[str] = []
        self._lock = threading.Lock()

    def make(self) -> str:
        """Make a key for a new caller, on disk before its name is returned."""
        with self._lock:
            if not self._ready:
                self._make_some()
            return self._ready.pop()

    def make_ready(self) -> None:
        """See that the next key need not be made first: for those who are about to take one while others wait."""
        with self._lock:
            if not self._ready:
                self._make_some()

    def _make_some(self) -> None:
        """Make a few keys at once, whose names are flushed together; what is left of them at the end is nobody's."""
        beginning = secrets.token_hex(1)
        key_ids = [beginning + secrets.token_hex(15) for _ in range(_MADE_AT_ONCE)]
        write_all_durably({self._path(key_id): secrets.token_bytes(KEY_BYTES) for key_id in key_ids}, mode=0o600)
        self._ready = key_ids

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
