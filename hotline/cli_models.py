"""`hotline models`: which speech models this machine has, and fetching the official ones."""

from typing import get_args

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from asr.downloading import FetchError
from asr.fetching import fetch_model
from asr.known_models import KNOWN_MODELS, OFFICIAL_SITE
from asr.speech_models import LANGUAGES, find_model, install_folder, miniature_languages
from core.errors import HotlineError, ModelMissingError
from core.settings import Language, Settings, read_settings


@click.group()
def models() -> None:
    """Speech models: list what is there, fetch the official ones."""


@models.command("list")
def list_models() -> None:
    """Show the model of each language: name, full or miniature, sample rate, folder."""
    settings = _settings()
    for language in LANGUAGES:
        click.echo(_line(language, settings))
    for language in miniature_languages(settings):
        click.echo(
            f"{language} runs on the miniature, which knows some hundred words: for trying the system only. "
            f"`hotline models fetch {language}` brings a full model.",
            err=True,
        )


@models.command()
@click.argument("languages", nargs=-1, required=True, type=click.Choice(get_args(Language)))
@click.option("--from", "site", default=OFFICIAL_SITE, show_default=True, metavar="URL", help="Where the archives are.")
def fetch(languages: tuple[Language, ...], site: str) -> None:
    """Download, check and install the small official models, e.g. `hotline models fetch zh en` (about 85 MB)."""
    settings = _settings()
    for language in dict.fromkeys(languages):
        _fetch(language, settings, site)


def _fetch(language: Language, settings: Settings, site: str) -> None:
    known = KNOWN_MODELS[language]
    folder = install_folder(settings)
    try:
        with _progress() as progress:
            task = progress.add_task(known.name, total=None)
            path = fetch_model(
                known, folder, lambda done, total: progress.update(task, completed=done, total=total), site
            )
    except FetchError as error:
        by_hand = f" Or unpack {known.name}.zip into {folder} by hand." if error.retryable else ""
        raise click.ClickException(f"{error}{by_hand}") from error
    click.echo(f"{language}: {path}")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))


def _line(language: Language, settings: Settings) -> str:
    try:
        model = find_model(language, settings)
    except ModelMissingError as error:
        return f"{language}  none: {error}"
    size = "miniature" if model.is_miniature else "full"
    return f"{language}  {model.name}  {size}  {model.sample_rate_hz} Hz  {model.path}"


def _settings() -> Settings:
    try:
        return read_settings()
    except HotlineError as error:
        raise click.ClickException(str(error)) from error
