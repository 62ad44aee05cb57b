"""`hotline asr`: recordings to text at a terminal, and measuring a model on one's own recordings."""

import sys
from pathlib import Path
from typing import get_args

import click

from asr.speech_models import USES, Use
from core.settings import Language
from hotline.cli_errors import told_plainly

_language = click.option(
    "--language", type=click.Choice(get_args(Language)), default="zh", show_default=True, help="What is spoken."
)
_use = click.option(
    "--use", type=click.Choice(USES), default="recordings", show_default=True, help="Which of the language's models."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def asr() -> None:
    """Speech to text: transcribe files, measure a model."""


@asr.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_language
@_use
@_as_json
@told_plainly
def transcribe(*, files: tuple[Path, ...], language: Language, use: Use, as_json: bool) -> None:
    """Turn sound files into text: WAV, MP3, OGG, FLAC; one line a file, of several with its name before it.

    Ends with 1 if any file could not be read; the others are transcribed all the same.
    """
    from hotline.speech_at_terminal import transcribe_files  # noqa: PLC0415  (other commands need no recogniser)

    sys.exit(not transcribe_files(files, language, use, as_json=as_json))


@asr.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_language
@_use
@click.option("--snr", "snr_db", type=float, default=20, show_default=True, help="Speech over hiss, dB.")
@click.option(
    "--loss",
    "lost_percent",
    type=click.FloatRange(0, 100),
    default=1,
    show_default=True,
    help="Percent of packets lost.",
)
@_as_json
@told_plainly
def evaluate(*, folder: Path, language: Language, use: Use, snr_db: float, lost_percent: float, as_json: bool) -> None:
    """Measure a model on a folder of recordings with their texts: call.wav beside call.txt.

    Tells the error rate (characters of Mandarin, words of English) of the files as they are and over a simulated
    telephone (8 kHz µ-law, 300–3400 Hz, hiss, lost packets), which sounds were mistaken most often, and the speed.
    """
    from asr.telephone import Line  # noqa: PLC0415
    from hotline.speech_at_terminal import evaluate_folder  # noqa: PLC0415

    sys.exit(not evaluate_folder(folder, language, use, Line(snr_db, lost_percent / 100), as_json=as_json))
