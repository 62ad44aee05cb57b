"""Files that must survive a power cut: written whole, flushed, then put in place."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path


def write_durably(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Write a file so that after a crash it is either wholly there or not at all."""
    write_all_durably({path: content}, mode)


def write_all_durably(files: Mapping[Path, bytes], mode: int = 0o640) -> None:
    """Write several files, each of which is wholly there or not at all after a crash; each folder is flushed once."""
    folders = {path.parent for path in files}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    for folder in folders:
        flush_folder(folder)


def secret_file(path: Path) -> str:
    """Return the secret kept in a file that only its owner can read; it is made when missing, once for all."""
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_durably(fresh, secrets.token_hex(32).encode(), mode=0o600)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)  # unlike a rename, it never replaces what another process has just made
        fresh.unlink()
    return path.read_text()


def flush_folder(folder: Path) -> None:
    """Make sure that the names of new files survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
