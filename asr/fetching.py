"""Fetches an official model, checks it and installs it; what fails a check is never installed."""

from pathlib import Path

from asr.downloading import FetchError, OnBytes, download
from asr.known_models import OFFICIAL_SITE, KnownModel, sha256_of
from asr.model_files import missing_files
from asr.unpacking import install


def fetch_model(known: KnownModel, folder: Path, on_bytes: OnBytes, site: str = OFFICIAL_SITE) -> Path:
    """Return the model's folder in `folder`; downloads, checks and installs it unless it is there and complete.

    A download that breaks off is gone on with next time; one that fails its check is thrown away.

    Raises:
        FetchError: it can't be downloaded or written, or is not the model it should be; nothing was installed.
    """
    place = folder / known.name
    if not missing_files(place):
        return place
    part = folder / f"{known.name}.zip.part"
    try:
        download(f"{site.rstrip('/')}/{known.name}.zip", part, on_bytes)
        _install(known, part, place)
    except OSError as error:
        raise FetchError(f"{folder} can't be written: {error.strerror or error}.", retryable=True) from error
    return place


def _install(known: KnownModel, part: Path, place: Path) -> None:
    try:
        _check_archive(known, part)
        install(part, place, lambda fresh: _check_files(known, fresh))
    except FetchError:
        part.unlink()
        raise
    part.unlink()


def _check_archive(known: KnownModel, part: Path) -> None:
    if known.archive_sha256 and sha256_of(part) != known.archive_sha256:
        raise FetchError(f"{known.name}: the archive has a wrong checksum; nothing was installed.", retryable=False)


def _check_files(known: KnownModel, fresh: Path) -> None:
    missing = missing_files(fresh)
    if missing:
        raise FetchError(
            f"{known.name}: the archive lacks {', '.join(missing)}; nothing was installed.", retryable=False
        )
    wrong = [name for name, sha256 in known.file_sha256 if sha256_of(fresh / name) != sha256]
    if wrong:
        raise FetchError(f"{known.name}: wrong checksum of {', '.join(wrong)}; nothing was installed.", retryable=False)
