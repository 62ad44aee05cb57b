"""Keeps what was learned in the data folder, one numbered folder a training, with its report; the newest is used."""

import json
import pickle
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import sklearn

from core.errors import HotlineError
from core.files import write_durably
from routing.triage.learned.classifier import Classifier

_FOLDER = "triage_models"


class ModelUnusableError(HotlineError):
    """A kept model can't be read by this release; training again makes a new one."""


@dataclass(frozen=True)
class Report:
    """What is known of a training: how many orders, how well it guesses in cross-validation, and when."""

    version: int
    trained_at: str
    rows: int
    macro_f1: float
    accuracy: float
    labels: dict[str, int]
    library: str


def keep(
    model: Classifier, data_folder: Path, figures: dict[str, float], labels: dict[str, int], now: datetime
) -> Report:
    """Write a model and its report as the newest version, and return the report."""
    version = max((report.version for report in reports(data_folder)), default=0) + 1
    report = Report(
        version=version,
        trained_at=now.isoformat(timespec="seconds"),
        rows=sum(labels.values()),
        macro_f1=figures["macro_f1"],
        accuracy=figures["accuracy"],
        labels=labels,
        library=sklearn.__version__,
    )
    folder = data_folder / _FOLDER / f"{version:04d}"
    write_durably(folder / "model.pickle", pickle.dumps(model))
    write_durably(folder / "report.json", json.dumps(asdict(report), ensure_ascii=False, indent=1).encode())
    return report


def reports(data_folder: Path) -> list[Report]:
    """Return the reports of all versions, the newest first."""
    files = sorted((data_folder / _FOLDER).glob("*/report.json"), reverse=True)
    return [Report(**json.loads(file.read_text(encoding="utf-8"))) for file in files]


def newest(data_folder: Path) -> Classifier | None:
    """Return the newest model; None if none was trained yet.

    Raises:
        ModelUnusableError: it was written by another release of the library, and must be trained again.
    """
    known = reports(data_folder)
    if not known:
        return None
    report = known[0]
    if report.library != sklearn.__version__:
        raise ModelUnusableError(
            f"Model {report.version} was trained with scikit-learn {report.library}, this is {sklearn.__version__}: "
            "run `hotline triage train` again."
        )
    content = (data_folder / _FOLDER / f"{report.version:04d}" / "model.pickle").read_bytes()
    model: Classifier = pickle.loads(content)  # noqa: S301  (written by ourselves into our owner-only folder)
    return model
