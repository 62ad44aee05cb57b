"""The form of a recording's file: pieces that are each locked and know their place; nothing else reads or writes it.

A file is `HLR1`, then pieces of at most 64 KiB: length, nonce, AES-256-GCM ciphertext. Recording id, the piece's place
and whether it is the last are authenticated, so that no piece can be moved, exchanged or cut off unseen.
"""

import os
import struct
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"HLR1"
PIECE_BYTES = 64 * 1024
_NONCE_BYTES = 12
_HEAD = struct.Struct("<I")

Piece = tuple[bytes, bytes, int]
"""Nonce, ciphertext, and where in the file the piece ends."""


def lock(cipher: AESGCM, recording_id: int, place: int, sound: bytes, *, last: bool) -> bytes:
    """Return a piece as it lies in the file."""
    nonce = os.urandom(_NONCE_BYTES)
    locked = cipher.encrypt(nonce, sound, _bound_to(recording_id, place, last=last))
    return _HEAD.pack(len(locked)) + nonce + locked


def unlock(cipher: AESGCM, recording_id: int, place: int, piece: Piece, *, last: bool) -> bytes:
    """Return what a piece holds; raises InvalidTag when it is not this piece of this recording."""
    return cipher.decrypt(piece[0], piece[1], _bound_to(recording_id, place, last=last))


def whole_pieces(content: bytes) -> Iterator[Piece]:
    """Yield the pieces of a file as far as they are whole."""
    at = len(MAGIC)
    while content.startswith(MAGIC) and at + _HEAD.size + _NONCE_BYTES <= len(content):
        (length,) = _HEAD.unpack_from(content, at)
        start = at + _HEAD.size + _NONCE_BYTES
        at = start + length
        if at > len(content):
            return
        yield content[start - _NONCE_BYTES : start], content[start:at], at


def _bound_to(recording_id: int, place: int, *, last: bool) -> bytes:
    return f"{recording_id}:{place}:{last}".encode()
