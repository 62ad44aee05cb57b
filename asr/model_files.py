"""What lies in a model's folder: whether it is all there, whether it changed, and what its configuration says."""

import os
from hashlib import sha256
from pathlib import Path

GRAPHS = ("graph/HCLG.fst", "graph/HCLr.fst")
NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
_VERSIONED = (
    *NEEDED,
    *GRAPHS,
    "graph/Gr.fst",
    "graph/words.txt",
    "ivector/final.ie",
    "rescore/G.carpa",
    "rnnlm/final.raw",
)


def missing_files(path: Path) -> list[str]:
    """Return what a model's folder lacks (or what this user may not read); empty when it is complete."""
    missing = [name for name in NEEDED if not os.access(path / name, os.R_OK)]
    if not any(os.access(path / name, os.R_OK) for name in GRAPHS):
        missing.append(" or ".join(GRAPHS))
    elif not os.access(path / GRAPHS[0], os.R_OK) and not os.access(path / "graph/Gr.fst", os.R_OK):
        missing.append("graph/Gr.fst")
    return missing


def is_model(path: Path) -> bool:
    """Tell whether somebody put a model here, if only a part of one."""
    return any(os.access(path / part, os.F_OK) for part in ("am", "conf", "graph"))


def version(path: Path) -> str:
    """Return what tells this model from one that is put in its place: of each file where, how long and when written."""
    return sha256(repr([_version(path / name) for name in _VERSIONED]).encode()).hexdigest()[:12]


def newest_change(path: Path) -> float:
    """Return when a file of the model was last written, in seconds since 1970."""
    return max((known[-1] / 1e9 for name in _VERSIONED if (known := _version(path / name))), default=0.0)


def options(path: Path) -> dict[str, str]:
    """Read a Kaldi configuration: `--name=value` a line, `--name` alone means true, `#` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(errors="replace").splitlines())
    pairs = (line.removeprefix("--").partition("=") for line in lines if line.startswith("--"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _version(path: Path) -> tuple[int, int, int, int] | None:
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns
