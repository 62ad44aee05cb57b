"""The `hotline` command: what each process runs, and what a person at a terminal can do."""

import sys

import click

from core.house import this_house
from core.queues import QUEUE_NAMES
from core.settings import settings_table
from hotline.cli_asr import asr
from hotline.cli_audit import audit
from hotline.cli_drill import drill, staffing
from hotline.cli_errors import told_plainly as _told_plainly
from hotline.cli_knowledge import knowledge
from hotline.cli_models import models
from hotline.cli_orders import orders
from hotline.cli_profile import profile
from hotline.cli_reconcile import doctor, fallback_twiml, ledger, reconcile
from hotline.cli_triage import triage


@click.group()
def main() -> None:
    """Run a city's emergency hotline."""


main.add_command(audit)
main.add_command(models)
main.add_command(asr)
main.add_command(drill)
main.add_command(staffing)
main.add_command(knowledge)
main.add_command(reconcile)
main.add_command(ledger)
main.add_command(fallback_twiml)
main.add_command(doctor)
main.add_command(triage)
main.add_command(profile)
main.add_command(orders)


@main.command()
@click.option("--calls/--no-calls", default=True, help="Place the sample calls (only with the built-in simulator).")
@_told_plainly
def up(*, calls: bool) -> None:
    """Start everything and stay until Ctrl-C; without a Twilio account, the built-in simulator is the carrier."""
    from hotline.up import run  # noqa: PLC0415  (each process imports only what it needs)

    sys.exit(run(place_calls=calls))


@main.command()
@_told_plainly
def web() -> None:
    """Run the web process: telephone webhooks and console."""
    from hotline.web import serve  # noqa: PLC0415

    serve(this_house())


@main.command()
@click.argument("queues", nargs=-1, required=True, type=click.Choice(QUEUE_NAMES))
@_told_plainly
def worker(queues: tuple[str, ...]) -> None:
    """Run a worker of one or more queues: `speech`, `default`."""
    from hotline.worker import work  # noqa: PLC0415

    work(this_house(), queues)


@main.command()
@_told_plainly
def stream() -> None:
    """Run the stream process: hears callers live."""
    from hotline.stream.server import run_stream  # noqa: PLC0415

    run_stream(this_house())


@main.command()
@_told_plainly
def live() -> None:
    """Run the live process: the console's live pages."""
    from hotline.live.server import serve  # noqa: PLC0415

    serve(this_house())


@main.command()
@_told_plainly
def clock() -> None:
    """Run the clock process: looks for work left behind."""
    from hotline.sweep import run_clock  # noqa: PLC0415

    run_clock(this_house())


@main.command()
@_told_plainly
def migrate() -> None:
    """Bring the database's tables up to date, and give a new city its starter articles."""
    from hotline.setting_up import set_up  # noqa: PLC0415

    for sign_in, password in set_up(this_house()):
        click.echo(f"{sign_in}  {password}")


@main.command()
@click.argument("sign_in")
@_told_plainly
def password(sign_in: str) -> None:
    """Give an account of the console a new random password and print it."""
    from console import new_password  # noqa: PLC0415

    click.echo(new_password(this_house().database, sign_in))


@main.command()
@click.argument("recording", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--lang",
    "language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="What is spoken.",
)
@click.option("--from", "number", default="+8613800138000", show_default=True, help="The caller's number.")
@click.option(
    "--keys",
    default="",
    help="Keys to press instead of 2 (leave a message), e.g. “1 3 1”: an article.",
)
@_told_plainly
def call(recording: str, language: str, number: str, keys: str) -> None:
    """Call the running hotline with a WAV file as the caller's voice, and show the call as it happens."""
    from hotline.terminal_call import show_call  # noqa: PLC0415

    show_call(recording, language, number, keys.split())


@main.command()
def settings() -> None:
    """Print every setting as a table (the one in README.md)."""
    click.echo(settings_table())
