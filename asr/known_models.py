"""The small official models, and the checksums without which nothing is installed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.settings import Language

OFFICIAL_SITE = "https://alphacephei.com/vosk/models/"


@dataclass(frozen=True)
class KnownModel:
    """An official model and how it is recognised: by its archive, by its files, or by both."""

    language: Language
    name: str
    archive_sha256: str | None = None
    file_sha256: tuple[tuple[str, str], ...] = ()
    """(path inside the model, SHA-256)"""


_SMALL_CN = KnownModel(
    "zh",
    "vosk-model-small-cn-0.22",
    file_sha256=(  # archives of different packing exist, so its files are pinned
        ("am/final.mdl", "91eda2c04c4f599361cb92b0e5298ccdf6b3c7a1fa52bfcefcd2c4e07aa1c131"),
        ("graph/Gr.fst", "46d41a9b1723abccdcb354d731a5b58d87c060100d88ada1a3e31220f52b0434"),
        ("graph/HCLr.fst", "798af0d9ba6f2d727747f58e1e7b2305f8618bc8ea7f6c51beecd8a2c965b965"),
        ("graph/disambig_tid.int", "c9200318c2a265549ebfbea7e0176fa62e131e953abd140c9b0b39fe61e24015"),
        ("graph/phones/word_boundary.int", "11ca784b99f03188b451fb54714c2de3dd694e662a5f88e82df435c2789b9aec"),
        ("ivector/final.ie", "c39d46fbff04efb7baa9660ae7a728b0e2f35a4a1250b56ed3a599e26956df86"),
        ("ivector/final.mat", "42706d88818070ea0d0182b4d11367ba52a13b9a2be45630f60858a422109ada"),
        ("ivector/final.dubm", "e33276cbd548c0a03ae5812c98115940614997dff23a6d59968af6eaf7630ff8"),
        ("conf/mfcc.conf", "6c326fea5741c2d78be12f76eb1b36ea2ace040da9e355e4cfe6bb80e5f7d5ab"),
        ("conf/model.conf", "468a8125c07530f96adcc219a0a5f993e8e0721ccf18acbd3169b77fc685fb9b"),
    ),
)
_SMALL_EN = KnownModel(
    "en",
    "vosk-model-small-en-us-0.15",
    archive_sha256="30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
)

KNOWN_MODELS: dict[Language, KnownModel] = {"zh": _SMALL_CN, "en": _SMALL_EN}


def wrong_files(name: str, path: Path) -> list[str]:
    """Return the files of an official model that are not what they should be; of other models none are known."""
    known = next((known for known in KNOWN_MODELS.values() if known.name == name), None)
    return [file for file, sha256 in known.file_sha256 if sha256_of(path / file) != sha256] if known else []


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, None when there is none."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
