"""Folders that look like models, and settings that point to them."""

import shutil
from pathlib import Path

from core.settings import Settings

MINIATURES = Path(__file__).parents[2] / "asr" / "miniature_models"
FILES = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst")


def put_model(path, mfcc="--sample-frequency=16000\n", without=()):
    """Make a folder with a model's files, which can be found but not loaded."""
    for name in FILES:
        if name not in without:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            content = {"conf/mfcc.conf": mfcc, "conf/model.conf": "--beam=10\n"}
            (path / name).write_text(content.get(name, "nonsense "))
    return path


def copy_miniature(language, path, mfcc=""):
    """Copy a miniature to where it counts as a full model; `mfcc` is put at the end of its configuration."""
    shutil.copytree(MINIATURES / language, path)
    with (path / "conf/mfcc.conf").open("a") as file:
        file.write(mfcc)
    return path


def on_miniatures():
    """Settings that find the miniatures wherever the tests run."""
    return Settings(models=MINIATURES)
