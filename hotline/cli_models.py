"""`hotline models`: which speech models this machine has and what they cost, and fetching the official ones."""

from itertools import groupby
from operator import itemgetter
from typing import get_args

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from asr.downloading import FetchError
from asr.fetching import fetch_model
from asr.known_models import KNOWN_MODELS, OFFICIAL_SITE
from asr.measuring import measure
from asr.speech_models import LANGUAGES, USES, FoundModel, Use, find_model, install_folder, miniature_languages
from core.errors import HotlineError, ModelMissingError
from core.settings import Language, Settings, read_settings


@click.group()
def models() -> None:
    """Speech models: list what is there, fetch the official ones."""


@models.command("list")
@click.option("--measure/--no-measure", "measured", default=True, help="Load each model to measure memory and time.")
def list_models(*, measured: bool) -> None:
    """Show each language's models: use, name, full or miniature, sample rate, memory, time to load, folder.

    Memory and time are measured in a process of their own, one model after the other: a large one takes a minute.
    """
    settings = _settings()
    for language in LANGUAGES:
        by_use = [(_found(language, settings, use), use) for use in USES]
        for found, uses in groupby(by_use, itemgetter(0)):
            click.echo(f"{language}  {', '.join(use for _, use in uses)}  {_line(found, measured=measured)}")
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


def _found(language: Language, settings: Settings, use: Use) -> FoundModel | str:
    try:
        return find_model(language, settings, use)
    except ModelMissingError as error:
        return str(error)


def _line(found: FoundModel | str, *, measured: bool) -> str:
    if isinstance(found, str):
        return f"none: {found}"
    size = "miniature" if found.is_miniature else "full"
    cost = f"  {_cost(found)}" if measured else ""
    return f"{found.name}  {size}  {found.sample_rate_hz} Hz{cost}  {found.path}"


def _cost(found: FoundModel) -> str:
    try:
        cost = measure(found)
    except ModelMissingError:
        return "can't be loaded"
    return f"{cost.memory_bytes / 1e6:.0f} MB  {cost.load_seconds:.2f} s"


def _settings() -> Settings:
    try:
        return read_settings()
    except HotlineError as error:
        raise click.ClickException(str(error)) from error
