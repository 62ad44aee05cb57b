"""A recording that is written while it is heard: each piece is on disk at once; the last one is marked at the end."""

import fcntl
import os
from io import FileIO
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import RecordingBusyError, RecordingMissingError
from core.files import flush_folder
from core.recording_pieces import MAGIC, PIECE_BYTES, Piece, lock, unlock, whole_pieces


class GrowingRecording:
    """The one writer of a file, which holds a lock on it for as long as its process lives."""

    def __init__(self, path: Path, recording_id: int, key: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = FileIO(path, "xb")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._cipher, self._recording_id, self._place, self._end = AESGCM(key), recording_id, 0, 0
        try:
            self._append(MAGIC)
            flush_folder(path.parent)
        except OSError:
            self._file.close()
            path.unlink(missing_ok=True)
            raise

    def write(self, sound: bytes) -> None:
        """Append sound; on disk when this returns.

        Raises:
            OSError: it can't be written; nothing of it was, and it may be given again.
        """
        pieces = [sound[at : at + PIECE_BYTES] for at in range(0, len(sound), PIECE_BYTES)]
        locked = [
            lock(self._cipher, self._recording_id, self._place + number, piece, last=False)
            for number, piece in enumerate(pieces)
        ]
        self._append(b"".join(locked))
        self._place += len(pieces)

    def close(self) -> None:
        """Mark the end; from now on the file can be opened, and is refused when anything of it is missing."""
        self._append(lock(self._cipher, self._recording_id, self._place, b"", last=True))
        self._file.close()

    def leave(self) -> None:
        """Leave the file as it is, for the sweep to seal."""
        self._file.close()

    def _append(self, content: bytes) -> None:
        try:
            self._write(content)
        except OSError:
            os.ftruncate(self._file.fileno(), self._end)
            raise
        self._end += len(content)

    def _write(self, content: bytes) -> None:
        if os.pwrite(self._file.fileno(), content, self._end) < len(content):
            raise OSError("The disk is full.")
        os.fdatasync(self._file.fileno())


def seal(path: Path, recording_id: int, key: bytes) -> None:
    """Mark the end of a file whose writer died, after its last whole piece; a file that has its end stays as it is.

    Raises:
        RecordingBusyError: the writer lives.
        RecordingMissingError: there is no file, or nothing in it was locked with this key.
    """
    try:
        file = path.open("r+b", buffering=0)
    except FileNotFoundError as error:
        raise RecordingMissingError("There is no file for this recording.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RecordingBusyError("This recording is still being written.") from error
        cipher, content = AESGCM(key), file.read()
        place, end, is_sealed = _good_pieces(cipher, recording_id, content)
        if is_sealed:
            return
        if not place:
            raise RecordingMissingError("The file of this recording is damaged.")
        file.truncate(end)
        os.pwrite(file.fileno(), lock(cipher, recording_id, place, b"", last=True), end)
        os.fsync(file.fileno())


def _good_pieces(cipher: AESGCM, recording_id: int, content: bytes) -> tuple[int, int, bool]:
    """Return how many pieces are good from the start on, where they end, and whether the last of them is the end."""
    place, end = 0, len(MAGIC)
    for piece in whole_pieces(content):
        try:
            unlock(cipher, recording_id, place, piece, last=False)
        except InvalidTag:
            return place, end, _is_end(cipher, recording_id, place, piece) and piece[2] == len(content)
        place, end = place + 1, piece[2]
    return place, end, False


def _is_end(cipher: AESGCM, recording_id: int, place: int, piece: Piece) -> bool:
    try:
        unlock(cipher, recording_id, place, piece, last=True)
    except InvalidTag:
        return False
    return True
