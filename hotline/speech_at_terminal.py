"""What `hotline asr` does: text to standard output, progress and errors to standard error, 1 if any file failed."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from asr.audio import read_audio
from asr.evaluation import Evaluation, evaluate, recordings_in
from asr.recogniser import Heard
from asr.speech_models import Use
from asr.telephone import Line
from asr.transcribe import transcribe
from core.errors import HotlineError, ModelMissingError
from core.logs import set_up_logs
from core.settings import Language, Settings, read_settings

_MOST_CONFUSIONS = 10


def transcribe_files(files: tuple[Path, ...], language: Language, use: Use, *, as_json: bool) -> bool:
    """Print the text of each file, or what is wrong with it; tells whether all could be read.

    Raises:
        ModelMissingError: no model for the language.
    """
    settings, all_read = _settings(), True
    with _progress() as progress:
        task = progress.add_task("", total=sum(path.stat().st_size for path in files if path.is_file()))
        for path in files:
            progress.update(task, description=path.name)
            try:
                heard = _transcribe(path, language, settings, use, progress, task)
            except ModelMissingError:
                raise
            except (OSError, HotlineError) as error:
                all_read = False
                click.echo(f"{path}: {error.strerror if isinstance(error, OSError) else error}", err=True)
            else:
                click.echo(_line(path, heard, as_json=as_json, named=len(files) > 1))
    return all_read


def evaluate_folder(folder: Path, language: Language, use: Use, line: Line, *, as_json: bool) -> bool:
    """Print what was measured on a folder of recordings with their texts; tells whether all could be measured.

    Raises:
        NothingToEvaluateError: there is no such recording.
        ModelMissingError: no model for the language.
    """
    settings = _settings()
    with _progress() as progress:
        task = progress.add_task(folder.name, total=len(recordings_in(folder)))
        result = evaluate(folder, language, settings, use=use, line=line, on_file=lambda _path: progress.advance(task))
    for problem in result.problems:
        click.echo(problem, err=True)
    click.echo(json.dumps(_figures(result), ensure_ascii=False) if as_json else _report(result, language, line))
    return not result.problems


def _settings() -> Settings:
    settings = read_settings()
    set_up_logs("ERROR")  # standard output is for the text
    return settings


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _transcribe(
    path: Path, language: Language, settings: Settings, use: Use, progress: Progress, task: TaskID
) -> Heard:
    content = path.read_bytes()
    duration_seconds = read_audio(content).duration_seconds or 1.0
    before = progress.tasks[task].completed

    def show(done_seconds: float) -> None:
        progress.update(task, completed=before + len(content) * done_seconds / duration_seconds)

    heard = transcribe(content, language, settings, show, use)
    show(duration_seconds)
    return heard


def _line(path: Path, heard: Heard, *, as_json: bool, named: bool) -> str:
    if as_json:
        return json.dumps({"file": str(path), **asdict(heard)}, ensure_ascii=False)
    return f"{path}: {heard.text}" if named else heard.text


def _figures(result: Evaluation) -> dict[str, object]:
    return {
        "model": result.model,
        "files": result.files,
        "error_rate": result.errors.rate,
        "over_telephone_error_rate": result.over_telephone.rate,
        "errors": asdict(result.errors),
        "over_telephone": asdict(result.over_telephone),
        "confusions": [[said, heard, times] for (said, heard), times in result.confusions.most_common()],
        "audio_seconds": result.audio_seconds,
        "audio_seconds_per_cpu_second": result.speed,
        "problems": result.problems,
    }


def _report(result: Evaluation, language: Language, line: Line) -> str:
    unit, rate = ("characters", "CER") if language == "zh" else ("words", "WER")
    telephone = f"over a telephone ({line.snr_db:g} dB, {line.lost_packets:.0%} lost)"
    mistaken = ", ".join(
        f"{said}→{heard} {times}×" for (said, heard), times in result.confusions.most_common(_MOST_CONFUSIONS)
    )
    return "\n".join(
        (
            f"{result.model}: {result.files} files, {result.errors.said} {unit}, {result.audio_seconds:.0f} s",
            f"{rate} as they are: {result.errors.rate:.1%}",
            f"{rate} {telephone}: {result.over_telephone.rate:.1%}",
            f"sounds mistaken: {mistaken or 'none'}",
            f"speed: {result.speed:.0f} s of audio per CPU second",
        )
    )
