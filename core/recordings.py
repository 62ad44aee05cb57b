"""The only way to the recordings: stored encrypted with the caller's own key, opened, erased; a folder today."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import RecordingMissingError
from core.files import write_durably
from core.recording_keys import RecordingKeys

_MAGIC = b"HLR1"
_NONCE_BYTES = 12
_PIECE_BYTES = 64 * 1024
_PIECE_HEAD = struct.Struct("<I")


class Recordings:
    """A folder of encrypted recordings.

    A file is `HLR1`, then pieces of at most 64 KiB: length, nonce, AES-256-GCM ciphertext. Recording id, the piece's
    place and whether it is the last are authenticated, so that no piece can be moved, exchanged or cut off unseen.
    """

    def __init__(self, folder: Path, keys: RecordingKeys) -> None:
        self.folder = folder
        self.keys = keys

    def store(self, recording_id: int, key_id: str, audio: bytes) -> None:
        """Encrypt and store one recording; on disk when this returns, replacing an earlier try."""
        cipher = AESGCM(self.keys.read(key_id))
        pieces = [audio[at : at + _PIECE_BYTES] for at in range(0, len(audio), _PIECE_BYTES)] or [b""]
        content = bytearray(_MAGIC)
        for place, piece in enumerate(pieces):
            nonce = os.urandom(_NONCE_BYTES)
            locked = cipher.encrypt(nonce, piece, _bound_to(recording_id, place, last=place == len(pieces) - 1))
            content += _PIECE_HEAD.pack(len(locked)) + nonce + locked
        write_durably(self._path(recording_id), bytes(content))

    def open(self, recording_id: int, key_id: str) -> bytes:
        """Return a recording as it came from the carrier.

        Raises:
            RecordingMissingError: no such file, its key was erased, or the file was changed.
        """
        cipher = AESGCM(self.keys.read(key_id))
        try:
            content = self._path(recording_id).read_bytes()
            pieces = list(_pieces(content))
            return b"".join(
                cipher.decrypt(nonce, locked, _bound_to(recording_id, place, last=place == len(pieces) - 1))
                for place, (nonce, locked) in enumerate(pieces)
            )
        except FileNotFoundError as error:
            raise RecordingMissingError("There is no file for this recording.") from error
        except (InvalidTag, struct.error) as error:
            raise RecordingMissingError("The file of this recording is damaged.") from error

    def erase(self, recording_id: int) -> None:
        """Remove one recording for good; nothing happens when it is gone already."""
        self._path(recording_id).unlink(missing_ok=True)

    def _path(self, recording_id: int) -> Path:
        return self.folder / f"{recording_id % 1000:03d}" / f"{recording_id}.rec"


def _bound_to(recording_id: int, place: int, *, last: bool) -> bytes:
    return f"{recording_id}:{place}:{last}".encode()


def _pieces(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield nonce and ciphertext of each piece; a file always has at least one, and ends where its last one ends."""
    at = len(_MAGIC)
    while content.startswith(_MAGIC) and at < len(content):
        (length,) = _PIECE_HEAD.unpack_from(content, at)
        start = at + _PIECE_HEAD.size + _NONCE_BYTES
        yield content[start - _NONCE_BYTES : start], content[start : start + length]
        at = start + length
    if at != len(content) or at == len(_MAGIC):
        raise RecordingMissingError("The file of this recording is damaged.")
