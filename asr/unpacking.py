"""Unpacks a model's archive beside its place and puts it there whole, or not at all."""

import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from asr.downloading import FetchError

LARGEST_UNPACKED_BYTES = 1_000_000_000
_HEART = "am/final.mdl"


def install(archive: Path, place: Path, check: Callable[[Path], None]) -> None:
    """Unpack a zip archive, let `check` look at it, then rename it to `place`, in place of what was there.

    The model may lie at the archive's top or in a folder; what lies beside it is left out.

    Raises:
        FetchError: not a zip archive, no model in it, or an archive that reaches outside its folder.
    """
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as beside:
        fresh, old = Path(beside, "fresh"), Path(beside, "old")
        fresh.mkdir()
        try:
            with zipfile.ZipFile(archive) as opened:
                _unpack(opened, fresh)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise FetchError(f"{archive.name} is not a zip archive that can be read.", retryable=False) from error
        check(fresh)
        if place.exists():
            place.rename(old)
        fresh.rename(place)


def _unpack(opened: zipfile.ZipFile, folder: Path) -> None:
    members = [member for member in opened.infolist() if not member.is_dir()]
    if sum(member.file_size for member in members) > LARGEST_UNPACKED_BYTES:
        raise FetchError("The archive is larger than any model we know.", retryable=False)
    paths = [_safe_path(member) for member in members]
    top = _top(paths)
    for member, path in zip(members, paths, strict=True):
        if path.is_relative_to(top):
            _write(opened, member, folder / path.relative_to(top))


def _safe_path(member: zipfile.ZipInfo) -> PurePosixPath:
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or stat.S_ISLNK(member.external_attr >> 16):
        raise FetchError(f"The archive reaches outside its folder ({member.filename!r}): refused.", retryable=False)
    return path


def _top(paths: list[PurePosixPath]) -> PurePosixPath:
    tops = [path.parent.parent for path in paths if path.match(_HEART)]
    if len(tops) != 1:
        raise FetchError(f"There is not one model in the archive but {len(tops)}.", retryable=False)
    return tops[0]


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(member) as source, path.open("xb") as target:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
