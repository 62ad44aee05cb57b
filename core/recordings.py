"""The only way to the recordings: stored encrypted with the caller's own key, opened, erased; a folder today."""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import RecordingMissingError
from core.files import write_durably
from core.growing_recording import GrowingRecording, seal
from core.recording_keys import RecordingKeys
from core.recording_pieces import MAGIC, PIECE_BYTES, lock, unlock, whole_pieces


class Recordings:
    """A folder of encrypted recordings; how a file looks is told in core.recording_pieces."""

    def __init__(self, folder: Path, keys: RecordingKeys) -> None:
        self.folder = folder
        self.keys = keys

    def store(self, recording_id: int, key_id: str, audio: bytes) -> None:
        """Encrypt and store one recording; on disk when this returns, replacing an earlier try."""
        cipher = AESGCM(self.keys.read(key_id))
        pieces = [audio[at : at + PIECE_BYTES] for at in range(0, len(audio), PIECE_BYTES)] or [b""]
        locked = [
            lock(cipher, recording_id, place, piece, last=place == len(pieces) - 1)
            for place, piece in enumerate(pieces)
        ]
        write_durably(self._path(recording_id), b"".join([MAGIC, *locked]))

    def begin(self, recording_id: int, key_id: str) -> GrowingRecording:
        """Begin a recording that is written while it is heard.

        Raises:
            RecordingMissingError: the key was erased.
            OSError: there is such a file already, or it can't be written.
        """
        return GrowingRecording(self._path(recording_id), recording_id, self.keys.read(key_id))

    def seal(self, recording_id: int, key_id: str) -> None:
        """Make a recording whose writer died readable, as far as it was written; at most its last second is lost.

        Raises:
            RecordingBusyError: its writer lives; nothing was done.
            RecordingMissingError: there is no file, its key was erased, or nothing of it is readable.
        """
        seal(self._path(recording_id), recording_id, self.keys.read(key_id))

    def open(self, recording_id: int, key_id: str) -> bytes:
        """Return a recording as it came from the carrier.

        Raises:
            RecordingMissingError: no such file, its key was erased, it has no end yet, or the file was changed.
        """
        cipher = AESGCM(self.keys.read(key_id))
        try:
            content = self._path(recording_id).read_bytes()
        except FileNotFoundError as error:
            raise RecordingMissingError("There is no file for this recording.") from error
        pieces = list(whole_pieces(content))
        if not pieces or pieces[-1][2] != len(content):
            raise RecordingMissingError("The file of this recording is damaged.")
        try:
            return b"".join(
                unlock(cipher, recording_id, place, piece, last=place == len(pieces) - 1)
                for place, piece in enumerate(pieces)
            )
        except InvalidTag as error:
            raise RecordingMissingError("The file of this recording is damaged.") from error

    def erase(self, recording_id: int) -> None:
        """Remove one recording for good; nothing happens when it is gone already."""
        self._path(recording_id).unlink(missing_ok=True)

    def _path(self, recording_id: int) -> Path:
        return self.folder / f"{recording_id % 1000:03d}" / f"{recording_id}.rec"
